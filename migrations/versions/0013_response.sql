-- The response: each version of its draft, and what became of it on its way to the signature.

-- A draft says which letter it went out as.
alter table notice add constraint uq_notice_own unique (id, organisation_id);

create table response_draft (
    id uuid constraint pk_response_draft primary key,
    organisation_id uuid not null constraint fk_response_draft_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_response_draft_complaint_id_complaint references complaint (id),
    version integer not null,
    tier varchar(64),
    sections jsonb not null,
    remark varchar,
    composed varchar not null,
    sha256 varchar(64) not null,
    sources_sha256 varchar(64) not null,
    missing jsonb not null,
    findings jsonb not null,
    written_by uuid not null constraint fk_response_draft_written_by_person references person (id),
    written_at timestamptz not null,
    act_id uuid not null,
    notice_id uuid constraint fk_response_draft_notice_id_notice references notice (id),
    issued_on date,
    constraint uq_response_draft_complaint_id_version unique (complaint_id, version),
    constraint ck_response_draft_issued_as check ((notice_id is null) = (issued_on is null))
);
create index ix_response_draft_organisation_id on response_draft (organisation_id);
create index ix_response_draft_complaint_id on response_draft (complaint_id);
select guard_table('response_draft', array[['written_by', 'person'], ['notice_id', 'notice']]);
create trigger append_only before delete on response_draft for each row execute function refuse_change();
grant select, insert on response_draft to redress_app;
-- The words of a version are never changed: only that it was issued is added.
grant update (notice_id, issued_on) on response_draft to redress_app;

create table response_clearance (
    id uuid constraint pk_response_clearance primary key,
    organisation_id uuid not null
        constraint fk_response_clearance_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_response_clearance_complaint_id_complaint references complaint (id),
    draft_id uuid not null constraint fk_response_clearance_draft_id_response_draft references response_draft (id),
    number integer not null,
    sent_back boolean not null,
    reason varchar,
    mitigation varchar,
    decided_by uuid not null constraint fk_response_clearance_decided_by_person references person (id),
    decided_at timestamptz not null,
    act_id uuid not null,
    constraint uq_response_clearance_draft_id_number unique (draft_id, number),
    constraint ck_response_clearance_sent_back_with_reason check (not sent_back or reason is not null)
);
create index ix_response_clearance_organisation_id on response_clearance (organisation_id);
create index ix_response_clearance_complaint_id on response_clearance (complaint_id);
select guard_table('response_clearance', array[['draft_id', 'response_draft'], ['decided_by', 'person']]);
create trigger append_only before update or delete on response_clearance
    for each row execute function refuse_change();
grant select, insert on response_clearance to redress_app;
