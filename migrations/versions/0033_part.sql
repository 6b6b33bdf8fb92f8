-- Our own part in what another body coordinates: a case of our own, and what was said between us and that body.

alter table complaint drop constraint ck_complaint_matter;
alter table complaint add constraint ck_complaint_matter
    check (matter in ('complaint', 'concern', 'enquiry', 'compliment', 'feedback', 'contribution'));

-- `contribution_id` is the lead's: it names no row of ours. So are the ids of requests, drafts and meetings in messages.
create table joint_part (
    id uuid constraint pk_joint_part primary key,
    organisation_id uuid not null constraint fk_joint_part_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_joint_part_complaint_id_complaint references complaint (id),
    contribution_id uuid not null,
    lead_organisation_id uuid
        constraint fk_joint_part_lead_organisation_id_organisation references organisation (id),
    partner_id uuid constraint fk_joint_part_partner_id_partner references partner (id),
    lead_code varchar(64) not null,
    lead_name varchar not null,
    lead_reference varchar not null,
    bound varchar(64) not null constraint ck_joint_part_bound check (bound in ('regulation_9', 'voluntary')),
    accept_by date not null,
    contribute_by date,
    respond_by date,
    yours boolean not null default false,
    heard integer not null default 0,
    said integer not null default 0,
    trouble varchar(64),
    ended_on date,
    ended_cause varchar(64),
    act_id uuid not null,
    opened_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint uq_joint_part_organisation_id_contribution_id unique (organisation_id, contribution_id),
    constraint uq_joint_part_complaint_id unique (complaint_id),
    constraint ck_joint_part_lead check (lead_organisation_id is null or partner_id is null)
);
create index ix_joint_part_organisation_id on joint_part (organisation_id);
create index ix_joint_part_contribution_id on joint_part (contribution_id);

-- `in` is numbered by the lead (`seq`); `out` by us. What we say is queued until the lead has it, or has refused it.
create table part_message (
    id uuid constraint pk_part_message primary key,
    organisation_id uuid not null constraint fk_part_message_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_part_message_complaint_id_complaint references complaint (id),
    part_id uuid not null constraint fk_part_message_part_id_joint_part references joint_part (id),
    direction varchar(64) not null constraint ck_part_message_direction check (direction in ('in', 'out')),
    seq integer not null,
    kind varchar(64) not null,
    protocol integer not null,
    body jsonb not null,
    state varchar(64) not null
        constraint ck_part_message_state check (state in ('heard', 'queued', 'brought', 'refused')),
    refusal varchar(64),
    act_id uuid not null,
    said_by uuid constraint fk_part_message_said_by_person references person (id),
    said_at timestamptz not null,
    settled_at timestamptz,
    constraint uq_part_message_part_id_direction_seq unique (part_id, direction, seq)
);
create index ix_part_message_organisation_id on part_message (organisation_id);
create index ix_part_message_complaint_id on part_message (complaint_id);
create index ix_part_message_queued on part_message (organisation_id, said_at) where state = 'queued';

select guard_table('joint_part', array[['partner_id', 'partner']]);
select guard_table('part_message', array[['part_id', 'joint_part'], ['said_by', 'person']]);

grant select, insert on joint_part, part_message to redress_app;
grant update (accept_by, bound, contribute_by, respond_by, yours, heard, said, trouble, ended_on,
              ended_cause) on joint_part to redress_app;
grant update (state, refusal, settled_at) on part_message to redress_app;

-- The sweeper sees which parts have something that waits to be brought.
create view sweep_joint_part as
    select p.organisation_id, p.contribution_id, p.lead_organisation_id, p.partner_id, p.ended_on is null as live,
           (select min(m.said_at) from part_message m where m.part_id = p.id and m.state = 'queued') as queued_at
    from joint_part p;
grant select on sweep_joint_part to redress_sweeper;
