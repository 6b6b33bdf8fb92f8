-- Subscriptions of case systems to events, what is sent to each, and every attempt to send it.

create table webhook_subscription (
    id uuid constraint pk_webhook_subscription primary key,
    organisation_id uuid not null
        constraint fk_webhook_subscription_organisation_id_organisation references organisation (id),
    url varchar not null,
    description varchar not null,
    types jsonb not null,
    state varchar(64) not null
        constraint ck_webhook_subscription_state check (state in ('active', 'paused', 'ended')),
    paused_because varchar(64)
        constraint ck_webhook_subscription_paused_because check (paused_because in ('asked', 'gone')),
    secret bytea not null,
    secret_number integer not null,
    previous_secret bytea,
    previous_until timestamptz,
    caller varchar not null,
    created_by uuid constraint fk_webhook_subscription_created_by_person references person (id),
    created_at timestamptz not null,
    -- What waited while it was paused is tried for days from here on.
    resumed_at timestamptz not null,
    ended_at timestamptz,
    recorded_at timestamptz not null default now()
);
create index ix_webhook_subscription_organisation_id on webhook_subscription (organisation_id);
create index ix_webhook_subscription_open on webhook_subscription (organisation_id) where state <> 'ended';
create index ix_webhook_subscription_listed on webhook_subscription (organisation_id, created_at, id);

-- One event on its way to one receiver. `n` is the order of sending. A replay is a row of its own with the same event.
create table webhook_delivery (
    id uuid constraint pk_webhook_delivery primary key,
    n bigint generated always as identity,
    organisation_id uuid not null
        constraint fk_webhook_delivery_organisation_id_organisation references organisation (id),
    subscription_id uuid not null
        constraint fk_webhook_delivery_subscription_id_webhook_subscription references webhook_subscription (id),
    event_id uuid not null,
    complaint_id uuid constraint fk_webhook_delivery_complaint_id_complaint references complaint (id),
    type varchar(64) not null,
    occurred_at timestamptz not null,
    stage varchar(64),
    version integer,
    about jsonb not null,
    replay_id uuid,
    state varchar(64) not null
        constraint ck_webhook_delivery_state check (state in ('queued', 'delivered', 'dead')),
    attempts integer not null,
    queued_at timestamptz not null,
    next_at timestamptz not null,
    settled_at timestamptz,
    failure varchar(64),
    constraint uq_webhook_delivery_event unique nulls not distinct (subscription_id, event_id, replay_id)
);
create index ix_webhook_delivery_organisation_id on webhook_delivery (organisation_id);
create index ix_webhook_delivery_complaint_id on webhook_delivery (complaint_id);
create index ix_webhook_delivery_queued on webhook_delivery (subscription_id, n) where state = 'queued';
create index ix_webhook_delivery_listed on webhook_delivery (subscription_id, n);
create index ix_webhook_delivery_occurred on webhook_delivery (subscription_id, occurred_at);
create index ix_webhook_delivery_settled on webhook_delivery (organisation_id, settled_at) where settled_at is not null;

create table webhook_attempt (
    id uuid constraint pk_webhook_attempt primary key,
    organisation_id uuid not null
        constraint fk_webhook_attempt_organisation_id_organisation references organisation (id),
    delivery_id uuid not null
        constraint fk_webhook_attempt_delivery_id_webhook_delivery references webhook_delivery (id),
    number integer not null,
    at timestamptz not null,
    outcome varchar(64) not null,
    status integer,
    milliseconds integer not null,
    constraint uq_webhook_attempt_delivery_id_number unique (delivery_id, number)
);
create index ix_webhook_attempt_organisation_id on webhook_attempt (organisation_id);

select guard_table('webhook_subscription', array[['created_by', 'person']]);

-- Not by guard_table: whoever a case is shared with does not see where its owner sends events.
alter table webhook_delivery enable row level security, force row level security;
create policy own_write on webhook_delivery for insert with check (organisation_id = (select app_tenant()));
create policy own_update on webhook_delivery for update using (organisation_id = (select app_tenant()));
create policy own_read on webhook_delivery for select using (organisation_id = (select app_tenant()));
alter table webhook_delivery
    add constraint uq_webhook_delivery_own unique (id, organisation_id),
    add constraint fk_webhook_delivery_own_complaint foreign key (complaint_id, organisation_id)
        references complaint (id, organisation_id),
    add constraint fk_webhook_delivery_own_subscription foreign key (subscription_id, organisation_id)
        references webhook_subscription (id, organisation_id);

select guard_table('webhook_attempt', array[['delivery_id', 'webhook_delivery']]);
create trigger append_only before update on webhook_attempt for each row execute function refuse_change();

grant select, insert on webhook_subscription, webhook_delivery, webhook_attempt to redress_app;
grant update (url, description, types, state, paused_because, secret, secret_number, previous_secret, previous_until,
              resumed_at, ended_at) on webhook_subscription to redress_app;
grant update (state, attempts, next_at, settled_at, failure) on webhook_delivery to redress_app;

-- Which subscriptions have something to send, and since when it is due: the first in order, for the others wait for it,
-- and not before what went before it was settled.
create view sweep_webhook as
    select s.organisation_id, s.id as subscription_id,
           greatest(first.next_at, (select p.settled_at from webhook_delivery p
                                    where p.subscription_id = s.id and p.n < first.n order by p.n desc limit 1)) as due_at
    from webhook_subscription s
    cross join lateral (select d.n, d.next_at from webhook_delivery d
                        where d.subscription_id = s.id and d.state = 'queued' order by d.n limit 1) first
    where s.state = 'active';
grant select on sweep_webhook to redress_sweeper;

-- What was settled so long ago is forgotten, a part of it at a time: the log of a receiver is no evidence of a case. The
-- application may delete nothing; of its own organisation it may ask for this, and for nothing that is younger.
create function forget_webhooks(most integer) returns integer
    language plpgsql security definer set search_path = public, pg_temp as
$$
declare
    gone uuid[];
begin
    select array_agg(old.id) into gone from (
        select id from webhook_delivery
        where organisation_id = (select app_tenant()) and settled_at < (select app_time()) - interval '90 days'
        limit most for update skip locked) old;
    delete from webhook_attempt where delivery_id = any(gone);
    delete from webhook_delivery where id = any(gone);
    return coalesce(cardinality(gone), 0);
end
$$;
revoke execute on function forget_webhooks(integer) from public;
grant execute on function forget_webhooks(integer) to redress_app;

-- Who ever subscribed: whose logs are tidied.
create view sweep_subscriber as select distinct organisation_id from webhook_subscription;
grant select on sweep_subscriber to redress_sweeper;
