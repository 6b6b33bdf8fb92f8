"""SQL of what a member of staff complained about may see: their own part, and nothing of anybody else's.

Only somebody who was told sees it: for all others there is nothing there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.casework import Issue
from db.models.clock import ClockRow
from db.models.complaint import Complaint
from db.models.involvement import Involvement, InvolvementIssue, InvolvementStep, SupportDetail
from db.models.organisation import Person
from db.models.staff_comment import StaffComment
from db.models.work import Notice
from db.queries import support_details
from db.queries.requests import OF_THE_RESPONSE

# Before they were told: why, and that it was put off, are not theirs to read.
_NOT_THEIRS: Final = ("staff_notice", "staff_deferral")
_STEPS: Final = ("telling", "support", "invitation", "information")
_SENT: Final = ("released", "queued", "handed_over", "delivered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """Somebody's involvement, the complaint it is in, and the name of their supporter."""

    row: Involvement
    complaint: Complaint
    supporter: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """All that somebody sees of their own part."""

    mine: Mine
    issues: list[Issue]
    clocks: list[ClockRow]
    steps: list[InvolvementStep]
    comments: list[StaffComment]
    letters: list[Notice]
    support: list[SupportDetail]
    respond_by: ClockRow | None


async def parts_of(session: AsyncSession, person_id: UUID) -> list[Mine]:
    """Return every involvement of a person who was told of it, the latest first."""
    rows = await session.execute(_mine(person_id).order_by(Involvement.told_on.desc(), Involvement.id))
    return [Mine(row=row[0], complaint=row[1], supporter=row[2]) for row in rows]


async def find(session: AsyncSession, person_id: UUID, involvement_id: UUID) -> Mine | None:
    """Return an involvement if it is this person's own, and they were told of it."""
    row = (await session.execute(_mine(person_id).where(Involvement.id == involvement_id))).one_or_none()
    return None if row is None else Mine(row=row[0], complaint=row[1], supporter=row[2])


async def whole(session: AsyncSession, mine: Mine) -> Part:
    """Return all that somebody sees of their own part."""
    return Part(
        mine=mine,
        issues=await _issues(session, mine.row.id),
        clocks=await _clocks(session, mine.row.id),
        steps=await _steps(session, mine.row.id),
        comments=await _comments(session, mine.row.id),
        letters=await _letters(session, mine.row.id),
        support=await support_details.in_force(session),
        respond_by=await _respond_by(session, mine.complaint.id),
    )


def _mine(person_id: UUID) -> Any:
    return (
        select(Involvement, Complaint, Person.name)
        .join(Complaint, Complaint.id == Involvement.complaint_id)
        .outerjoin(Person, and_(Person.id == Involvement.supporter_id, Person.active))
        .where(
            Involvement.person_id == person_id,
            Involvement.told_on.is_not(None),
            Complaint.organisation_id == Involvement.organisation_id,
        )
    )


async def _issues(session: AsyncSession, involvement_id: UUID) -> list[Issue]:
    found = await session.scalars(
        select(Issue)
        .join(InvolvementIssue, InvolvementIssue.issue_id == Issue.id)
        .where(InvolvementIssue.involvement_id == involvement_id, InvolvementIssue.removed_at.is_(None))
        .order_by(Issue.number)
    )
    return list(found)


async def _clocks(session: AsyncSession, involvement_id: UUID) -> list[ClockRow]:
    found = await session.scalars(
        select(ClockRow)
        .where(ClockRow.involvement_id == involvement_id, ClockRow.kind.not_in(_NOT_THEIRS))
        .order_by(ClockRow.due_at, ClockRow.id)
    )
    return list(found)


async def _steps(session: AsyncSession, involvement_id: UUID) -> list[InvolvementStep]:
    found = await session.scalars(
        select(InvolvementStep)
        .where(InvolvementStep.involvement_id == involvement_id, InvolvementStep.kind.in_(_STEPS))
        .order_by(InvolvementStep.number)
    )
    return list(found)


async def _comments(session: AsyncSession, involvement_id: UUID) -> list[StaffComment]:
    found = await session.scalars(
        select(StaffComment).where(StaffComment.involvement_id == involvement_id).order_by(StaffComment.number)
    )
    return list(found)


async def _letters(session: AsyncSession, involvement_id: UUID) -> list[Notice]:
    found = await session.scalars(
        select(Notice)
        .where(Notice.involvement_id == involvement_id, Notice.state.in_(_SENT))
        .order_by(Notice.released_at, Notice.id)
    )
    return list(found)


async def _respond_by(session: AsyncSession, complaint_id: UUID) -> ClockRow | None:
    """Return the clock that says by when the complaint is to be answered: what was promised, else the law."""
    rows = await session.scalars(
        select(ClockRow).where(
            ClockRow.complaint_id == complaint_id, ClockRow.kind.in_(OF_THE_RESPONSE), ClockRow.state == "running"
        )
    )
    found = {row.kind: row for row in rows}
    return next((found[kind] for kind in OF_THE_RESPONSE if kind in found), None)
