-- Evidence packs: what was assembled for an Ombudsman or a regulator, kept as it was given; and who read what of a case.

create table evidence_pack (
    id uuid constraint pk_evidence_pack primary key,
    organisation_id uuid not null constraint fk_evidence_pack_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_evidence_pack_complaint_id_complaint references complaint (id),
    number integer not null,
    purpose varchar(64) not null
        constraint ck_evidence_pack_purpose check (purpose in ('ombudsman', 'regulator', 'other')),
    referral_id uuid,
    enquiry_id uuid,
    include_restricted boolean not null,
    restricted_reason varchar,
    remark varchar,
    state varchar(64) not null
        constraint ck_evidence_pack_state check (state in ('assembled', 'made')),
    event_seq integer not null,
    event_head varchar(64) not null,
    content bytea not null,
    content_sha256 varchar(64) not null,
    asked_by uuid,
    act_id uuid not null,
    asked_at timestamptz not null,
    sha256 varchar(64),
    size bigint,
    archive_key varchar(80),
    made_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint uq_evidence_pack_complaint_id_number unique (complaint_id, number),
    constraint ck_evidence_pack_reasoned check (not include_restricted or restricted_reason is not null),
    constraint ck_evidence_pack_made check (
        (state = 'made') = (sha256 is not null)
        and (sha256 is null) = (size is null)
        and (sha256 is null) = (archive_key is null)
        and (sha256 is null) = (made_at is null))
);
create index ix_evidence_pack_organisation_id on evidence_pack (organisation_id);
create index ix_evidence_pack_complaint_id on evidence_pack (complaint_id);
select guard_table('evidence_pack', array[['asked_by', 'person'], ['referral_id', 'proceeding'],
                                          ['enquiry_id', 'referral_enquiry']]);
select keep_to_owner('evidence_pack');
grant select, insert on evidence_pack to redress_app;
-- The archive is made once, of what was assembled; then nothing of it changes.
grant update (state, sha256, size, archive_key, made_at) on evidence_pack to redress_app;
create trigger kept_as_given before update on evidence_pack
    for each row when (old.state = 'made') execute function refuse_change();
create trigger never_removed before delete on evidence_pack
    for each row execute function refuse_change();

-- Whoever took content of a case out of the system: a file, a letter, a pack, an export. That changes no case, so that it
-- is no act of one: it is written beside the reading.
create table seen (
    id uuid constraint pk_seen primary key,
    organisation_id uuid not null constraint fk_seen_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_seen_complaint_id_complaint references complaint (id),
    what varchar(64) not null constraint ck_seen_what check (what in ('file', 'letter', 'pack', 'export')),
    subject_id uuid not null,
    viewer_organisation_id uuid not null
        constraint fk_seen_viewer_organisation_id_organisation references organisation (id),
    viewer_body varchar not null,
    person_id uuid,
    role varchar(64) not null,
    at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint fk_seen_viewers_person foreign key (person_id, viewer_organisation_id)
        references person (id, organisation_id)
);
create index ix_seen_organisation_id on seen (organisation_id);
create index ix_seen_complaint_id on seen (complaint_id);
select guard_table('seen');
select keep_to_owner('seen');
-- Somebody of another body with which the case is shared writes down that they read it, and reads no such row.
create policy share_write on seen for insert with check (
    viewer_organisation_id = (select app_tenant())
    and exists (select 1 from case_share s where s.complaint_id = seen.complaint_id
                and s.organisation_id = seen.organisation_id
                and s.shared_with = (select app_tenant()) and s.until > (select app_time())));
create trigger append_only before update or delete on seen
    for each row execute function refuse_change();
grant select, insert on seen to redress_app;
