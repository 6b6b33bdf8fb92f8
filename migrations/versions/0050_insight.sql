-- What is counted beside complaints, by theme, place and month. A later row of the same theme, place and month replaces
-- the one before from the instant on from which it is known; nothing is ever changed.
create table insight (
    id uuid constraint pk_insight primary key,
    organisation_id uuid not null constraint fk_insight_organisation_id_organisation references organisation (id),
    batch_id uuid not null,
    source varchar(64) not null
        constraint ck_insight_source
        check (source in ('incident', 'claim', 'compliment', 'staff_survey', 'feedback', 'other')),
    theme varchar(140) not null,
    subject varchar(140) not null,
    place varchar(140),
    month date not null constraint ck_insight_month check (extract(day from month) = 1),
    unit varchar(64) not null constraint ck_insight_unit check (unit in ('count', 'score')),
    number numeric(14, 2) not null constraint ck_insight_number check (number >= 0),
    known_us bigint not null,
    said_by uuid not null constraint fk_insight_said_by_person references person (id),
    said_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint ck_insight_score check ((unit = 'score') = (source = 'staff_survey'))
);
create index ix_insight_organisation_id on insight (organisation_id);
create index ix_insight_batch_id on insight (batch_id);
create index ix_insight_month on insight (organisation_id, month, id);
create unique index uq_insight_known on insight (organisation_id, source, theme, month, place, known_us)
    nulls not distinct;
select guard_table('insight', array[['said_by', 'person']]);
grant select, insert on insight to redress_app;
create trigger append_only before update or delete on insight
    for each row execute function refuse_change();

-- What people who work on complaints were trained in. One that was recorded by mistake is taken back, with the reason.
create table training_record (
    id uuid constraint pk_training_record primary key,
    organisation_id uuid not null
        constraint fk_training_record_organisation_id_organisation references organisation (id),
    person_id uuid not null constraint fk_training_record_person_id_person references person (id),
    course varchar(64) not null,
    courses_version integer not null,
    done_on date not null,
    expires_on date,
    evidence varchar not null,
    known_us bigint not null,
    until_us bigint not null default 9223372036854775807,
    said_by uuid not null constraint fk_training_record_said_by_person references person (id),
    said_at timestamptz not null,
    withdrawn_by uuid constraint fk_training_record_withdrawn_by_person references person (id),
    withdrawn_reason varchar,
    recorded_at timestamptz not null default now(),
    constraint ck_training_record_expires check (expires_on > done_on),
    constraint ck_training_record_withdrawn check (
        (withdrawn_by is null) = (withdrawn_reason is null)
        and (withdrawn_by is null or until_us < 9223372036854775807))
);
create index ix_training_record_organisation_id on training_record (organisation_id);
create index ix_training_record_person_id on training_record (person_id);
select guard_table('training_record',
                   array[['person_id', 'person'], ['said_by', 'person'], ['withdrawn_by', 'person']]);
grant select, insert, update (until_us, withdrawn_by, withdrawn_reason) on training_record to redress_app;
create trigger never_removed before delete on training_record
    for each row execute function refuse_change();
create trigger one_way before update on training_record
    for each row when (old.withdrawn_by is not null) execute function refuse_change();

-- What somebody's role asks of them, and examples of how they meet it.
create table role_objective (
    id uuid constraint pk_role_objective primary key,
    organisation_id uuid not null
        constraint fk_role_objective_organisation_id_organisation references organisation (id),
    person_id uuid not null constraint fk_role_objective_person_id_person references person (id),
    role varchar(64) not null,
    words varchar not null,
    agreed_on date not null,
    known_us bigint not null,
    until_us bigint not null default 9223372036854775807,
    said_by uuid not null constraint fk_role_objective_said_by_person references person (id),
    said_at timestamptz not null,
    ended_by uuid constraint fk_role_objective_ended_by_person references person (id),
    recorded_at timestamptz not null default now(),
    constraint ck_role_objective_ended check (ended_by is null or until_us < 9223372036854775807)
);
create index ix_role_objective_organisation_id on role_objective (organisation_id);
create index ix_role_objective_person_id on role_objective (person_id);
select guard_table('role_objective', array[['person_id', 'person'], ['said_by', 'person'], ['ended_by', 'person']]);
grant select, insert, update (until_us, ended_by) on role_objective to redress_app;
create trigger never_removed before delete on role_objective
    for each row execute function refuse_change();
create trigger one_way before update on role_objective
    for each row when (old.ended_by is not null) execute function refuse_change();

create table objective_example (
    id uuid constraint pk_objective_example primary key,
    organisation_id uuid not null
        constraint fk_objective_example_organisation_id_organisation references organisation (id),
    objective_id uuid not null constraint fk_objective_example_objective_id_role_objective references role_objective (id),
    "on" date not null,
    words varchar not null,
    known_us bigint not null,
    said_by uuid not null constraint fk_objective_example_said_by_person references person (id),
    said_at timestamptz not null,
    recorded_at timestamptz not null default now()
);
create index ix_objective_example_organisation_id on objective_example (organisation_id);
create index ix_objective_example_objective_id on objective_example (objective_id);
select guard_table('objective_example', array[['objective_id', 'role_objective'], ['said_by', 'person']]);
grant select, insert on objective_example to redress_app;
create trigger append_only before update or delete on objective_example
    for each row execute function refuse_change();

-- The reports' own view of who holds which role: appointments are ended in their own row, and begin in the past.
alter table appointment add constraint uq_appointment_own unique (id, organisation_id);
create table report_staff (
    id uuid constraint pk_report_staff primary key,
    organisation_id uuid not null constraint fk_report_staff_organisation_id_organisation references organisation (id),
    appointment_id uuid not null constraint fk_report_staff_appointment_id_appointment references appointment (id),
    person_id uuid not null constraint fk_report_staff_person_id_person references person (id),
    role varchar(64) not null,
    starts_on date not null,
    ends_on date,
    known_us bigint not null,
    until_us bigint not null default 9223372036854775807
);
create index ix_report_staff_organisation_id on report_staff (organisation_id);
create unique index uq_report_staff_now on report_staff (appointment_id) where until_us = 9223372036854775807;
select guard_table('report_staff', array[['appointment_id', 'appointment'], ['person_id', 'person']]);
grant select, insert, update (until_us) on report_staff to redress_app;
