-- Governance that does not come through says so: what the machine could not do, how often, since when and why, is on
-- record, somebody is told, and operators see it. And what was answered to what was said under a key is answered again.

alter table governance_step
    add column tries integer not null default 0,
    add column tried_at timestamptz,
    add column hindered varchar(64);
grant update (tries, tried_at, hindered) on governance_step to redress_app;

alter table governance_reminder drop constraint ck_governance_reminder_rung;
alter table governance_reminder add constraint ck_governance_reminder_rung
    check (rung in ('opened', 'reminder', 'overdue', 'escalation', 'hindered'));

-- The sweeper sees what hinders an occurrence, and what of a series has begun: what fell due and did not is found so.
create or replace view sweep_governance as
    select g.organisation_id, g.id as occurrence_id, g.kind, g.state, g.heard < g.changes as unheard, g.changed_at,
           s.hindered, s.tried_at
    from governance g
    left join governance_step s
        on s.occurrence_id = g.id and s.organisation_id = g.organisation_id and s.state = 'open' and g.state = 'open'
    where g.state = 'open' or g.heard < g.changes;
create or replace view sweep_governance_series as
    select s.organisation_id, s.id as series_id, s.kind, s.rhythm, s.anchor_on, s.hour, s.state, s.changes, s.scheduled,
           s.changed_at, s.base,
           (select coalesce(max(g.number), 0) from governance g
            where g.series_id = s.id and g.organisation_id = s.organisation_id) as last_number
    from governance_series s;

-- What was answered to an act of governance. A story of a panel is not in it: one that is withdrawn is told no more.
create table office_answer (
    id uuid constraint pk_office_answer primary key,
    organisation_id uuid not null constraint fk_office_answer_organisation_id_organisation references organisation (id),
    event_id uuid not null constraint fk_office_answer_event_id_office_event references office_event (id),
    answer jsonb not null,
    recorded_at timestamptz not null default now(),
    constraint uq_office_answer_event_id unique (event_id)
);
create index ix_office_answer_organisation_id on office_answer (organisation_id);
alter table office_event add constraint uq_office_event_own unique (id, organisation_id);
select guard_table('office_answer', array[['event_id', 'office_event']]);
grant select, insert on office_answer to redress_app;
