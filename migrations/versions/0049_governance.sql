-- What leaders do regularly: series, their people, the occurrences with their steps, and what is said and done in them.

create table governance_series (
    id uuid constraint pk_governance_series primary key,
    organisation_id uuid not null
        constraint fk_governance_series_organisation_id_organisation references organisation (id),
    kind varchar(64) not null,
    report varchar(64),
    rhythm varchar(64) not null
        constraint ck_governance_series_rhythm
        check (rhythm in ('weekly', 'monthly', 'quarterly', 'yearly', 'on_request')),
    anchor_on date not null,
    hour integer not null constraint ck_governance_series_hour check (hour between 0 and 23),
    base integer not null default 0,
    state varchar(64) not null
        constraint ck_governance_series_state check (state in ('active', 'paused', 'ended')),
    changes integer not null default 1,
    scheduled integer not null default 0,
    changed_at timestamptz not null,
    set_up_by uuid not null constraint fk_governance_series_set_up_by_person references person (id),
    recorded_at timestamptz not null default now()
);
create index ix_governance_series_organisation_id on governance_series (organisation_id);
select guard_table('governance_series', array[['set_up_by', 'person']]);
grant select, insert on governance_series to redress_app;
grant update (rhythm, anchor_on, hour, base, state, changes, scheduled, changed_at) on governance_series to redress_app;

create table governance_member (
    id uuid constraint pk_governance_member primary key,
    organisation_id uuid not null
        constraint fk_governance_member_organisation_id_organisation references organisation (id),
    series_id uuid not null constraint fk_governance_member_series_id_governance_series references governance_series (id),
    part varchar(64) not null
        constraint ck_governance_member_part
        check (part in ('chair', 'approver', 'commenter', 'member', 'non_executive', 'distribution')),
    person_id uuid constraint fk_governance_member_person_id_person references person (id),
    name varchar,
    since timestamptz not null,
    ended_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint ck_governance_member_one check (num_nonnulls(person_id, name) <= 1)
);
create index ix_governance_member_organisation_id on governance_member (organisation_id);
create index ix_governance_member_series_id on governance_member (series_id);
select guard_table('governance_member', array[['series_id', 'governance_series'], ['person_id', 'person']]);
grant select, insert, update (ended_at) on governance_member to redress_app;

create table governance (
    id uuid constraint pk_governance primary key,
    organisation_id uuid not null constraint fk_governance_organisation_id_organisation references organisation (id),
    series_id uuid not null constraint fk_governance_series_id_governance_series references governance_series (id),
    kind varchar(64) not null,
    rules integer not null,
    number integer not null,
    first_on date not null,
    last_on date not null,
    nominal_on date not null,
    begun_on date not null,
    begun_at timestamptz not null,
    begun_by uuid constraint fk_governance_begun_by_person references person (id),
    late boolean not null,
    state varchar(64) not null
        constraint ck_governance_state check (state in ('open', 'done', 'abandoned')),
    report_id uuid,
    broken integer,
    held_on date,
    minutes varchar,
    heard_words varchar,
    receipt varchar,
    abandoned_reason varchar,
    ended_at timestamptz,
    ended_by uuid constraint fk_governance_ended_by_person references person (id),
    changes integer not null default 1,
    heard integer not null default 0,
    changed_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint uq_governance_series_id_number unique (series_id, number),
    constraint ck_governance_ended check ((state = 'open') = (ended_at is null))
);
create index ix_governance_organisation_id on governance (organisation_id);
create index ix_governance_begun on governance (organisation_id, begun_at, id);
create index ix_governance_unheard on governance (organisation_id, changed_at) where heard < changes;
select guard_table('governance', array[['series_id', 'governance_series'], ['begun_by', 'person'],
                                       ['ended_by', 'person']]);
grant select, insert on governance to redress_app;
grant update (state, report_id, broken, held_on, minutes, heard_words, receipt, abandoned_reason, ended_at, ended_by,
              changes, heard, changed_at) on governance to redress_app;

create table governance_step (
    id uuid constraint pk_governance_step primary key,
    organisation_id uuid not null
        constraint fk_governance_step_organisation_id_organisation references organisation (id),
    occurrence_id uuid not null constraint fk_governance_step_occurrence_id_governance references governance (id),
    code varchar(64) not null,
    position integer not null,
    round integer not null default 1,
    state varchar(64) not null
        constraint ck_governance_step_state check (state in ('waiting', 'open', 'done', 'sent_back')),
    due_on date not null,
    opened_at timestamptz,
    done_at timestamptz,
    done_by uuid constraint fk_governance_step_done_by_person references person (id),
    words varchar,
    held_on date,
    minutes varchar,
    heard_words varchar,
    recorded_at timestamptz not null default now(),
    constraint uq_governance_step_occurrence_id_code_round unique (occurrence_id, code, round)
);
create index ix_governance_step_organisation_id on governance_step (organisation_id);
select guard_table('governance_step', array[['occurrence_id', 'governance'], ['done_by', 'person']]);
grant select, insert, update (state, due_on, opened_at, done_at, done_by, words, held_on, minutes,
                              heard_words) on governance_step to redress_app;

create table governance_reminder (
    id uuid constraint pk_governance_reminder primary key,
    organisation_id uuid not null
        constraint fk_governance_reminder_organisation_id_organisation references organisation (id),
    occurrence_id uuid not null constraint fk_governance_reminder_occurrence_id_governance references governance (id),
    step_id uuid not null constraint fk_governance_reminder_step_id_governance_step references governance_step (id),
    rung varchar(64) not null
        constraint ck_governance_reminder_rung check (rung in ('opened', 'reminder', 'overdue', 'escalation')),
    turn integer not null default 1,
    people jsonb not null,
    at timestamptz not null,
    mailed integer,
    recorded_at timestamptz not null default now(),
    constraint uq_governance_reminder_step_id_rung_turn unique (step_id, rung, turn)
);
create index ix_governance_reminder_organisation_id on governance_reminder (organisation_id);
create index ix_governance_reminder_occurrence_id on governance_reminder (occurrence_id);
select guard_table('governance_reminder', array[['occurrence_id', 'governance'], ['step_id', 'governance_step']]);
grant select, insert, update (mailed) on governance_reminder to redress_app;

create table governance_comment (
    id uuid constraint pk_governance_comment primary key,
    organisation_id uuid not null
        constraint fk_governance_comment_organisation_id_organisation references organisation (id),
    occurrence_id uuid not null constraint fk_governance_comment_occurrence_id_governance references governance (id),
    step_id uuid not null constraint fk_governance_comment_step_id_governance_step references governance_step (id),
    person_id uuid not null constraint fk_governance_comment_person_id_person references person (id),
    words varchar not null,
    at timestamptz not null,
    recorded_at timestamptz not null default now()
);
create index ix_governance_comment_organisation_id on governance_comment (organisation_id);
create index ix_governance_comment_occurrence_id on governance_comment (occurrence_id);
select guard_table('governance_comment', array[['occurrence_id', 'governance'], ['step_id', 'governance_step'],
                                               ['person_id', 'person']]);
grant select, insert on governance_comment to redress_app;
create trigger append_only before update or delete on governance_comment
    for each row execute function refuse_change();

create table governance_attendee (
    id uuid constraint pk_governance_attendee primary key,
    organisation_id uuid not null
        constraint fk_governance_attendee_organisation_id_organisation references organisation (id),
    occurrence_id uuid not null constraint fk_governance_attendee_occurrence_id_governance references governance (id),
    person_id uuid constraint fk_governance_attendee_person_id_person references person (id),
    name varchar,
    round integer not null default 1,
    recorded_at timestamptz not null default now(),
    constraint ck_governance_attendee_one check (num_nonnulls(person_id, name) <= 1)
);
create index ix_governance_attendee_organisation_id on governance_attendee (organisation_id);
create index ix_governance_attendee_occurrence_id on governance_attendee (occurrence_id);
select guard_table('governance_attendee', array[['occurrence_id', 'governance'], ['person_id', 'person']]);
grant select, insert on governance_attendee to redress_app;
create trigger append_only before update or delete on governance_attendee
    for each row execute function refuse_change();

create table panel_case (
    id uuid constraint pk_panel_case primary key,
    organisation_id uuid not null constraint fk_panel_case_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_panel_case_complaint_id_complaint references complaint (id),
    occurrence_id uuid not null constraint fk_panel_case_occurrence_id_governance references governance (id),
    why varchar(64) not null
        constraint ck_panel_case_why check (why in ('serious', 'recurrence', 'ombudsman', 'action_counted', 'chosen')),
    state varchar(64) not null
        constraint ck_panel_case_state
        check (state in ('proposed', 'chosen', 'approved', 'declined', 'withdrawn', 'left')),
    how varchar(64) constraint ck_panel_case_how check (how in ('with_consent', 'anonymised')),
    story varchar,
    party_id uuid constraint fk_panel_case_party_id_party references party (id),
    consented_on date,
    evidence varchar,
    proposed_at timestamptz not null,
    chosen_by uuid constraint fk_panel_case_chosen_by_person references person (id),
    chosen_at timestamptz,
    approved_by uuid constraint fk_panel_case_approved_by_person references person (id),
    approved_at timestamptz,
    ended_words varchar,
    recorded_at timestamptz not null default now(),
    constraint uq_panel_case_occurrence_id_complaint_id unique (occurrence_id, complaint_id),
    constraint ck_panel_case_two_people check (approved_by is null or approved_by <> chosen_by),
    constraint ck_panel_case_story
        check (state in ('proposed', 'left', 'withdrawn') or (how is not null and story is not null)),
    constraint ck_panel_case_consent
        check (how is distinct from 'with_consent'
               or (party_id is not null and consented_on is not null and evidence is not null))
);
create index ix_panel_case_organisation_id on panel_case (organisation_id);
create index ix_panel_case_complaint_id on panel_case (complaint_id);
select guard_table('panel_case', array[['occurrence_id', 'governance'], ['party_id', 'party'], ['chosen_by', 'person'],
                                       ['approved_by', 'person']]);
select keep_to_owner('panel_case');
grant select, insert, update (state, how, story, party_id, consented_on, evidence, chosen_by, chosen_at, approved_by,
                              approved_at, ended_words) on panel_case to redress_app;

create table governance_action (
    id uuid constraint pk_governance_action primary key,
    organisation_id uuid not null
        constraint fk_governance_action_organisation_id_organisation references organisation (id),
    series_id uuid not null constraint fk_governance_action_series_id_governance_series references governance_series (id),
    occurrence_id uuid not null constraint fk_governance_action_occurrence_id_governance references governance (id),
    number integer not null,
    what varchar not null,
    owner_id uuid not null constraint fk_governance_action_owner_id_person references person (id),
    due_on date not null,
    moved integer not null default 0,
    state varchar(64) not null
        constraint ck_governance_action_state check (state in ('open', 'done', 'dropped')),
    ended_on date,
    words varchar,
    made_by uuid not null constraint fk_governance_action_made_by_person references person (id),
    made_at timestamptz not null,
    ended_by uuid constraint fk_governance_action_ended_by_person references person (id),
    ended_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint uq_governance_action_series_id_number unique (series_id, number)
);
create index ix_governance_action_organisation_id on governance_action (organisation_id);
create index ix_governance_action_occurrence_id on governance_action (occurrence_id);
select guard_table('governance_action', array[['series_id', 'governance_series'], ['occurrence_id', 'governance'],
                                              ['owner_id', 'person'], ['made_by', 'person'], ['ended_by', 'person']]);
grant select, insert, update (owner_id, due_on, moved, state, ended_on, words, ended_by, ended_at) on governance_action
    to redress_app;

-- Each time that an action was moved or given to somebody else, and why: what was said first stays on record.
create table governance_action_change (
    id uuid constraint pk_governance_action_change primary key,
    organisation_id uuid not null
        constraint fk_governance_action_change_organisation_id_organisation references organisation (id),
    action_id uuid not null
        constraint fk_governance_action_change_action_id_governance_action references governance_action (id),
    old_owner_id uuid not null constraint fk_governance_action_change_old_owner_id_person references person (id),
    owner_id uuid not null constraint fk_governance_action_change_owner_id_person references person (id),
    old_due_on date not null,
    due_on date not null,
    reason varchar not null,
    said_by uuid not null constraint fk_governance_action_change_said_by_person references person (id),
    said_at timestamptz not null,
    recorded_at timestamptz not null default now()
);
create index ix_governance_action_change_organisation_id on governance_action_change (organisation_id);
create index ix_governance_action_change_action_id on governance_action_change (action_id);
select guard_table('governance_action_change', array[['action_id', 'governance_action'], ['old_owner_id', 'person'],
                                                     ['owner_id', 'person'], ['said_by', 'person']]);
grant select, insert on governance_action_change to redress_app;
create trigger append_only before update or delete on governance_action_change
    for each row execute function refuse_change();

create table governance_distribution (
    id uuid constraint pk_governance_distribution primary key,
    organisation_id uuid not null
        constraint fk_governance_distribution_organisation_id_organisation references organisation (id),
    occurrence_id uuid not null
        constraint fk_governance_distribution_occurrence_id_governance references governance (id),
    audience varchar(64) not null,
    whom varchar not null,
    how varchar(64) not null,
    on_day date not null,
    said_by uuid not null constraint fk_governance_distribution_said_by_person references person (id),
    said_at timestamptz not null,
    recorded_at timestamptz not null default now()
);
create index ix_governance_distribution_organisation_id on governance_distribution (organisation_id);
create index ix_governance_distribution_occurrence_id on governance_distribution (occurrence_id);
select guard_table('governance_distribution', array[['occurrence_id', 'governance'], ['said_by', 'person']]);
grant select, insert on governance_distribution to redress_app;
create trigger append_only before update or delete on governance_distribution
    for each row execute function refuse_change();

-- The sweeper sees which series lack a schedule as they stand, and which occurrences have not been heard of or should run.
create view sweep_governance_series as
    select organisation_id, id as series_id, kind, rhythm, anchor_on, hour, state, changes, scheduled, changed_at
    from governance_series;
create view sweep_governance as
    select organisation_id, id as occurrence_id, kind, state, heard < changes as unheard, changed_at
    from governance where state = 'open' or heard < changes;
grant select on sweep_governance_series, sweep_governance to redress_sweeper;

-- A leaver has something left while they own a case, or an action of a complaint or of a meeting.
create or replace view sweep_leaver as
    select l.organisation_id, l.id as leaver_id, l.announced_at, l.last_day,
           (select count(*) from complaint c where c.owner_id = l.person_id and c.open
            and c.organisation_id = l.organisation_id)
           + (select count(*) from action a join proceeding p on p.id = a.id
              where a.owner_id = l.person_id and p.state = 'open' and a.organisation_id = l.organisation_id)
           + (select count(*) from governance_action g where g.owner_id = l.person_id and g.state = 'open'
              and g.organisation_id = l.organisation_id) as cases_left
    from leaver l where l.state = 'announced';
