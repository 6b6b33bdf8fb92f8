-- What is asked of colleagues, what others investigate beside a complaint, and issues on hold meanwhile.

-- One act may tell several people the same thing.
alter table notice drop constraint if exists uq_notice_act_id_template_audience;
alter table notice add constraint uq_notice_one_to_each
    unique nulls not distinct (act_id, template, audience, party_id, person_id);
do $$
begin
    if not exists (select 1 from pg_constraint where conname = 'uq_case_file_own') then
        alter table case_file add constraint uq_case_file_own unique (id, organisation_id);
    end if;
end $$;

create table request (
    id uuid constraint pk_request primary key,
    organisation_id uuid not null constraint fk_request_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_request_complaint_id_complaint references complaint (id),
    kind varchar(64) not null
        constraint ck_request_kind check (kind in ('statement', 'records', 'interview', 'clinical_advice', 'other')),
    profession varchar(64) constraint ck_request_profession check (profession in ('medical', 'nursing', 'other')),
    person_id uuid constraint fk_request_person_id_person references person (id),
    unit_id uuid constraint fk_request_unit_id_unit references unit (id),
    what varchar not null,
    state varchar(64) not null
        constraint ck_request_state check (state in ('open', 'under_review', 'done', 'cancelled', 'ended')),
    asked_on date not null,
    due_on date not null,
    steps jsonb not null,
    response_clock varchar(64),
    raised_by uuid constraint fk_request_raised_by_person references person (id),
    raised_at timestamptz not null,
    settled_at timestamptz,
    reason varchar,
    act_id uuid not null
);
create index ix_request_organisation_id on request (organisation_id);
create index ix_request_complaint_id on request (complaint_id);
create index ix_request_due on request (organisation_id, state, due_on, id);
select guard_table('request', array[['person_id', 'person'], ['unit_id', 'unit'], ['raised_by', 'person']]);
grant select, insert on request to redress_app;
grant update (state, asked_on, due_on, steps, response_clock, settled_at, reason) on request to redress_app;

create table request_issue (
    id uuid constraint pk_request_issue primary key,
    organisation_id uuid not null
        constraint fk_request_issue_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_request_issue_complaint_id_complaint references complaint (id),
    request_id uuid not null constraint fk_request_issue_request_id_request references request (id),
    issue_id uuid not null constraint fk_request_issue_issue_id_issue references issue (id),
    constraint uq_request_issue_request_id_issue_id unique (request_id, issue_id)
);
create index ix_request_issue_organisation_id on request_issue (organisation_id);
create index ix_request_issue_complaint_id on request_issue (complaint_id);
select guard_table('request_issue', array[['request_id', 'request'], ['issue_id', 'issue']]);
grant select, insert on request_issue to redress_app;

-- One answer, and what came of it: accepted, or sent back with a reason. Late or not, it stays as it was given.
create table request_answer (
    id uuid constraint pk_request_answer primary key,
    organisation_id uuid not null
        constraint fk_request_answer_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_request_answer_complaint_id_complaint references complaint (id),
    request_id uuid not null constraint fk_request_answer_request_id_request references request (id),
    round integer not null,
    asked_on date not null,
    due_on date not null,
    given_on date not null,
    working_days integer not null,
    in_time boolean not null,
    words varchar,
    recorded_by uuid constraint fk_request_answer_recorded_by_person references person (id),
    recorded_at timestamptz not null,
    accepted boolean,
    reason varchar,
    reviewed_by uuid constraint fk_request_answer_reviewed_by_person references person (id),
    reviewed_at timestamptz,
    act_id uuid not null,
    constraint uq_request_answer_request_id_round unique (request_id, round)
);
create index ix_request_answer_organisation_id on request_answer (organisation_id);
create index ix_request_answer_complaint_id on request_answer (complaint_id);
select guard_table('request_answer', array[['request_id', 'request'], ['recorded_by', 'person'],
                                           ['reviewed_by', 'person']]);
grant select, insert on request_answer to redress_app;
grant update (accepted, reason, reviewed_by, reviewed_at) on request_answer to redress_app;

create table request_file (
    id uuid constraint pk_request_file primary key,
    organisation_id uuid not null constraint fk_request_file_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_request_file_complaint_id_complaint references complaint (id),
    answer_id uuid not null constraint fk_request_file_answer_id_request_answer references request_answer (id),
    file_id uuid not null constraint fk_request_file_file_id_case_file references case_file (id),
    constraint uq_request_file_answer_id_file_id unique (answer_id, file_id)
);
create index ix_request_file_organisation_id on request_file (organisation_id);
create index ix_request_file_complaint_id on request_file (complaint_id);
select guard_table('request_file', array[['answer_id', 'request_answer'], ['file_id', 'case_file']]);
grant select, insert on request_file to redress_app;

create table parallel_investigation (
    id uuid constraint pk_parallel_investigation primary key,
    organisation_id uuid not null
        constraint fk_parallel_investigation_organisation_id_organisation references organisation (id),
    complaint_id uuid not null
        constraint fk_parallel_investigation_complaint_id_complaint references complaint (id),
    kind varchar(64) not null
        constraint ck_parallel_investigation_kind
        check (kind in ('police', 'coroner', 'safeguarding', 'patient_safety', 'hr', 'claim', 'counter_fraud',
                        'regulator', 'other')),
    body_name varchar not null,
    contact varchar not null,
    external_reference varchar,
    known_on date not null,
    status varchar(64) not null
        constraint ck_parallel_investigation_status
        check (status in ('open', 'referred', 'concluded', 'not_pursued')),
    referred_on date,
    opened_by uuid constraint fk_parallel_investigation_opened_by_person references person (id),
    opened_at timestamptz not null,
    act_id uuid not null
);
create index ix_parallel_investigation_organisation_id on parallel_investigation (organisation_id);
create index ix_parallel_investigation_complaint_id on parallel_investigation (complaint_id);
select guard_table('parallel_investigation', array[['opened_by', 'person']]);
grant select, insert on parallel_investigation to redress_app;
grant update (status, referred_on) on parallel_investigation to redress_app;

create table parallel_issue (
    id uuid constraint pk_parallel_issue primary key,
    organisation_id uuid not null
        constraint fk_parallel_issue_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_parallel_issue_complaint_id_complaint references complaint (id),
    investigation_id uuid not null
        constraint fk_parallel_issue_investigation_id_parallel_investigation references parallel_investigation (id),
    issue_id uuid not null constraint fk_parallel_issue_issue_id_issue references issue (id),
    constraint uq_parallel_issue_investigation_id_issue_id unique (investigation_id, issue_id)
);
create index ix_parallel_issue_organisation_id on parallel_issue (organisation_id);
create index ix_parallel_issue_complaint_id on parallel_issue (complaint_id);
select guard_table('parallel_issue', array[['investigation_id', 'parallel_investigation'], ['issue_id', 'issue']]);
grant select, insert on parallel_issue to redress_app;

create table parallel_update (
    id uuid constraint pk_parallel_update primary key,
    organisation_id uuid not null
        constraint fk_parallel_update_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_parallel_update_complaint_id_complaint references complaint (id),
    investigation_id uuid not null
        constraint fk_parallel_update_investigation_id_parallel_investigation references parallel_investigation (id),
    status varchar(64) not null,
    words varchar not null,
    referred_on date,
    author_id uuid constraint fk_parallel_update_author_id_person references person (id),
    said_at timestamptz not null,
    act_id uuid not null
);
create index ix_parallel_update_organisation_id on parallel_update (organisation_id);
create index ix_parallel_update_complaint_id on parallel_update (complaint_id);
select guard_table('parallel_update', array[['investigation_id', 'parallel_investigation'], ['author_id', 'person']]);
grant select, insert on parallel_update to redress_app;
create trigger append_only before update or delete on parallel_update
    for each row execute function refuse_change();

create table issue_hold (
    id uuid constraint pk_issue_hold primary key,
    organisation_id uuid not null constraint fk_issue_hold_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_issue_hold_complaint_id_complaint references complaint (id),
    investigation_id uuid not null
        constraint fk_issue_hold_investigation_id_parallel_investigation references parallel_investigation (id),
    reason varchar not null,
    review_on date not null,
    decided_by uuid not null constraint fk_issue_hold_decided_by_person references person (id),
    decided_on date not null,
    state varchar(64) not null constraint ck_issue_hold_state check (state in ('in_force', 'lifted', 'ended')),
    ended_at timestamptz,
    act_id uuid not null
);
create index ix_issue_hold_organisation_id on issue_hold (organisation_id);
create index ix_issue_hold_complaint_id on issue_hold (complaint_id);
select guard_table('issue_hold', array[['investigation_id', 'parallel_investigation'], ['decided_by', 'person']]);
grant select, insert on issue_hold to redress_app;
grant update (review_on, state, ended_at) on issue_hold to redress_app;

create table held_issue (
    id uuid constraint pk_held_issue primary key,
    organisation_id uuid not null constraint fk_held_issue_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_held_issue_complaint_id_complaint references complaint (id),
    hold_id uuid not null constraint fk_held_issue_hold_id_issue_hold references issue_hold (id),
    issue_id uuid not null constraint fk_held_issue_issue_id_issue references issue (id),
    constraint uq_held_issue_hold_id_issue_id unique (hold_id, issue_id)
);
create index ix_held_issue_organisation_id on held_issue (organisation_id);
create index ix_held_issue_complaint_id on held_issue (complaint_id);
select guard_table('held_issue', array[['hold_id', 'issue_hold'], ['issue_id', 'issue']]);
grant select, insert on held_issue to redress_app;

create table hold_review (
    id uuid constraint pk_hold_review primary key,
    organisation_id uuid not null constraint fk_hold_review_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_hold_review_complaint_id_complaint references complaint (id),
    hold_id uuid not null constraint fk_hold_review_hold_id_issue_hold references issue_hold (id),
    lifted boolean not null,
    reason varchar not null,
    review_on date,
    decided_by uuid not null constraint fk_hold_review_decided_by_person references person (id),
    decided_on date not null,
    said_at timestamptz not null,
    act_id uuid not null
);
create index ix_hold_review_organisation_id on hold_review (organisation_id);
create index ix_hold_review_complaint_id on hold_review (complaint_id);
select guard_table('hold_review', array[['hold_id', 'issue_hold'], ['decided_by', 'person']]);
grant select, insert on hold_review to redress_app;
create trigger append_only before update or delete on hold_review
    for each row execute function refuse_change();
