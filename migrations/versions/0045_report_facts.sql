-- The reports' own view of cases: what their chains of evidence come to, and when each of it was known.

create table report_fold (
    complaint_id uuid constraint pk_report_fold primary key
        constraint fk_report_fold_complaint_id_complaint references complaint (id),
    organisation_id uuid not null constraint fk_report_fold_organisation_id_organisation references organisation (id),
    seq integer not null,
    held jsonb not null
);
create index ix_report_fold_organisation_id on report_fold (organisation_id);

create table report_mark (
    organisation_id uuid constraint pk_report_mark primary key
        constraint fk_report_mark_organisation_id_organisation references organisation (id),
    known_us bigint not null
);

create table report_case (
    id uuid constraint pk_report_case primary key,
    organisation_id uuid not null constraint fk_report_case_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_report_case_complaint_id_complaint references complaint (id),
    seq integer not null,
    known_us bigint not null,
    until_us bigint not null default 9223372036854775807,
    matter varchar(64) not null,
    source varchar(64) not null,
    channel varchar(64) not null,
    procedure varchar(64) not null,
    procedure_version integer not null,
    received_on date not null,
    logged_on date not null,
    imported boolean not null,
    reopened boolean not null,
    acknowledged_on date,
    resolved_on date,
    satisfied boolean,
    closer_look_on date,
    responded_on date,
    ended_on date,
    ended_as varchar(64),
    outcome varchar(64),
    upheld integer not null,
    partly_upheld integer not null,
    not_upheld integer not null,
    severity varchar(64),
    owner_id uuid,
    team_id uuid,
    division_id uuid,
    age_band varchar(64),
    complainant_status varchar(64),
    site varchar(64),
    ward varchar(64),
    service_area varchar(64),
    profession varchar(64),
    place varchar(140),
    themes varchar(140)[] not null,
    professions varchar(140)[] not null,
    ombudsman_on date,
    death boolean not null,
    joint boolean not null,
    constraint uq_report_case_complaint_id_seq unique (complaint_id, seq)
);
create index ix_report_case_organisation_id on report_case (organisation_id);
create index ix_report_case_now on report_case (organisation_id, received_on) where until_us = 9223372036854775807;
create index ix_report_case_error on report_case (organisation_id, complaint_id) where ended_as = 'opened_in_error';
create index ix_report_case_known on report_case (organisation_id, known_us);

create table report_clock (
    id uuid constraint pk_report_clock primary key,
    organisation_id uuid not null constraint fk_report_clock_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_report_clock_complaint_id_complaint references complaint (id),
    clock_id uuid not null,
    generation integer not null,
    seq integer not null default 0,
    known_us bigint not null,
    until_us bigint not null default 9223372036854775807,
    kind varchar(64) not null,
    effect varchar(64) not null,
    started_on date not null,
    due_on date not null,
    met_on date,
    in_time boolean not null,
    breached boolean not null default false,
    constraint uq_report_clock_clock_id_generation_seq_known_us unique (clock_id, generation, seq, known_us)
);
create index ix_report_clock_organisation_id on report_clock (organisation_id);
create index ix_report_clock_complaint_id on report_clock (complaint_id);
create index ix_report_clock_due on report_clock (organisation_id, due_on);
create index ix_report_clock_known on report_clock (organisation_id, known_us);

create table report_item (
    id uuid constraint pk_report_item primary key,
    organisation_id uuid not null constraint fk_report_item_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_report_item_complaint_id_complaint references complaint (id),
    item_id uuid not null,
    kind varchar(64) not null,
    part varchar(64),
    state varchar(64) not null,
    seq integer not null default 0,
    known_us bigint not null,
    until_us bigint not null default 9223372036854775807,
    "on" date not null,
    due_on date,
    done_on date,
    code varchar(140),
    second varchar(140),
    number numeric(14, 2),
    flag boolean,
    constraint uq_report_item_item_id_kind_part_seq_known_us
        unique nulls not distinct (item_id, kind, part, seq, known_us)
);
create index ix_report_item_organisation_id on report_item (organisation_id);
create index ix_report_item_complaint_id on report_item (complaint_id);
create index ix_report_item_kind on report_item (organisation_id, kind, "on");
create index ix_report_item_known on report_item (organisation_id, known_us);

-- What a report counts is its own organisation's: nothing here is shared.
alter table report_mark enable row level security, force row level security;
create policy own_write on report_mark for insert with check (organisation_id = (select app_tenant()));
create policy own_update on report_mark for update using (organisation_id = (select app_tenant()));
create policy own_read on report_mark for select using (organisation_id = (select app_tenant()));
grant select, insert, update (known_us) on report_mark to redress_app;

alter table report_fold enable row level security, force row level security;
create policy own_write on report_fold for insert with check (organisation_id = (select app_tenant()));
create policy own_update on report_fold for update using (organisation_id = (select app_tenant()));
create policy own_read on report_fold for select using (organisation_id = (select app_tenant()));
alter table report_fold add constraint fk_report_fold_own_complaint foreign key (complaint_id, organisation_id)
    references complaint (id, organisation_id);
grant select, insert, update (seq, held) on report_fold to redress_app;

select guard_table('report_case');
select keep_to_owner('report_case');
grant select, insert, update (until_us) on report_case to redress_app;
select guard_table('report_clock');
select keep_to_owner('report_clock');
grant select, insert, update (until_us) on report_clock to redress_app;
select guard_table('report_item');
select keep_to_owner('report_item');
grant select, insert, update (until_us) on report_item to redress_app;
