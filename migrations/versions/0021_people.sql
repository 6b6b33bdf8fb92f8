-- What people need so that something reaches them, who is no longer part of a complaint, and what everybody was told
-- at the beginning.

alter table party
    add column retired_at timestamptz,
    add column retired_cause varchar(64)
        constraint ck_party_retired_cause
        check (retired_cause in ('left', 'replaced', 'mistaken', 'no_longer_represents')),
    add constraint ck_party_retired_with_cause check ((retired_at is null) = (retired_cause is null));
grant update (retired_at, retired_cause) on party to redress_app;

-- In versions: the one with the highest number counts.
create table contact_needs (
    id uuid constraint pk_contact_needs primary key,
    organisation_id uuid not null constraint fk_contact_needs_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_contact_needs_complaint_id_complaint references complaint (id),
    party_id uuid not null constraint fk_contact_needs_party_id_party references party (id),
    number integer not null,
    preferred_channel varchar(64)
        constraint ck_contact_needs_preferred_channel
        check (preferred_channel in ('email', 'letter', 'text', 'call')),
    language varchar(64) not null,
    formats jsonb not null,
    adjustments varchar,
    unsafe jsonb not null,
    unsafe_words varchar,
    copies boolean not null,
    said_by uuid constraint fk_contact_needs_said_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_contact_needs_party_id_number unique (party_id, number)
);
create index ix_contact_needs_organisation_id on contact_needs (organisation_id);
create index ix_contact_needs_complaint_id on contact_needs (complaint_id);
select guard_table('contact_needs', array[['party_id', 'party'], ['said_by', 'person']]);
create trigger append_only before update or delete on contact_needs
    for each row execute function refuse_change();
grant select, insert on contact_needs to redress_app;

-- That somebody was told of advocacy, and that nobody is treated worse for complaining; and what shows it.
create table statement_given (
    id uuid constraint pk_statement_given primary key,
    organisation_id uuid not null
        constraint fk_statement_given_organisation_id_organisation references organisation (id),
    complaint_id uuid not null constraint fk_statement_given_complaint_id_complaint references complaint (id),
    party_id uuid not null constraint fk_statement_given_party_id_party references party (id),
    statements jsonb not null,
    how varchar(64) not null
        constraint ck_statement_given_how check (how in ('call', 'meeting', 'letter', 'email', 'notice', 'contact')),
    given_on date not null,
    notice_id uuid constraint fk_statement_given_notice_id_notice references notice (id),
    contact_id uuid constraint fk_statement_given_contact_id_contact references contact (id),
    said_by uuid constraint fk_statement_given_said_by_person references person (id),
    act_id uuid not null,
    said_at timestamptz not null,
    constraint uq_statement_given_notice_id unique (notice_id),
    constraint ck_statement_given_evidence
        check ((how = 'notice') = (notice_id is not null) and (how = 'contact') = (contact_id is not null))
);
create index ix_statement_given_organisation_id on statement_given (organisation_id);
create index ix_statement_given_complaint_id on statement_given (complaint_id);
alter table contact add constraint uq_contact_own unique (id, organisation_id);
select guard_table('statement_given', array[['party_id', 'party'], ['notice_id', 'notice'],
                                            ['contact_id', 'contact'], ['said_by', 'person']]);
create trigger append_only before update or delete on statement_given
    for each row execute function refuse_change();
grant select, insert on statement_given to redress_app;

-- An organisation's own words for the statements; each change is a version. A null stands for the words that we ship.
create table statement_words (
    id uuid constraint pk_statement_words primary key,
    organisation_id uuid not null
        constraint fk_statement_words_organisation_id_organisation references organisation (id),
    number integer not null,
    advocacy varchar,
    non_detriment varchar,
    changed_by uuid constraint fk_statement_words_changed_by_person references person (id),
    changed_at timestamptz not null,
    constraint uq_statement_words_organisation_id_number unique (organisation_id, number)
);
create index ix_statement_words_organisation_id on statement_words (organisation_id);
select guard_table('statement_words', array[['changed_by', 'person']]);
create trigger append_only before update or delete on statement_words
    for each row execute function refuse_change();
grant select, insert on statement_words to redress_app;
