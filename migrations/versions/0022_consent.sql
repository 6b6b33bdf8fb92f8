-- What somebody agreed to that another is told; and contact plans, with all that was done about them.

alter table complaint add column staff_safety boolean not null default false;

create table consent (
    id uuid constraint pk_consent primary key,
    organisation_id uuid not null constraint fk_consent_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_consent_complaint_id_complaint references complaint (id),
    number integer not null,
    scope varchar(64) not null
        constraint ck_consent_scope
        check (scope in ('represent', 'disclose_response', 'disclose_records', 'correspond', 'share_with_body')),
    recipient_id uuid constraint fk_consent_recipient_id_party references party (id),
    body varchar(64),
    giver_id uuid not null constraint fk_consent_giver_id_party references party (id),
    giver_ground varchar(64)
        constraint ck_consent_giver_ground check (giver_ground in ('parent', 'attorney', 'personal_representative')),
    basis varchar(64) not null constraint ck_consent_basis check (basis in ('statutory', 'written', 'oral')),
    file_id uuid constraint fk_consent_file_id_case_file references case_file (id),
    contact_id uuid constraint fk_consent_contact_id_contact references contact (id),
    given_on date not null,
    expires_on date,
    after_death boolean not null,
    superseded_by uuid constraint fk_consent_superseded_by_consent references consent (id),
    withdrawn_on date,
    withdrawn_how varchar(64)
        constraint ck_consent_withdrawn_how
        check (withdrawn_how in ('call', 'meeting', 'letter', 'email', 'text', 'online_form')),
    withdrawn_by uuid constraint fk_consent_withdrawn_by_party references party (id),
    withdrawn_words varchar,
    withdrawn_at timestamptz,
    said_by uuid constraint fk_consent_said_by_person references person (id),
    said_at timestamptz not null,
    act_id uuid not null,
    constraint uq_consent_complaint_id_number unique (complaint_id, number),
    constraint ck_consent_recipient check (num_nonnulls(recipient_id, body) <= 1),
    constraint ck_consent_evidence check (basis = 'statutory' or num_nonnulls(file_id, contact_id) >= 1)
);
create index ix_consent_organisation_id on consent (organisation_id);
create index ix_consent_complaint_id on consent (complaint_id);
select guard_table('consent', array[['recipient_id', 'party'], ['giver_id', 'party'], ['file_id', 'case_file'],
                                    ['contact_id', 'contact'], ['superseded_by', 'consent'],
                                    ['withdrawn_by', 'party'], ['said_by', 'person']]);
grant select, insert on consent to redress_app;
grant update (superseded_by, withdrawn_on, withdrawn_how, withdrawn_by, withdrawn_words, withdrawn_at)
    on consent to redress_app;

create table conduct_warning (
    id uuid constraint pk_conduct_warning primary key,
    organisation_id uuid not null
        constraint fk_conduct_warning_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_conduct_warning_complaint_id_complaint references complaint (id),
    party_id uuid not null constraint fk_conduct_warning_party_id_party references party (id),
    happened_on date not null,
    words varchar not null,
    notice_id uuid not null constraint fk_conduct_warning_notice_id_notice references notice (id),
    said_by uuid constraint fk_conduct_warning_said_by_person references person (id),
    said_at timestamptz not null,
    act_id uuid not null
);
create index ix_conduct_warning_organisation_id on conduct_warning (organisation_id);
create index ix_conduct_warning_complaint_id on conduct_warning (complaint_id);
select guard_table('conduct_warning', array[['party_id', 'party'], ['notice_id', 'notice'], ['said_by', 'person']]);
grant select, insert on conduct_warning to redress_app;
create trigger append_only before update or delete on conduct_warning
    for each row execute function refuse_change();

-- One plan for one person. Reviews may only ease it, and each of them says what it left.
create table contact_plan (
    id uuid constraint pk_contact_plan primary key,
    organisation_id uuid not null constraint fk_contact_plan_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_contact_plan_complaint_id_complaint references complaint (id),
    number integer not null,
    party_id uuid not null constraint fk_contact_plan_party_id_party references party (id),
    single_contact_id uuid constraint fk_contact_plan_single_contact_id_person references person (id),
    channels jsonb,
    every_days integer constraint ck_contact_plan_every_days check (every_days between 1 and 90),
    accompanied boolean not null,
    reasons varchar not null,
    adjustments varchar not null,
    no_warning varchar(64)
        constraint ck_contact_plan_no_warning check (no_warning in ('violence', 'threats', 'abuse_of_staff')),
    no_warning_because varchar,
    review_on date not null,
    state varchar(64) not null constraint ck_contact_plan_state check (state in ('in_force', 'ended')),
    ended_on date,
    ended_cause varchar(64)
        constraint ck_contact_plan_ended_cause check (ended_cause in ('review', 'appeal')),
    decided_by uuid not null constraint fk_contact_plan_decided_by_person references person (id),
    decided_on date not null,
    said_at timestamptz not null,
    act_id uuid not null,
    constraint uq_contact_plan_complaint_id_number unique (complaint_id, number)
);
create index ix_contact_plan_organisation_id on contact_plan (organisation_id);
create index ix_contact_plan_complaint_id on contact_plan (complaint_id);
create unique index uq_contact_plan_in_force on contact_plan (complaint_id, party_id) where state = 'in_force';
select guard_table('contact_plan', array[['party_id', 'party'], ['single_contact_id', 'person'],
                                         ['decided_by', 'person']]);
grant select, insert on contact_plan to redress_app;
grant update (single_contact_id, channels, every_days, accompanied, review_on, state, ended_on, ended_cause)
    on contact_plan to redress_app;

create table contact_plan_review (
    id uuid constraint pk_contact_plan_review primary key,
    organisation_id uuid not null
        constraint fk_contact_plan_review_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_contact_plan_review_complaint_id_complaint references complaint (id),
    plan_id uuid not null constraint fk_contact_plan_review_plan_id_contact_plan references contact_plan (id),
    outcome varchar(64) not null
        constraint ck_contact_plan_review_outcome check (outcome in ('continued', 'eased', 'ended')),
    reasons varchar not null,
    review_on date,
    measures jsonb not null,
    decided_by uuid not null constraint fk_contact_plan_review_decided_by_person references person (id),
    decided_on date not null,
    said_at timestamptz not null,
    act_id uuid not null
);
create index ix_contact_plan_review_organisation_id on contact_plan_review (organisation_id);
create index ix_contact_plan_review_complaint_id on contact_plan_review (complaint_id);
select guard_table('contact_plan_review', array[['plan_id', 'contact_plan'], ['decided_by', 'person']]);
grant select, insert on contact_plan_review to redress_app;
create trigger append_only before update or delete on contact_plan_review
    for each row execute function refuse_change();

create table contact_plan_appeal (
    id uuid constraint pk_contact_plan_appeal primary key,
    organisation_id uuid not null
        constraint fk_contact_plan_appeal_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_contact_plan_appeal_complaint_id_complaint references complaint (id),
    plan_id uuid not null constraint fk_contact_plan_appeal_plan_id_contact_plan references contact_plan (id),
    appealed_on date not null,
    words varchar not null,
    state varchar(64) not null
        constraint ck_contact_plan_appeal_state check (state in ('open', 'upheld', 'dismissed', 'overtaken')),
    reasons varchar,
    decided_by uuid constraint fk_contact_plan_appeal_decided_by_person references person (id),
    decided_on date,
    said_at timestamptz not null,
    act_id uuid not null
);
create index ix_contact_plan_appeal_organisation_id on contact_plan_appeal (organisation_id);
create index ix_contact_plan_appeal_complaint_id on contact_plan_appeal (complaint_id);
create unique index uq_contact_plan_appeal_open on contact_plan_appeal (plan_id) where state = 'open';
select guard_table('contact_plan_appeal', array[['plan_id', 'contact_plan'], ['decided_by', 'person']]);
grant select, insert on contact_plan_appeal to redress_app;
grant update (state, reasons, decided_by, decided_on) on contact_plan_appeal to redress_app;

-- Each time the flag was set or lifted, and why. The complaint itself says whether it is up.
create table staff_safety (
    id uuid constraint pk_staff_safety primary key,
    organisation_id uuid not null constraint fk_staff_safety_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_staff_safety_complaint_id_complaint references complaint (id),
    flagged boolean not null,
    words varchar not null,
    review_on date,
    said_by uuid constraint fk_staff_safety_said_by_person references person (id),
    said_at timestamptz not null,
    act_id uuid not null
);
create index ix_staff_safety_organisation_id on staff_safety (organisation_id);
create index ix_staff_safety_complaint_id on staff_safety (complaint_id);
select guard_table('staff_safety', array[['said_by', 'person']]);
grant select, insert on staff_safety to redress_app;
create trigger append_only before update or delete on staff_safety
    for each row execute function refuse_change();
