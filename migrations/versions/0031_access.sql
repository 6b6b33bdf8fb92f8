-- How a body without a system reaches its page: who has a link, the one-time codes, the sessions, what they have typed
-- so far, and what was turned away.

create table body_access (
    id uuid constraint pk_body_access primary key,
    organisation_id uuid not null constraint fk_body_access_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_body_access_complaint_id_complaint references complaint (id),
    contribution_id uuid not null
        constraint fk_body_access_contribution_id_contribution references contribution (id),
    number integer not null,
    name varchar not null,
    email varchar not null,
    issued_at timestamptz not null,
    issued_by uuid constraint fk_body_access_issued_by_person references person (id),
    revoked_at timestamptz,
    revoked_by uuid constraint fk_body_access_revoked_by_person references person (id),
    revoked_cause varchar(64)
        constraint ck_body_access_revoked_cause check (revoked_cause in ('said', 'replaced', 'released')),
    revoked_reason varchar,
    act_id uuid not null,
    constraint ck_body_access_revoked check ((revoked_at is null) = (revoked_cause is null)),
    constraint uq_body_access_contribution_id_number unique (contribution_id, number)
);
create index ix_body_access_organisation_id on body_access (organisation_id);
create index ix_body_access_complaint_id on body_access (complaint_id);
select guard_table('body_access', array[['contribution_id', 'contribution'], ['issued_by', 'person'],
                                        ['revoked_by', 'person']]);
grant select, insert, update (revoked_at, revoked_by, revoked_cause, revoked_reason) on body_access to redress_app;

-- Of what follows nothing names its complaint: it is no part of the case, and is not shared with it.

create table body_code (
    id uuid constraint pk_body_code primary key,
    organisation_id uuid not null constraint fk_body_code_organisation_id_organisation references organisation (id),
    access_id uuid not null constraint fk_body_code_access_id_body_access references body_access (id),
    mark bytea not null,
    sealed bytea,
    tries integer not null default 0,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    sent_at timestamptz,
    used_at timestamptz,
    ended_at timestamptz
);
create index ix_body_code_organisation_id on body_code (organisation_id);
create index ix_body_code_access_id_asked_at on body_code (access_id, asked_at);
select guard_table('body_code', array[['access_id', 'body_access']]);
grant select, insert, update (sealed, tries, sent_at, used_at, ended_at) on body_code to redress_app;

create table body_session (
    id uuid constraint pk_body_session primary key,
    organisation_id uuid not null constraint fk_body_session_organisation_id_organisation references organisation (id),
    access_id uuid not null constraint fk_body_session_access_id_body_access references body_access (id),
    token_hash varchar(64) not null,
    opened_at timestamptz not null,
    seen_at timestamptz not null,
    ended_at timestamptz,
    constraint uq_body_session_token_hash unique (token_hash)
);
create index ix_body_session_organisation_id on body_session (organisation_id);
create index ix_body_session_access_id on body_session (access_id);
select guard_table('body_session', array[['access_id', 'body_access']]);
grant select, insert, update (seen_at, ended_at) on body_session to redress_app;

create table body_working_draft (
    id uuid constraint pk_body_working_draft primary key,
    organisation_id uuid not null
        constraint fk_body_working_draft_organisation_id_organisation references organisation (id),
    contribution_id uuid not null
        constraint fk_body_working_draft_contribution_id_contribution references contribution (id),
    place varchar(128) not null,
    words jsonb not null,
    saved_by uuid not null constraint fk_body_working_draft_saved_by_body_access references body_access (id),
    saved_at timestamptz not null,
    constraint uq_body_working_draft_contribution_id_place unique (contribution_id, place)
);
create index ix_body_working_draft_organisation_id on body_working_draft (organisation_id);
select guard_table('body_working_draft', array[['contribution_id', 'contribution'], ['saved_by', 'body_access']]);
grant select, insert, update (words, saved_by, saved_at) on body_working_draft to redress_app;

create table joint_knock (
    id uuid constraint pk_joint_knock primary key,
    organisation_id uuid not null constraint fk_joint_knock_organisation_id_organisation references organisation (id),
    contribution_id uuid constraint fk_joint_knock_contribution_id_contribution references contribution (id),
    why varchar(64) not null,
    at timestamptz not null
);
create index ix_joint_knock_organisation_id_at on joint_knock (organisation_id, at);
create index ix_joint_knock_contribution_id on joint_knock (contribution_id, at) where contribution_id is not null;
select guard_table('joint_knock', array[['contribution_id', 'contribution']]);
create trigger append_only before update or delete on joint_knock
    for each row execute function refuse_change();
grant select, insert on joint_knock to redress_app;

-- Who opens a link is nobody's tenant yet. The one question that may be asked then is which organisation has a page at
-- this address, and the one answer is an id, of those alone that have ever given a link to anybody.
create function part_page_at(address text) returns uuid language sql stable security definer set search_path = public, pg_temp as
$$
    select o.id from organisation o
    where o.code = address and exists (select 1 from body_access a where a.organisation_id = o.id)
$$;
revoke execute on function part_page_at(text) from public;
grant execute on function part_page_at(text) to redress_app;
