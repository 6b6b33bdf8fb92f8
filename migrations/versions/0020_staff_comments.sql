-- What the staff complained about said and how it was used; and how it all was, for them and for the people outside.

create table staff_comment (
    id uuid constraint pk_staff_comment primary key,
    organisation_id uuid not null constraint fk_staff_comment_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_staff_comment_complaint_id_complaint references complaint (id),
    involvement_id uuid not null constraint fk_staff_comment_involvement_id_involvement references involvement (id),
    number integer not null,
    about varchar(64) not null
        constraint ck_staff_comment_about check (about in ('allegation', 'initial_views', 'plan', 'other')),
    words varchar not null,
    received_on date not null,
    late boolean not null,
    themselves boolean not null,
    through_id uuid constraint fk_staff_comment_through_id_person references person (id),
    effect varchar(64)
        constraint ck_staff_comment_effect check (effect in ('accepted', 'partly', 'not_accepted')),
    effect_words varchar,
    used_on date,
    used_by uuid constraint fk_staff_comment_used_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_staff_comment_involvement_id_number unique (involvement_id, number),
    constraint ck_staff_comment_used check ((effect is null) = (used_on is null))
);
create index ix_staff_comment_organisation_id on staff_comment (organisation_id);
create index ix_staff_comment_complaint_id on staff_comment (complaint_id);
select guard_table('staff_comment', array[['involvement_id', 'involvement'], ['through_id', 'person'],
                                          ['used_by', 'person']]);

-- One row for each who is asked: a party outside, or a member of staff complained about.
create table experience (
    id uuid constraint pk_experience primary key,
    organisation_id uuid not null constraint fk_experience_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_experience_complaint_id_complaint references complaint (id),
    party_id uuid constraint uq_experience_party_id unique
        constraint fk_experience_party_id_party references party (id),
    involvement_id uuid constraint uq_experience_involvement_id unique
        constraint fk_experience_involvement_id_involvement references involvement (id),
    asked_on date,
    asked_how varchar(64)
        constraint ck_experience_asked_how check (asked_how in ('in_person', 'call', 'video', 'letter')),
    answered_on date,
    declined boolean not null,
    scores jsonb not null,
    words varchar,
    recorded_by uuid constraint fk_experience_recorded_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null,
    constraint ck_experience_one check (num_nonnulls(party_id, involvement_id) <= 1)
);
create index ix_experience_organisation_id on experience (organisation_id);
create index ix_experience_complaint_id on experience (complaint_id);
select guard_table('experience', array[['party_id', 'party'], ['involvement_id', 'involvement'],
                                       ['recorded_by', 'person']]);

-- What somebody said is never altered: only how it was used, and what came of asking.
grant select, insert on staff_comment, experience to redress_app;
grant update (effect, effect_words, used_on, used_by) on staff_comment to redress_app;
grant update (answered_on, declined, scores, words, recorded_by) on experience to redress_app;
