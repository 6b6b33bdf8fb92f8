-- Learning, and the actions that follow from it and outlive the complaint.

alter table proceeding drop constraint ck_proceeding_kind;
alter table proceeding add constraint ck_proceeding_kind
    check (kind in ('escalation', 'candour', 'referral', 'action'));

-- Themes of an organisation beside the subjects of the returns. Changed through the office; retired, never deleted.
create table organisation_theme (
    id uuid constraint pk_organisation_theme primary key,
    organisation_id uuid not null
        constraint fk_organisation_theme_organisation_id_organisation references organisation (id),
    code varchar(64) not null,
    title varchar not null,
    active boolean not null default true,
    constraint uq_organisation_theme_organisation_id_code unique (organisation_id, code)
);
create index ix_organisation_theme_organisation_id on organisation_theme (organisation_id);

-- What was learned from one complaint. `version` is that of its versions which stands now.
create table learning (
    id uuid constraint pk_learning primary key,
    organisation_id uuid not null constraint fk_learning_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_learning_complaint_id_complaint references complaint (id),
    number integer not null,
    version integer not null,
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_learning_complaint_id_number unique (complaint_id, number)
);
create index ix_learning_organisation_id on learning (organisation_id);
create index ix_learning_complaint_id on learning (complaint_id);
create index ix_learning_said_at on learning (organisation_id, said_at, id);

create table learning_version (
    id uuid constraint pk_learning_version primary key,
    organisation_id uuid not null
        constraint fk_learning_version_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_learning_version_complaint_id_complaint references complaint (id),
    learning_id uuid not null constraint fk_learning_version_learning_id_learning references learning (id),
    number integer not null,
    theme varchar(140) not null,
    place varchar(140),
    factors jsonb not null,
    factors_version integer not null,
    outcome varchar(64) not null
        constraint ck_learning_version_outcome check (outcome in ('learned', 'nothing_to_learn')),
    went_wrong boolean not null,
    found varchar not null,
    will_change varchar,
    public_words varchar,
    public_by uuid constraint fk_learning_version_public_by_person references person (id),
    public_approved_by uuid constraint fk_learning_version_public_approved_by_person references person (id),
    act_id uuid not null,
    said_by uuid constraint fk_learning_version_said_by_person references person (id),
    said_at timestamptz not null,
    constraint uq_learning_version_learning_id_number unique (learning_id, number),
    constraint ck_learning_version_change check (outcome = 'learned' or will_change is null),
    constraint ck_learning_version_approved check
        (public_approved_by is null or (public_words is not null and public_approved_by <> public_by))
);
create index ix_learning_version_organisation_id on learning_version (organisation_id);
create index ix_learning_version_complaint_id on learning_version (complaint_id);
create index ix_learning_version_theme on learning_version (organisation_id, theme, place);

-- An action as it stands; each change, each completion and each check of it is kept beside it.
create table action (
    id uuid constraint pk_action primary key constraint fk_action_id_proceeding references proceeding (id),
    organisation_id uuid not null constraint fk_action_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_action_complaint_id_complaint references complaint (id),
    follows varchar(64) not null constraint ck_action_follows check (follows in ('learning', 'remedy', 'other')),
    learning_id uuid constraint fk_action_learning_id_learning references learning (id),
    remedy_id uuid constraint fk_action_remedy_id_remedy references remedy (id),
    recommendation_id uuid constraint fk_action_recommendation_id_recommendation references recommendation (id),
    theme varchar(140),
    place varchar(140),
    what varchar not null,
    evidence_wanted varchar not null,
    owner_id uuid not null constraint fk_action_owner_id_person references person (id),
    due_on date not null,
    first_due_on date not null,
    moved_late boolean not null default false,
    tell_person boolean not null,
    tell_staff boolean not null,
    tell_every_days integer constraint ck_action_tell_every_days check (tell_every_days between 1 and 366),
    check_months integer not null constraint ck_action_check_months check (check_months between 1 and 60),
    done_on date,
    in_time boolean,
    recurred integer not null default 0,
    dropped_reason varchar,
    dropped_by uuid constraint fk_action_dropped_by_person references person (id),
    act_id uuid not null,
    said_by uuid constraint fk_action_said_by_person references person (id),
    said_at timestamptz not null,
    constraint ck_action_from check (num_nonnulls(learning_id, remedy_id, recommendation_id) <= 1),
    constraint ck_action_done check ((done_on is null) = (in_time is null))
);
create index ix_action_organisation_id on action (organisation_id);
create index ix_action_complaint_id on action (complaint_id);
create index ix_action_due on action (organisation_id, due_on, id);

create table action_change (
    id uuid constraint pk_action_change primary key,
    organisation_id uuid not null constraint fk_action_change_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_action_change_complaint_id_complaint references complaint (id),
    action_id uuid not null constraint fk_action_change_action_id_action references action (id),
    number integer not null,
    old_owner_id uuid not null constraint fk_action_change_old_owner_id_person references person (id),
    owner_id uuid not null constraint fk_action_change_owner_id_person references person (id),
    old_due_on date not null,
    due_on date not null,
    late boolean not null,
    reason varchar not null,
    act_id uuid not null,
    said_by uuid constraint fk_action_change_said_by_person references person (id),
    said_at timestamptz not null,
    constraint uq_action_change_action_id_number unique (action_id, number)
);
create index ix_action_change_organisation_id on action_change (organisation_id);
create index ix_action_change_complaint_id on action_change (complaint_id);

create table action_progress (
    id uuid constraint pk_action_progress primary key,
    organisation_id uuid not null
        constraint fk_action_progress_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_action_progress_complaint_id_complaint references complaint (id),
    action_id uuid not null constraint fk_action_progress_action_id_action references action (id),
    number integer not null,
    happened_on date not null,
    words varchar not null,
    act_id uuid not null,
    said_by uuid constraint fk_action_progress_said_by_person references person (id),
    said_at timestamptz not null,
    constraint uq_action_progress_action_id_number unique (action_id, number)
);
create index ix_action_progress_organisation_id on action_progress (organisation_id);
create index ix_action_progress_complaint_id on action_progress (complaint_id);

-- Each time it was done: one that recurs is done again. `in_time` is written once: late stays late.
create table action_done (
    id uuid constraint pk_action_done primary key,
    organisation_id uuid not null constraint fk_action_done_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_action_done_complaint_id_complaint references complaint (id),
    action_id uuid not null constraint fk_action_done_action_id_action references action (id),
    number integer not null,
    done_on date not null,
    due_on date not null,
    in_time boolean not null,
    evidence varchar,
    act_id uuid not null,
    said_by uuid constraint fk_action_done_said_by_person references person (id),
    said_at timestamptz not null,
    constraint uq_action_done_action_id_number unique (action_id, number)
);
create index ix_action_done_organisation_id on action_done (organisation_id);
create index ix_action_done_complaint_id on action_done (complaint_id);

create table action_file (
    id uuid constraint pk_action_file primary key,
    organisation_id uuid not null constraint fk_action_file_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_action_file_complaint_id_complaint references complaint (id),
    done_id uuid not null constraint fk_action_file_done_id_action_done references action_done (id),
    file_id uuid not null constraint fk_action_file_file_id_case_file references case_file (id),
    constraint uq_action_file_done_id_file_id unique (done_id, file_id)
);
create index ix_action_file_organisation_id on action_file (organisation_id);
create index ix_action_file_complaint_id on action_file (complaint_id);

-- What was counted since it was done. `checked` by a person, with their result; `counted` by time, for the panel.
create table action_check (
    id uuid constraint pk_action_check primary key,
    organisation_id uuid not null constraint fk_action_check_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_action_check_complaint_id_complaint references complaint (id),
    action_id uuid not null constraint fk_action_check_action_id_action references action (id),
    number integer not null,
    kind varchar(64) not null constraint ck_action_check_kind check (kind in ('checked', 'counted')),
    result varchar(64) constraint ck_action_check_result check (result in ('held', 'recurred')),
    theme varchar(140),
    place varchar(140),
    first_on date not null,
    last_on date not null,
    counted integer not null,
    cases jsonb not null,
    judged_otherwise boolean not null,
    words varchar,
    reason varchar,
    due_on date,
    act_id uuid not null,
    said_by uuid constraint fk_action_check_said_by_person references person (id),
    said_at timestamptz not null,
    constraint uq_action_check_action_id_number unique (action_id, number),
    constraint ck_action_check_checked check (kind = 'checked' or result is null),
    constraint ck_action_check_otherwise check (not judged_otherwise or reason is not null)
);
create index ix_action_check_organisation_id on action_check (organisation_id);
create index ix_action_check_complaint_id on action_check (complaint_id);
create index ix_action_check_said_at on action_check (organisation_id, said_at, id);

-- The letters that tell of an action: to the person, or to one member of staff.
create table action_letter (
    id uuid constraint pk_action_letter primary key,
    organisation_id uuid not null constraint fk_action_letter_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_action_letter_complaint_id_complaint references complaint (id),
    action_id uuid not null constraint fk_action_letter_action_id_action references action (id),
    kind varchar(64) not null constraint ck_action_letter_kind check (kind in ('news', 'done')),
    notice_id uuid not null constraint fk_action_letter_notice_id_notice references notice (id),
    party_id uuid constraint fk_action_letter_party_id_party references party (id),
    involvement_id uuid constraint fk_action_letter_involvement_id_involvement references involvement (id),
    act_id uuid not null,
    constraint uq_action_letter_notice_id unique (notice_id),
    constraint ck_action_letter_reader check (num_nonnulls(party_id, involvement_id) <= 1)
);
create index ix_action_letter_organisation_id on action_letter (organisation_id);
create index ix_action_letter_complaint_id on action_letter (complaint_id);
create index ix_action_letter_action_id on action_letter (action_id);

select guard_table('organisation_theme');
select guard_table('learning');
select guard_table('learning_version', array[['learning_id', 'learning'], ['public_by', 'person'],
                                             ['public_approved_by', 'person'], ['said_by', 'person']]);
select guard_table('action', array[['id', 'proceeding'], ['learning_id', 'learning'], ['remedy_id', 'remedy'],
                                   ['recommendation_id', 'recommendation'], ['owner_id', 'person'],
                                   ['dropped_by', 'person'], ['said_by', 'person']]);
select guard_table('action_change', array[['action_id', 'action'], ['old_owner_id', 'person'],
                                          ['owner_id', 'person'], ['said_by', 'person']]);
select guard_table('action_progress', array[['action_id', 'action'], ['said_by', 'person']]);
select guard_table('action_done', array[['action_id', 'action'], ['said_by', 'person']]);
select guard_table('action_file', array[['done_id', 'action_done'], ['file_id', 'case_file']]);
select guard_table('action_check', array[['action_id', 'action'], ['said_by', 'person']]);
select guard_table('action_letter', array[['action_id', 'action'], ['notice_id', 'notice'], ['party_id', 'party'],
                                          ['involvement_id', 'involvement']]);

-- What is learned and done about it is the body's own: another body with which a case is shared does not read it.
select keep_to_owner(t) from unnest(array[
    'organisation_theme', 'learning', 'learning_version', 'action', 'action_change', 'action_progress', 'action_done',
    'action_file', 'action_check', 'action_letter']) t;

grant select, insert on organisation_theme, learning, learning_version, action, action_change, action_progress,
    action_done, action_file, action_check, action_letter to redress_app;
grant update (title, active) on organisation_theme to redress_app;
grant update (version) on learning to redress_app;
grant update (owner_id, due_on, moved_late, done_on, in_time, recurred, dropped_reason, dropped_by)
    on action to redress_app;
