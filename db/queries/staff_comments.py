"""SQL of what the staff complained about said and were told, and of how it was for whoever was asked."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.models.clock import ClockRow, ClockVersion
from db.models.complaint import Party
from db.models.findings import Finding, InitialViews
from db.models.involvement import Involvement, InvolvementStep, InvolvementWords
from db.models.organisation import Person
from db.models.staff_comment import Experience, StaffComment

# What says by when the person is to have the response, and so what the staff were told too.
_TIMESCALES = ("response_period", "relevant_period")


async def comments_of(session: AsyncSession, involvement_id: UUID) -> list[tuple[StaffComment, str | None, str | None]]:
    """Return what a member of staff said, in order, with the names of who wrote it down and of who used it."""
    through, user = aliased(Person), aliased(Person)
    rows = await session.execute(
        select(StaffComment, through.name, user.name)
        .outerjoin(through, through.id == StaffComment.through_id)
        .outerjoin(user, user.id == StaffComment.used_by)
        .where(StaffComment.involvement_id == involvement_id)
        .order_by(StaffComment.number)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def comments_made(session: AsyncSession, involvement_id: UUID) -> int:
    """Return how many comments a member of staff has made."""
    made = await session.scalar(
        select(func.count()).select_from(StaffComment).where(StaffComment.involvement_id == involvement_id)
    )
    return made or 0


async def is_any_unused(session: AsyncSession, involvement_id: UUID) -> bool:
    """Say whether a comment of a member of staff waits to be weighed."""
    found = await session.scalar(
        select(StaffComment.id)
        .where(StaffComment.involvement_id == involvement_id, StaffComment.effect.is_(None))
        .limit(1)
    )
    return found is not None


async def comment_until(session: AsyncSession, involvement_id: UUID) -> date | None:
    """Return the day by which a member of staff was last invited to comment."""
    found: date | None = await session.scalar(
        select(InvolvementStep.until)
        .where(InvolvementStep.involvement_id == involvement_id, InvolvementStep.kind == "invitation")
        .order_by(InvolvementStep.number.desc())
        .limit(1)
    )
    return found


async def issues_viewed(session: AsyncSession, views: InitialViews) -> set[UUID]:
    """Return the issues on which the findings stood that a round of initial views is about."""
    findings = [UUID(each) for each in views.findings]
    return set(await session.scalars(select(Finding.issue_id).where(Finding.id.in_(findings))))


async def extensions(session: AsyncSession, complaint_id: UUID) -> list[tuple[ClockVersion, ClockVersion]]:
    """Return each extension of the time for a response, the first one first: the version before it, and its own."""
    before = aliased(ClockVersion)
    before_it = and_(before.clock_id == ClockVersion.clock_id, before.generation == ClockVersion.generation - 1)
    rows = await session.execute(
        select(before, ClockVersion)
        .join(ClockRow, ClockRow.id == ClockVersion.clock_id)
        .join(before, before_it)
        .where(
            ClockVersion.complaint_id == complaint_id,
            ClockVersion.cause == "extended",
            ClockRow.kind.in_(_TIMESCALES),
        )
        .order_by(ClockVersion.made_at, ClockVersion.generation)
    )
    return [(row[0], row[1]) for row in rows]


async def experience_of(
    session: AsyncSession, *, party_id: UUID | None = None, involvement_id: UUID | None = None
) -> Experience | None:
    """Return what is on record of how it was for a party or for a member of staff, once they were asked or said so."""
    found = await held_or_asked(session, party_id=party_id, involvement_id=involvement_id)
    return None if found is None or (found.asked_on is None and found.answered_on is None) else found


async def held_or_asked(
    session: AsyncSession, *, party_id: UUID | None = None, involvement_id: UUID | None = None
) -> Experience | None:
    """Return the same, also of somebody who was only left in peace so far."""
    whose = Experience.party_id == party_id if party_id is not None else Experience.involvement_id == involvement_id
    found: Experience | None = await session.scalar(select(Experience).where(whose))
    return found


async def experiences_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[Experience, str | None, str | None]]:
    """Return how it was for everybody who was asked, oldest first, with their names and that of who wrote it down."""
    recorder, member = aliased(Person), aliased(Person)
    rows = await session.execute(
        select(Experience, func.coalesce(Party.name, member.name, InvolvementWords.name), recorder.name)
        .outerjoin(Party, Party.id == Experience.party_id)
        .outerjoin(Involvement, Involvement.id == Experience.involvement_id)
        .outerjoin(member, member.id == Involvement.person_id)
        .outerjoin(InvolvementWords, InvolvementWords.involvement_id == Experience.involvement_id)
        .outerjoin(recorder, recorder.id == Experience.recorded_by)
        .where(Experience.complaint_id == complaint_id)
        .order_by(Experience.said_at, Experience.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]
