-- The involvement of each member of staff complained about. Its workflow keeps its clocks.

create table involvement (
    id uuid constraint pk_involvement primary key,
    organisation_id uuid not null constraint fk_involvement_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_involvement_complaint_id_complaint references complaint (id),
    number integer not null,
    person_id uuid constraint fk_involvement_person_id_person references person (id),
    kind varchar(64) not null
        constraint ck_involvement_kind
        check (kind in ('employed', 'agency', 'locum', 'trainee', 'volunteer', 'former', 'unidentified')),
    state varchar(64) not null
        constraint ck_involvement_state check (state in ('named', 'deferred', 'told', 'outcome_told', 'ended')),
    supporter_id uuid constraint fk_involvement_supporter_id_person references person (id),
    supporter_is varchar(64)
        constraint ck_involvement_supporter_is
        check (supporter_is in ('line_manager', 'named_supporter', 'educational_supervisor', 'agency', 'other')),
    update_every_days integer not null default 14,
    named_on date not null,
    told_on date,
    outcome_told_on date,
    ended_on date,
    ended_cause varchar(64),
    changes integer not null default 0,
    heard integer not null default 0,
    changed_at timestamptz not null,
    act_id uuid not null,
    recorded_at timestamptz not null default now(),
    constraint uq_involvement_complaint_id_number unique (complaint_id, number)
);
create index ix_involvement_organisation_id on involvement (organisation_id);
create index ix_involvement_complaint_id on involvement (complaint_id);
create index ix_involvement_person_id on involvement (person_id) where person_id is not null;
create index ix_involvement_unheard on involvement (organisation_id, changed_at) where heard < changes;

-- Who it is, as far as is known. Apart, so that words can be erased and facts stay.
create table involvement_words (
    id uuid constraint pk_involvement_words primary key,
    organisation_id uuid not null
        constraint fk_involvement_words_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_involvement_words_complaint_id_complaint references complaint (id),
    involvement_id uuid not null constraint uq_involvement_words_involvement_id unique
        constraint fk_involvement_words_involvement_id_involvement references involvement (id),
    name varchar,
    described_as varchar,
    email varchar,
    phone varchar,
    address varchar
);
create index ix_involvement_words_organisation_id on involvement_words (organisation_id);
create index ix_involvement_words_complaint_id on involvement_words (complaint_id);

-- Which issues are about them: they see these, and no others.
create table involvement_issue (
    id uuid constraint pk_involvement_issue primary key,
    organisation_id uuid not null
        constraint fk_involvement_issue_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_involvement_issue_complaint_id_complaint references complaint (id),
    involvement_id uuid not null
        constraint fk_involvement_issue_involvement_id_involvement references involvement (id),
    issue_id uuid not null constraint fk_involvement_issue_issue_id_issue references issue (id),
    removed_at timestamptz,
    constraint uq_involvement_issue_involvement_id_issue_id unique (involvement_id, issue_id)
);
create index ix_involvement_issue_organisation_id on involvement_issue (organisation_id);
create index ix_involvement_issue_complaint_id on involvement_issue (complaint_id);

-- What was done for them, each step once: never altered.
create table involvement_step (
    id uuid constraint pk_involvement_step primary key,
    organisation_id uuid not null
        constraint fk_involvement_step_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_involvement_step_complaint_id_complaint references complaint (id),
    involvement_id uuid not null constraint fk_involvement_step_involvement_id_involvement references involvement (id),
    number integer not null,
    kind varchar(64) not null
        constraint ck_involvement_step_kind
        check (kind in ('deferral', 'telling', 'support', 'invitation', 'information', 'end')),
    about varchar(64),
    how varchar(64),
    happened_on date not null,
    until date,
    by_id uuid constraint fk_involvement_step_by_id_person references person (id),
    words varchar,
    act_id uuid not null,
    said_by uuid constraint fk_involvement_step_said_by_person references person (id),
    said_at timestamptz not null,
    constraint uq_involvement_step_involvement_id_number unique (involvement_id, number)
);
create index ix_involvement_step_organisation_id on involvement_step (organisation_id);
create index ix_involvement_step_complaint_id on involvement_step (complaint_id);

select guard_table('involvement', array[['person_id', 'person'], ['supporter_id', 'person']]);
select guard_table('involvement_words', array[['involvement_id', 'involvement']]);
select guard_table('involvement_issue', array[['involvement_id', 'involvement'], ['issue_id', 'issue']]);
select guard_table('involvement_step',
                   array[['involvement_id', 'involvement'], ['by_id', 'person'], ['said_by', 'person']]);

alter table clock add constraint fk_clock_own_involvement foreign key (involvement_id, organisation_id)
    references involvement (id, organisation_id);
alter table notice add constraint fk_notice_own_involvement foreign key (involvement_id, organisation_id)
    references involvement (id, organisation_id);

grant select, insert, update on involvement, involvement_words, involvement_issue to redress_app;
grant select, insert on involvement_step to redress_app;
create trigger append_only before update or delete on involvement_step
    for each row execute function refuse_change();

-- Where staff find support: what an organisation sets takes the place of what was set before.
create table support_detail (
    id uuid constraint pk_support_detail primary key,
    organisation_id uuid not null
        constraint fk_support_detail_organisation_id_organisation references organisation (id),
    kind varchar(64) not null constraint ck_support_detail_kind check (kind in ('inside', 'outside')),
    position integer not null,
    title varchar not null,
    reached_by varchar not null,
    set_by uuid constraint fk_support_detail_set_by_person references person (id),
    set_at timestamptz not null,
    ended_at timestamptz
);
create index ix_support_detail_organisation_id on support_detail (organisation_id);
select guard_table('support_detail', array[['set_by', 'person']]);
grant select, insert on support_detail to redress_app;
grant update (ended_at) on support_detail to redress_app;

-- The sweeper tells the workflows of involvements what they have not heard of, and sees which should run, and which
-- should have marked a clock as overdue: `due_at` is of the first that is not.
create view sweep_involvement as
    select i.organisation_id, i.complaint_id, i.id as involvement_id, c.reference, i.state, i.changed_at,
           i.heard < i.changes as unheard, c.nation, c.open,
           (select min(k.due_at) from clock k
            join clock_version v on v.clock_id = k.id and v.generation = k.generation
            where k.involvement_id = i.id and k.state = 'running' and v.breached_at is null) as due_at
    from involvement i join complaint c on c.id = i.complaint_id
    where i.state <> 'ended' or i.heard < i.changes;
grant select on sweep_involvement to redress_sweeper;
