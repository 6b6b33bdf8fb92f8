-- Who carries an organisation's notices, when they may go, and what became of each.

create table carrier_setting (
    id uuid constraint pk_carrier_setting primary key,
    organisation_id uuid not null
        constraint fk_carrier_setting_organisation_id_organisation references organisation (id),
    carrier varchar(64) not null constraint ck_carrier_setting_carrier check (carrier in ('notify', 'out_tray')),
    emails boolean not null,
    texts boolean not null,
    letters boolean not null,
    email_template uuid,
    text_template uuid,
    reply_to uuid,
    key_sealed bytea,
    token_sealed bytea,
    changed_by uuid constraint fk_carrier_setting_changed_by_person references person (id),
    changed_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint uq_carrier_setting_organisation_id_carrier unique (organisation_id, carrier)
);
create index ix_carrier_setting_organisation_id on carrier_setting (organisation_id);
select guard_table('carrier_setting', array[['changed_by', 'person']]);
grant select, insert on carrier_setting to redress_app;
grant update (emails, texts, letters, email_template, text_template, reply_to, key_sealed, token_sealed,
              changed_by, changed_at) on carrier_setting to redress_app;

-- Whose callbacks come to an address: nobody's tenant is known until its token is compared. The one answer is an id.
create function carrier_at(address text) returns uuid language sql stable security definer set search_path = public, pg_temp as
$$
    select o.id from organisation o
    join carrier_setting s on s.organisation_id = o.id and s.carrier = 'notify' and s.token_sealed is not null
    where o.code = address
$$;
revoke execute on function carrier_at(text) from public;
grant execute on function carrier_at(text) to redress_app;

-- When what the law does not ask for may leave. Local times; from after until: over midnight.
create table quiet_hours (
    id uuid constraint pk_quiet_hours primary key,
    organisation_id uuid not null constraint uq_quiet_hours_organisation_id unique
        constraint fk_quiet_hours_organisation_id_organisation references organisation (id),
    quiet_from time,
    quiet_until time,
    working_days_only boolean not null,
    changed_by uuid constraint fk_quiet_hours_changed_by_person references person (id),
    changed_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint ck_quiet_hours_whole check ((quiet_from is null) = (quiet_until is null)),
    constraint ck_quiet_hours_some check (quiet_from <> quiet_until)
);
select guard_table('quiet_hours', array[['changed_by', 'person']]);
grant select, insert on quiet_hours to redress_app;
grant update (quiet_from, quiet_until, working_days_only, changed_by, changed_at) on quiet_hours to redress_app;

-- A notice in the hands of its carrier: written before it is handed over, so that what is not known is looked up first.
create table carriage (
    id uuid constraint pk_carriage primary key,
    organisation_id uuid not null constraint fk_carriage_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_carriage_complaint_id_complaint references complaint (id),
    notice_id uuid not null constraint uq_carriage_notice_id unique
        constraint fk_carriage_notice_id_notice references notice (id),
    carrier varchar(64) not null,
    begun_at timestamptz not null,
    carrier_id uuid,
    status varchar(64),
    looked_at timestamptz,
    laid_out_at timestamptz,
    taken_out_at timestamptz
);
create index ix_carriage_organisation_id on carriage (organisation_id);
create index ix_carriage_complaint_id on carriage (complaint_id);
select guard_table('carriage', array[['notice_id', 'notice']]);
grant select, insert, update on carriage to redress_app;

-- What a person saw become of a notice. Append-only.
create table arrival (
    id uuid constraint pk_arrival primary key,
    organisation_id uuid not null constraint fk_arrival_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_arrival_complaint_id_complaint references complaint (id),
    notice_id uuid not null constraint fk_arrival_notice_id_notice references notice (id),
    what varchar(64) not null
        constraint ck_arrival_what
        check (what in ('delivered', 'returned', 'bounced', 'wrong_address', 'supplied_in_format', 'read_out')),
    happened_on date not null,
    words varchar,
    act_id uuid not null,
    said_by uuid constraint fk_arrival_said_by_person references person (id),
    said_at timestamptz not null
);
create index ix_arrival_organisation_id on arrival (organisation_id);
create index ix_arrival_complaint_id on arrival (complaint_id);
create index ix_arrival_notice_id on arrival (notice_id);
select guard_table('arrival', array[['notice_id', 'notice'], ['said_by', 'person']]);
grant select, insert on arrival to redress_app;
create trigger append_only before update or delete on arrival for each row execute function refuse_change();

alter table notice add constraint fk_notice_own_met_clock foreign key (met_clock_id, organisation_id)
    references clock (id, organisation_id);
create index ix_notice_met_clock_id on notice (met_clock_id) where met_clock_id is not null;

-- What waits in quiet hours is held; what goes to staff knows no hold. Beside what is queued, a letter that is not yet in the out-tray, or is still there
-- though it was posted or withheld.
create or replace view sweep_notice as
    select n.organisation_id, n.complaint_id, n.id as notice_id, coalesce(n.released_at, n.drafted_at) as since,
           (c.hold and not c.stop_contact 
               and not (n.party_id is null and (n.person_id is not null or n.involvement_id is not null)))
               or (not n.statutory and exists (select 1 from quiet_hours q where q.organisation_id = n.organisation_id))
               as held, n.carrier
    from notice n join complaint c on c.id = n.complaint_id where n.state = 'queued';
create view sweep_out_tray as
    select n.organisation_id, n.complaint_id, n.id as notice_id,
           greatest(n.released_at, n.settled_at) as since, n.carrier
    from notice n left join carriage g on g.notice_id = n.id
    where n.carrier = 'out_tray'
      and (n.state = 'released' and n.failure is null and g.laid_out_at is null and g.status is null
           or (n.state <> 'released' or n.failure is not null)
              and g.begun_at is not null and g.taken_out_at is null);
grant select on sweep_out_tray to redress_sweeper;
