-- Whose case it is: divisions and teams, absences, leavers, and the ledger of what changed there.

create table unit (
    id uuid constraint pk_unit primary key,
    organisation_id uuid not null constraint fk_unit_organisation_id_organisation references organisation (id),
    kind varchar(64) not null constraint ck_unit_kind check (kind in ('division', 'team')),
    code varchar(64) not null,
    name varchar not null,
    division_id uuid constraint fk_unit_division_id_unit references unit (id),
    active boolean not null,
    recorded_at timestamptz not null default now(),
    constraint uq_unit_organisation_id_code unique (organisation_id, code),
    constraint uq_unit_own unique (id, organisation_id)
);
create index ix_unit_organisation_id on unit (organisation_id);

create table absence (
    id uuid constraint pk_absence primary key,
    organisation_id uuid not null constraint fk_absence_organisation_id_organisation references organisation (id),
    person_id uuid not null constraint fk_absence_person_id_person references person (id),
    starts_on date not null,
    ends_on date not null,
    cover_id uuid constraint fk_absence_cover_id_person references person (id),
    cancelled boolean not null,
    recorded_at timestamptz not null default now(),
    constraint ck_absence_ends_after_start check (ends_on >= starts_on),
    constraint ck_absence_cover_is_another check (cover_id is null or cover_id <> person_id)
);
create index ix_absence_organisation_id on absence (organisation_id);
create index ix_absence_person on absence (organisation_id, person_id, starts_on);

create table leaver (
    id uuid constraint pk_leaver primary key,
    organisation_id uuid not null constraint fk_leaver_organisation_id_organisation references organisation (id),
    person_id uuid not null constraint fk_leaver_person_id_person references person (id),
    last_day date not null,
    successor_id uuid constraint fk_leaver_successor_id_person references person (id),
    state varchar(64) not null,
    announced_at timestamptz not null,
    ended_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint ck_leaver_successor_is_another check (successor_id is null or successor_id <> person_id)
);
create index ix_leaver_organisation_id on leaver (organisation_id);
create unique index uq_leaver_announced on leaver (person_id) where state = 'announced';

create table office_event (
    id uuid constraint pk_office_event primary key,
    organisation_id uuid not null constraint fk_office_event_organisation_id_organisation references organisation (id),
    kind varchar(64) not null,
    subject_id uuid not null,
    at timestamptz not null,
    actor_id uuid,
    role varchar(64) not null,
    data jsonb not null,
    caller varchar not null,
    route varchar not null,
    idempotency_key varchar,
    body_hash varchar(64) not null,
    recorded_at timestamptz not null default now(),
    constraint uq_office_event_organisation_id_caller_route_idempotency_key
        unique (organisation_id, caller, route, idempotency_key)
);
create index ix_office_event_organisation_id on office_event (organisation_id);
create index ix_office_event_at on office_event (organisation_id, at, id);

alter table appointment add column unit_id uuid constraint fk_appointment_unit_id_unit references unit (id);
alter table complaint add column team_id uuid constraint fk_complaint_team_id_unit references unit (id);
alter table complaint add column division_id uuid constraint fk_complaint_division_id_unit references unit (id);

-- A task of the office is about no one complaint.
alter table task alter column complaint_id drop not null;
alter table task add column subject_id uuid;

-- The contact log, and mistakes put right.

create table contact (
    id uuid constraint pk_contact primary key,
    organisation_id uuid not null constraint fk_contact_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_contact_complaint_id_complaint references complaint (id),
    direction varchar(64) not null constraint ck_contact_direction check (direction in ('in', 'out')),
    channel varchar(64) not null,
    happened_at timestamptz not null,
    with_whom varchar not null,
    party_id uuid constraint fk_contact_party_id_party references party (id),
    summary varchar not null,
    promised varchar,
    promised_by date,
    author_id uuid,
    act_id uuid not null,
    said_at timestamptz not null
);
create index ix_contact_organisation_id on contact (organisation_id);
create index ix_contact_complaint_id on contact (complaint_id);

create table correction (
    id uuid constraint pk_correction primary key,
    organisation_id uuid not null constraint fk_correction_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_correction_complaint_id_complaint references complaint (id),
    what varchar(64) not null,
    said jsonb not null,
    before jsonb not null,
    after jsonb not null,
    reason varchar not null,
    state varchar(64) not null,
    asked_by uuid,
    asked_at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    decision_reason varchar,
    act_id uuid not null,
    recorded_at timestamptz not null default now(),
    constraint ck_correction_two_people check (decided_by is null or decided_by <> asked_by)
);
create index ix_correction_organisation_id on correction (organisation_id);
create index ix_correction_complaint_id on correction (complaint_id);
create unique index uq_correction_awaiting on correction (complaint_id, what) where state = 'awaiting_approval';

alter table party add column replaced_by uuid;

-- Guards, as in 0001: a tenant sees and writes its own; what hangs on a complaint is also read through a share.
do $$
declare
    t text;
    by_share constant text := 'exists (select 1 from case_share s where s.complaint_id = %1$I.complaint_id'
        ' and s.organisation_id = %1$I.organisation_id'
        ' and s.shared_with = (select app_tenant()) and s.until > (select app_time()))';
begin
    foreach t in array array['unit', 'absence', 'leaver', 'office_event', 'contact', 'correction'] loop
        execute format('alter table %I enable row level security, force row level security', t);
        execute format('create policy own_write on %I for insert with check (organisation_id = (select app_tenant()))', t);
        execute format('create policy own_update on %I for update using (organisation_id = (select app_tenant()))', t);
    end loop;
    foreach t in array array['unit', 'absence', 'leaver', 'office_event'] loop
        execute format('create policy own_read on %I for select using (organisation_id = (select app_tenant()))', t);
    end loop;
    foreach t in array array['contact', 'correction'] loop
        execute format('create policy read on %1$I for select using (organisation_id = (select app_tenant()) or '
                       || by_share || ')', t);
        execute format('alter table %I add constraint fk_%s_own_complaint foreign key (complaint_id, organisation_id)'
                       ' references complaint (id, organisation_id)', t, t);
    end loop;
end $$;

-- Foreign keys look past row-level security: without these a row could name somebody, or something, of another tenant.
alter table person add constraint uq_person_own unique (id, organisation_id);
alter table leaver add constraint uq_leaver_own unique (id, organisation_id);
alter table party add constraint uq_party_own unique (id, organisation_id);
alter table clock add constraint uq_clock_own unique (id, organisation_id);
do $$
declare
    own text[];
    named constant text[][] := array[
        ['complaint', 'owner', 'owner_id', 'person'], ['complaint', 'team', 'team_id', 'unit'],
        ['complaint', 'division', 'division_id', 'unit'], ['complaint', 'original', 'reopened_from', 'complaint'],
        ['appointment', 'person', 'person_id', 'person'], ['appointment', 'unit', 'unit_id', 'unit'],
        ['unit', 'division', 'division_id', 'unit'],
        ['absence', 'person', 'person_id', 'person'], ['absence', 'cover', 'cover_id', 'person'],
        ['leaver', 'person', 'person_id', 'person'], ['leaver', 'successor', 'successor_id', 'person'],
        ['submission', 'person', 'person_id', 'person'], ['task', 'assignee', 'assignee_id', 'person'],
        ['notice', 'person', 'person_id', 'person'], ['notice', 'party', 'party_id', 'party'],
        ['contact', 'party', 'party_id', 'party'],
        ['clock_version', 'clock', 'clock_id', 'clock'], ['fired_rung', 'clock', 'clock_id', 'clock'],
        ['change_set_item', 'clock', 'clock_id', 'clock']];
begin
    foreach own slice 1 in array named loop
        execute format('alter table %I add constraint fk_%s_own_%s foreign key (%I, organisation_id)'
                       ' references %I (id, organisation_id)', own[1], own[1], own[2], own[3], own[4]);
    end loop;
end $$;

create trigger append_only before update or delete on office_event
    for each row execute function refuse_change();
create trigger append_only before update or delete on contact
    for each row execute function refuse_change();

grant select, insert on unit, absence, leaver, office_event, contact, correction, person, appointment to redress_app;
grant update (name, division_id, active) on unit to redress_app;
grant update (ends_on, cancelled) on absence to redress_app;
grant update (state, ended_at) on leaver to redress_app;
grant update (state, decided_by, decided_at, decision_reason) on correction to redress_app;
grant update (name, email, active) on person to redress_app;
grant update (ends_on) on appointment to redress_app;
grant update (name, email, phone, address, born_on, replaced_by) on party to redress_app;

-- Whom the sweeper asks for an owner: who owns and covers what, by ids and dates only. The deputies of the two offices
-- and the leads of teams are among those who stand in.
create or replace view sweep_complaint as
    select c.organisation_id, c.id as complaint_id, c.reference, c.nation, c.stage, c.next_event_at, c.attention,
           c.logged_at, coalesce(p.active, false) as owner_active,
           c.next_event_at is null as nothing_next, c.owner_id, c.team_id
    from complaint c left join person p on p.id = c.owner_id where c.open;
create or replace view sweep_office as
    select a.organisation_id, a.role, a.starts_on, a.ends_on, a.person_id, a.unit_id, a.id as appointment_id
    from appointment a join person p on p.id = a.person_id
    where p.active and a.role in ('complaints_manager', 'responsible_person', 'deputy_complaints_manager', 'delegate',
                                  'team_lead');
create view sweep_absence as
    select a.organisation_id, a.person_id, a.starts_on, a.ends_on, a.cover_id, coalesce(c.active, false) as cover_active
    from absence a left join person c on c.id = a.cover_id where not a.cancelled;
grant select on sweep_absence to redress_sweeper;
