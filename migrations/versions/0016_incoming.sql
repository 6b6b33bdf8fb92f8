-- What comes in by the online form and by e-mail: whether an organisation has switched either on, and every mail.

create table intake_channel (
    id uuid constraint pk_intake_channel primary key,
    organisation_id uuid not null constraint fk_intake_channel_organisation_id_organisation references organisation (id),
    kind varchar(64) not null constraint ck_intake_channel_kind check (kind in ('form', 'email')),
    enabled boolean not null,
    secret bytea not null,
    changed_by uuid constraint fk_intake_channel_changed_by_person references person (id),
    changed_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint uq_intake_channel_organisation_id_kind unique (organisation_id, kind)
);
create index ix_intake_channel_organisation_id on intake_channel (organisation_id);
select guard_table('intake_channel', array[['changed_by', 'person']]);
grant select, insert, update (enabled, secret, changed_by, changed_at) on intake_channel to redress_app;

-- Who opens the form is nobody's tenant yet. The one question that may be asked then is which organisation's form has
-- this address, and the one answer is an id, of those alone that have switched their form on.
create function form_at(address text) returns uuid language sql stable security definer set search_path = public, pg_temp as
$$
    select o.id from organisation o join intake_channel c on c.organisation_id = o.id
    where o.code = address and c.kind = 'form' and c.enabled
$$;
revoke execute on function form_at(text) from public;
grant execute on function form_at(text) to redress_app;

-- A mail hangs on what it was taken in as: that is there before the complaint is, and belongs to the same organisation.
alter table submission add constraint uq_submission_own unique (id, organisation_id);

create table incoming (
    id uuid constraint pk_incoming primary key,
    organisation_id uuid not null constraint fk_incoming_organisation_id_organisation references organisation (id),
    mail_key varchar(64) not null,
    message_id varchar,
    sha256 varchar(64) not null,
    size integer not null,
    stored_key varchar(80) not null,
    scanned_with varchar(64) not null,
    infected boolean not null,
    received_at timestamptz not null,
    taken_in_at timestamptz not null,
    from_name varchar,
    from_address varchar,
    subject varchar,
    state varchar(64) not null constraint ck_incoming_state check (state in ('automatic', 'answer', 'logged')),
    reason varchar(64) not null,
    files integer not null,
    refused_files jsonb not null,
    complaint_id uuid,
    submission_id uuid constraint fk_incoming_submission_id_submission references submission (id),
    recorded_at timestamptz not null default now(),
    constraint uq_incoming_organisation_id_mail_key unique (organisation_id, mail_key),
    constraint ck_incoming_taken_in check ((state = 'automatic') = (submission_id is null)),
    constraint ck_incoming_whole check ((submission_id is null) = (complaint_id is null)),
    constraint fk_incoming_own_submission foreign key (submission_id, organisation_id)
        references submission (id, organisation_id)
);
create index ix_incoming_organisation_id on incoming (organisation_id);
create index ix_incoming_taken_in on incoming (organisation_id, taken_in_at, id);

-- Mail may name anybody: a share of a complaint does not show it.
alter table incoming enable row level security, force row level security;
create policy own_write on incoming for insert with check (organisation_id = (select app_tenant()));
create policy own_read on incoming for select using (organisation_id = (select app_tenant()));
create trigger append_only before update or delete on incoming
    for each row execute function refuse_change();
create trigger append_only_truncate before truncate on incoming
    for each statement execute function refuse_change();
grant select, insert on incoming to redress_app;
