"""SQL that looks for acts without a trace: every act that was applied has its verdict and its events, and no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.evidence import Fault
from db.models.complaint import Complaint
from db.queries.acts import lock_complaint
from db.queries.events import check_complaint

# One statement, so that an act under way is seen whole or not at all.
_UNTRACED = text("""
    select t.complaint_id, coalesce(c.reference, s.reference) as reference, t.seq, t.what, t.act_id from (
        select v.complaint_id, null::int as seq, v.act_id, 'an applied act has no event' as what
        from verdict v where v.organisation_id = :organisation and v.verdict->>'outcome' = 'applied'
        and not exists (select 1 from case_event e where e.complaint_id = v.complaint_id and e.act_id = v.act_id)
        union all
        select s.complaint_id, null, s.id, 'an applied submission has no verdict'
        from submission s where s.organisation_id = :organisation and s.state = 'applied'
        and not exists (select 1 from verdict v where v.act_id = s.id and v.verdict->>'outcome' = 'applied')
        union all
        select s.complaint_id, null, s.id, 'a submission with an applied verdict is ' || s.state
        from submission s join verdict v on v.act_id = s.id
        where s.organisation_id = :organisation and s.state <> 'applied' and v.verdict->>'outcome' = 'applied'
        union all
        select f.complaint_id, null, f.act_id, 'a fired rung has no event'
        from fired_rung f where f.organisation_id = :organisation
        and not exists (select 1 from case_event e where e.complaint_id = f.complaint_id and e.act_id = f.act_id)
        union all
        select e.complaint_id, e.seq, e.act_id, 'an event of no applied act'
        from case_event e where e.organisation_id = :organisation
        and not exists (select 1 from verdict v where v.act_id = e.act_id and v.verdict->>'outcome' = 'applied')
        union all
        select s.complaint_id, null, s.id, 'the complaint is removed'
        from submission s where s.organisation_id = :organisation and s.kind in ('log', 'import')
        and s.state = 'applied' and not exists (select 1 from complaint c where c.id = s.complaint_id)
    ) t
    left join complaint c on c.id = t.complaint_id
    left join submission s on s.complaint_id = t.complaint_id and s.reference is not null
    order by t.complaint_id, t.seq nulls first, t.what, t.act_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Untraced:
    """One act, or event, that stands alone."""

    complaint_id: UUID
    reference: str | None
    seq: int | None
    what: str
    act_id: UUID


async def untraced(session: AsyncSession, organisation_id: UUID) -> list[Untraced]:
    """Return the acts of an organisation that lack their verdict or events, and events without their act."""
    rows = await session.execute(_UNTRACED, {"organisation": organisation_id})
    return [
        Untraced(complaint_id=row.complaint_id, reference=row.reference, seq=row.seq, what=row.what, act_id=row.act_id)
        for row in rows
    ]


async def complaints_after(
    session: AsyncSession, organisation_id: UUID, after: UUID | None, limit: int
) -> Sequence[Complaint]:
    """Return an organisation's own complaints, open or not, a page at a time."""
    query = select(Complaint).where(Complaint.organisation_id == organisation_id).order_by(Complaint.id).limit(limit)
    rows = await session.scalars(query if after is None else query.where(Complaint.id > after))
    return rows.all()


async def check_locked(session: AsyncSession, complaint_id: UUID, anchor: tuple[int, str] | None) -> list[Fault]:
    """Check one complaint's chain while nobody can append to it."""
    complaint = await lock_complaint(session, complaint_id)
    return [] if complaint is None else await check_complaint(session, complaint, anchor)
