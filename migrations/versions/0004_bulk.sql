-- Bulk operations, and the views by which the sweeper sees them and leavers.

create table bulk_operation (
    id uuid constraint pk_bulk_operation primary key,
    organisation_id uuid not null constraint fk_bulk_operation_organisation_id_organisation references organisation (id),
    kind varchar(64) not null
        constraint ck_bulk_operation_kind check (kind in ('assign', 'add_note', 'send_update', 'export')),
    params jsonb not null,
    state varchar(64) not null
        constraint ck_bulk_operation_state check (state in ('running', 'done', 'incomplete')),
    total integer not null,
    done integer not null,
    refused integer not null,
    failed integer not null,
    attempt integer not null,
    asked_by uuid constraint fk_bulk_operation_asked_by_person references person (id),
    role varchar(64) not null,
    asked_at timestamptz not null,
    tried_by uuid constraint fk_bulk_operation_tried_by_person references person (id),
    tried_role varchar(64) not null,
    tried_at timestamptz not null,
    ended_at timestamptz,
    leaver_id uuid constraint fk_bulk_operation_leaver_id_leaver references leaver (id),
    caller varchar not null,
    route varchar not null,
    idempotency_key varchar not null,
    body_hash varchar(64) not null,
    recorded_at timestamptz not null default now(),
    constraint uq_bulk_operation_organisation_id_caller_route_idempotency_key
        unique (organisation_id, caller, route, idempotency_key),
    constraint uq_bulk_operation_own unique (id, organisation_id),
    constraint fk_bulk_operation_own_asked_by foreign key (asked_by, organisation_id)
        references person (id, organisation_id),
    constraint fk_bulk_operation_own_tried_by foreign key (tried_by, organisation_id)
        references person (id, organisation_id),
    constraint fk_bulk_operation_own_leaver foreign key (leaver_id, organisation_id)
        references leaver (id, organisation_id),
    constraint ck_bulk_operation_done_is_all_done check (state <> 'done' or done = total)
);
create index ix_bulk_operation_organisation_id on bulk_operation (organisation_id);
create index ix_bulk_operation_asked on bulk_operation (organisation_id, asked_at, id);

create table bulk_item (
    operation_id uuid not null constraint fk_bulk_item_operation_id_bulk_operation references bulk_operation (id),
    n integer not null,
    organisation_id uuid not null constraint fk_bulk_item_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_bulk_item_complaint_id_complaint references complaint (id),
    state varchar(64) not null
        constraint ck_bulk_item_state check (state in ('waiting', 'said', 'done', 'refused', 'failed')),
    refusal varchar(64),
    failure varchar(64),
    submission_id uuid,
    attempt integer not null,
    settled_at timestamptz,
    stored_key varchar,
    sha256 varchar(64),
    size integer,
    constraint pk_bulk_item primary key (operation_id, n),
    constraint uq_bulk_item_operation_id_complaint_id unique (operation_id, complaint_id),
    constraint fk_bulk_item_own_operation foreign key (operation_id, organisation_id)
        references bulk_operation (id, organisation_id),
    constraint fk_bulk_item_own_complaint foreign key (complaint_id, organisation_id)
        references complaint (id, organisation_id)
);
create index ix_bulk_item_organisation_id on bulk_item (organisation_id);
create index ix_bulk_item_complaint_id on bulk_item (complaint_id);
create index ix_bulk_item_unsettled on bulk_item (operation_id, state, n) where state in ('waiting', 'said');

do $$
declare
    t text;
begin
    foreach t in array array['bulk_operation', 'bulk_item'] loop
        execute format('alter table %I enable row level security, force row level security', t);
        execute format('create policy own_write on %I for insert with check (organisation_id = (select app_tenant()))', t);
        execute format('create policy own_update on %I for update using (organisation_id = (select app_tenant()))', t);
        execute format('create policy own_read on %I for select using (organisation_id = (select app_tenant()))', t);
    end loop;
end $$;

grant select, insert on bulk_operation, bulk_item to redress_app;
grant update (state, done, refused, failed, attempt, tried_by, tried_role, tried_at, ended_at)
    on bulk_operation to redress_app;
grant update (state, refusal, failure, submission_id, attempt, settled_at, stored_key, sha256, size)
    on bulk_item to redress_app;

create view sweep_bulk_operation as
    select organisation_id, id as operation_id, tried_at from bulk_operation where state = 'running';
-- A leaver's open cases keep the account from ending.
create view sweep_leaver as
    select l.organisation_id, l.id as leaver_id, l.announced_at, l.last_day,
           (select count(*) from complaint c where c.owner_id = l.person_id and c.open
            and c.organisation_id = l.organisation_id) as cases_left
    from leaver l where l.state = 'announced';
grant select on sweep_bulk_operation, sweep_leaver to redress_sweeper;
