"""SQL of whether a complaint is handled: the decisions about it, each with who decided; the latest counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.eligibility import Exclusion, RouteFound, RouteScreening, Standing, TimeLimit
from db.models.organisation import Person

Numbered = TimeLimit | Standing | RouteScreening
_N = TypeVar("_N", TimeLimit, Standing, RouteScreening)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """All that was decided about whether a complaint is handled, oldest first, each with the decider's name."""

    exclusion: tuple[Exclusion, str | None] | None
    time_limit: Sequence[tuple[TimeLimit, str | None]]
    standing: Sequence[tuple[Standing, str | None]]
    screenings: Sequence[tuple[RouteScreening, str | None]]
    routes: Sequence[RouteFound]


async def next_number(session: AsyncSession, of: type[Numbered], complaint_id: UUID) -> int:
    """Return the number of the next decision of a kind; the complaint's row is locked by whoever asks."""
    last = await session.scalar(select(func.max(of.number)).where(of.complaint_id == complaint_id))
    return (last or 0) + 1


async def present_time_limit(session: AsyncSession, complaint_id: UUID) -> TimeLimit | None:
    """Return how a complaint stands to the time limit now."""
    found: TimeLimit | None = await session.scalar(
        select(TimeLimit).where(TimeLimit.complaint_id == complaint_id).order_by(TimeLimit.number.desc()).limit(1)
    )
    return found


async def present_standing(session: AsyncSession, complaint_id: UUID) -> dict[UUID, Standing]:
    """Return the latest decision about each party of a complaint."""
    rows = await session.scalars(
        select(Standing).where(Standing.complaint_id == complaint_id).order_by(Standing.number)
    )
    return {row.party_id: row for row in rows}


async def is_screened(session: AsyncSession, complaint_id: UUID) -> bool:
    """Say whether somebody looked for other routes."""
    found = await session.scalar(select(RouteScreening.id).where(RouteScreening.complaint_id == complaint_id).limit(1))
    return found is not None


async def decisions_of(session: AsyncSession, complaint_id: UUID) -> Decisions:
    """Return everything that was decided about whether a complaint is handled."""
    excluded = await session.execute(
        select(Exclusion, Person.name)
        .outerjoin(Person, Person.id == Exclusion.decided_by)
        .where(Exclusion.complaint_id == complaint_id)
    )
    routes = await session.scalars(
        select(RouteFound).where(RouteFound.complaint_id == complaint_id).order_by(RouteFound.route, RouteFound.id)
    )
    row = excluded.one_or_none()
    return Decisions(
        exclusion=None if row is None else (row[0], row[1]),
        time_limit=await _numbered(session, TimeLimit, complaint_id),
        standing=await _numbered(session, Standing, complaint_id),
        screenings=await _numbered(session, RouteScreening, complaint_id),
        routes=list(routes),
    )


async def _numbered(session: AsyncSession, of: type[_N], complaint_id: UUID) -> list[tuple[_N, str | None]]:
    rows = await session.execute(
        select(of, Person.name)
        .outerjoin(Person, Person.id == of.decided_by)
        .where(of.complaint_id == complaint_id)
        .order_by(of.number)
    )
    return [(row[0], row[1]) for row in rows]
