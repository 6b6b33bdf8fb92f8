-- The one draft of several bodies: with whom it was shared, what they said of it, and what came of that.

-- Which parts of which bodies a version of the response tells: the id of the contribution and its round.
alter table response_draft add column parts jsonb not null default '[]'::jsonb;

create table joint_draft (
    id uuid constraint pk_joint_draft primary key,
    organisation_id uuid not null constraint fk_joint_draft_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_joint_draft_complaint_id_complaint references complaint (id),
    number integer not null,
    audience varchar(64) not null
        constraint ck_joint_draft_audience check (audience in ('bodies', 'person', 'supplement')),
    skipped boolean not null,
    draft_id uuid constraint fk_joint_draft_draft_id_response_draft references response_draft (id),
    after_version integer not null,
    sha256 varchar(64),
    sources_sha256 varchar(64),
    note varchar,
    shared_on date not null,
    comment_by date,
    notice_id uuid constraint fk_joint_draft_notice_id_notice references notice (id),
    released_on date,
    said_by uuid constraint fk_joint_draft_said_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_joint_draft_complaint_id_number unique (complaint_id, number),
    constraint ck_joint_draft_skipped_with_reason check (not skipped or note is not null),
    constraint ck_joint_draft_of_a_draft check (not skipped or draft_id is null)
);
create index ix_joint_draft_organisation_id on joint_draft (organisation_id);
create index ix_joint_draft_complaint_id on joint_draft (complaint_id);

create table joint_draft_reader (
    id uuid constraint pk_joint_draft_reader primary key,
    organisation_id uuid not null
        constraint fk_joint_draft_reader_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_joint_draft_reader_complaint_id_complaint references complaint (id),
    joint_draft_id uuid not null
        constraint fk_joint_draft_reader_joint_draft_id_joint_draft references joint_draft (id),
    contribution_id uuid not null
        constraint fk_joint_draft_reader_contribution_id_contribution references contribution (id),
    message_id uuid constraint fk_joint_draft_reader_message_id_joint_message references joint_message (id),
    constraint uq_joint_draft_reader_joint_draft_id_contribution_id unique (joint_draft_id, contribution_id)
);
create index ix_joint_draft_reader_organisation_id on joint_draft_reader (organisation_id);
create index ix_joint_draft_reader_complaint_id on joint_draft_reader (complaint_id);

create table joint_comment (
    id uuid constraint pk_joint_comment primary key,
    organisation_id uuid not null
        constraint fk_joint_comment_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_joint_comment_complaint_id_complaint references complaint (id),
    joint_draft_id uuid not null constraint fk_joint_comment_joint_draft_id_joint_draft references joint_draft (id),
    number integer not null,
    contribution_id uuid constraint fk_joint_comment_contribution_id_contribution references contribution (id),
    party_id uuid constraint fk_joint_comment_party_id_party references party (id),
    agrees boolean not null,
    words varchar,
    received_on date not null,
    late boolean not null,
    recorded_by uuid constraint fk_joint_comment_recorded_by_person references person (id),
    used varchar(64) constraint ck_joint_comment_used check (used in ('used', 'partly', 'not_used')),
    reason varchar,
    used_on date,
    used_by uuid constraint fk_joint_comment_used_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_joint_comment_complaint_id_number unique (complaint_id, number),
    constraint ck_joint_comment_whose check (num_nonnulls(contribution_id, party_id) <= 1),
    constraint ck_joint_comment_weighed check ((used is null) = (used_on is null) and (used is null) = (reason is null))
);
create index ix_joint_comment_organisation_id on joint_comment (organisation_id);
create index ix_joint_comment_complaint_id on joint_comment (complaint_id);

select guard_table('joint_draft', array[['draft_id', 'response_draft'], ['notice_id', 'notice'], ['said_by', 'person']]);
select guard_table('joint_draft_reader', array[['joint_draft_id', 'joint_draft'], ['contribution_id', 'contribution'],
                                               ['message_id', 'joint_message']]);
select guard_table('joint_comment', array[['joint_draft_id', 'joint_draft'], ['contribution_id', 'contribution'],
                                          ['party_id', 'party'], ['recorded_by', 'person'], ['used_by', 'person']]);

grant select, insert on joint_draft, joint_draft_reader, joint_comment to redress_app;
grant update (released_on, comment_by) on joint_draft to redress_app;
grant update (used, reason, used_on, used_by) on joint_comment to redress_app;
create trigger append_only before update or delete on joint_draft_reader
    for each row execute function refuse_change();
