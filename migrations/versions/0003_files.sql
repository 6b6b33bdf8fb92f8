-- Files: where their content is, whom they come from, who may see them, how they were scanned. Never altered.

-- Content of files from before this stands in `content` still; from now on it is in the store, under `stored_key`.
alter table case_file alter column content drop not null;
alter table case_file
    add column stored_key varchar(80),
    add column source varchar(64) not null default 'other',
    add column kind varchar(64) not null default 'other',
    add column disclosure varchar(64) not null default 'disclosable',
    add column scanned_with varchar(64),
    add column received_on date,
    add constraint uq_case_file_stored_key unique (stored_key),
    add constraint ck_case_file_content_somewhere check (num_nonnulls(content, stored_key) = 1),
    add constraint ck_case_file_source
        check (source in ('complainant', 'affected', 'staff', 'organisation', 'other_body', 'other')),
    add constraint ck_case_file_kind check (kind in ('correspondence', 'evidence', 'consent', 'recording',
                                                     'health_record_copy', 'other')),
    add constraint ck_case_file_disclosure check (disclosure in ('disclosable', 'restricted'));

create function refuse_file_change() returns trigger language plpgsql as
$$
begin
    if tg_op = 'UPDATE' and (new.attached or not old.attached)
        and (new.id, new.organisation_id, new.complaint_id, new.submission_id, new.name, new.media_type, new.size,
             new.sha256, new.content, new.stored_key, new.source, new.kind, new.scanned_with, new.received_on,
             new.added_at)
        is not distinct from
            (old.id, old.organisation_id, old.complaint_id, old.submission_id, old.name, old.media_type, old.size,
             old.sha256, old.content, old.stored_key, old.source, old.kind, old.scanned_with, old.received_on,
             old.added_at)
    then
        return new;
    end if;
    raise exception 'a file is never altered' using errcode = 'restrict_violation';
end
$$;
create trigger never_altered before update or delete on case_file
    for each row execute function refuse_file_change();
create trigger never_altered_truncate before truncate on case_file
    for each statement execute function refuse_change();

-- A share shows another organisation what may be disclosed, and nothing else.
alter policy read on case_file using (
    organisation_id = (select app_tenant())
    or (disclosure = 'disclosable'
        and exists (select 1 from case_share s where s.complaint_id = case_file.complaint_id
                    and s.organisation_id = case_file.organisation_id
                    and s.shared_with = (select app_tenant()) and s.until > (select app_time())))
);

grant update (disclosure) on case_file to redress_app;
