-- Who cleared a draft of the response, and for which office of its chain. What was decided on a draft as a whole stays in
-- `response_clearance`.

create table clearance_step (
    id uuid constraint pk_clearance_step primary key,
    organisation_id uuid not null
        constraint fk_clearance_step_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_clearance_step_complaint_id_complaint references complaint (id),
    draft_id uuid not null constraint fk_clearance_step_draft_id_response_draft references response_draft (id),
    number integer not null,
    office varchar(64) not null,
    person_id uuid not null constraint fk_clearance_step_person_id_person references person (id),
    cleared_on date not null,
    rules_version integer not null,
    mitigation varchar,
    said_at timestamptz not null,
    act_id uuid not null,
    constraint uq_clearance_step_draft_id_number unique (draft_id, number),
    constraint uq_clearance_step_draft_id_office unique (draft_id, office)
);
create index ix_clearance_step_organisation_id on clearance_step (organisation_id);
create index ix_clearance_step_complaint_id on clearance_step (complaint_id);
select guard_table('clearance_step', array[['draft_id', 'response_draft'], ['person_id', 'person']]);
select keep_to_owner('clearance_step');
create trigger append_only before update or delete on clearance_step
    for each row execute function refuse_change();
grant select, insert on clearance_step to redress_app;
