-- What runs beside a complaint, and may outlive it: escalations to seniors, the duty of candour, what an Ombudsman or a
-- regulator asks. What each is in full is in tables of its own.

create table proceeding (
    id uuid constraint pk_proceeding primary key,
    organisation_id uuid not null constraint fk_proceeding_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_proceeding_complaint_id_complaint references complaint (id),
    kind varchar(64) not null
        constraint ck_proceeding_kind check (kind in ('escalation', 'candour', 'referral')),
    number integer not null,
    state varchar(64) not null,
    about varchar(64) not null,
    opened_on date not null,
    opened_at timestamptz not null,
    ended_on date,
    ended_cause varchar(64),
    changes integer not null default 0,
    heard integer not null default 0,
    changed_at timestamptz not null,
    act_id uuid not null,
    recorded_at timestamptz not null default now(),
    constraint uq_proceeding_complaint_id_kind_number unique (complaint_id, kind, number)
);
create index ix_proceeding_organisation_id on proceeding (organisation_id);
create index ix_proceeding_complaint_id on proceeding (complaint_id);
create index ix_proceeding_unheard on proceeding (organisation_id, changed_at) where heard < changes;

select guard_table('proceeding');

-- What is said among seniors, of harm, and with an Ombudsman is not read by another body with which a case is shared.
create function keep_to_owner(t text) returns void language plpgsql as
$$
begin
    execute format('drop policy read on %I', t);
    execute format('create policy own_read on %I for select using (organisation_id = (select app_tenant()))', t);
end
$$;
revoke execute on function keep_to_owner(text) from public;
select keep_to_owner('proceeding');
grant select, insert, update on proceeding to redress_app;

alter table clock add column proceeding_id uuid;
create index ix_clock_proceeding_id on clock (proceeding_id) where proceeding_id is not null;
alter table clock add constraint fk_clock_own_proceeding foreign key (proceeding_id, organisation_id)
    references proceeding (id, organisation_id);

-- The sweeper tells the workflows of proceedings what they have not heard of, and sees which should run, and which should
-- have marked a clock as overdue: `due_at` is of the first that is not.
create view sweep_proceeding as
    select p.organisation_id, p.complaint_id, p.id as proceeding_id, p.kind, c.reference, p.ended_on is not null as ended,
           p.changed_at, p.heard < p.changes as unheard, c.nation, c.open,
           (select min(k.due_at) from clock k
            join clock_version v on v.clock_id = k.id and v.generation = k.generation
            where k.proceeding_id = p.id and k.state = 'running' and v.breached_at is null) as due_at
    from proceeding p join complaint c on c.id = p.complaint_id
    where p.ended_on is null or p.heard < p.changes
       or exists (select 1 from clock k where k.proceeding_id = p.id and k.state = 'running');
grant select on sweep_proceeding to redress_sweeper;
