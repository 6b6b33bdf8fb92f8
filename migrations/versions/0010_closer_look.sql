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
    version integer not null default 1,
    act_id uuid not null,
    raised_at timestamptz not null,
    constraint uq_issue_complaint_id_number unique (complaint_id, number)
);
create index ix_issue_organisation_id on issue (organisation_id);
create index ix_issue_complaint_id on issue (complaint_id);
select guard_table('issue');
grant select, insert on issue to redress_app;
grant update (summary, effect, outcome_sought, state, subject, confirmed_on, version) on issue to redress_app;
-- What an issue is coded as, for the returns (0008).
alter table coded_subject
    add constraint fk_coded_subject_issue_id_issue foreign key (issue_id) references issue (id),
    add constraint fk_coded_subject_own_issue foreign key (issue_id, organisation_id)
        references issue (id, organisation_id);

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
    grounds jsonb not null default '[]',
    from_body varchar,
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

-- The words of an issue as they stood before they were changed: what was confirmed can be read for ever.
create table issue_version (
    id uuid constraint pk_issue_version primary key,
    organisation_id uuid not null
        constraint fk_issue_version_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_issue_version_complaint_id_complaint references complaint (id),
    issue_id uuid not null constraint fk_issue_version_issue_id_issue references issue (id),
    version integer not null,
    summary varchar not null,
    effect varchar,
    outcome_sought varchar,
    confirmed_on date,
    replaced_by uuid not null,
    replaced_at timestamptz not null,
    constraint uq_issue_version_issue_id_version unique (issue_id, version)
);
create index ix_issue_version_organisation_id on issue_version (organisation_id);
create index ix_issue_version_complaint_id on issue_version (complaint_id);
select guard_table('issue_version', array[['issue_id', 'issue']]);
create trigger append_only before update or delete on issue_version
    for each row execute function refuse_change();
grant select, insert on issue_version to redress_app;

-- An attempt to put things right early. It is begun once and ends once; resolved without a beginning, it has none.
create table resolution_attempt (
    id uuid constraint pk_resolution_attempt primary key,
    organisation_id uuid not null
        constraint fk_resolution_attempt_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_resolution_attempt_complaint_id_complaint references complaint (id),
    number integer not null,
    begun_on date,
    begun_by uuid constraint fk_resolution_attempt_begun_by_person references person (id),
    plan varchar,
    result varchar(64)
        constraint ck_resolution_attempt_result check (result in ('satisfied', 'not_satisfied', 'moved_on')),
    summary varchar,
    method varchar(64)
        constraint ck_resolution_attempt_method check (method in ('call', 'meeting', 'letter', 'email')),
    ended_on date,
    ended_by uuid constraint fk_resolution_attempt_ended_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_resolution_attempt_complaint_id_number unique (complaint_id, number),
    constraint ck_resolution_attempt_ended check ((result is null) = (ended_on is null)),
    constraint ck_resolution_attempt_summed_up check (result is null or summary is not null)
);
create index ix_resolution_attempt_organisation_id on resolution_attempt (organisation_id);
create index ix_resolution_attempt_complaint_id on resolution_attempt (complaint_id);
select guard_table('resolution_attempt', array[['begun_by', 'person'], ['ended_by', 'person']]);
grant select, insert on resolution_attempt to redress_app;
grant update (result, summary, method, ended_on, ended_by) on resolution_attempt to redress_app;

-- The plan of an investigation, as it was shared. A later one stands beside it and counts.
create table investigation_plan (
    id uuid constraint pk_investigation_plan primary key,
    organisation_id uuid not null
        constraint fk_investigation_plan_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_investigation_plan_complaint_id_complaint references complaint (id),
    version integer not null,
    evidence jsonb not null,
    interviewees jsonb not null,
    decision_maker_id uuid constraint fk_investigation_plan_decision_maker_id_person references person (id),
    delivery varchar(64) not null
        constraint ck_investigation_plan_delivery check (delivery in ('letter', 'meeting', 'call')),
    shared_with_person_on date not null,
    shared_with_staff_on date,
    no_staff boolean not null,
    words varchar,
    shared_by uuid constraint fk_investigation_plan_shared_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_investigation_plan_complaint_id_version unique (complaint_id, version)
);
create index ix_investigation_plan_organisation_id on investigation_plan (organisation_id);
create index ix_investigation_plan_complaint_id on investigation_plan (complaint_id);
select guard_table('investigation_plan', array[['decision_maker_id', 'person'], ['shared_by', 'person']]);
create trigger append_only before update or delete on investigation_plan
    for each row execute function refuse_change();
grant select, insert on investigation_plan to redress_app;
