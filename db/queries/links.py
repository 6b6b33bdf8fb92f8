"""SQL of complaints that belong together: the links of one, from either end, and the complaints of a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, case, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.complaint import Complaint, ComplaintWords
from db.models.links import ComplaintLink
from db.models.organisation import Person

_BOUND = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """One link as it is seen from one of its ends: the other complaint, and who said so."""

    link: ComplaintLink
    other: Complaint
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One complaint of a group, with what it is about."""

    complaint: Complaint
    summary: str | None


async def present(
    session: AsyncSession, complaint_id: UUID, other_id: UUID, kind: str, group: str | None
) -> ComplaintLink | None:
    """Return a link of a kind between two complaints that holds, recorded with either of them."""
    either = or_(
        and_(ComplaintLink.complaint_id == complaint_id, ComplaintLink.other_id == other_id),
        and_(ComplaintLink.complaint_id == other_id, ComplaintLink.other_id == complaint_id),
    )
    found: ComplaintLink | None = await session.scalar(
        select(ComplaintLink).where(
            either,
            ComplaintLink.kind == kind,
            ComplaintLink.group_code == group if group is not None else ComplaintLink.group_code.is_(None),
            ComplaintLink.removed_at.is_(None),
        )
    )
    return found


async def links_of(session: AsyncSession, complaint_id: UUID) -> list[Linked]:
    """Return the links of a complaint that hold, recorded with it or with the other, the oldest first.

    A complaint that the tenant may not see is left out.
    """
    ends = or_(ComplaintLink.complaint_id == complaint_id, ComplaintLink.other_id == complaint_id)
    other_id = case(
        (ComplaintLink.complaint_id == complaint_id, ComplaintLink.other_id), else_=ComplaintLink.complaint_id
    )
    rows = await session.execute(
        select(ComplaintLink, Complaint, Person.name)
        .join(Complaint, Complaint.id == other_id)
        .outerjoin(Person, Person.id == ComplaintLink.linked_by)
        .where(ends, ComplaintLink.removed_at.is_(None))
        .order_by(ComplaintLink.linked_at, ComplaintLink.id)
        .limit(_BOUND)
    )
    return [Linked(link=row[0], other=row[1], by=row[2]) for row in rows]


async def group_of(session: AsyncSession, organisation_id: UUID, code: str) -> Sequence[Member]:
    """Return the complaints of an organisation that have a common cause, the earliest received first."""
    holds = and_(
        ComplaintLink.organisation_id == organisation_id,
        ComplaintLink.group_code == code,
        ComplaintLink.removed_at.is_(None),
    )
    ids = select(ComplaintLink.complaint_id).where(holds).union(select(ComplaintLink.other_id).where(holds))
    rows = await session.execute(
        select(Complaint, ComplaintWords.summary)
        .outerjoin(ComplaintWords, ComplaintWords.complaint_id == Complaint.id)
        .where(Complaint.id.in_(ids))
        .order_by(Complaint.received_on, Complaint.id)
        .limit(_BOUND)
    )
    return [Member(complaint=row[0], summary=row[1]) for row in rows]
