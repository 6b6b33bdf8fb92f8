-- Full-text search, saved filters, and the indexes of the worklist.

create table case_search (
    complaint_id uuid constraint pk_case_search primary key,
    organisation_id uuid not null constraint fk_case_search_organisation_id_organisation references organisation (id),
    words tsvector not null,
    recorded_at timestamptz not null default now(),
    constraint fk_case_search_own_complaint foreign key (complaint_id, organisation_id)
        references complaint (id, organisation_id)
);
-- Pending entries are read through one by one by every search: few of them are let wait.
create index ix_case_search_words on case_search using gin (words) with (gin_pending_list_limit = 256);

create table saved_filter (
    id uuid constraint pk_saved_filter primary key,
    organisation_id uuid not null constraint fk_saved_filter_organisation_id_organisation references organisation (id),
    person_id uuid not null constraint fk_saved_filter_person_id_person references person (id),
    name varchar(100) not null,
    shared boolean not null,
    query jsonb not null,
    removed boolean not null,
    saved_at timestamptz not null,
    idempotency_key varchar not null,
    body_hash varchar(64) not null,
    recorded_at timestamptz not null default now(),
    constraint fk_saved_filter_own_person foreign key (person_id, organisation_id)
        references person (id, organisation_id),
    constraint uq_saved_filter_organisation_id_person_id_idempotency_key
        unique (organisation_id, person_id, idempotency_key)
);
create unique index uq_saved_filter_name on saved_filter (organisation_id, person_id, name) where not removed;

do $$
declare
    t text;
    by_share constant text := 'exists (select 1 from case_share s where s.complaint_id = case_search.complaint_id'
        ' and s.organisation_id = case_search.organisation_id'
        ' and s.shared_with = (select app_tenant()) and s.until > (select app_time()))';
begin
    foreach t in array array['case_search', 'saved_filter'] loop
        execute format('alter table %I enable row level security, force row level security', t);
        execute format('create policy own_write on %I for insert with check (organisation_id = (select app_tenant()))', t);
        execute format('create policy own_update on %I for update using (organisation_id = (select app_tenant()))', t);
    end loop;
    create policy own_read on saved_filter for select using (organisation_id = (select app_tenant()));
    execute 'create policy read on case_search for select using (organisation_id = (select app_tenant()) or '
            || by_share || ')';
end $$;

-- What is found of a complaint, by its reference in the system it came from, too. References and the organisation stand under marks that no text can hold, so that a
-- search is narrowed to one organisation inside the index. Names are found as they are written and, beside prose, by
-- their stem; what is too long for one row is cut.
create function case_words(of_complaint uuid) returns tsvector language sql stable as
$$
    select format('''@%s'' ''#%s'':1A ''#%s'':2A', replace(c.organisation_id::text, '-', ''), lower(c.reference),
                  lower(coalesce(substring(c.reference from '[^-]+-[^-]+$'), c.reference)))::tsvector
        || setweight(to_tsvector('simple', coalesce(left(c.source_reference, 200), '')), 'A')
        || setweight(to_tsvector('simple', names.words), 'A')
        || setweight(to_tsvector('english', names.words), 'A')
        || setweight(to_tsvector('english', coalesce(said.summary, '')), 'B')
        || setweight(to_tsvector('english', left(concat_ws(' ', said.narrative, said.desired_outcome), 100000)), 'C')
        || setweight(to_tsvector('english', left(concat_ws(' ', notes.words, contacts.words), 60000)), 'D')
    from complaint c
    left join complaint_words said on said.complaint_id = c.id
    cross join lateral (select coalesce(left(string_agg(p.name, ' '), 4000), '') as words from party p
                        where p.complaint_id = c.id and p.replaced_by is null) names
    cross join lateral (select string_agg(n.words, ' ' order by n.said_at desc, n.id) as words from note n
                        where n.complaint_id = c.id) notes
    cross join lateral (select string_agg(concat_ws(' ', t.with_whom, t.summary, t.promised), ' '
                                          order by t.said_at desc, t.id) as words
                        from contact t where t.complaint_id = c.id) contacts
    where c.id = of_complaint
$$;

insert into case_search (complaint_id, organisation_id, words)
    select id, organisation_id, case_words(id) from complaint;

-- Row-level security keeps conditions that might tell on other rows (and @@ is held to be one) away from indexes. So
-- the words are searched through these views of the migrator's: what they show is what the policy above shows.
create view own_search as
    select complaint_id, words from case_search where organisation_id = (select app_tenant());
create view shared_search as
    select s.complaint_id, s.words from case_share h
    join case_search s on s.complaint_id = h.complaint_id and s.organisation_id = h.organisation_id
    where h.shared_with = (select app_tenant()) and h.until > (select app_time());

grant select, insert, update (words) on case_search to redress_app;
grant select on own_search, shared_search to redress_app;
grant select, insert, update (name, shared, query, removed) on saved_filter to redress_app;

-- The worklist. What has no next event comes last, so a page is one stretch of an index. What is open is a small part
-- of all there is, and most of what is asked for.
drop index ix_complaint_worklist;
drop index ix_complaint_owner;
create index ix_complaint_next on complaint (organisation_id, (coalesce(next_event_at, 'infinity')), id);
create index ix_complaint_open on complaint (organisation_id, (coalesce(next_event_at, 'infinity')), id) where open;
create index ix_complaint_owner on complaint (organisation_id, owner_id, (coalesce(next_event_at, 'infinity')), id);
create index ix_complaint_stage on complaint (organisation_id, stage, (coalesce(next_event_at, 'infinity')), id);
create index ix_complaint_attention on complaint (organisation_id, (coalesce(next_event_at, 'infinity')), id)
    where attention is not null;
create index ix_complaint_received_open on complaint (organisation_id, received_on, id) where open;
