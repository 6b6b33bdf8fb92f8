-- What a complaint is, where it came from, which days count, and the figures it was opened with.

alter table complaint
    add column matter varchar(64) not null default 'complaint'
        constraint ck_complaint_matter check (matter in ('complaint', 'concern', 'enquiry', 'compliment', 'feedback')),
    add column source varchar(64) not null default 'person'
        constraint ck_complaint_source
        check (source in ('person', 'representative', 'advocate', 'mp', 'regulator', 'other_body', 'staff')),
    add column first_contact_on date,
    add column happened_on date,
    add column noticed_on date,
    add column figures jsonb not null default '{}',
    add column tier varchar(64),
    add column small_body boolean not null default false;
create index ix_complaint_matter on complaint (organisation_id, matter, received_on);

-- Who speaks for whom, and on what ground; who has died.
alter table party
    add column relation varchar(64),
    add column ground varchar(64)
        constraint ck_party_ground check (ground in ('asked', 'child', 'lacks_capacity', 'died')),
    add column consent_basis varchar(64)
        constraint ck_party_consent_basis
        check (consent_basis in ('written', 'oral', 'statutory', 'implied_constituent', 'none')),
    add column died_on date,
    add column death_known_at timestamptz;

-- What a refused submission still lacked: codes.
alter table submission add column missing jsonb;

-- Which procedure an organisation follows from a day on, with its own figures. Ended by the next, never rewritten.
create table adoption (
    id uuid constraint pk_adoption primary key,
    organisation_id uuid not null constraint fk_adoption_organisation_id_organisation references organisation (id),
    procedure varchar(64) not null,
    procedure_version integer,
    figures jsonb not null,
    small_body boolean not null,
    adopted_from date not null,
    reason varchar not null,
    adopted_by uuid constraint fk_adoption_adopted_by_person references person (id),
    adopted_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint uq_adoption_organisation_id_procedure_adopted_from unique (organisation_id, procedure, adopted_from)
);
create index ix_adoption_organisation_id on adoption (organisation_id);

-- What every later table of tenants needs, in one place: a tenant writes and reads its own; what hangs on a complaint is
-- also read through a share. `named` is pairs of a column and the table it names: foreign keys look past row-level
-- security, so each goes with the organisation.
create function guard_table(t text, named text[] default '{}') returns void language plpgsql as
$$
declare
    n integer;
    of_case boolean := exists (select 1 from information_schema.columns
                               where table_name = t and column_name = 'complaint_id' and table_schema = 'public');
    by_share constant text := ' or exists (select 1 from case_share s where s.complaint_id = %1$I.complaint_id'
        ' and s.organisation_id = %1$I.organisation_id'
        ' and s.shared_with = (select app_tenant()) and s.until > (select app_time()))';
begin
    execute format('alter table %I enable row level security, force row level security', t);
    execute format('create policy own_write on %I for insert with check (organisation_id = (select app_tenant()))', t);
    execute format('create policy own_update on %I for update using (organisation_id = (select app_tenant()))', t);
    execute format('create policy read on %1$I for select using (organisation_id = (select app_tenant())'
                   || case when of_case then by_share else '' end || ')', t);
    execute format('alter table %I add constraint uq_%s_own unique (id, organisation_id)', t, t);
    if of_case then
        execute format('alter table %I add constraint fk_%s_own_complaint foreign key (complaint_id, organisation_id)'
                       ' references complaint (id, organisation_id)', t, t);
    end if;
    for n in 1 .. coalesce(array_length(named, 1), 0) loop
        execute format('alter table %I add constraint fk_%s_own_%s foreign key (%I, organisation_id)'
                       ' references %I (id, organisation_id)',
                       t, t, replace(named[n][1], '_id', ''), named[n][1], named[n][2]);
    end loop;
end
$$;
revoke execute on function guard_table(text, text[]) from public;

select guard_table('adoption', array[['adopted_by', 'person']]);
create trigger append_only before update or delete on adoption
    for each row execute function refuse_change();
grant select, insert on adoption to redress_app;
grant update (died_on, death_known_at) on party to redress_app;
grant update (missing) on submission to redress_app;
