-- What other bodies submitted, what became of it, the actions they promised, and the gaps that were named.

-- A round of a body's part. `late`: the response had been signed without it.
create table body_submission (
    id uuid constraint pk_body_submission primary key,
    organisation_id uuid not null
        constraint fk_body_submission_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_body_submission_complaint_id_complaint references complaint (id),
    contribution_id uuid not null
        constraint fk_body_submission_contribution_id_contribution references contribution (id),
    round integer not null,
    signed_by varchar not null,
    signed_role varchar not null,
    submitted_on date not null,
    late boolean not null,
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_body_submission_contribution_id_round unique (contribution_id, round)
);
create index ix_body_submission_organisation_id on body_submission (organisation_id);
create index ix_body_submission_complaint_id on body_submission (complaint_id);

-- What a body found on one of its own issues, in its own words: nobody here changes them.
create table body_answer (
    id uuid constraint pk_body_answer primary key,
    organisation_id uuid not null constraint fk_body_answer_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_body_answer_complaint_id_complaint references complaint (id),
    submission_id uuid not null
        constraint fk_body_answer_submission_id_body_submission references body_submission (id),
    issue_id uuid not null constraint fk_body_answer_issue_id_issue references issue (id),
    number integer not null,
    did varchar not null,
    found varchar not null,
    conclusion varchar(64) not null
        constraint ck_body_answer_conclusion
        check (conclusion in ('upheld', 'partly_upheld', 'not_upheld', 'resolved')),
    remedy varchar,
    constraint uq_body_answer_submission_id_issue_id unique (submission_id, issue_id)
);
create index ix_body_answer_organisation_id on body_answer (organisation_id);
create index ix_body_answer_complaint_id on body_answer (complaint_id);

-- What became of a round: approved as it stands, sent back, or replaced by the body before it was looked at.
create table body_review (
    id uuid constraint pk_body_review primary key,
    organisation_id uuid not null constraint fk_body_review_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_body_review_complaint_id_complaint references complaint (id),
    submission_id uuid not null
        constraint fk_body_review_submission_id_body_submission references body_submission (id),
    result varchar(64) not null
        constraint ck_body_review_result check (result in ('approved', 'sent_back', 'replaced')),
    reason varchar,
    due_on date,
    decided_by uuid constraint fk_body_review_decided_by_person references person (id),
    decided_at timestamptz not null,
    act_id uuid not null,
    constraint uq_body_review_submission_id unique (submission_id),
    constraint ck_body_review_sent_back check (result <> 'sent_back' or (reason is not null and due_on is not null))
);
create index ix_body_review_organisation_id on body_review (organisation_id);
create index ix_body_review_complaint_id on body_review (complaint_id);

-- What a body promised to do. `action_id` is its own, the same in every round. `superseded`: a later round leaves it
-- out; `ended`: the contribution was released first.
create table body_action (
    id uuid constraint pk_body_action primary key,
    organisation_id uuid not null constraint fk_body_action_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_body_action_complaint_id_complaint references complaint (id),
    contribution_id uuid not null
        constraint fk_body_action_contribution_id_contribution references contribution (id),
    submission_id uuid not null
        constraint fk_body_action_submission_id_body_submission references body_submission (id),
    action_id uuid not null,
    what varchar not null,
    due_on date not null,
    state varchar(64) not null
        constraint ck_body_action_state check (state in ('promised', 'done', 'settled', 'superseded', 'ended')),
    done_on date,
    evidence varchar,
    settled_on date,
    settled_by uuid constraint fk_body_action_settled_by_person references person (id),
    reason varchar,
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_body_action_contribution_id_action_id unique (contribution_id, action_id)
);
create index ix_body_action_organisation_id on body_action (organisation_id);
create index ix_body_action_complaint_id on body_action (complaint_id);

-- A file of the complaint that a body named: with a round of its part, or as what shows that an action, which a round
-- promised, is done.
create table body_file (
    id uuid constraint pk_body_file primary key,
    organisation_id uuid not null constraint fk_body_file_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_body_file_complaint_id_complaint references complaint (id),
    submission_id uuid not null constraint fk_body_file_submission_id_body_submission references body_submission (id),
    body_action_id uuid constraint fk_body_file_body_action_id_body_action references body_action (id),
    file_id uuid not null constraint fk_body_file_file_id_case_file references case_file (id),
    act_id uuid not null
);
create index ix_body_file_organisation_id on body_file (organisation_id);
create index ix_body_file_complaint_id on body_file (complaint_id);

-- The response goes without a body's part, and says so. Closed when that part came, or was sent after it.
create table body_gap (
    id uuid constraint pk_body_gap primary key,
    organisation_id uuid not null constraint fk_body_gap_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_body_gap_complaint_id_complaint references complaint (id),
    contribution_id uuid not null constraint fk_body_gap_contribution_id_contribution references contribution (id),
    ground varchar(64) not null
        constraint ck_body_gap_ground check (ground in ('late', 'declined', 'consent', 'partial')),
    reason varchar not null,
    named_by uuid constraint fk_body_gap_named_by_person references person (id),
    named_on date not null,
    closed_on date,
    closed_cause varchar(64)
        constraint ck_body_gap_closed_cause check (closed_cause in ('approved', 'supplement', 'released', 'taken_up')),
    act_id uuid not null,
    said_at timestamptz not null,
    constraint ck_body_gap_closed_with_cause check ((closed_on is null) = (closed_cause is null))
);
create index ix_body_gap_organisation_id on body_gap (organisation_id);
create index ix_body_gap_complaint_id on body_gap (complaint_id);
create unique index uq_body_gap_open on body_gap (contribution_id) where closed_on is null;

select guard_table('body_submission', array[['contribution_id', 'contribution']]);
select guard_table('body_answer', array[['submission_id', 'body_submission'], ['issue_id', 'issue']]);
select guard_table('body_review', array[['submission_id', 'body_submission'], ['decided_by', 'person']]);
select guard_table('body_action', array[['contribution_id', 'contribution'], ['submission_id', 'body_submission'],
                                        ['settled_by', 'person']]);
select guard_table('body_file', array[['submission_id', 'body_submission'], ['body_action_id', 'body_action'],
                                      ['file_id', 'case_file']]);
select guard_table('body_gap', array[['contribution_id', 'contribution'], ['named_by', 'person']]);

-- Each body decides and signs off on its own issues only: what it said here is never rewritten.
grant select, insert on body_submission, body_answer, body_review, body_file, body_action, body_gap to redress_app;
grant update (submission_id, what, due_on, state, done_on, evidence, settled_on, settled_by, reason) on body_action
    to redress_app;
grant update (closed_on, closed_cause) on body_gap to redress_app;
create trigger append_only before update or delete on body_submission
    for each row execute function refuse_change();
create trigger append_only before update or delete on body_answer
    for each row execute function refuse_change();
create trigger append_only before update or delete on body_review
    for each row execute function refuse_change();
create trigger append_only before update or delete on body_file
    for each row execute function refuse_change();
