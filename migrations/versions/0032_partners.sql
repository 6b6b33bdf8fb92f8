-- Other bodies that we speak with: who they are, where their systems are, and the one secret that we share with each.

create table partner (
    id uuid constraint pk_partner primary key,
    organisation_id uuid not null constraint fk_partner_organisation_id_organisation references organisation (id),
    code varchar(64) not null,
    name varchar not null,
    body_kind varchar(64) not null
        constraint ck_partner_body_kind
        check (body_kind in ('nhs', 'local_authority', 'independent_provider', 'department', 'other')),
    bound varchar(64) not null constraint ck_partner_bound check (bound in ('regulation_9', 'voluntary')),
    way varchar(64) not null constraint ck_partner_way check (way in ('here', 'system', 'page', 'none')),
    -- Their door, where they coordinate; and where they receive our webhooks, where we do.
    door_url varchar,
    hook_url varchar,
    secret bytea,
    secret_number integer not null,
    previous_secret bytea,
    previous_until timestamptz,
    created_by uuid constraint fk_partner_created_by_person references person (id),
    created_at timestamptz not null,
    changed_at timestamptz not null,
    ended_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint ck_partner_secret check (secret is null or way = 'system')
);
create index ix_partner_organisation_id on partner (organisation_id);
create unique index uq_partner_code on partner (organisation_id, code) where ended_at is null;
select guard_table('partner', array[['created_by', 'person']]);
grant select, insert on partner to redress_app;
grant update (name, body_kind, bound, way, door_url, hook_url, secret, secret_number, previous_secret, previous_until,
              changed_at, ended_at) on partner to redress_app;

create table partner_contact (
    id uuid constraint pk_partner_contact primary key,
    organisation_id uuid not null
        constraint fk_partner_contact_organisation_id_organisation references organisation (id),
    partner_id uuid not null constraint fk_partner_contact_partner_id_partner references partner (id),
    role varchar(64) not null
        constraint ck_partner_contact_role
        check (role in ('contact', 'deputy', 'senior_lead', 'complaints_manager', 'responsible_person')),
    name varchar not null,
    email varchar,
    phone varchar,
    said_at timestamptz not null,
    ended_at timestamptz
);
create index ix_partner_contact_organisation_id on partner_contact (organisation_id);
create index ix_partner_contact_partner_id on partner_contact (partner_id);
select guard_table('partner_contact', array[['partner_id', 'partner']]);
grant select, insert on partner_contact to redress_app;
grant update (ended_at) on partner_contact to redress_app;

-- Which number the credential of one contribution has now: the one that coordinates raises it, the other hears of it.
-- `contribution_id` is that of whoever coordinates, so it need not be one of ours.
create table joint_credential (
    id uuid constraint pk_joint_credential primary key,
    organisation_id uuid not null
        constraint fk_joint_credential_organisation_id_organisation references organisation (id),
    partner_id uuid not null constraint fk_joint_credential_partner_id_partner references partner (id),
    contribution_id uuid not null,
    number integer not null constraint ck_joint_credential_number check (number > 0),
    changed_at timestamptz not null,
    constraint uq_joint_credential_partner_id_contribution_id unique (partner_id, contribution_id)
);
create index ix_joint_credential_organisation_id on joint_credential (organisation_id);
select guard_table('joint_credential', array[['partner_id', 'partner']]);
grant select, insert on joint_credential to redress_app;
grant update (number, changed_at) on joint_credential to redress_app;

-- A partner's receiver is a subscription like any other, but it hears of its own contributions alone.
alter table webhook_subscription
    add column partner_id uuid constraint fk_webhook_subscription_partner_id_partner references partner (id),
    add constraint fk_webhook_subscription_own_partner foreign key (partner_id, organisation_id)
        references partner (id, organisation_id);
create unique index uq_webhook_subscription_partner on webhook_subscription (partner_id)
    where partner_id is not null and state <> 'ended';

alter table contribution
    add constraint fk_contribution_own_partner foreign key (partner_id, organisation_id)
        references partner (id, organisation_id);
create index ix_contribution_partner_id on contribution (partner_id) where partner_id is not null;

-- Whose door has an address: nobody's tenant is known until a credential is compared. The one answer is an id.
create function joint_door_at(address text) returns uuid
    language sql stable security definer set search_path = public, pg_temp as
$$
    select o.id from organisation o
    where o.code = address
      and exists (select 1 from partner p
                  where p.organisation_id = o.id and p.secret is not null and p.ended_at is null)
$$;
revoke execute on function joint_door_at(text) from public;
grant execute on function joint_door_at(text) to redress_app;
