-- Reports as they were compiled: kept to the byte, approved by another person, and published on a page for everybody.

create table report (
    id uuid constraint pk_report primary key,
    organisation_id uuid not null constraint fk_report_organisation_id_organisation references organisation (id),
    kind varchar(64) not null,
    rules integer not null,
    first_on date not null,
    last_on date not null,
    known_until timestamptz not null,
    compiled_at timestamptz not null,
    compiled_by uuid constraint fk_report_compiled_by_person references person (id),
    occurrence_id uuid,
    document text not null,
    sha256 varchar(64) not null,
    titles jsonb not null,
    state varchar(64) not null
        constraint ck_report_state check (state in ('compiled', 'approved', 'published', 'withdrawn')),
    supersedes_id uuid constraint fk_report_supersedes_id_report references report (id),
    approved_by uuid constraint fk_report_approved_by_person references person (id),
    approved_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint ck_report_period check (first_on <= last_on),
    constraint ck_report_known check (known_until <= compiled_at),
    constraint ck_report_approved check (
        (state = 'compiled') = (approved_at is null) and (approved_at is null) = (approved_by is null)),
    constraint ck_report_two_people check (approved_by <> compiled_by)
);
create index ix_report_organisation_id on report (organisation_id);
create index ix_report_compiled_at on report (organisation_id, compiled_at, id);
create index ix_report_occurrence_id on report (occurrence_id) where occurrence_id is not null;
select guard_table('report', array[['compiled_by', 'person'], ['approved_by', 'person'], ['supersedes_id', 'report']]);
grant select, insert, update (state, approved_by, approved_at) on report to redress_app;
create trigger never_removed before delete on report
    for each row execute function refuse_change();
-- It goes one way: what was withdrawn is compiled anew.
create trigger one_way before update on report
    for each row when ((old.state, new.state) not in
        (('compiled', 'approved'), ('approved', 'published'), ('published', 'withdrawn')))
    execute function refuse_change();

create table report_publication (
    id uuid constraint pk_report_publication primary key,
    organisation_id uuid not null
        constraint fk_report_publication_organisation_id_organisation references organisation (id),
    report_id uuid not null constraint fk_report_publication_report_id_report references report (id),
    slug varchar(64) not null,
    published_at timestamptz not null,
    published_by uuid constraint fk_report_publication_published_by_person references person (id),
    withdrawn_at timestamptz,
    withdrawn_by uuid constraint fk_report_publication_withdrawn_by_person references person (id),
    withdrawn_reason varchar,
    recorded_at timestamptz not null default now(),
    constraint uq_report_publication_report_id unique (report_id),
    constraint ck_report_publication_withdrawn check ((withdrawn_at is null) = (withdrawn_reason is null))
);
create index ix_report_publication_organisation_id on report_publication (organisation_id);
-- An address shows one report at a time.
create unique index uq_report_publication_shown on report_publication (organisation_id, slug)
    where withdrawn_at is null;
select guard_table('report_publication', array[['report_id', 'report'], ['published_by', 'person'],
                                               ['withdrawn_by', 'person']]);
grant select, insert, update (withdrawn_at, withdrawn_by, withdrawn_reason) on report_publication to redress_app;
create trigger never_removed before delete on report_publication
    for each row execute function refuse_change();
create trigger one_way before update on report_publication
    for each row when (old.withdrawn_at is not null) execute function refuse_change();

-- Who opens the page of an organisation is nobody's tenant. Two questions may be asked then: what it has published, and
-- one published report. Neither says why a report was withdrawn, nor who did anything.
create function published_by(address text)
    returns table (name text, kind text, slug text, first_on date, last_on date, published_at timestamptz,
                   withdrawn_at timestamptz)
    language sql stable security definer set search_path = public, pg_temp as
$$
    select o.name, r.kind, p.slug, r.first_on, r.last_on, p.published_at, p.withdrawn_at
    from organisation o
        join report_publication p on p.organisation_id = o.id
        join report r on r.id = p.report_id and r.organisation_id = p.organisation_id
    where o.code = address and r.kind in ('public', 'annual') and r.state in ('published', 'withdrawn')
        and (r.state = 'withdrawn') = (p.withdrawn_at is not null)
    order by r.last_on desc, r.kind, p.published_at desc
$$;
revoke execute on function published_by(text) from public;
grant execute on function published_by(text) to redress_app;

create function published_report(address text, named text)
    returns table (name text, withdrawn_at timestamptz, sha256 text, document text)
    language sql stable security definer set search_path = public, pg_temp as
$$
    select o.name, p.withdrawn_at, r.sha256, case when p.withdrawn_at is null then r.document end
    from organisation o
        join report_publication p on p.organisation_id = o.id
        join report r on r.id = p.report_id and r.organisation_id = p.organisation_id
    where o.code = address and p.slug = named and r.kind in ('public', 'annual')
        and r.state in ('published', 'withdrawn') and (r.state = 'withdrawn') = (p.withdrawn_at is not null)
    order by p.withdrawn_at desc nulls first
    limit 1
$$;
revoke execute on function published_report(text, text) from public;
grant execute on function published_report(text, text) to redress_app;
