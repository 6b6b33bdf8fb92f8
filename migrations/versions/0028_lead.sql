-- Who coordinates, by when, what is asked of other bodies, and meetings with them.

-- Each act about who leads is a row; the last one stands. `outcomes` say what each criterion came to; `deciders` who of
-- each body decided, by its code.
create table joint_lead (
    id uuid constraint pk_joint_lead primary key,
    organisation_id uuid not null constraint fk_joint_lead_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_joint_lead_complaint_id_complaint references complaint (id),
    number integer not null,
    state varchar(64) not null
        constraint ck_joint_lead_state check (state in ('proposed', 'agreed', 'disputed', 'decided', 'moved')),
    lead_code varchar(64) not null,
    ours boolean not null,
    rule varchar(64) not null,
    rules_version integer,
    person_prefers varchar(64),
    outcomes jsonb not null,
    deciders jsonb not null,
    reason varchar,
    proposal_id uuid not null constraint fk_joint_lead_proposal_id_joint_lead references joint_lead (id),
    said_by uuid constraint fk_joint_lead_said_by_person references person (id),
    said_at timestamptz not null,
    act_id uuid not null,
    constraint uq_joint_lead_complaint_id_number unique (complaint_id, number)
);
create index ix_joint_lead_organisation_id on joint_lead (organisation_id);
create index ix_joint_lead_complaint_id on joint_lead (complaint_id);

-- What a body says of a proposal: its last word counts.
create table joint_lead_view (
    id uuid constraint pk_joint_lead_view primary key,
    organisation_id uuid not null
        constraint fk_joint_lead_view_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_joint_lead_view_complaint_id_complaint references complaint (id),
    contribution_id uuid not null
        constraint fk_joint_lead_view_contribution_id_contribution references contribution (id),
    proposal_id uuid not null constraint fk_joint_lead_view_proposal_id_joint_lead references joint_lead (id),
    number integer not null,
    agrees boolean not null,
    proposes varchar(64),
    reason varchar,
    senior varchar,
    said_at timestamptz not null,
    act_id uuid not null,
    constraint uq_joint_lead_view_complaint_id_number unique (complaint_id, number)
);
create index ix_joint_lead_view_organisation_id on joint_lead_view (organisation_id);
create index ix_joint_lead_view_complaint_id on joint_lead_view (complaint_id);

create table joint_timescale (
    id uuid constraint pk_joint_timescale primary key,
    organisation_id uuid not null
        constraint fk_joint_timescale_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_joint_timescale_complaint_id_complaint references complaint (id),
    number integer not null,
    contribute_by date not null,
    respond_by date not null,
    reason varchar,
    agreed_on date,
    said_by uuid constraint fk_joint_timescale_said_by_person references person (id),
    said_at timestamptz not null,
    act_id uuid not null,
    constraint uq_joint_timescale_complaint_id_number unique (complaint_id, number),
    constraint ck_joint_timescale_in_order check (contribute_by <= respond_by)
);
create index ix_joint_timescale_organisation_id on joint_timescale (organisation_id);
create index ix_joint_timescale_complaint_id on joint_timescale (complaint_id);

create table joint_timescale_view (
    id uuid constraint pk_joint_timescale_view primary key,
    organisation_id uuid not null
        constraint fk_joint_timescale_view_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_joint_timescale_view_complaint_id_complaint references complaint (id),
    contribution_id uuid not null
        constraint fk_joint_timescale_view_contribution_id_contribution references contribution (id),
    timescale_id uuid not null
        constraint fk_joint_timescale_view_timescale_id_joint_timescale references joint_timescale (id),
    number integer not null,
    agrees boolean not null,
    contribute_by date,
    reason varchar,
    said_at timestamptz not null,
    act_id uuid not null,
    constraint uq_joint_timescale_view_complaint_id_number unique (complaint_id, number)
);
create index ix_joint_timescale_view_organisation_id on joint_timescale_view (organisation_id);
create index ix_joint_timescale_view_complaint_id on joint_timescale_view (complaint_id);

-- Something is reasonably asked of a body (SI 2009/309 reg 9(3)(b)). `asked_on` and `due_on` are of the present round.
create table body_request (
    id uuid constraint pk_body_request primary key,
    organisation_id uuid not null constraint fk_body_request_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_body_request_complaint_id_complaint references complaint (id),
    contribution_id uuid not null
        constraint fk_body_request_contribution_id_contribution references contribution (id),
    what varchar not null,
    state varchar(64) not null
        constraint ck_body_request_state check (state in ('open', 'under_review', 'done', 'not_needed')),
    asked_on date not null,
    due_on date not null,
    asked_by uuid constraint fk_body_request_asked_by_person references person (id),
    asked_at timestamptz not null,
    settled_at timestamptz,
    reason varchar,
    act_id uuid not null
);
create index ix_body_request_organisation_id on body_request (organisation_id);
create index ix_body_request_complaint_id on body_request (complaint_id);

create table body_request_answer (
    id uuid constraint pk_body_request_answer primary key,
    organisation_id uuid not null
        constraint fk_body_request_answer_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_body_request_answer_complaint_id_complaint references complaint (id),
    request_id uuid not null constraint fk_body_request_answer_request_id_body_request references body_request (id),
    round integer not null,
    asked_on date not null,
    due_on date not null,
    given_on date not null,
    in_time boolean not null,
    words varchar not null,
    accepted boolean,
    reason varchar,
    reviewed_by uuid constraint fk_body_request_answer_reviewed_by_person references person (id),
    reviewed_at timestamptz,
    said_at timestamptz not null,
    act_id uuid not null,
    constraint uq_body_request_answer_request_id_round unique (request_id, round)
);
create index ix_body_request_answer_organisation_id on body_request_answer (organisation_id);
create index ix_body_request_answer_complaint_id on body_request_answer (complaint_id);

create table body_request_file (
    id uuid constraint pk_body_request_file primary key,
    organisation_id uuid not null
        constraint fk_body_request_file_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_body_request_file_complaint_id_complaint references complaint (id),
    answer_id uuid not null
        constraint fk_body_request_file_answer_id_body_request_answer references body_request_answer (id),
    file_id uuid not null constraint fk_body_request_file_file_id_case_file references case_file (id),
    constraint uq_body_request_file_answer_id_file_id unique (answer_id, file_id)
);
create index ix_body_request_file_organisation_id on body_request_file (organisation_id);
create index ix_body_request_file_complaint_id on body_request_file (complaint_id);

-- A meeting with other bodies (reg 9(3)(c)). `called_at` is unknown of one that was recorded without having been called.
create table joint_meeting (
    id uuid constraint pk_joint_meeting primary key,
    organisation_id uuid not null constraint fk_joint_meeting_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_joint_meeting_complaint_id_complaint references complaint (id),
    state varchar(64) not null constraint ck_joint_meeting_state check (state in ('called', 'held', 'cancelled')),
    "on" date not null,
    at varchar(64) not null,
    how varchar(64) not null constraint ck_joint_meeting_how check (how in ('in_person', 'call', 'video')),
    purpose varchar not null,
    place varchar,
    words varchar,
    called_at timestamptz,
    called_by uuid constraint fk_joint_meeting_called_by_person references person (id),
    recorded_by uuid constraint fk_joint_meeting_recorded_by_person references person (id),
    settled_at timestamptz,
    act_id uuid not null
);
create index ix_joint_meeting_organisation_id on joint_meeting (organisation_id);
create index ix_joint_meeting_complaint_id on joint_meeting (complaint_id);

-- A body was called to a meeting, or was there: `attends` is what it said beforehand, `attended` what came of it.
create table joint_meeting_body (
    id uuid constraint pk_joint_meeting_body primary key,
    organisation_id uuid not null
        constraint fk_joint_meeting_body_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_joint_meeting_body_complaint_id_complaint references complaint (id),
    meeting_id uuid not null constraint fk_joint_meeting_body_meeting_id_joint_meeting references joint_meeting (id),
    contribution_id uuid not null
        constraint fk_joint_meeting_body_contribution_id_contribution references contribution (id),
    called boolean not null,
    attends boolean,
    expected varchar,
    reason varchar,
    answered_at timestamptz,
    attended boolean,
    who varchar,
    constraint uq_joint_meeting_body_meeting_id_contribution_id unique (meeting_id, contribution_id)
);
create index ix_joint_meeting_body_organisation_id on joint_meeting_body (organisation_id);
create index ix_joint_meeting_body_complaint_id on joint_meeting_body (complaint_id);

select guard_table('joint_lead', array[['said_by', 'person']]);
alter table joint_lead add constraint fk_joint_lead_own_proposal foreign key (proposal_id, organisation_id)
    references joint_lead (id, organisation_id);
select guard_table('joint_lead_view', array[['contribution_id', 'contribution'], ['proposal_id', 'joint_lead']]);
select guard_table('joint_timescale', array[['said_by', 'person']]);
select guard_table('joint_timescale_view', array[['contribution_id', 'contribution'],
                                                 ['timescale_id', 'joint_timescale']]);
select guard_table('body_request', array[['contribution_id', 'contribution'], ['asked_by', 'person']]);
select guard_table('body_request_answer', array[['request_id', 'body_request'], ['reviewed_by', 'person']]);
select guard_table('body_request_file', array[['answer_id', 'body_request_answer'], ['file_id', 'case_file']]);
select guard_table('joint_meeting', array[['called_by', 'person'], ['recorded_by', 'person']]);
select guard_table('joint_meeting_body', array[['meeting_id', 'joint_meeting'], ['contribution_id', 'contribution']]);

grant select, insert on joint_lead, joint_lead_view, joint_timescale, joint_timescale_view, body_request,
    body_request_answer, body_request_file, joint_meeting, joint_meeting_body to redress_app;
grant update (agreed_on) on joint_timescale to redress_app;
grant update (state, asked_on, due_on, settled_at, reason) on body_request to redress_app;
grant update (accepted, reason, reviewed_by, reviewed_at) on body_request_answer to redress_app;
grant update (state, "on", words, recorded_by, settled_at) on joint_meeting to redress_app;
grant update (attends, expected, reason, answered_at, attended, who) on joint_meeting_body to redress_app;
create trigger append_only before update or delete on joint_lead
    for each row execute function refuse_change();
create trigger append_only before update or delete on joint_lead_view
    for each row execute function refuse_change();
create trigger append_only before update or delete on joint_timescale_view
    for each row execute function refuse_change();
create trigger append_only before update or delete on body_request_file
    for each row execute function refuse_change();
