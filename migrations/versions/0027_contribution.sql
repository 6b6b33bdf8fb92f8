-- Joint investigations at the body that coordinates: the bodies that contribute, and what was said between them.

alter table clock add column contribution_id uuid;
create index ix_clock_contribution_id on clock (contribution_id) where contribution_id is not null;

create table contribution (
    id uuid constraint pk_contribution primary key,
    organisation_id uuid not null constraint fk_contribution_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_contribution_complaint_id_complaint references complaint (id),
    number integer not null,
    kind varchar(64) not null constraint ck_contribution_kind check (kind in ('joint', 'transfer')),
    code varchar(64) not null,
    name varchar not null,
    body_kind varchar(64) not null,
    bound varchar(64) not null constraint ck_contribution_bound check (bound in ('regulation_9', 'voluntary')),
    way varchar(64) not null constraint ck_contribution_way check (way in ('here', 'system', 'page', 'none')),
    body_organisation_id uuid
        constraint fk_contribution_body_organisation_id_organisation references organisation (id),
    partner_id uuid,
    state varchar(64) not null
        constraint ck_contribution_state
        check (state in ('consent_blocked', 'invited', 'accepted', 'declined', 'contributing', 'submitted',
                         'revision_requested', 'approved', 'released')),
    open_to_body boolean not null,
    open_until timestamptz,
    named_on date not null,
    invited_on date,
    accepted_on date,
    declined_on date,
    submitted_on date,
    approved_on date,
    split_on date,
    split_cause varchar(64),
    gap_named_on date,
    released_on date,
    released_cause varchar(64),
    contribute_by date,
    own_reference varchar(64),
    level varchar(64)
        constraint ck_contribution_level check (level in ('contact', 'complaints_manager', 'responsible_person')),
    round integer not null default 0,
    sent integer not null default 0,
    changes integer not null default 0,
    heard integer not null default 0,
    changed_at timestamptz not null,
    act_id uuid not null,
    recorded_at timestamptz not null default now(),
    constraint uq_contribution_complaint_id_number unique (complaint_id, number)
);
create index ix_contribution_organisation_id on contribution (organisation_id);
create index ix_contribution_complaint_id on contribution (complaint_id);
create index ix_contribution_body_organisation_id on contribution (body_organisation_id)
    where body_organisation_id is not null;
create index ix_contribution_unheard on contribution (organisation_id, changed_at) where heard < changes;
create unique index uq_contribution_body on contribution (complaint_id, kind, code) where state <> 'released';

create table body_contact (
    id uuid constraint pk_body_contact primary key,
    organisation_id uuid not null constraint fk_body_contact_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_body_contact_complaint_id_complaint references complaint (id),
    contribution_id uuid not null
        constraint fk_body_contact_contribution_id_contribution references contribution (id),
    role varchar(64) not null
        constraint ck_body_contact_role
        check (role in ('contact', 'deputy', 'senior_lead', 'complaints_manager', 'responsible_person')),
    name varchar not null,
    email varchar,
    phone varchar,
    act_id uuid not null,
    said_at timestamptz not null,
    ended_at timestamptz
);
create index ix_body_contact_organisation_id on body_contact (organisation_id);
create index ix_body_contact_complaint_id on body_contact (complaint_id);

create table contribution_issue (
    id uuid constraint pk_contribution_issue primary key,
    organisation_id uuid not null
        constraint fk_contribution_issue_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_contribution_issue_complaint_id_complaint references complaint (id),
    contribution_id uuid not null
        constraint fk_contribution_issue_contribution_id_contribution references contribution (id),
    issue_id uuid not null constraint fk_contribution_issue_issue_id_issue references issue (id),
    removed_at timestamptz,
    constraint uq_contribution_issue_contribution_id_issue_id unique (contribution_id, issue_id)
);
create index ix_contribution_issue_organisation_id on contribution_issue (organisation_id);
create index ix_contribution_issue_complaint_id on contribution_issue (complaint_id);

create table joint_message (
    id uuid constraint pk_joint_message primary key,
    organisation_id uuid not null
        constraint fk_joint_message_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_joint_message_complaint_id_complaint references complaint (id),
    contribution_id uuid not null
        constraint fk_joint_message_contribution_id_contribution references contribution (id),
    recipient_organisation_id uuid
        constraint fk_joint_message_recipient_organisation_id_organisation references organisation (id),
    direction varchar(64) not null constraint ck_joint_message_direction check (direction in ('out', 'in')),
    seq integer,
    kind varchar(64) not null,
    protocol integer not null,
    body jsonb not null,
    discloses boolean not null,
    via varchar(64) constraint ck_joint_message_via check (via in ('here', 'system', 'page', 'recorded')),
    refusal varchar(64),
    act_id uuid not null,
    said_by uuid constraint fk_joint_message_said_by_person references person (id),
    said_at timestamptz not null,
    constraint uq_joint_message_contribution_id_seq unique (contribution_id, seq)
);
create index ix_joint_message_organisation_id on joint_message (organisation_id);
create index ix_joint_message_complaint_id on joint_message (complaint_id);
create index ix_joint_message_contribution_id_said_at on joint_message (contribution_id, said_at);

select guard_table('contribution');
select guard_table('body_contact', array[['contribution_id', 'contribution']]);
select guard_table('contribution_issue', array[['contribution_id', 'contribution'], ['issue_id', 'issue']]);
select guard_table('joint_message', array[['contribution_id', 'contribution'], ['said_by', 'person']]);

-- An e-mail to another body: whose contribution it is about, and whom of that body it is for.
alter table notice
    add column contribution_id uuid,
    add column body_contact_id uuid,
    drop constraint uq_notice_one_to_each,
    add constraint uq_notice_one_to_each unique nulls not distinct
        (act_id, template, audience, party_id, person_id, involvement_id, body_contact_id),
    add constraint fk_notice_own_contribution foreign key (contribution_id, organisation_id)
        references contribution (id, organisation_id),
    add constraint fk_notice_own_body_contact foreign key (body_contact_id, organisation_id)
        references body_contact (id, organisation_id);
create index ix_notice_body_contact_id on notice (body_contact_id) where body_contact_id is not null;

alter table clock add constraint fk_clock_own_contribution foreign key (contribution_id, organisation_id)
    references contribution (id, organisation_id);

-- A body of the same installation sees its own contribution, once it was invited, and what was said to it: that only
-- while consent covers it, but for what tells nothing about the person. Its issues and everything else of the case
-- reach it inside these messages alone.
create policy body_read on contribution for select
    using (body_organisation_id = (select app_tenant()) and invited_on is not null);
create policy body_read on joint_message for select
    using (direction = 'out'
           and exists (select 1 from contribution c
                       where c.id = joint_message.contribution_id
                         and c.body_organisation_id = (select app_tenant()) and c.invited_on is not null
                         and (not joint_message.discloses
                              or (c.open_to_body and (c.open_until is null or c.open_until > (select app_time()))))));

-- Whether a code is another organisation of this installation: the one question, and the one answer is an id.
create function organisation_at(code text) returns uuid language sql stable security definer set search_path = public, pg_temp as
$$
    select o.id from organisation o where o.code = organisation_at.code
$$;
revoke execute on function organisation_at(text) from public;
grant execute on function organisation_at(text) to redress_app;

grant select, insert, update on contribution, body_contact, contribution_issue to redress_app;
grant select, insert on joint_message to redress_app;
create trigger append_only before update or delete on joint_message
    for each row execute function refuse_change();

-- The sweeper tells the workflows of contributions what they have not heard of, and sees which should run, and which
-- should have marked a clock as overdue: `due_at` is of the first that is not.
create view sweep_contribution as
    select b.organisation_id, b.complaint_id, b.id as contribution_id, b.body_organisation_id, c.reference, b.state,
           b.changed_at, b.heard < b.changes as unheard, c.nation, c.open,
           (select min(k.due_at) from clock k
            join clock_version v on v.clock_id = k.id and v.generation = k.generation
            where k.contribution_id = b.id and k.state = 'running' and v.breached_at is null) as due_at
    from contribution b join complaint c on c.id = b.complaint_id
    where b.state <> 'released' or b.heard < b.changes
       or exists (select 1 from clock k where k.contribution_id = b.id and k.state = 'running');
grant select on sweep_contribution to redress_sweeper;
