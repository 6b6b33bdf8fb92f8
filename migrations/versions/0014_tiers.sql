-- Tiers: each time a person asked for somebody else to look, and who may not handle the complaint again.

create table tier_step (
    id uuid constraint pk_tier_step primary key,
    organisation_id uuid not null constraint fk_tier_step_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_tier_step_complaint_id_complaint references complaint (id),
    tier varchar(64) not null,
    kind varchar(64) not null constraint ck_tier_step_kind check (kind in ('internal', 'independent', 'ombudsman')),
    channel varchar(64) not null,
    asked_on date not null,
    method varchar(64) not null,
    window_until date,
    outside_window boolean not null,
    words varchar,
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_tier_step_complaint_id_tier unique (complaint_id, tier)
);
create index ix_tier_step_organisation_id on tier_step (organisation_id);
select guard_table('tier_step');
create trigger append_only before update or delete on tier_step
    for each row execute function refuse_change();
grant select, insert on tier_step to redress_app;

create table tier_bar (
    id uuid constraint pk_tier_bar primary key,
    organisation_id uuid not null constraint fk_tier_bar_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_tier_bar_complaint_id_complaint references complaint (id),
    tier varchar(64) not null,
    person_id uuid not null constraint fk_tier_bar_person_id_person references person (id),
    act_id uuid not null,
    constraint uq_tier_bar_complaint_id_tier_person_id unique (complaint_id, tier, person_id)
);
create index ix_tier_bar_organisation_id on tier_bar (organisation_id);
select guard_table('tier_bar', array[['person_id', 'person']]);
create trigger append_only before update or delete on tier_bar
    for each row execute function refuse_change();
grant select, insert on tier_bar to redress_app;

-- A person died: what is known of it, and who speaks now.
create table bereavement (
    id uuid constraint pk_bereavement primary key,
    organisation_id uuid not null constraint fk_bereavement_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_bereavement_complaint_id_complaint references complaint (id),
    party_id uuid not null constraint fk_bereavement_party_id_party references party (id),
    died_on date,
    known_on date not null,
    inquest_on date,
    words varchar,
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_bereavement_complaint_id_party_id unique (complaint_id, party_id)
);
create index ix_bereavement_organisation_id on bereavement (organisation_id);
select guard_table('bereavement', array[['party_id', 'party']]);
create trigger append_only before update or delete on bereavement
    for each row execute function refuse_change();
grant select, insert on bereavement to redress_app;
grant update (role) on party to redress_app;
