-- What is shared with other bodies: learning, in words that name nobody; and aggregates for a parent department.

-- That somebody asked for learning to be shared, and what another person decided. It is the sender's own.
create table learning_sharing (
    id uuid constraint pk_learning_sharing primary key,
    organisation_id uuid not null
        constraint fk_learning_sharing_organisation_id_organisation references organisation (id),
    learning_id uuid not null constraint fk_learning_sharing_learning_id_learning references learning (id),
    version integer not null,
    remark varchar,
    state varchar(64) not null
        constraint ck_learning_sharing_state check (state in ('asked', 'approved', 'declined', 'withdrawn')),
    asked_by uuid not null constraint fk_learning_sharing_asked_by_person references person (id),
    asked_at timestamptz not null,
    decided_by uuid constraint fk_learning_sharing_decided_by_person references person (id),
    decided_at timestamptz,
    decision_reason varchar,
    withdrawn_by uuid constraint fk_learning_sharing_withdrawn_by_person references person (id),
    withdrawn_at timestamptz,
    withdrawn_reason varchar,
    recorded_at timestamptz not null default now(),
    constraint ck_learning_sharing_two_people check (decided_by <> asked_by),
    constraint ck_learning_sharing_decided check ((state = 'asked') = (decided_at is null)),
    constraint ck_learning_sharing_withdrawn check ((state = 'withdrawn') = (withdrawn_at is not null))
);
create index ix_learning_sharing_organisation_id on learning_sharing (organisation_id);
create index ix_learning_sharing_learning_id on learning_sharing (learning_id);
select guard_table('learning_sharing', array[['learning_id', 'learning'], ['asked_by', 'person'],
                                             ['decided_by', 'person'], ['withdrawn_by', 'person']]);
grant select, insert on learning_sharing to redress_app;
grant update (state, decided_by, decided_at, decision_reason, withdrawn_by, withdrawn_at, withdrawn_reason)
    on learning_sharing to redress_app;
create trigger never_removed before delete on learning_sharing
    for each row execute function refuse_change();
create trigger one_way before update on learning_sharing
    for each row when ((old.state, new.state) not in
        (('asked', 'approved'), ('asked', 'declined'), ('approved', 'withdrawn')))
    execute function refuse_change();

-- With whom: a body of this installation, or a partner that we tell by its system or by hand.
create table learning_sharing_body (
    id uuid constraint pk_learning_sharing_body primary key,
    organisation_id uuid not null
        constraint fk_learning_sharing_body_organisation_id_organisation references organisation (id),
    sharing_id uuid not null
        constraint fk_learning_sharing_body_sharing_id_learning_sharing references learning_sharing (id),
    code varchar(64) not null,
    name varchar,
    way varchar(64) not null constraint ck_learning_sharing_body_way check (way in ('here', 'partner')),
    shared_with uuid constraint fk_learning_sharing_body_shared_with_organisation references organisation (id),
    partner_id uuid constraint fk_learning_sharing_body_partner_id_partner references partner (id),
    told_by varchar(64) constraint ck_learning_sharing_body_told_by check (told_by in ('system', 'hand')),
    sent_on date,
    recalled_on date,
    recorded_at timestamptz not null default now(),
    constraint uq_learning_sharing_body_sharing_id_code unique (sharing_id, code),
    constraint ck_learning_sharing_body_one check (num_nonnulls(shared_with, partner_id) <= 1)
);
create index ix_learning_sharing_body_organisation_id on learning_sharing_body (organisation_id);
select guard_table('learning_sharing_body', array[['sharing_id', 'learning_sharing'], ['partner_id', 'partner']]);
grant select, insert, update (told_by, sent_on, recalled_on) on learning_sharing_body to redress_app;
create trigger never_removed before delete on learning_sharing_body
    for each row execute function refuse_change();

-- What another body here reads: words, and from whom. Nothing in it leads to a complaint. What was withdrawn it reads no
-- more.
create table shared_learning (
    id uuid constraint pk_shared_learning primary key,
    organisation_id uuid not null
        constraint fk_shared_learning_organisation_id_organisation references organisation (id),
    shared_with uuid not null constraint fk_shared_learning_shared_with_organisation references organisation (id),
    from_code varchar(64) not null,
    from_name varchar not null,
    theme varchar(140) not null,
    theme_title varchar not null,
    words varchar not null,
    remark varchar,
    shared_at timestamptz not null,
    withdrawn_at timestamptz,
    recorded_at timestamptz not null default now(),
    constraint uq_shared_learning_whole unique (id, shared_with, organisation_id),
    constraint ck_shared_learning_another check (shared_with <> organisation_id)
);
create index ix_shared_learning_organisation_id on shared_learning (organisation_id);
create index ix_shared_learning_shared_with on shared_learning (shared_with, shared_at, id);
select guard_table('shared_learning', array[['id', 'learning_sharing_body']]);
create policy shared_read on shared_learning for select
    using (shared_with = (select app_tenant()) and withdrawn_at is null);
grant select, insert, update (withdrawn_at) on shared_learning to redress_app;
create trigger never_removed before delete on shared_learning
    for each row execute function refuse_change();
create trigger one_way before update on shared_learning
    for each row when (old.withdrawn_at is not null) execute function refuse_change();

-- What the other body says of it: that it has seen it, that it uses it. The sender reads that, and no person's name.
create table shared_learning_mark (
    id uuid constraint pk_shared_learning_mark primary key,
    organisation_id uuid not null
        constraint fk_shared_learning_mark_organisation_id_organisation references organisation (id),
    shared_id uuid not null,
    sender_id uuid not null constraint fk_shared_learning_mark_sender_id_organisation references organisation (id),
    mark varchar(64) not null constraint ck_shared_learning_mark_mark check (mark in ('seen', 'used')),
    at timestamptz not null,
    recorded_at timestamptz not null default now(),
    constraint uq_shared_learning_mark_shared_id_mark unique (shared_id, mark),
    constraint fk_shared_learning_mark_own_shared foreign key (shared_id, organisation_id, sender_id)
        references shared_learning (id, shared_with, organisation_id)
);
create index ix_shared_learning_mark_organisation_id on shared_learning_mark (organisation_id);
create index ix_shared_learning_mark_sender_id on shared_learning_mark (sender_id);
select guard_table('shared_learning_mark');
-- Only of what it can read now.
drop policy own_write on shared_learning_mark;
create policy own_write on shared_learning_mark for insert
    with check (organisation_id = (select app_tenant())
                and exists (select 1 from shared_learning s
                            where s.id = shared_id and s.shared_with = (select app_tenant())
                              and s.organisation_id = sender_id));
create policy sender_read on shared_learning_mark for select using (sender_id = (select app_tenant()));
grant select, insert on shared_learning_mark to redress_app;
create trigger append_only before update or delete on shared_learning_mark
    for each row execute function refuse_change();

-- A body agrees that a parent department sees its aggregates, about days from one on. Either of them ends it.
create table oversight_link (
    id uuid constraint pk_oversight_link primary key,
    organisation_id uuid not null
        constraint fk_oversight_link_organisation_id_organisation references organisation (id),
    parent_id uuid not null constraint fk_oversight_link_parent_id_organisation references organisation (id),
    body_code varchar(64) not null,
    body_name varchar not null,
    parent_code varchar(64) not null,
    from_on date not null,
    agreed_by uuid not null constraint fk_oversight_link_agreed_by_person references person (id),
    agreed_at timestamptz not null,
    ended_at timestamptz,
    ended_side varchar(64) constraint ck_oversight_link_ended_side check (ended_side in ('body', 'parent')),
    ended_reason varchar,
    recorded_at timestamptz not null default now(),
    constraint uq_oversight_link_whole unique (id, organisation_id, parent_id),
    constraint ck_oversight_link_another check (parent_id <> organisation_id),
    constraint ck_oversight_link_ended check (num_nulls(ended_at, ended_side, ended_reason) in (0, 3))
);
create index ix_oversight_link_organisation_id on oversight_link (organisation_id);
create index ix_oversight_link_parent_id on oversight_link (parent_id);
create unique index uq_oversight_link_live on oversight_link (organisation_id, parent_id) where ended_at is null;
select guard_table('oversight_link', array[['agreed_by', 'person']]);
create policy parent_read on oversight_link for select using (parent_id = (select app_tenant()));
-- Each ends it in its own name.
drop policy own_update on oversight_link;
create policy own_update on oversight_link for update using (organisation_id = (select app_tenant()))
    with check (organisation_id = (select app_tenant()) and ended_side = 'body');
create policy parent_update on oversight_link for update using (parent_id = (select app_tenant()))
    with check (parent_id = (select app_tenant()) and ended_side = 'parent');
grant select, insert, update (ended_at, ended_side, ended_reason) on oversight_link to redress_app;
create trigger never_removed before delete on oversight_link
    for each row execute function refuse_change();
create trigger one_way before update on oversight_link
    for each row when (old.ended_at is not null) execute function refuse_change();

-- What a parent reads of a body: the aggregate that the body compiled for it and approved, as a copy of its own, so that
-- nothing of the table of reports has to be open to anybody. Of the same days it reads the last one.
create table oversight_delivery (
    id uuid constraint pk_oversight_delivery primary key,
    organisation_id uuid not null
        constraint fk_oversight_delivery_organisation_id_organisation references organisation (id),
    parent_id uuid not null constraint fk_oversight_delivery_parent_id_organisation references organisation (id),
    link_id uuid not null constraint fk_oversight_delivery_link_id_oversight_link references oversight_link (id),
    report_id uuid not null constraint fk_oversight_delivery_report_id_report references report (id),
    rules integer not null,
    first_on date not null,
    last_on date not null,
    known_until timestamptz not null,
    delivered_at timestamptz not null,
    superseded_at timestamptz,
    document text not null,
    sha256 varchar(64) not null,
    recorded_at timestamptz not null default now(),
    constraint uq_oversight_delivery_link_id_report_id unique (link_id, report_id),
    constraint fk_oversight_delivery_own_parent foreign key (link_id, organisation_id, parent_id)
        references oversight_link (id, organisation_id, parent_id)
);
create index ix_oversight_delivery_organisation_id on oversight_delivery (organisation_id);
create unique index uq_oversight_delivery_last on oversight_delivery (link_id, first_on, last_on)
    where superseded_at is null;
create index ix_oversight_delivery_read on oversight_delivery (parent_id, first_on, last_on)
    where superseded_at is null;
select guard_table('oversight_delivery', array[['link_id', 'oversight_link'], ['report_id', 'report']]);
create policy parent_read on oversight_delivery for select
    using (parent_id = (select app_tenant()) and superseded_at is null
           and exists (select 1 from oversight_link l where l.id = oversight_delivery.link_id and l.ended_at is null));
grant select, insert, update (superseded_at) on oversight_delivery to redress_app;
create trigger never_removed before delete on oversight_delivery
    for each row execute function refuse_change();
create trigger one_way before update on oversight_delivery
    for each row when (old.superseded_at is not null) execute function refuse_change();

-- Delivered is what was approved, whoever approved it and by whichever way: so it stands here, and not with each caller.
-- A report that was approved late, after one that knows more, displaces nothing.
create function deliver_aggregate(of_report uuid, to_link uuid, at timestamptz) returns void
    language plpgsql set search_path = public, pg_temp as
$$
declare
    r report%rowtype;
    l oversight_link%rowtype;
    is_behind boolean;
begin
    select * into strict r from report where id = of_report;
    select * into strict l from oversight_link where id = to_link;
    select exists (select 1 from oversight_delivery d
                   where d.link_id = l.id and d.first_on = r.first_on and d.last_on = r.last_on
                     and d.superseded_at is null and d.known_until > r.known_until) into is_behind;
    if not is_behind then
        update oversight_delivery set superseded_at = at
        where link_id = l.id and first_on = r.first_on and last_on = r.last_on and superseded_at is null;
    end if;
    insert into oversight_delivery (id, organisation_id, parent_id, link_id, report_id, rules, first_on, last_on,
                                    known_until, delivered_at, superseded_at, document, sha256)
    values (gen_random_uuid(), r.organisation_id, l.parent_id, l.id, r.id, r.rules, r.first_on, r.last_on,
            r.known_until, at, case when is_behind then at end, r.document, r.sha256);
end
$$;
revoke execute on function deliver_aggregate(uuid, uuid, timestamptz) from public;
grant execute on function deliver_aggregate(uuid, uuid, timestamptz) to redress_app;

create function deliver_approved() returns trigger language plpgsql set search_path = public, pg_temp as
$$
begin
    perform deliver_aggregate(new.id, l.id, new.approved_at) from oversight_link l
    where l.organisation_id = new.organisation_id and l.ended_at is null and l.from_on <= new.first_on;
    return null;
end
$$;
create trigger deliver_approved after update of state on report
    for each row when (new.kind = 'oversight' and old.state = 'compiled' and new.state = 'approved')
    execute function deliver_approved();

create function deliver_to_new_parent() returns trigger language plpgsql set search_path = public, pg_temp as
$$
begin
    perform deliver_aggregate(found.id, new.id, new.agreed_at) from (
        select distinct on (r.first_on, r.last_on) r.id from report r
        where r.organisation_id = new.organisation_id and r.kind = 'oversight' and r.state = 'approved'
          and r.first_on >= new.from_on
        order by r.first_on, r.last_on, r.known_until desc, r.approved_at desc) found;
    return null;
end
$$;
create trigger deliver_to_new_parent after insert on oversight_link
    for each row when (new.ended_at is null) execute function deliver_to_new_parent();
