-- Findings, each version kept; initial views, whom they were shared with and what came back; remedies and their steps.

create table initial_views (
    id uuid constraint pk_initial_views primary key,
    organisation_id uuid not null constraint fk_initial_views_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_initial_views_complaint_id_complaint references complaint (id),
    round integer not null,
    kind varchar(64) not null constraint ck_initial_views_kind check (kind in ('shared', 'skipped')),
    words varchar not null,
    findings jsonb not null,
    started_on date not null,
    comment_until date,
    notice_id uuid,
    said_by uuid constraint fk_initial_views_said_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_initial_views_complaint_id_round unique (complaint_id, round)
);
create index ix_initial_views_organisation_id on initial_views (organisation_id);
create index ix_initial_views_complaint_id on initial_views (complaint_id);
select guard_table('initial_views', array[['said_by', 'person']]);

create table views_recipient (
    id uuid constraint pk_views_recipient primary key,
    organisation_id uuid not null
        constraint fk_views_recipient_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_views_recipient_complaint_id_complaint references complaint (id),
    views_id uuid not null constraint fk_views_recipient_views_id_initial_views references initial_views (id),
    party_id uuid constraint fk_views_recipient_party_id_party references party (id),
    person_id uuid constraint fk_views_recipient_person_id_person references person (id),
    method varchar(64) not null constraint ck_views_recipient_method check (method in ('writing', 'call', 'meeting')),
    shared_on date not null,
    constraint ck_views_recipient_one check (num_nonnulls(party_id, person_id) <= 1),
    constraint uq_views_recipient_views_id_party_id unique (views_id, party_id),
    constraint uq_views_recipient_views_id_person_id unique (views_id, person_id)
);
create index ix_views_recipient_organisation_id on views_recipient (organisation_id);
create index ix_views_recipient_complaint_id on views_recipient (complaint_id);
select guard_table('views_recipient',
                   array[['views_id', 'initial_views'], ['party_id', 'party'], ['person_id', 'person']]);

create table views_comment (
    id uuid constraint pk_views_comment primary key,
    organisation_id uuid not null constraint fk_views_comment_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_views_comment_complaint_id_complaint references complaint (id),
    views_id uuid not null constraint fk_views_comment_views_id_initial_views references initial_views (id),
    party_id uuid constraint fk_views_comment_party_id_party references party (id),
    person_id uuid constraint fk_views_comment_person_id_person references person (id),
    whom varchar,
    words varchar not null,
    received_on date not null,
    late boolean not null,
    effect varchar(64) not null
        constraint ck_views_comment_effect check (effect in ('accepted', 'partly', 'not_accepted')),
    effect_words varchar not null,
    said_by uuid constraint fk_views_comment_said_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null,
    constraint ck_views_comment_one check (num_nonnulls(party_id, person_id, whom) <= 1)
);
create index ix_views_comment_organisation_id on views_comment (organisation_id);
create index ix_views_comment_complaint_id on views_comment (complaint_id);
select guard_table('views_comment', array[['views_id', 'initial_views'], ['party_id', 'party'],
                                          ['person_id', 'person'], ['said_by', 'person']]);

create table finding (
    id uuid constraint pk_finding primary key,
    organisation_id uuid not null constraint fk_finding_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_finding_complaint_id_complaint references complaint (id),
    issue_id uuid not null constraint fk_finding_issue_id_issue references issue (id),
    version integer not null,
    happened varchar not null,
    should_have varchar not null,
    standard varchar not null,
    evidence varchar not null,
    outcome varchar(64) not null,
    reason varchar not null,
    comment_id uuid constraint fk_finding_comment_id_views_comment references views_comment (id),
    found_by uuid constraint fk_finding_found_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_finding_issue_id_version unique (issue_id, version)
);
create index ix_finding_organisation_id on finding (organisation_id);
create index ix_finding_complaint_id on finding (complaint_id);
select guard_table('finding', array[['issue_id', 'issue'], ['comment_id', 'views_comment'], ['found_by', 'person']]);

-- What is offered to put things right. The row is as it stands; every step to there is kept beside it.
create table remedy (
    id uuid constraint pk_remedy primary key,
    organisation_id uuid not null constraint fk_remedy_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_remedy_complaint_id_complaint references complaint (id),
    issue_id uuid constraint fk_remedy_issue_id_issue references issue (id),
    kind varchar(64) not null
        constraint ck_remedy_kind check (kind in ('apology', 'explanation', 'action', 'money')),
    state varchar(64) not null
        constraint ck_remedy_state
        check (state in ('proposed', 'approved', 'rejected', 'offered', 'accepted', 'declined', 'paid')),
    words varchar not null,
    basis varchar not null,
    financial_loss numeric(9, 2),
    severity_level integer,
    injustice_amount numeric(9, 2),
    scale varchar(64),
    proposed_by uuid constraint fk_remedy_proposed_by_person references person (id),
    act_id uuid not null,
    proposed_at timestamptz not null,
    constraint ck_remedy_sums check (financial_loss > 0 and injustice_amount > 0),
    constraint ck_remedy_sums_are_money
        check (kind = 'money' or (financial_loss is null and injustice_amount is null and severity_level is null)),
    constraint ck_remedy_level check (severity_level between 1 and 6),
    constraint ck_remedy_level_with_sum check ((injustice_amount is null) = (severity_level is null))
);
create index ix_remedy_organisation_id on remedy (organisation_id);
create index ix_remedy_complaint_id on remedy (complaint_id);
create index ix_remedy_level on remedy (organisation_id, severity_level) where injustice_amount is not null;
select guard_table('remedy', array[['issue_id', 'issue'], ['proposed_by', 'person']]);

create table remedy_step (
    id uuid constraint pk_remedy_step primary key,
    organisation_id uuid not null constraint fk_remedy_step_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_remedy_step_complaint_id_complaint references complaint (id),
    remedy_id uuid not null constraint fk_remedy_step_remedy_id_remedy references remedy (id),
    number integer not null,
    step varchar(64) not null
        constraint ck_remedy_step_step
        check (step in ('proposed', 'approved', 'amended', 'rejected', 'offered', 'accepted', 'declined', 'paid')),
    words varchar not null,
    financial_loss numeric(9, 2),
    severity_level integer,
    injustice_amount numeric(9, 2),
    reason varchar,
    mitigation varchar,
    happened_on date not null,
    said_by uuid constraint fk_remedy_step_said_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_remedy_step_remedy_id_number unique (remedy_id, number)
);
create index ix_remedy_step_organisation_id on remedy_step (organisation_id);
create index ix_remedy_step_complaint_id on remedy_step (complaint_id);
select guard_table('remedy_step', array[['remedy_id', 'remedy'], ['said_by', 'person']]);

do $$
declare
    t text;
begin
    foreach t in array array['initial_views', 'views_recipient', 'views_comment', 'finding', 'remedy_step'] loop
        execute format('create trigger append_only before update or delete on %I'
                       ' for each row execute function refuse_change()', t);
    end loop;
end $$;

grant select, insert on initial_views, views_recipient, views_comment, finding, remedy, remedy_step to redress_app;
grant update (state, words, financial_loss, severity_level, injustice_amount, scale) on remedy to redress_app;
