-- What an Ombudsman or a regulator asks: the referral, its enquiries, decisions, recommendations, and what was learned.

-- One request of a regulator about several complaints at once; each complaint has a referral of its own.
create table regulator_request (
    id uuid constraint pk_regulator_request primary key,
    organisation_id uuid not null
        constraint fk_regulator_request_organisation_id_organisation references organisation (id),
    body_code varchar(64) not null,
    their_reference varchar not null,
    received_on date not null,
    words varchar not null,
    said_by uuid constraint fk_regulator_request_said_by_person references person (id),
    said_at timestamptz not null
);
create index ix_regulator_request_organisation_id on regulator_request (organisation_id);

-- What was said of each complaint that a request named, in the transaction that wrote the request.
create table regulator_request_item (
    id uuid constraint pk_regulator_request_item primary key,
    organisation_id uuid not null
        constraint fk_regulator_request_item_organisation_id_organisation references organisation (id),
    request_id uuid not null
        constraint fk_regulator_request_item_request_id_regulator_request references regulator_request (id),
    position integer not null,
    submission_id uuid not null
        constraint fk_regulator_request_item_submission_id_submission references submission (id),
    constraint uq_regulator_request_item_request_id_position unique (request_id, position)
);
create index ix_regulator_request_item_organisation_id on regulator_request_item (organisation_id);

create table referral (
    id uuid constraint pk_referral primary key constraint fk_referral_id_proceeding references proceeding (id),
    organisation_id uuid not null constraint fk_referral_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_referral_complaint_id_complaint references complaint (id),
    kind varchar(64) not null constraint ck_referral_kind check (kind in ('ombudsman', 'regulator')),
    body_code varchar(64) not null,
    body_name varchar not null,
    their_reference varchar not null,
    received_on date not null,
    channel varchar(64) not null constraint ck_referral_channel check (channel in ('direct', 'mp', 'other')),
    tier_step_id uuid constraint fk_referral_tier_step_id_tier_step references tier_step (id),
    request_id uuid constraint fk_referral_request_id_regulator_request references regulator_request (id),
    scope varchar not null,
    closed_reason varchar,
    act_id uuid not null,
    said_by uuid constraint fk_referral_said_by_person references person (id),
    said_at timestamptz not null
);
create index ix_referral_organisation_id on referral (organisation_id);
create index ix_referral_complaint_id on referral (complaint_id);
create index ix_referral_received on referral (organisation_id, received_on, id);

-- `pack_id` is an evidence pack of the same complaint: the act looks whether it is.
create table referral_enquiry (
    id uuid constraint pk_referral_enquiry primary key,
    organisation_id uuid not null
        constraint fk_referral_enquiry_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_referral_enquiry_complaint_id_complaint references complaint (id),
    referral_id uuid not null constraint fk_referral_enquiry_referral_id_referral references referral (id),
    number integer not null,
    basis varchar(64) not null constraint ck_referral_enquiry_basis check (basis in ('date_set', 'reg_16')),
    what varchar not null,
    asked_on date not null,
    due_on date not null,
    answered_on date,
    in_time boolean,
    pack_id uuid,
    words varchar,
    answered_by uuid constraint fk_referral_enquiry_answered_by_person references person (id),
    act_id uuid not null,
    said_by uuid constraint fk_referral_enquiry_said_by_person references person (id),
    said_at timestamptz not null,
    constraint uq_referral_enquiry_referral_id_number unique (referral_id, number),
    constraint ck_referral_enquiry_answered check ((answered_on is null) = (in_time is null))
);
create index ix_referral_enquiry_organisation_id on referral_enquiry (organisation_id);
create index ix_referral_enquiry_complaint_id on referral_enquiry (complaint_id);

create table referral_decision (
    id uuid constraint pk_referral_decision primary key,
    organisation_id uuid not null
        constraint fk_referral_decision_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_referral_decision_complaint_id_complaint references complaint (id),
    referral_id uuid not null constraint fk_referral_decision_referral_id_referral references referral (id),
    number integer not null,
    kind varchar(64) not null
        constraint ck_referral_decision_kind check (kind in ('not_investigated', 'preliminary', 'final')),
    decided_on date not null,
    outcome varchar(64)
        constraint ck_referral_decision_outcome check (outcome in ('upheld', 'partly_upheld', 'not_upheld', 'other')),
    words varchar not null,
    comments_by date,
    act_id uuid not null,
    said_by uuid constraint fk_referral_decision_said_by_person references person (id),
    said_at timestamptz not null,
    constraint uq_referral_decision_referral_id_number unique (referral_id, number),
    constraint ck_referral_decision_outcome_of_final check (kind <> 'final' or outcome is not null)
);
create index ix_referral_decision_organisation_id on referral_decision (organisation_id);
create index ix_referral_decision_complaint_id on referral_decision (complaint_id);

create table decision_comment (
    id uuid constraint pk_decision_comment primary key,
    organisation_id uuid not null
        constraint fk_decision_comment_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_decision_comment_complaint_id_complaint references complaint (id),
    referral_id uuid not null constraint fk_decision_comment_referral_id_referral references referral (id),
    decision_id uuid not null
        constraint fk_decision_comment_decision_id_referral_decision references referral_decision (id),
    commented_on date not null,
    words varchar not null,
    act_id uuid not null,
    said_by uuid constraint fk_decision_comment_said_by_person references person (id),
    said_at timestamptz not null
);
create index ix_decision_comment_organisation_id on decision_comment (organisation_id);
create index ix_decision_comment_complaint_id on decision_comment (complaint_id);

-- One that was complied with late stays late: `in_time` is written once, with the day.
create table recommendation (
    id uuid constraint pk_recommendation primary key,
    organisation_id uuid not null
        constraint fk_recommendation_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_recommendation_complaint_id_complaint references complaint (id),
    referral_id uuid not null constraint fk_recommendation_referral_id_referral references referral (id),
    decision_id uuid not null
        constraint fk_recommendation_decision_id_referral_decision references referral_decision (id),
    number integer not null,
    kind varchar(64) not null constraint ck_recommendation_kind
        check (kind in ('apology', 'payment', 'action', 'policy', 'training', 'other')),
    what varchar not null,
    target_on date not null,
    owner_id uuid not null constraint fk_recommendation_owner_id_person references person (id),
    complied_on date,
    in_time boolean,
    evidence varchar,
    complied_by uuid constraint fk_recommendation_complied_by_person references person (id),
    told_body_on date,
    told_how varchar,
    told_by uuid constraint fk_recommendation_told_by_person references person (id),
    notice_id uuid constraint fk_recommendation_notice_id_notice references notice (id),
    first_target_on date,
    moved_late boolean not null default false,
    lifted_on date,
    act_id uuid not null,
    constraint uq_recommendation_referral_id_number unique (referral_id, number),
    constraint ck_recommendation_complied check ((complied_on is null) = (in_time is null)),
    constraint ck_recommendation_told check (told_body_on is null or complied_on is not null),
    constraint ck_recommendation_lifted check (lifted_on is null or complied_on is null),
    constraint ck_recommendation_moved check (first_target_on is not null or not moved_late)
);
create index ix_recommendation_organisation_id on recommendation (organisation_id);
create index ix_recommendation_complaint_id on recommendation (complaint_id);
create index ix_recommendation_target on recommendation (organisation_id, target_on);

create table recommendation_file (
    id uuid constraint pk_recommendation_file primary key,
    organisation_id uuid not null
        constraint fk_recommendation_file_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_recommendation_file_complaint_id_complaint references complaint (id),
    recommendation_id uuid not null
        constraint fk_recommendation_file_recommendation_id_recommendation references recommendation (id),
    file_id uuid not null constraint fk_recommendation_file_file_id_case_file references case_file (id),
    constraint uq_recommendation_file_recommendation_id_file_id unique (recommendation_id, file_id)
);
create index ix_recommendation_file_organisation_id on recommendation_file (organisation_id);
create index ix_recommendation_file_complaint_id on recommendation_file (complaint_id);

create table referral_learning (
    id uuid constraint pk_referral_learning primary key,
    organisation_id uuid not null
        constraint fk_referral_learning_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_referral_learning_complaint_id_complaint references complaint (id),
    referral_id uuid not null constraint fk_referral_learning_referral_id_referral references referral (id),
    published_on date not null,
    place varchar not null,
    words varchar not null,
    act_id uuid not null,
    said_by uuid constraint fk_referral_learning_said_by_person references person (id),
    said_at timestamptz not null
);
create index ix_referral_learning_organisation_id on referral_learning (organisation_id);
create index ix_referral_learning_complaint_id on referral_learning (complaint_id);

select guard_table('regulator_request', array[['said_by', 'person']]);
select guard_table('regulator_request_item',
                   array[['request_id', 'regulator_request'], ['submission_id', 'submission']]);
select guard_table('referral', array[['id', 'proceeding'], ['tier_step_id', 'tier_step'],
                                     ['request_id', 'regulator_request'], ['said_by', 'person']]);
select guard_table('referral_enquiry', array[['referral_id', 'referral'], ['answered_by', 'person'],
                                             ['said_by', 'person']]);
select guard_table('referral_decision', array[['referral_id', 'referral'], ['said_by', 'person']]);
select guard_table('decision_comment', array[['referral_id', 'referral'], ['decision_id', 'referral_decision'],
                                             ['said_by', 'person']]);
select guard_table('recommendation', array[['referral_id', 'referral'], ['decision_id', 'referral_decision'],
                                           ['owner_id', 'person'], ['complied_by', 'person'], ['told_by', 'person'],
                                           ['notice_id', 'notice']]);
select guard_table('recommendation_file', array[['recommendation_id', 'recommendation'], ['file_id', 'case_file']]);
select guard_table('referral_learning', array[['referral_id', 'referral'], ['said_by', 'person']]);

-- What is said with an Ombudsman is not read by another body with which a case is shared.
select keep_to_owner(t) from unnest(array[
    'regulator_request', 'regulator_request_item', 'referral', 'referral_enquiry', 'referral_decision',
    'decision_comment', 'recommendation', 'recommendation_file', 'referral_learning']) t;

grant select, insert on regulator_request, regulator_request_item, referral, referral_enquiry, referral_decision,
    decision_comment, recommendation, recommendation_file, referral_learning to redress_app;
grant update (closed_reason) on referral to redress_app;
grant update (answered_on, in_time, pack_id, words, answered_by) on referral_enquiry to redress_app;
grant update (complied_on, in_time, evidence, complied_by, told_body_on, told_how, told_by, notice_id,
              target_on, first_target_on, moved_late, lifted_on)
    on recommendation to redress_app;
