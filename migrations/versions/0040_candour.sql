-- The duty of candour: an incident that runs beside a complaint (its id is its proceeding's), how it was assessed, what
-- the person was told in person and in writing, what was tried, and the support that was offered.

create table incident (
    id uuid constraint pk_incident primary key constraint fk_incident_id_proceeding references proceeding (id),
    organisation_id uuid not null constraint fk_incident_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_incident_complaint_id_complaint references complaint (id),
    rules varchar(64) not null,
    rules_version integer not null,
    words varchar not null,
    became_known_on date not null,
    happened_on date,
    about_party_id uuid constraint fk_incident_about_party_id_party references party (id),
    relevant_party_id uuid constraint fk_incident_relevant_party_id_party references party (id),
    flagged_by uuid constraint fk_incident_flagged_by_person references person (id),
    flagged_on date not null,
    notifiable boolean,
    harm varchar(64) constraint ck_incident_harm
        check (harm in ('none', 'low', 'moderate', 'severe', 'death', 'prolonged_psychological')),
    threshold varchar(64),
    written_on date,
    declined_on date,
    end_reason varchar,
    act_id uuid not null
);

create table incident_assessment (
    id uuid constraint pk_incident_assessment primary key,
    organisation_id uuid not null
        constraint fk_incident_assessment_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_incident_assessment_complaint_id_complaint references complaint (id),
    incident_id uuid not null constraint fk_incident_assessment_incident_id_incident references incident (id),
    number integer not null,
    notifiable boolean not null,
    harm varchar(64) not null constraint ck_incident_assessment_harm
        check (harm in ('none', 'low', 'moderate', 'severe', 'death', 'prolonged_psychological')),
    threshold varchar(64),
    reasons varchar,
    assessed_by uuid not null constraint fk_incident_assessment_assessed_by_person references person (id),
    assessed_on date not null,
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_incident_assessment_incident_id_number unique (incident_id, number)
);

create table candour_notice (
    id uuid constraint pk_candour_notice primary key,
    organisation_id uuid not null
        constraint fk_candour_notice_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_candour_notice_complaint_id_complaint references complaint (id),
    incident_id uuid not null constraint fk_candour_notice_incident_id_incident references incident (id),
    kind varchar(64) not null
        constraint ck_candour_notice_kind check (kind in ('in_person', 'written', 'results')),
    how varchar(64) not null
        constraint ck_candour_notice_how check (how in ('in_person', 'video', 'call', 'letter')),
    party_id uuid not null constraint fk_candour_notice_party_id_party references party (id),
    notice_id uuid constraint fk_candour_notice_notice_id_notice references notice (id),
    by_id uuid constraint fk_candour_notice_by_id_person references person (id),
    given_on date,
    record varchar,
    late_reason varchar,
    act_id uuid not null,
    said_at timestamptz not null,
    constraint ck_candour_notice_letter check ((kind = 'in_person') = (notice_id is null))
);
create unique index uq_candour_notice_notice_id on candour_notice (notice_id) where notice_id is not null;

create table candour_element (
    id uuid constraint pk_candour_element primary key,
    organisation_id uuid not null
        constraint fk_candour_element_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_candour_element_complaint_id_complaint references complaint (id),
    candour_notice_id uuid not null
        constraint fk_candour_element_candour_notice_id_candour_notice references candour_notice (id),
    position integer not null,
    code varchar(64) not null,
    words varchar not null,
    constraint uq_candour_element_candour_notice_id_code unique (candour_notice_id, code)
);

create table candour_enquiry (
    id uuid constraint pk_candour_enquiry primary key,
    organisation_id uuid not null
        constraint fk_candour_enquiry_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_candour_enquiry_complaint_id_complaint references complaint (id),
    incident_id uuid not null constraint fk_candour_enquiry_incident_id_incident references incident (id),
    announced_in uuid not null constraint fk_candour_enquiry_announced_in_candour_notice references candour_notice (id),
    number integer not null,
    what varchar not null,
    due_on date not null,
    announced_on date,
    told_in uuid constraint fk_candour_enquiry_told_in_candour_notice references candour_notice (id),
    told_on date,
    constraint uq_candour_enquiry_announced_in_number unique (announced_in, number)
);

create table candour_attempt (
    id uuid constraint pk_candour_attempt primary key,
    organisation_id uuid not null
        constraint fk_candour_attempt_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_candour_attempt_complaint_id_complaint references complaint (id),
    incident_id uuid not null constraint fk_candour_attempt_incident_id_incident references incident (id),
    tried_on date not null,
    how varchar(64) not null,
    outcome varchar(64) not null constraint ck_candour_attempt_outcome
        check (outcome in ('no_answer', 'declined', 'left_message', 'returned')),
    closed boolean not null,
    altogether boolean not null constraint ck_candour_attempt_altogether check (not altogether or outcome = 'declined'),
    words varchar,
    late_reason varchar,
    said_by uuid constraint fk_candour_attempt_said_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null
);

create table candour_support (
    id uuid constraint pk_candour_support primary key,
    organisation_id uuid not null
        constraint fk_candour_support_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_candour_support_complaint_id_complaint references complaint (id),
    incident_id uuid not null constraint fk_candour_support_incident_id_incident references incident (id),
    what varchar not null,
    offered_on date not null,
    taken boolean,
    said_by uuid constraint fk_candour_support_said_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null
);

do $$
declare
    t text;
begin
    foreach t in array array['incident', 'incident_assessment', 'candour_notice', 'candour_element', 'candour_enquiry',
                             'candour_attempt', 'candour_support'] loop
        execute format('create index ix_%s_organisation_id on %I (organisation_id)', t, t);
        execute format('create index ix_%s_complaint_id on %I (complaint_id)', t, t);
    end loop;
end
$$;

select guard_table('incident', array[['id', 'proceeding'], ['about_party_id', 'party'], ['relevant_party_id', 'party'],
                                     ['flagged_by', 'person']]);
select guard_table('incident_assessment', array[['incident_id', 'incident'], ['assessed_by', 'person']]);
select guard_table('candour_notice', array[['incident_id', 'incident'], ['party_id', 'party'], ['notice_id', 'notice'],
                                           ['by_id', 'person']]);
select guard_table('candour_element', array[['candour_notice_id', 'candour_notice']]);
select guard_table('candour_enquiry', array[['incident_id', 'incident'], ['announced_in', 'candour_notice'],
                                            ['told_in', 'candour_notice']]);
select guard_table('candour_attempt', array[['incident_id', 'incident'], ['said_by', 'person']]);
select guard_table('candour_support', array[['incident_id', 'incident'], ['said_by', 'person']]);
select keep_to_owner(t) from unnest(array['incident', 'incident_assessment', 'candour_notice', 'candour_element',
                                          'candour_enquiry', 'candour_attempt', 'candour_support']) t;

grant select, insert on incident, incident_assessment, candour_notice, candour_element, candour_enquiry,
    candour_attempt, candour_support to redress_app;
grant update (relevant_party_id, notifiable, harm, threshold, written_on, declined_on, end_reason) on incident to redress_app;
grant update (given_on) on candour_notice to redress_app;
grant update (announced_on, told_in, told_on) on candour_enquiry to redress_app;
