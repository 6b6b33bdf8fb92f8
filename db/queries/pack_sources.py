"""SQL that reads of a case what an evidence pack shows: events, letters, clocks, findings, files, and who was told."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.queries.pack_beside import BESIDE

Row = dict[str, Any]

_CASE: Final = text("""
    select c.reference, o.name as organisation, c.procedure, c.procedure_version, c.matter, c.stage, c.open,
           c.received_on, c.logged_at, c.closed_at, c.outcome, c.channel, w.summary, w.narrative, w.desired_outcome,
           p.name as owner
    from complaint c join organisation o on o.id = c.organisation_id
    left join complaint_words w on w.complaint_id = c.id left join person p on p.id = c.owner_id
    where c.id = :complaint
""")
_PARTIES: Final = text("""
    select id, role, name, relation, ground, consent_basis, died_on, retired_at, retired_cause, replaced_by
    from party where complaint_id = :complaint order by role, id
""")
_EVENTS: Final = text("""
    select e.seq, e.kind, e.at_us, e.act_id, e.actor_id, e.role, e.data, e.prev_hash, e.hash, p.name as actor
    from case_event e left join person p on p.id = e.actor_id
    where e.complaint_id = :complaint order by e.seq
""")
# Everybody and every body that an event may name by id.
_NAMES: Final = text("""
    select id, name from person where id = any(:ids)
    union all select id, name from party where complaint_id = :complaint
    union all select i.id, coalesce(p.name, w.name, w.described_as, 'member of staff ' || i.number)
    from involvement i left join person p on p.id = i.person_id
    left join involvement_words w on w.involvement_id = i.id where i.complaint_id = :complaint
    union all select id, name from contribution where complaint_id = :complaint
    union all select id, name from unit where id = any(:ids)
""")
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LETTERS: Final = text("""
    select n.id, n.template, n.template_version, n.audience, n.channel, n.state, n.subject, n.body, n.language,
           n.legal_ground, n.drafted_at, n.released_at, n.settled_at, n.failure, n.carrier, c.carrier_id, c.status,
           r.name as released_by, n.involvement_id is not null as to_staff, n.party_id is null as apart,
           coalesce(pa.name, sp.name, iw.name, bc.name) as recipient, k.sha256 as copy_sha256
    from notice n
    left join person r on r.id = n.released_by left join carriage c on c.notice_id = n.id
    left join party pa on pa.id = n.party_id left join letter_copy k on k.notice_id = n.id
    left join involvement i on i.id = n.involvement_id left join person sp on sp.id = i.person_id
    left join involvement_words iw on iw.involvement_id = n.involvement_id
    left join body_contact bc on bc.id = n.body_contact_id
    where n.complaint_id = :complaint
    and (n.party_id is not null or n.involvement_id is not null or n.body_contact_id is not null)
    order by coalesce(n.released_at, n.drafted_at), n.id
""")
_ARRIVALS: Final = text("""
    select notice_id, what, happened_on, words from arrival where complaint_id = :complaint order by said_at, id
""")
_CLOCKS: Final = text("""
    select k.id, k.subject_id, k.kind, k.effect, k.state, v.generation, v.started_on, v.due_on, v.cause, v.reason,
           v.agreed_by, v.agreed_on, v.breached_at, v.met_on, v.in_time, v.proof, v.made_at,
           v.generation = k.generation as present,
           (select count(*) from fired_rung f where f.clock_id = k.id and f.generation = v.generation) as rungs_fired
    from clock k join clock_version v on v.clock_id = k.id
    where k.complaint_id = :complaint order by v.made_at, k.kind, k.id, v.generation
""")
_FINDINGS: Final = text("""
    select i.number, i.summary, i.effect, i.outcome_sought, i.state, i.confirmed_on, f.version, f.happened,
           f.should_have, f.standard, f.evidence, f.outcome, f.reason, f.said_at, p.name as found_by
    from issue i left join finding f on f.issue_id = i.id left join person p on p.id = f.found_by
    where i.complaint_id = :complaint order by i.number, f.version
""")
_REMEDIES: Final = text("""
    select kind, state, words, basis, financial_loss, injustice_amount, severity_level, proposed_at
    from remedy where complaint_id = :complaint order by proposed_at, id
""")
_CONTACTS: Final = text("""
    select c.happened_at, c.direction, c.channel, c.with_whom, c.summary, c.promised, c.promised_by, p.name as author
    from contact c left join person p on p.id = c.author_id where c.complaint_id = :complaint
    order by c.happened_at, c.id
""")
_FILES: Final = text("""
    select id, name, media_type, size, sha256, source, kind, disclosure, received_on, added_at
    from case_file where complaint_id = :complaint and attached order by added_at, id
""")
# What people were told and given, by whatever table knows it: the instant, or the day where nobody noted the hour.
_TOLD: Final = text("""
    select null::timestamptz as at, s.given_on as on_day, p.name as whom, s.how, p.role,
           'told of ' || (select string_agg(each, ', ' order by each)
                          from jsonb_array_elements_text(s.statements) each) as what
    from statement_given s join party p on p.id = s.party_id where s.complaint_id = :complaint
    union all
    select null, s.happened_on, coalesce(pe.name, w.name, w.described_as, 'member of staff ' || i.number), s.how,
           'staff complained about', concat_ws(': ', s.kind, s.about)
    from involvement_step s join involvement i on i.id = s.involvement_id left join person pe on pe.id = i.person_id
    left join involvement_words w on w.involvement_id = i.id
    where s.complaint_id = :complaint and s.kind in ('telling', 'invitation', 'information')
    union all
    select null, r.shared_on, coalesce(p.name, pe.name, 'staff'), r.method, coalesce(p.role, 'staff'), 'initial views'
    from views_recipient r left join party p on p.id = r.party_id left join person pe on pe.id = r.person_id
    where r.complaint_id = :complaint
    union all
    select m.said_at, null, c.name, coalesce(m.via, c.way), 'body', 'message: ' || m.kind
    from joint_message m join contribution c on c.id = m.contribution_id
    where m.complaint_id = :complaint and m.direction = 'out'
    union all
    select a.issued_at, null, a.name, 'link', 'body', 'given access to the page of the body'
    from body_access a where a.complaint_id = :complaint
    union all
    select s.opened_at, null, a.name, 'link', 'body', 'opened the page of the body'
    from body_session s join body_access a on a.id = s.access_id where a.complaint_id = :complaint
    union all
    select s.recorded_at, null, coalesce(o.name, 'another body'), 'until ' || s.until::date, 'body',
           'the case is shared: ' || s.scope
    from case_share s left join organisation o on o.id = s.shared_with where s.complaint_id = :complaint
    union all
    select null, c.given_on, coalesce(p.name, c.body), c.basis, 'may be shown', 'consent: ' || c.scope
    from consent c left join party p on p.id = c.recipient_id where c.complaint_id = :complaint
    union all
    select null, t.told_on, p.name,
           case when t.notice_id is not null then 'letter' when t.contact_id is not null then 'contact' else 'said' end,
           p.role, 'told the date ' || t.due_on || ' (' || k.kind || ')'
    from told_date t join party p on p.id = t.party_id join clock k on k.id = t.clock_id
    where t.complaint_id = :complaint
    union all
    select null, n.given_on, p.name, n.how, p.role, 'told of the incident'
    from candour_notice n join party p on p.id = n.party_id
    where n.complaint_id = :complaint and n.kind = 'in_person' and n.given_on is not null
    union all
    select null, e.answered_on, f.body_name, coalesce('evidence pack ' || k.number, 'in words'), f.kind,
           'answer to enquiry ' || e.number
    from referral_enquiry e join referral f on f.id = e.referral_id left join evidence_pack k on k.id = e.pack_id
    where e.complaint_id = :complaint and e.answered_on is not null
    union all
    select null, c.commented_on, f.body_name, 'in words', f.kind, 'comments on a decision'
    from decision_comment c join referral f on f.id = c.referral_id where c.complaint_id = :complaint
    union all
    select null, m.told_body_on, f.body_name, m.told_how, f.kind, 'compliance with recommendation ' || m.number
    from recommendation m join referral f on f.id = m.referral_id
    where m.complaint_id = :complaint and m.told_body_on is not null
""")
_SEEN: Final = text("""
    select s.at, s.what, s.subject_id, s.role, s.viewer_body as body, p.name as person,
           s.viewer_organisation_id = s.organisation_id as ours
    from seen s left join person p on p.id = s.person_id where s.complaint_id = :complaint order by s.at, s.id
""")
_PACKS: Final = text("""
    select k.number, k.purpose, k.asked_at, k.sha256, p.name as asked_by
    from evidence_pack k left join person p on p.id = k.asked_by where k.complaint_id = :complaint order by k.number
""")
_PARTS: Final[dict[str, TextClause]] = {
    "parties": _PARTIES,
    "events": _EVENTS,
    "letters": _LETTERS,
    "arrivals": _ARRIVALS,
    "clocks": _CLOCKS,
    "findings": _FINDINGS,
    "remedies": _REMEDIES,
    "contacts": _CONTACTS,
    "files": _FILES,
    "told": _TOLD,
    "seen": _SEEN,
    "packs": _PACKS,
    **BESIDE,
}


async def sources(session: AsyncSession, complaint_id: UUID) -> tuple[Row, dict[str, list[Row]]]:
    """Return a case of the tenant and all that a pack of it shows. Whoever asks holds the lock on its row."""
    asked = {"complaint": complaint_id}
    case = dict((await session.execute(_CASE, asked)).mappings().one())
    rows = {name: [dict(row) for row in (await session.execute(query, asked)).mappings()]
            for name, query in _PARTS.items()}  # fmt: skip
    ids = {UUID(each) for event in rows["events"] for each in _ID.findall(event["data"])}
    named = await session.execute(_NAMES, asked | {"ids": sorted(ids)})
    return case, rows | {"names": [dict(row) for row in named.mappings()]}
