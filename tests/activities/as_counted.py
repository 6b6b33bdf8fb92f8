"""What reports know, held against the tables of the case itself: both come of the same acts, by two ways."""

from __future__ import annotations

from typing import Final

from db.models.report_facts import FOREVER

_NOW: Final = f"until_us = {FOREVER}"
# Each finds rows that differ. What is told by events alone has no counterpart, and is left to the tests of the fold.
CASES: Final = f"""
    select c.id, c.reference, to_jsonb(r) as counted, to_jsonb(c) - 'figures' as stands
    from complaint c left join report_case r on r.complaint_id = c.id and r.{_NOW}
    left join coding k on k.complaint_id = c.id
    left join lateral (
        select array_agg(distinct theme order by theme) as themes from (
            select concat_ws('.', s.subject, s.sub_subject) as theme from coded_subject s
            where s.complaint_id = c.id and s.replaced_by is null
            union select i.subject from issue i where i.complaint_id = c.id and i.state <> 'taken_back'
            and i.subject is not null and not exists (select 1 from coded_subject s where s.complaint_id = c.id
            and s.replaced_by is null and s.subject = i.subject and s.sub_subject is not null)) t) t on true
    left join lateral (
        select count(*) filter (where f.outcome = 'upheld') as upheld,
               count(*) filter (where f.outcome = 'partially_upheld') as partly,
               count(*) filter (where f.outcome = 'not_upheld') as not_upheld
        from (select distinct on (f.issue_id) f.outcome from finding f join issue i on i.id = f.issue_id
              where f.complaint_id = c.id and i.state <> 'taken_back'
              order by f.issue_id, f.version desc) f) f on true
    where c.event_seq > 0 and (r.id is null
        or (r.matter, r.source, r.channel, r.procedure, r.procedure_version, r.received_on)
           is distinct from (c.matter, c.source, c.channel, c.procedure, c.procedure_version, c.received_on)
        or (r.owner_id, r.team_id, r.division_id, r.outcome)
           is distinct from (c.owner_id, c.team_id, c.division_id, c.outcome)
        or (c.import_id is null and r.severity is distinct from coalesce(c.severity, 'routine'))
        or (r.ended_on is null) <> c.open
        or (not c.open and (r.ended_as, r.ended_on)
            is distinct from (c.stage, (c.closed_at at time zone 'Europe/London')::date))
        or r.reopened <> (c.reopened_from is not null) or r.imported <> (c.import_id is not null)
        or r.logged_on <> (c.logged_at at time zone 'Europe/London')::date
        or (r.age_band, r.complainant_status, r.site, r.ward, r.service_area, r.profession)
           is distinct from (k.age_band, k.complainant_status, k.site, k.ward, k.service_area, k.profession)
        or (t.themes is not null and r.themes::text[] <> t.themes)
        or (r.upheld, r.partly_upheld, r.not_upheld) is distinct from (f.upheld, f.partly, f.not_upheld))
"""
# A generation that was only counted anew takes over what was missed by the one before it.
CLOCKS: Final = f"""
    select v.complaint_id, k.kind, v.generation, v.met_on, v.in_time, v.breached_at, to_jsonb(r) as counted
    from clock_version v join clock k on k.id = v.clock_id
    left join report_clock r on r.clock_id = v.clock_id and r.generation = v.generation and r.{_NOW}
    where not exists (select 1 from clock_version a where a.clock_id = v.clock_id
                      and a.cause in ('corrected', 'calendar_changed', 'procedure_moved'))
      and ((r.id is not null) <> (v.met_on is not null or v.breached_at is not null)
        or r.id is not null and ((r.met_on, r.in_time, r.breached, r.started_on, r.due_on)
           is distinct from (v.met_on, coalesce(v.in_time, false), v.breached_at is not null, v.started_on, v.due_on)
        or r.kind <> k.kind))
"""
ITEMS: Final = f"""
    select w.complaint_id, w.kind, w.id, w.state, to_jsonb(r) as counted from (
        select p.complaint_id, p.kind, p.id, p.state, null::date as done_on, null::numeric as number from proceeding p
        where p.kind in ('candour', 'action')
        union all select p.complaint_id, p.kind, p.id, p.state, p.ended_on, e.minutes_to_acknowledge
        from proceeding p join escalation e on e.id = p.id
        union all select p.complaint_id, p.kind, p.id, p.state, p.ended_on, null
        from proceeding p where p.kind = 'referral'
        union all select complaint_id, 'remedy', id, state, null, financial_loss + injustice_amount
        from remedy where financial_loss is not null and injustice_amount is not null
        union all select complaint_id, 'remedy', id, state, null, null from remedy
        union all select complaint_id, 'recommendation', id, case when lifted_on is not null then 'lifted'
            when told_body_on is not null then 'told' when complied_on is not null then 'complied' else 'open' end,
            complied_on, null from recommendation
        union all select complaint_id, 'decision', id, kind, null, null from referral_decision
        union all select complaint_id, 'staff', id, case when state = 'ended' then 'ended'
            when told_on is not null then 'told' else 'named' end, told_on, null from involvement
        union all select complaint_id, 'experience', id, case when declined then 'declined'
            when answered_on is not null then 'answered' when asked_on is not null then 'asked'
            else 'held_back' end, answered_on, null from experience
    ) w left join report_item r on r.item_id = w.id and r.kind = w.kind and r.{_NOW}
    where r.id is null or r.state <> w.state or (w.number is not null and r.number <> w.number)
       or (w.done_on is not null and r.done_on is distinct from w.done_on)
"""
