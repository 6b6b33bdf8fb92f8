-- Escalations to senior leaders: who was asked and when, who has it in hand, what was decided and what came of it; and
-- the rota of seniors.

create table escalation (
    id uuid constraint pk_escalation primary key,
    organisation_id uuid not null constraint fk_escalation_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_escalation_complaint_id_complaint references complaint (id),
    cause varchar(64) not null,
    level varchar(64) not null constraint ck_escalation_level check (level in ('elevated', 'serious', 'immediate')),
    subject_id uuid,
    raised_by uuid constraint fk_escalation_raised_by_person references person (id),
    raised_at timestamptz not null,
    words varchar,
    acknowledged_by uuid constraint fk_escalation_acknowledged_by_person references person (id),
    acknowledged_at timestamptz,
    minutes_to_acknowledge integer,
    decision varchar(64)
        constraint ck_escalation_decision
        check (decision in ('oversee', 'take_over', 'independent_investigator', 'panel', 'no_further_action')),
    decided_by uuid constraint fk_escalation_decided_by_person references person (id),
    decided_at timestamptz,
    act_id uuid not null,
    constraint ck_escalation_acknowledged_whole
        check ((acknowledged_at is null) = (acknowledged_by is null)
               and (acknowledged_at is null) = (minutes_to_acknowledge is null)),
    constraint ck_escalation_decided_after check (decided_at is null or acknowledged_at is not null)
);
create index ix_escalation_organisation_id on escalation (organisation_id);
create index ix_escalation_complaint_id on escalation (complaint_id);
create index ix_escalation_raised on escalation (organisation_id, raised_at);
select guard_table('escalation', array[['id', 'proceeding'], ['raised_by', 'person'], ['acknowledged_by', 'person'],
                                       ['decided_by', 'person']]);
select keep_to_owner('escalation');
grant select, insert on escalation to redress_app;
grant update (level, acknowledged_by, acknowledged_at, minutes_to_acknowledge, decision, decided_by, decided_at)
    on escalation to redress_app;

create table escalation_call (
    id uuid constraint pk_escalation_call primary key,
    organisation_id uuid not null
        constraint fk_escalation_call_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_escalation_call_complaint_id_complaint references complaint (id),
    escalation_id uuid not null constraint fk_escalation_call_escalation_id_escalation references escalation (id),
    number integer not null,
    step varchar(64) not null
        constraint ck_escalation_call_step
        check (step in ('first', 'again', 'second', 'next', 'responsible', 'chase', 'passed')),
    person_id uuid constraint fk_escalation_call_person_id_person references person (id),
    asked_as varchar(64),
    channels jsonb not null,
    called_at timestamptz not null,
    outcome varchar(64) not null
        constraint ck_escalation_call_outcome check (outcome in ('called', 'nobody_found', 'passed', 'acknowledged')),
    reason varchar,
    ended_at timestamptz,
    act_id uuid not null,
    constraint uq_escalation_call_escalation_id_number unique (escalation_id, number),
    constraint ck_escalation_call_somebody check (outcome <> 'nobody_found' or person_id is null)
);
create index ix_escalation_call_organisation_id on escalation_call (organisation_id);
create index ix_escalation_call_complaint_id on escalation_call (complaint_id);
select guard_table('escalation_call', array[['escalation_id', 'escalation'], ['person_id', 'person']]);
select keep_to_owner('escalation_call');
grant select, insert on escalation_call to redress_app;
grant update (outcome, reason, ended_at) on escalation_call to redress_app;

-- That there is more, while one of the same cause is open.
create table escalation_again (
    id uuid constraint pk_escalation_again primary key,
    organisation_id uuid not null
        constraint fk_escalation_again_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_escalation_again_complaint_id_complaint references complaint (id),
    escalation_id uuid not null constraint fk_escalation_again_escalation_id_escalation references escalation (id),
    number integer not null,
    level varchar(64) not null
        constraint ck_escalation_again_level check (level in ('elevated', 'serious', 'immediate')),
    words varchar,
    heard_at timestamptz not null,
    act_id uuid not null,
    constraint uq_escalation_again_escalation_id_number unique (escalation_id, number)
);
create index ix_escalation_again_organisation_id on escalation_again (organisation_id);
create index ix_escalation_again_complaint_id on escalation_again (complaint_id);
select guard_table('escalation_again', array[['escalation_id', 'escalation']]);
select keep_to_owner('escalation_again');
create trigger append_only before update or delete on escalation_again
    for each row execute function refuse_change();
grant select, insert on escalation_again to redress_app;

-- A decision may be taken anew: the one with the highest number counts. The outcome is written once.
create table escalation_decision (
    id uuid constraint pk_escalation_decision primary key,
    organisation_id uuid not null
        constraint fk_escalation_decision_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_escalation_decision_complaint_id_complaint references complaint (id),
    escalation_id uuid not null constraint fk_escalation_decision_escalation_id_escalation references escalation (id),
    number integer not null,
    decision varchar(64) not null
        constraint ck_escalation_decision_decision
        check (decision in ('oversee', 'take_over', 'independent_investigator', 'panel', 'no_further_action')),
    reason varchar not null,
    due_on date,
    decided_by uuid not null constraint fk_escalation_decision_decided_by_person references person (id),
    decided_at timestamptz not null,
    done_on date,
    outcome varchar,
    act_id uuid not null,
    constraint uq_escalation_decision_escalation_id_number unique (escalation_id, number),
    constraint ck_escalation_decision_dated
        check (due_on is null or decision in ('independent_investigator', 'panel'))
);
create index ix_escalation_decision_organisation_id on escalation_decision (organisation_id);
create index ix_escalation_decision_complaint_id on escalation_decision (complaint_id);
select guard_table('escalation_decision', array[['escalation_id', 'escalation'], ['decided_by', 'person']]);
select keep_to_owner('escalation_decision');
grant select, insert on escalation_decision to redress_app;
grant update (done_on, outcome) on escalation_decision to redress_app;

-- How it stands, each time that a senior looked while they oversee it.
create table escalation_look (
    id uuid constraint pk_escalation_look primary key,
    organisation_id uuid not null
        constraint fk_escalation_look_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_escalation_look_complaint_id_complaint references complaint (id),
    escalation_id uuid not null constraint fk_escalation_look_escalation_id_escalation references escalation (id),
    number integer not null,
    words varchar not null,
    looked_on date not null,
    said_by uuid not null constraint fk_escalation_look_said_by_person references person (id),
    said_at timestamptz not null,
    act_id uuid not null,
    constraint uq_escalation_look_escalation_id_number unique (escalation_id, number)
);
create index ix_escalation_look_organisation_id on escalation_look (organisation_id);
create index ix_escalation_look_complaint_id on escalation_look (complaint_id);
select guard_table('escalation_look', array[['escalation_id', 'escalation'], ['said_by', 'person']]);
select keep_to_owner('escalation_look');
create trigger append_only before update or delete on escalation_look
    for each row execute function refuse_change();
grant select, insert on escalation_look to redress_app;

-- Who of the seniors is asked on which days, in which order, in office hours or outside them. Ended, never rewritten.
create table rota (
    id uuid constraint pk_rota primary key,
    organisation_id uuid not null constraint fk_rota_organisation_id_organisation references organisation (id),
    person_id uuid not null constraint fk_rota_person_id_person references person (id),
    place integer not null constraint ck_rota_place check (place between 1 and 3),
    hours varchar(64) not null constraint ck_rota_hours check (hours in ('office', 'out', 'both')),
    first_on date not null,
    last_on date,
    mobile varchar,
    recorded_at timestamptz not null default now(),
    constraint ck_rota_ends_after_start check (last_on is null or last_on >= first_on)
);
create index ix_rota_organisation_id on rota (organisation_id);
create index ix_rota_days on rota (organisation_id, first_on);
select guard_table('rota', array[['person_id', 'person']]);
grant select, insert on rota to redress_app;
grant update (last_on) on rota to redress_app;
