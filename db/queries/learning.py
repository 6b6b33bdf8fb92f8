"""SQL of learning: what stands, its versions, and the organisation's, by theme and place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.complaint import Complaint, Party
from db.models.involvement import Involvement, InvolvementWords
from db.models.learning import Learning, LearningVersion, OrganisationTheme
from db.models.organisation import Person
from db.queries.keyset import After, beyond

_STANDS = and_(LearningVersion.learning_id == Learning.id, LearningVersion.number == Learning.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was learned as it stands, with the reference of its complaint."""

    learning: Learning
    version: LearningVersion
    reference: str


async def standing(session: AsyncSession, learning_id: UUID) -> LearningVersion:
    """Return the version of learning that stands."""
    found: LearningVersion = (
        await session.scalars(select(LearningVersion).join(Learning, _STANDS).where(Learning.id == learning_id))
    ).one()
    return found


async def next_number(session: AsyncSession, complaint_id: UUID) -> int:
    """Return the number of what is learned next from a complaint, counted from 1."""
    query = select(func.count()).select_from(Learning).where(Learning.complaint_id == complaint_id)
    return 1 + int(await session.scalar(query) or 0)


async def own_themes(session: AsyncSession) -> frozenset[str]:
    """Return the codes of the organisation's own themes that are in use."""
    found = await session.scalars(select(OrganisationTheme.code).where(OrganisationTheme.active))
    return frozenset(found)


async def names_in_case(session: AsyncSession, complaint_id: UUID) -> Sequence[str]:
    """Return the names of the people of a complaint, and of the staff complained about."""
    parties = select(Party.name).where(Party.complaint_id == complaint_id)
    staff = select(InvolvementWords.name).where(InvolvementWords.complaint_id == complaint_id)
    known = select(Person.name).join(Involvement, Involvement.person_id == Person.id)
    found = await session.scalars(union(parties, staff, known.where(Involvement.complaint_id == complaint_id)))
    return [each for each in found if each]


async def themes(session: AsyncSession) -> Sequence[OrganisationTheme]:
    """Return the organisation's own themes, those that are no more included."""
    return (await session.scalars(select(OrganisationTheme).order_by(OrganisationTheme.code))).all()


async def is_theme_taken(session: AsyncSession, code: str) -> bool:
    """Say whether the organisation has a theme of this code."""
    query = select(OrganisationTheme.id).where(OrganisationTheme.code == code)
    return await session.scalar(query) is not None


async def of_complaint(session: AsyncSession, complaint_id: UUID) -> list[Line]:
    """Return what was learned from a complaint, in the order in which it was recorded."""
    rows = await session.execute(_lines().where(Learning.complaint_id == complaint_id).order_by(Learning.number))
    return [_line(row) for row in rows]


async def versions_about(session: AsyncSession, complaint_id: UUID) -> Sequence[LearningVersion]:
    """Return every version of what was learned from a complaint."""
    query = select(LearningVersion).where(LearningVersion.complaint_id == complaint_id)
    return (await session.scalars(query.order_by(LearningVersion.number))).all()


async def worklist(
    session: AsyncSession, *, theme: str | None, place: str | None, after: After | None, limit: int
) -> list[Line]:
    """Return at most `limit` of what the organisation learned after a key, the oldest first."""
    query = _lines()
    if theme is not None:
        query = query.where(LearningVersion.theme == theme)
    if place is not None:
        query = query.where(LearningVersion.place == place)
    rows = await session.execute(
        query.where(beyond(Learning.said_at, Learning.id, after)).order_by(Learning.said_at, Learning.id).limit(limit)
    )
    return [_line(row) for row in rows]


def _lines() -> Any:
    return (
        select(Learning, LearningVersion, Complaint.reference)
        .join(LearningVersion, _STANDS)
        .join(Complaint, Complaint.id == Learning.complaint_id)
    )


def _line(row: Any) -> Line:
    return Line(learning=row[0], version=row[1], reference=row[2])
