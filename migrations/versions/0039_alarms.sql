-- What wakes a senior and what goes into their digest: the version of the mix that a complaint counts with, single
-- breaches on their way into a digest, the digests of an organisation, and what was found to recur.

-- Null: opened before there was a mix; its ladders reach whom they always reached.
alter table complaint add column alarms_version integer;

create table senior_digest (
    id uuid constraint pk_senior_digest primary key,
    organisation_id uuid not null constraint fk_senior_digest_organisation_id_organisation references organisation (id),
    week_on date not null,
    compiled_at timestamptz not null,
    late boolean not null,
    figures jsonb not null,
    told integer not null default 0,
    told_at timestamptz,
    constraint uq_senior_digest_organisation_id_week_on unique (organisation_id, week_on)
);
select guard_table('senior_digest');
grant select, insert, update (told, told_at) on senior_digest to redress_app;

create table digest_item (
    id uuid constraint pk_digest_item primary key,
    organisation_id uuid not null constraint fk_digest_item_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_digest_item_complaint_id_complaint references complaint (id),
    clock_id uuid not null constraint fk_digest_item_clock_id_clock references clock (id),
    generation integer not null,
    clock varchar(64) not null,
    due_on date not null,
    breached_at timestamptz not null,
    unit_id uuid constraint fk_digest_item_unit_id_unit references unit (id),
    digest_id uuid constraint fk_digest_item_digest_id_senior_digest references senior_digest (id),
    constraint uq_digest_item_clock_id_generation unique (clock_id, generation)
);
create index ix_digest_item_complaint_id on digest_item (complaint_id);
create index ix_digest_item_digest_id on digest_item (digest_id, due_on, id);
create index ix_digest_item_waiting on digest_item (organisation_id, breached_at) where digest_id is null;
select guard_table('digest_item', array[['clock_id', 'clock'], ['unit_id', 'unit'], ['digest_id', 'senior_digest']]);
select keep_to_owner('digest_item');
grant select, insert, update (digest_id) on digest_item to redress_app;

create table recurrence (
    id uuid constraint pk_recurrence primary key,
    organisation_id uuid not null constraint fk_recurrence_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_recurrence_complaint_id_complaint references complaint (id),
    kind varchar(64) not null constraint ck_recurrence_kind check (kind in ('theme', 'place', 'both')),
    theme varchar(140),
    place varchar(140),
    number integer not null,
    first_on date not null,
    last_on date not null,
    count integer not null,
    cases jsonb not null,
    proceeding_id uuid constraint fk_recurrence_proceeding_id_proceeding references proceeding (id),
    found_on date not null,
    act_id uuid not null,
    constraint uq_recurrence_organisation_id_kind_theme_place_number
        unique nulls not distinct (organisation_id, kind, theme, place, number)
);
create index ix_recurrence_complaint_id on recurrence (complaint_id);
select guard_table('recurrence', array[['proceeding_id', 'proceeding']]);
select keep_to_owner('recurrence');
create trigger append_only before update or delete on recurrence
    for each row execute function refuse_change();
grant select, insert on recurrence to redress_app;

