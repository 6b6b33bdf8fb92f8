-- Whether a complaint is handled, who may speak in it, which other routes there are, and how it is coded for the returns.

-- What was decided, each decision numbered within its complaint: a later one counts, and the earlier stays.
create table exclusion (
    id uuid constraint pk_exclusion primary key,
    organisation_id uuid not null constraint fk_exclusion_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_exclusion_complaint_id_complaint references complaint (id),
    ground varchar(64) not null,
    title varchar not null,
    legal_basis varchar not null,
    reasons varchar not null,
    decided_on date not null,
    act_id uuid not null,
    decided_by uuid constraint fk_exclusion_decided_by_person references person (id),
    decided_at timestamptz not null,
    constraint uq_exclusion_complaint_id unique (complaint_id)
);
create index ix_exclusion_organisation_id on exclusion (organisation_id);

create table time_limit (
    id uuid constraint pk_time_limit primary key,
    organisation_id uuid not null constraint fk_time_limit_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_time_limit_complaint_id_complaint references complaint (id),
    number integer not null,
    state varchar(64) not null
        constraint ck_time_limit_state check (state in ('in_time', 'out_of_time', 'waived', 'not_waived')),
    happened_on date,
    noticed_on date,
    received_on date not null,
    limit_on date not null,
    findings jsonb not null,
    reasons varchar,
    proof jsonb not null,
    act_id uuid not null,
    decided_by uuid constraint fk_time_limit_decided_by_person references person (id),
    decided_at timestamptz not null,
    constraint uq_time_limit_complaint_id_number unique (complaint_id, number)
);
create index ix_time_limit_organisation_id on time_limit (organisation_id);
create index ix_time_limit_complaint_id on time_limit (complaint_id);

create table standing (
    id uuid constraint pk_standing primary key,
    organisation_id uuid not null constraint fk_standing_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_standing_complaint_id_complaint references complaint (id),
    number integer not null,
    party_id uuid not null constraint fk_standing_party_id_party references party (id),
    may_speak boolean not null,
    ground varchar(64) not null
        constraint ck_standing_ground check (ground in ('asked', 'child', 'lacks_capacity', 'died')),
    reasonable_grounds boolean,
    best_interests boolean,
    capacity varchar(64) not null constraint ck_standing_capacity check (capacity in ('has', 'lacks', 'not_known')),
    consent_basis varchar(64)
        constraint ck_standing_consent_basis
        check (consent_basis in ('written', 'oral', 'statutory', 'implied_constituent', 'none')),
    reasons varchar,
    act_id uuid not null,
    decided_by uuid constraint fk_standing_decided_by_person references person (id),
    decided_at timestamptz not null,
    constraint uq_standing_complaint_id_number unique (complaint_id, number)
);
create index ix_standing_organisation_id on standing (organisation_id);
create index ix_standing_complaint_id on standing (complaint_id);

create table route_screening (
    id uuid constraint pk_route_screening primary key,
    organisation_id uuid not null
        constraint fk_route_screening_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_route_screening_complaint_id_complaint references complaint (id),
    number integer not null,
    nothing_left boolean not null,
    act_id uuid not null,
    decided_by uuid constraint fk_route_screening_decided_by_person references person (id),
    decided_at timestamptz not null,
    constraint uq_route_screening_complaint_id_number unique (complaint_id, number)
);
create index ix_route_screening_organisation_id on route_screening (organisation_id);
create index ix_route_screening_complaint_id on route_screening (complaint_id);

create table route_found (
    id uuid constraint pk_route_found primary key,
    organisation_id uuid not null constraint fk_route_found_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_route_found_complaint_id_complaint references complaint (id),
    screening_id uuid not null constraint fk_route_found_screening_id_route_screening references route_screening (id),
    route varchar(64) not null
        constraint ck_route_found_route
        check (route in ('claim', 'inquest', 'regulator', 'police', 'safeguarding', 'discipline',
                         'freedom_of_information', 'other')),
    advised_on date,
    covers jsonb not null,
    passed_on boolean not null,
    words varchar
);
create index ix_route_found_organisation_id on route_found (organisation_id);
create index ix_route_found_complaint_id on route_found (complaint_id);

-- The codes for the returns. `coding` holds those of the whole complaint; days of the matter stand on the complaint.
create table coding (
    id uuid constraint pk_coding primary key,
    organisation_id uuid not null constraint fk_coding_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_coding_complaint_id_complaint references complaint (id),
    age_band varchar(64),
    complainant_status varchar(64),
    site varchar(64),
    ward varchar(64),
    service_area varchar(64),
    profession varchar(64),
    lists varchar(64) not null,
    lists_version integer not null,
    act_id uuid not null,
    coded_by uuid constraint fk_coding_coded_by_person references person (id),
    coded_at timestamptz not null,
    constraint uq_coding_complaint_id unique (complaint_id)
);
create index ix_coding_organisation_id on coding (organisation_id);

-- What each issue, or the complaint as a whole, is about. What is said anew puts an end to what was said before.
create table coded_subject (
    id uuid constraint pk_coded_subject primary key,
    organisation_id uuid not null
        constraint fk_coded_subject_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_coded_subject_complaint_id_complaint references complaint (id),
    position integer not null,
    issue_id uuid,  -- its keys come with the table of issues, in 0010
    subject varchar(64) not null,
    sub_subject varchar(64),
    profession varchar(64),
    act_id uuid not null,
    replaced_by uuid
);
create index ix_coded_subject_organisation_id on coded_subject (organisation_id);
create index ix_coded_subject_complaint_id on coded_subject (complaint_id);

-- Optional, and apart: no other organisation reads it, and nothing that is read of a complaint shows it.
create table equality_monitoring (
    id uuid constraint pk_equality_monitoring primary key,
    organisation_id uuid not null
        constraint fk_equality_monitoring_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_equality_monitoring_complaint_id_complaint references complaint (id),
    ethnicity varchar(64),
    religion varchar(64),
    disability varchar(64),
    sex varchar(64),
    gender_identity varchar(64),
    sexual_orientation varchar(64),
    act_id uuid not null,
    recorded_at timestamptz not null default now(),
    constraint uq_equality_monitoring_complaint_id unique (complaint_id)
);
create index ix_equality_monitoring_organisation_id on equality_monitoring (organisation_id);

select guard_table('exclusion', array[['decided_by', 'person']]);
select guard_table('time_limit', array[['decided_by', 'person']]);
select guard_table('standing', array[['party_id', 'party'], ['decided_by', 'person']]);
select guard_table('route_screening', array[['decided_by', 'person']]);
select guard_table('route_found', array[['screening_id', 'route_screening']]);
select guard_table('coding', array[['coded_by', 'person']]);
select guard_table('coded_subject');
select guard_table('equality_monitoring');
drop policy read on equality_monitoring;
create policy own_read on equality_monitoring for select using (organisation_id = (select app_tenant()));

do $$
declare
    t text;
begin
    foreach t in array array['exclusion', 'time_limit', 'standing', 'route_screening', 'route_found'] loop
        execute format('create trigger append_only before update or delete on %I'
                       ' for each row execute function refuse_change()', t);
    end loop;
end $$;

grant select, insert on exclusion, time_limit, standing, route_screening, route_found, coding, coded_subject,
    equality_monitoring to redress_app;
grant update (age_band, complainant_status, site, ward, service_area, profession, lists, lists_version, act_id, coded_by,
    coded_at) on coding to redress_app;
grant update (replaced_by) on coded_subject to redress_app;
grant update (ethnicity, religion, disability, sex, gender_identity, sexual_orientation, act_id) on equality_monitoring
    to redress_app;
-- Why somebody speaks for another, as it was decided.
grant update (ground, consent_basis) on party to redress_app;
