-- Early resolution, issues, the plan of an investigation and the people who have a part in it.

create table issue (
    id uuid constraint pk_issue primary key,
    organisation_id uuid not null constraint fk_issue_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_issue_complaint_id_complaint references complaint (id),
    number integer not null,
    summary varchar not null,
    effect varchar,
    outcome_sought varchar,
    state varchar(64) not null
        constraint ck_issue_state check (state in ('open', 'on_hold', 'passed_on', 'taken_back')),
    subject varchar(64),
    confirmed_on date,
    act_id uuid not null,
    raised_at timestamptz not null,
    constraint uq_issue_complaint_id_number unique (complaint_id, number)
);
create index ix_issue_organisation_id on issue (organisation_id);
create index ix_issue_complaint_id on issue (complaint_id);
select guard_table('issue');
grant select, insert on issue to redress_app;
grant update (summary, effect, outcome_sought, state, subject, confirmed_on) on issue to redress_app;

create table case_role (
    id uuid constraint pk_case_role primary key,
    organisation_id uuid not null constraint fk_case_role_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_case_role_complaint_id_complaint references complaint (id),
    role varchar(64) not null constraint ck_case_role_role check (role in ('investigator', 'decision_maker')),
    person_id uuid not null constraint fk_case_role_person_id_person references person (id),
    tier varchar(64),
    trained_on date,
    training varchar,
    prior_involvement boolean not null,
    conflict boolean not null,
    mitigation varchar,
    starts_on date not null,
    ends_on date,
    act_id uuid not null,
    said_at timestamptz not null
);
create index ix_case_role_organisation_id on case_role (organisation_id);
create index ix_case_role_complaint_id on case_role (complaint_id);
create unique index uq_case_role_present on case_role (complaint_id, role) where ends_on is null;
select guard_table('case_role', array[['person_id', 'person']]);
grant select, insert on case_role to redress_app;
grant update (ends_on) on case_role to redress_app;
