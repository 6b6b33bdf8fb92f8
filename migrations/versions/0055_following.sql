-- What follows from learning reaches somebody.

-- The actions of somebody who leaves are handed over in bulk, as their cases are.
alter table bulk_operation drop constraint ck_bulk_operation_kind;
alter table bulk_operation add constraint ck_bulk_operation_kind
    check (kind in ('assign', 'add_note', 'send_update', 'export', 'hand_over_actions'));

-- That somebody was told that an action of a meeting is theirs, due or overdue: once for each time that it was changed.
create table governance_action_reminder (
    id uuid constraint pk_governance_action_reminder primary key,
    organisation_id uuid not null
        constraint fk_governance_action_reminder_organisation_id_organisation references organisation (id),
    occurrence_id uuid not null
        constraint fk_governance_action_reminder_occurrence_id_governance references governance (id),
    action_id uuid not null
        constraint fk_governance_action_reminder_action_id_governance_action references governance_action (id),
    rung varchar(64) not null
        constraint ck_governance_action_reminder_rung
        check (rung in ('opened', 'reminder', 'overdue', 'escalation')),
    turn integer not null,
    people jsonb not null,
    at timestamptz not null,
    mailed integer,
    recorded_at timestamptz not null default now(),
    constraint uq_governance_action_reminder_action_id_rung_turn unique (action_id, rung, turn)
);
create index ix_governance_action_reminder_organisation_id on governance_action_reminder (organisation_id);
create index ix_governance_action_reminder_occurrence_id on governance_action_reminder (occurrence_id);
select guard_table('governance_action_reminder',
                   array[['occurrence_id', 'governance'], ['action_id', 'governance_action']]);
grant select, insert, update (mailed) on governance_action_reminder to redress_app;

-- The workflow of a meeting runs on while an action that it resolved is open.
create or replace view sweep_governance as
    select g.organisation_id, g.id as occurrence_id, g.kind, g.state, g.heard < g.changes as unheard, g.changed_at,
           s.hindered, s.tried_at, o.owes
    from governance g
    left join governance_step s
        on s.occurrence_id = g.id and s.organisation_id = g.organisation_id and s.state = 'open' and g.state = 'open'
    cross join lateral (
        select exists (select from governance_action a where a.occurrence_id = g.id and a.state = 'open'
                       and a.organisation_id = g.organisation_id) as owes
    ) o
    where g.state = 'open' or g.heard < g.changes or o.owes;
