-- How serious a complaint is: what is in force on the complaint, each verdict of the policy, and what people set.

alter table complaint add column severity varchar(64)
    constraint ck_complaint_severity check (severity in ('routine', 'elevated', 'serious', 'immediate'));
create index ix_complaint_grave on complaint (organisation_id, severity, (coalesce(next_event_at, 'infinity'::timestamptz)), id)
    where severity in ('serious', 'immediate');

-- Each verdict of the policy, with the facts it had and its reasons.
create table triage (
    id uuid constraint pk_triage primary key,
    organisation_id uuid not null constraint fk_triage_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_triage_complaint_id_complaint references complaint (id),
    number integer not null,
    cause varchar(64) not null,
    policy_version integer not null,
    asserted jsonb not null,
    facts jsonb not null,
    severity varchar(64) not null
        constraint ck_triage_severity check (severity in ('routine', 'elevated', 'serious', 'immediate')),
    reasons jsonb not null,
    remark varchar,
    act_id uuid not null,
    said_by uuid constraint fk_triage_said_by_person references person (id),
    said_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint uq_triage_complaint_id_number unique (complaint_id, number)
);
create index ix_triage_organisation_id on triage (organisation_id);
create index ix_triage_complaint_id on triage (complaint_id);

-- What a person set, or asked for. A lowering with a death or safeguarding among the reasons awaits a second person.
create table severity_setting (
    id uuid constraint pk_severity_setting primary key,
    organisation_id uuid not null
        constraint fk_severity_setting_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_severity_setting_complaint_id_complaint references complaint (id),
    number integer not null,
    before varchar(64)
        constraint ck_severity_setting_before check (before in ('routine', 'elevated', 'serious', 'immediate')),
    severity varchar(64) not null
        constraint ck_severity_setting_severity check (severity in ('routine', 'elevated', 'serious', 'immediate')),
    direction varchar(64) not null constraint ck_severity_setting_direction check (direction in ('raise', 'lower')),
    weighed jsonb not null,
    reason varchar not null,
    state varchar(64) not null
        constraint ck_severity_setting_state check (state in ('in_force', 'pending', 'rejected', 'superseded')),
    asked_by uuid not null constraint fk_severity_setting_asked_by_person references person (id),
    asked_at timestamptz not null,
    decided_by uuid constraint fk_severity_setting_decided_by_person references person (id),
    decided_on date,
    decision_reason varchar,
    act_id uuid not null,
    recorded_at timestamptz not null default now(),
    constraint uq_severity_setting_complaint_id_number unique (complaint_id, number),
    constraint ck_severity_setting_decided check ((decided_by is null) = (decided_on is null)),
    constraint ck_severity_setting_another_person check (decided_by <> asked_by)
);
create index ix_severity_setting_organisation_id on severity_setting (organisation_id);
create index ix_severity_setting_complaint_id on severity_setting (complaint_id);
create unique index uq_severity_setting_in_force on severity_setting (complaint_id) where state = 'in_force';
create unique index uq_severity_setting_pending on severity_setting (complaint_id) where state = 'pending';

select guard_table('triage', array[['said_by', 'person']]);
select guard_table('severity_setting', array[['asked_by', 'person'], ['decided_by', 'person']]);
select keep_to_owner('triage');
select keep_to_owner('severity_setting');

create trigger append_only before update or delete on triage for each row execute function refuse_change();
grant select, insert on triage, severity_setting to redress_app;
grant update (weighed, state, decided_by, decided_on, decision_reason) on severity_setting to redress_app;
