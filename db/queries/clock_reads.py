"""SQL that reads clocks, as they are shown to people."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.clock import ClockRow, ClockVersion, FiredRung
from db.queries.clocks import overdue_at


async def any_overdue(session: AsyncSession, complaint_id: UUID, now: datetime) -> bool:
    """Say whether any clock of a complaint is overdue."""
    found = await session.scalar(select(exists().where(ClockRow.complaint_id == complaint_id, overdue_at(now))))
    return bool(found)


async def clocks_of(session: AsyncSession, complaint_id: UUID, now: datetime) -> list[tuple[ClockRow, bool]]:
    """Return a complaint's clocks in the order they end, each with whether it is overdue."""
    rows = await session.execute(
        select(ClockRow, overdue_at(now))
        .where(ClockRow.complaint_id == complaint_id)
        .order_by(ClockRow.due_at, ClockRow.id)
    )
    return [(row[0], row[1]) for row in rows]


async def clock_versions_of(session: AsyncSession, complaint_id: UUID) -> list[ClockVersion]:
    """Return every version of every clock of a complaint, oldest first."""
    found = await session.scalars(
        select(ClockVersion)
        .where(ClockVersion.complaint_id == complaint_id)
        .order_by(ClockVersion.clock_id, ClockVersion.generation)
    )
    return list(found)


async def fired_rungs_of(session: AsyncSession, complaint_id: UUID) -> list[FiredRung]:
    """Return the rungs of a complaint that have fired, in the order they were due."""
    found = await session.scalars(
        select(FiredRung).where(FiredRung.complaint_id == complaint_id).order_by(FiredRung.due_at, FiredRung.act_id)
    )
    return list(found)
