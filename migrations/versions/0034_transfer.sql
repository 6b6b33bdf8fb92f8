-- Complaints passed on to the body that they are for: what was offered, and what came in from another body.

-- What is passed on by the contribution of the kind `transfer`: all of it (`whole`), or the issues of that contribution.
-- `received_on` is the day from which it counts as made to the other body.
create table transfer (
    id uuid constraint pk_transfer primary key,
    organisation_id uuid not null constraint fk_transfer_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_transfer_complaint_id_complaint references complaint (id),
    contribution_id uuid not null constraint fk_transfer_contribution_id_contribution references contribution (id),
    ground varchar(64) not null
        constraint ck_transfer_ground check (ground in ('misdirected', 'commissioner_to_provider')),
    whole boolean not null,
    reason varchar not null,
    provider_agreed_on date,
    provider_agreed_by varchar,
    offered_on date not null,
    taken_on date,
    received_on date,
    act_id uuid not null,
    said_by uuid constraint fk_transfer_said_by_person references person (id),
    said_at timestamptz not null,
    constraint uq_transfer_contribution_id unique (contribution_id),
    constraint ck_transfer_both_agreed
        check (ground <> 'commissioner_to_provider' or (provider_agreed_on is not null and provider_agreed_by is not null)),
    constraint ck_transfer_taken check ((taken_on is null) = (received_on is null))
);
create index ix_transfer_organisation_id on transfer (organisation_id);
create index ix_transfer_complaint_id on transfer (complaint_id);

-- A complaint that another body passed on to us. `contribution_id` is the sender's; `heard` the last of its messages
-- that we took in. Our answer, that we have it, waits (`queued`) until the sender has it or refused it.
create table transfer_received (
    id uuid constraint pk_transfer_received primary key,
    organisation_id uuid not null
        constraint fk_transfer_received_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_transfer_received_complaint_id_complaint references complaint (id),
    contribution_id uuid not null,
    sender_organisation_id uuid
        constraint fk_transfer_received_sender_organisation_id_organisation references organisation (id),
    partner_id uuid constraint fk_transfer_received_partner_id_partner references partner (id),
    sender_code varchar(64) not null,
    sender_name varchar not null,
    sender_reference varchar not null,
    ground varchar(64) not null
        constraint ck_transfer_received_ground check (ground in ('misdirected', 'commissioner_to_provider')),
    first_received_on date not null,
    message_id uuid not null,
    heard integer not null,
    state varchar(64) not null constraint ck_transfer_received_state check (state in ('queued', 'brought', 'refused')),
    refusal varchar(64),
    settled_at timestamptz,
    act_id uuid not null,
    opened_at timestamptz not null,
    constraint uq_transfer_received_organisation_id_contribution_id unique (organisation_id, contribution_id),
    constraint uq_transfer_received_complaint_id unique (complaint_id),
    constraint ck_transfer_received_sender check (sender_organisation_id is null or partner_id is null)
);
create index ix_transfer_received_organisation_id on transfer_received (organisation_id);

select guard_table('transfer', array[['contribution_id', 'contribution'], ['said_by', 'person']]);
select guard_table('transfer_received', array[['partner_id', 'partner']]);

-- The sweeper starts the workflow of what was taken, and whose sender does not know it yet.
create view sweep_transfer_received as
    select organisation_id, contribution_id, sender_organisation_id as lead_organisation_id, partner_id, opened_at
    from transfer_received where state = 'queued';
grant select on sweep_transfer_received to redress_sweeper;

grant select, insert on transfer, transfer_received to redress_app;
grant update (taken_on, received_on) on transfer to redress_app;
grant update (heard, state, refusal, settled_at) on transfer_received to redress_app;
