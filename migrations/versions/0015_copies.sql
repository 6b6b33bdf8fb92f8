-- The copies of letters as they were sent: one of each notice, append-only, its bytes beside what they were made of.

-- A copy is of a notice of its own complaint and organisation.
alter table notice add constraint uq_notice_of_complaint unique (id, complaint_id, organisation_id);

create table letter_copy (
    notice_id uuid constraint pk_letter_copy primary key,
    organisation_id uuid not null constraint fk_letter_copy_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_letter_copy_complaint_id_complaint references complaint (id),
    template varchar(64) not null,
    template_version integer not null,
    words_sha256 varchar(64) not null,
    sheet integer not null,
    program varchar(64) not null,
    sha256 varchar(64) not null,
    size integer not null,
    content bytea not null,
    made_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint fk_letter_copy_own_complaint foreign key (complaint_id, organisation_id)
        references complaint (id, organisation_id),
    constraint fk_letter_copy_own_notice foreign key (notice_id, complaint_id, organisation_id)
        references notice (id, complaint_id, organisation_id)
);
create index ix_letter_copy_organisation_id on letter_copy (organisation_id);
create index ix_letter_copy_complaint_id on letter_copy (complaint_id);
-- PDF is compressed already.
alter table letter_copy alter column content set storage external;

-- Whoever may read a notice may read its copy; nobody changes one.
alter table letter_copy enable row level security, force row level security;
create policy own_write on letter_copy for insert with check (organisation_id = (select app_tenant()));
create policy read on letter_copy for select using (
    organisation_id = (select app_tenant())
    or exists (select 1 from case_share s where s.complaint_id = letter_copy.complaint_id
               and s.organisation_id = letter_copy.organisation_id
               and s.shared_with = (select app_tenant()) and s.until > (select app_time()))
);
create trigger append_only before update or delete on letter_copy
    for each row execute function refuse_change();
create trigger append_only_truncate before truncate on letter_copy
    for each statement execute function refuse_change();
grant select, insert on letter_copy to redress_app;
