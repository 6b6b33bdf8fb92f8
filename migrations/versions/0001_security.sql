-- Row-level security, grants, append-only triggers and the sweeper's views. Run once, by 0001.

create function app_tenant() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('app.tenant', true), '')::uuid $$;

create function app_time() returns timestamptz language sql stable parallel safe as
$$ select nullif(current_setting('app.now', true), '')::timestamptz $$;

create function refuse_change() returns trigger language plpgsql as
$$ begin raise exception 'rows of % are append-only', tg_table_name using errcode = 'restrict_violation'; end $$;

do $$
declare
    t text;
    shared constant text[] := array['complaint_words', 'party', 'note', 'case_file', 'clock', 'clock_version',
                                    'fired_rung', 'task', 'notice', 'case_event'];
    own constant text[] := array['person', 'appointment', 'submission', 'verdict', 'change_set', 'change_set_item'];
    -- Another organisation reads one complaint through a share, while it lasts.
    by_share constant text := 'exists (select 1 from case_share s where s.complaint_id = %s and s.organisation_id = %s'
        ' and s.shared_with = (select app_tenant()) and s.until > (select app_time()))';
begin
    foreach t in array shared || own || array['complaint', 'case_share', 'organisation', 'closed_day'] loop
        execute format('alter table %I enable row level security, force row level security', t);
    end loop;
    foreach t in array shared || own || array['complaint', 'case_share'] loop
        execute format('create policy own_write on %I for insert with check (organisation_id = (select app_tenant()))', t);
        execute format('create policy own_update on %I for update using (organisation_id = (select app_tenant()))', t);
    end loop;
    foreach t in array own loop
        execute format('create policy own_read on %I for select using (organisation_id = (select app_tenant()))', t);
    end loop;
    foreach t in array shared loop
        execute format('create policy read on %I for select using (organisation_id = (select app_tenant()) or '
                       || format(by_share, '%I.complaint_id', '%I.organisation_id') || ')', t, t, t);
    end loop;
    execute 'create policy read on complaint for select using (organisation_id = (select app_tenant()) or '
            || format(by_share, 'complaint.id', 'complaint.organisation_id') || ')';
end $$;

-- What belongs to a complaint belongs to its organisation: no tenant can put a row on another's complaint.
alter table complaint add constraint uq_complaint_own unique (id, organisation_id);
do $$
declare
    t text;
begin
    foreach t in array array['complaint_words', 'party', 'note', 'clock', 'clock_version', 'fired_rung', 'task', 'notice',
                             'case_event', 'case_share', 'change_set_item'] loop
        execute format('alter table %I add constraint fk_%s_own_complaint foreign key (complaint_id, organisation_id)'
                       ' references complaint (id, organisation_id)', t, t);
    end loop;
end $$;

create policy read on case_share for select
    using (organisation_id = (select app_tenant()) or shared_with = (select app_tenant()));
create policy read on organisation for select using (id = (select app_tenant()));
-- The nation's legal calendar is everybody's; an organisation's closures are its own.
create policy read on closed_day for select
    using (organisation_id is null or organisation_id = (select app_tenant()));
create policy own_write on closed_day for insert
    with check (organisation_id is null or organisation_id = (select app_tenant()));

create trigger append_only before update or delete on case_event
    for each row execute function refuse_change();
create trigger append_only_truncate before truncate on case_event
    for each statement execute function refuse_change();
create trigger append_only before update or delete on closed_day
    for each row execute function refuse_change();
create trigger append_only before update or delete on fired_rung
    for each row execute function refuse_change();
create trigger append_only before update or delete on verdict
    for each row execute function refuse_change();

grant usage on schema public to redress_app, redress_sweeper;
grant select on all tables in schema public to redress_app;
revoke select on alembic_version from redress_app;
grant insert on complaint, complaint_words, party, note, case_file, case_share, clock, clock_version, fired_rung,
    task, notice, case_event, submission, verdict, change_set, change_set_item, closed_day to redress_app;
grant update on complaint, clock, task, notice, change_set, change_set_item to redress_app;
grant update (breached_at, met_on, in_time) on clock_version to redress_app;
grant update (state, refusal, settled_at, attempts, last_failure, lease_until, delivery) on submission to redress_app;
grant update (attached) on case_file to redress_app;

-- Owned by the migrator, who bypasses row-level security: the sweeper sees these and nothing else.
create view sweep_organisation as
    select id as organisation_id, code, nation from organisation;
create view sweep_submission as
    select organisation_id, complaint_id, id as submission_id, seq, kind, state, received_at, lease_until, attempts
    from submission where state in ('pending', 'parked');
create view sweep_notice as
    select n.organisation_id, n.complaint_id, n.id as notice_id, coalesce(n.released_at, n.drafted_at) as since,
           c.hold and not c.stop_contact as held
    from notice n join complaint c on c.id = n.complaint_id where n.state = 'queued';
-- An open complaint without an armed rung has nothing next: it could be forgotten.
create view sweep_complaint as
    select c.organisation_id, c.id as complaint_id, c.reference, c.nation, c.stage, c.next_event_at, c.attention,
           c.logged_at, coalesce(p.active, false) as owner_active,
           c.next_event_at is null as nothing_next
    from complaint c left join person p on p.id = c.owner_id where c.open;
-- Who holds the two offices that every organisation must fill; the complaints manager stands in for an owner that has left.
create view sweep_office as
    select a.organisation_id, a.role, a.starts_on, a.ends_on from appointment a join person p on p.id = a.person_id
    where a.role in ('complaints_manager', 'responsible_person') and p.active;
create view sweep_chain_head as
    select organisation_id, id as complaint_id, reference, event_seq, event_head from complaint;
create view sweep_change_set as
    select organisation_id, id as change_set_id, state, decision_id, approved, proposed_at, decided_at from change_set
    where state in ('proposed', 'awaiting_approval', 'applying');
create view sweep_change_set_item as
    select change_set_id, organisation_id, complaint_id, submission_id from change_set_item;
grant select on sweep_organisation, sweep_submission, sweep_notice, sweep_complaint, sweep_office, sweep_chain_head,
    sweep_change_set, sweep_change_set_item to redress_sweeper;
