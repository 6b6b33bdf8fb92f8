-- Moving in: imports and their rows, where a complaint came from, and the silence until the switch date.

create table import_batch (
    id uuid constraint pk_import_batch primary key,
    organisation_id uuid not null constraint fk_import_batch_organisation_id_organisation references organisation (id),
    source_system varchar(64) not null,
    format varchar(64) not null constraint ck_import_batch_format check (format in ('csv', 'jsonl')),
    mapping jsonb not null,
    sha256 varchar(64) not null,
    state varchar(64) not null constraint ck_import_batch_state
        check (state in ('staged', 'checked', 'importing', 'done', 'incomplete', 'abandoned')),
    attempt integer not null,
    switch_on date not null,
    totals jsonb not null,
    asked_by uuid not null,
    role varchar(64) not null,
    asked_at timestamptz not null,
    tried_at timestamptz not null,
    decision_id uuid,
    go boolean,
    decided_by uuid,
    decided_at timestamptz,
    ended_at timestamptz,
    caller varchar not null,
    route varchar not null,
    idempotency_key varchar not null,
    body_hash varchar(64) not null,
    recorded_at timestamptz not null default now(),
    constraint uq_import_batch_own unique (id, organisation_id),
    constraint uq_import_batch_organisation_id_caller_route_idempotency_key
        unique (organisation_id, caller, route, idempotency_key)
);
create index ix_import_batch_organisation_id on import_batch (organisation_id);
create index ix_import_batch_asked on import_batch (organisation_id, asked_at, id);

create table import_row (
    import_id uuid not null,
    n integer not null,
    organisation_id uuid not null constraint fk_import_row_organisation_id_organisation references organisation (id),
    raw jsonb not null,
    state varchar(64) not null constraint ck_import_row_state
        check (state in ('staged', 'good', 'quarantined', 'imported', 'failed')),
    reasons jsonb not null,
    source_system varchar(64) not null,
    source_reference varchar,
    said jsonb,
    reference varchar(64),
    complaint_id uuid constraint fk_import_row_complaint_id_complaint references complaint (id),
    constraint pk_import_row primary key (import_id, n),
    constraint fk_import_row_own_import foreign key (import_id, organisation_id)
        references import_batch (id, organisation_id),
    constraint fk_import_row_own_complaint foreign key (complaint_id, organisation_id)
        references complaint (id, organisation_id)
);
create index ix_import_row_organisation_id on import_row (organisation_id);
create index ix_import_row_state on import_row (import_id, state, n);
create index ix_import_row_source on import_row (import_id, source_reference);
create index ix_import_row_complaint_id on import_row (complaint_id);
-- What came once does not come again, from whatever file.
create unique index uq_import_row_imported on import_row (organisation_id, source_system, source_reference)
    where state = 'imported';

alter table complaint add column import_id uuid;
alter table complaint add column source_reference varchar;
alter table complaint add constraint fk_complaint_own_import foreign key (import_id, organisation_id)
    references import_batch (id, organisation_id);
create index ix_complaint_import_id on complaint (import_id) where import_id is not null;

do $$
declare
    t text;
begin
    foreach t in array array['import_batch', 'import_row'] loop
        execute format('alter table %I enable row level security, force row level security', t);
        execute format('create policy own_write on %I for insert with check (organisation_id = (select app_tenant()))', t);
        execute format('create policy own_update on %I for update using (organisation_id = (select app_tenant()))', t);
        execute format('create policy own_read on %I for select using (organisation_id = (select app_tenant()))', t);
    end loop;
end $$;
grant select, insert on import_batch, import_row to redress_app;
grant update (state, attempt, tried_at, switch_on, totals, decision_id, go, decided_by, decided_at, ended_at)
    on import_batch to redress_app;
grant update (raw, state, reasons, source_reference, said, reference, complaint_id) on import_row to redress_app;

-- Silence, whoever asks. A day begins at its local midnight. An unknown time is no reason to send anything.
-- These run as their owner, from whom no row of an import is hidden.
create function import_switches_at(day date) returns timestamptz language sql immutable parallel safe as
$$ select day::timestamp at time zone 'Europe/London' $$;

create function keep_silent_until_switch() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as
$$
declare
    switch date;
begin
    select b.switch_on into switch from complaint c join import_batch b on b.id = c.import_id
        where c.id = new.complaint_id;
    if switch is not null and coalesce(app_time() < import_switches_at(switch), true) then
        raise exception 'nothing is sent about an imported complaint before its switch date'
            using errcode = 'restrict_violation', constraint = 'silent_until_switch';
    end if;
    return new;
end $$;
create trigger silent_until_switch before insert or update of state, complaint_id on notice
    for each row when (new.state in ('queued', 'released', 'handed_over', 'delivered'))
    execute function keep_silent_until_switch();

-- Where a complaint came from is never rewritten: else the silence could be lifted by forgetting the import.
create trigger origin_is_kept before update of import_id, source_reference on complaint
    for each row when (old.import_id is distinct from new.import_id
                       or old.source_reference is distinct from new.source_reference)
    execute function refuse_change();

-- The switch date may be moved until it is reached. What may have been sent cannot be unsent by moving it.
create function keep_reached_switch() returns trigger language plpgsql as
$$ begin
    if coalesce(app_time() >= import_switches_at(old.switch_on) and app_time() < import_switches_at(new.switch_on), true)
    then
        raise exception 'the switch date has been reached' using errcode = 'restrict_violation',
            constraint = 'switch_is_reached';
    end if;
    return new;
end $$;
create trigger switch_is_reached before update of switch_on on import_batch
    for each row when (old.switch_on is distinct from new.switch_on) execute function keep_reached_switch();

create view sweep_import as
    select organisation_id, id as import_id, state, decision_id, go, tried_at from import_batch
    where state in ('staged', 'checked', 'importing');
grant select on sweep_import to redress_sweeper;
