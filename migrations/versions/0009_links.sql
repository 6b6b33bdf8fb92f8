-- Complaints that belong together, and how an earlier complaint of the same person is found at intake.

create table complaint_link (
    id uuid constraint pk_complaint_link primary key,
    organisation_id uuid not null
        constraint fk_complaint_link_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_complaint_link_complaint_id_complaint references complaint (id),
    other_id uuid not null constraint fk_complaint_link_other_id_complaint references complaint (id),
    kind varchar(64) not null
        constraint ck_complaint_link_kind
        check (kind in ('related', 'same_person', 'same_event', 'repeat_complainant', 'common_cause', 'duplicate')),
    group_code varchar(64),
    words varchar,
    linked_by uuid constraint fk_complaint_link_linked_by_person references person (id),
    act_id uuid not null,
    linked_at timestamptz not null,
    removed_by uuid constraint fk_complaint_link_removed_by_person references person (id),
    removed_at timestamptz,
    removal_reason varchar,
    constraint ck_complaint_link_two_complaints check (complaint_id <> other_id),
    constraint ck_complaint_link_group check ((kind = 'common_cause') = (group_code is not null))
);
create index ix_complaint_link_organisation_id on complaint_link (organisation_id);
create index ix_complaint_link_complaint_id on complaint_link (complaint_id);
create index ix_complaint_link_other_id on complaint_link (other_id);
create index ix_complaint_link_group_code on complaint_link (organisation_id, group_code) where removed_at is null;
-- The same link said from either end is the same link.
create unique index uq_complaint_link_present on complaint_link
    (least(complaint_id, other_id), greatest(complaint_id, other_id), kind, coalesce(group_code, ''))
    where removed_at is null;
select guard_table('complaint_link',
                   array[['other_id', 'complaint'], ['linked_by', 'person'], ['removed_by', 'person']]);
grant select, insert on complaint_link to redress_app;
grant update (removed_by, removed_at, removal_reason) on complaint_link to redress_app;

-- A name as it is compared: without regard to case and to blanks. A column, and no expression, so that the index is
-- used under row-level security.
alter table party
    add column nhs_number varchar(10)
        constraint ck_party_nhs_number check (nhs_number ~ '^[0-9]{10}$'),
    add column name_key varchar(200)
        generated always as (left(lower(regexp_replace(btrim(name), '\s+', ' ', 'g')), 200)) stored;
create index ix_party_nhs_number on party (organisation_id, nhs_number) where nhs_number is not null;
create index ix_party_name_key on party (organisation_id, name_key);
grant update (nhs_number) on party to redress_app;
