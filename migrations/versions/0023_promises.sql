-- What was promised to whom, each time it was kept, and which dates people were given.

create table promise (
    id uuid constraint pk_promise primary key,
    organisation_id uuid not null constraint fk_promise_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_promise_complaint_id_complaint references complaint (id),
    party_id uuid constraint fk_promise_party_id_party references party (id),
    involvement_id uuid constraint fk_promise_involvement_id_involvement references involvement (id),
    kind varchar(64) not null
        constraint ck_promise_kind
        check (kind in ('call', 'letter', 'update', 'copy', 'meeting', 'action', 'other')),
    what varchar not null,
    due_on date not null,
    every_days integer constraint ck_promise_every_days check (every_days between 1 and 366),
    made_on date not null,
    made_by uuid constraint fk_promise_made_by_person references person (id),
    source varchar(64) not null constraint ck_promise_source check (source in ('contact', 'said')),
    contact_id uuid constraint fk_promise_contact_id_contact references contact (id),
    state varchar(64) not null constraint ck_promise_state check (state in ('open', 'kept', 'released')),
    clocked boolean not null,
    settled_on date,
    settled_by uuid constraint fk_promise_settled_by_person references person (id),
    released_because varchar(64)
        constraint ck_promise_released_because check (released_because in ('not_wanted', 'overtaken')),
    release_words varchar,
    act_id uuid not null,
    said_at timestamptz not null,
    constraint ck_promise_to_one check (num_nonnulls(party_id, involvement_id) <= 1)
);
create index ix_promise_organisation_id on promise (organisation_id);
create index ix_promise_complaint_id on promise (complaint_id);
-- Those that no clock judges, because the complaint has ended: a few of all.
create index ix_promise_unclocked on promise (organisation_id, due_on) where not clocked;

create table promise_kept (
    id uuid constraint pk_promise_kept primary key,
    organisation_id uuid not null
        constraint fk_promise_kept_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_promise_kept_complaint_id_complaint references complaint (id),
    promise_id uuid not null constraint fk_promise_kept_promise_id_promise references promise (id),
    number integer not null,
    due_on date not null,
    kept_on date not null,
    in_time boolean not null,
    contact_id uuid constraint fk_promise_kept_contact_id_contact references contact (id),
    words varchar,
    said_by uuid constraint fk_promise_kept_said_by_person references person (id),
    said_at timestamptz not null,
    act_id uuid not null,
    constraint uq_promise_kept_promise_id_number unique (promise_id, number)
);
create index ix_promise_kept_organisation_id on promise_kept (organisation_id);
create index ix_promise_kept_complaint_id on promise_kept (complaint_id);

-- Who was given which date of which clock, and by what: they are told when it moves.
create table told_date (
    id uuid constraint pk_told_date primary key,
    organisation_id uuid not null constraint fk_told_date_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_told_date_complaint_id_complaint references complaint (id),
    clock_id uuid not null constraint fk_told_date_clock_id_clock references clock (id),
    generation integer not null,
    due_on date not null,
    party_id uuid constraint fk_told_date_party_id_party references party (id),
    involvement_id uuid constraint fk_told_date_involvement_id_involvement references involvement (id),
    notice_id uuid constraint fk_told_date_notice_id_notice references notice (id),
    contact_id uuid constraint fk_told_date_contact_id_contact references contact (id),
    told_on date not null,
    act_id uuid not null,
    said_at timestamptz not null,
    constraint ck_told_date_to_one check (num_nonnulls(party_id, involvement_id) <= 1),
    constraint uq_told_date_once unique nulls not distinct (clock_id, generation, party_id, involvement_id, notice_id)
);
create index ix_told_date_organisation_id on told_date (organisation_id);
create index ix_told_date_complaint_id on told_date (complaint_id);

select guard_table('promise', array[['party_id', 'party'], ['involvement_id', 'involvement'], ['made_by', 'person'],
                                    ['contact_id', 'contact'], ['settled_by', 'person']]);
select guard_table('promise_kept',
                   array[['promise_id', 'promise'], ['contact_id', 'contact'], ['said_by', 'person']]);
select guard_table('told_date', array[['clock_id', 'clock'], ['party_id', 'party'], ['involvement_id', 'involvement'],
                                      ['notice_id', 'notice'], ['contact_id', 'contact']]);

grant select, insert on promise, promise_kept, told_date to redress_app;
grant update (due_on, state, clocked, settled_on, settled_by, released_because, release_words) on promise
    to redress_app;
create trigger append_only before update or delete on promise_kept
    for each row execute function refuse_change();
create trigger append_only before update or delete on told_date
    for each row execute function refuse_change();

-- What was kept and broken in a stretch of time, over all complaints of an organisation.
create index ix_clock_version_judged on clock_version (organisation_id, due_on)
    include (clock_id, in_time, breached_at)
    where in_time is not null or breached_at is not null;
