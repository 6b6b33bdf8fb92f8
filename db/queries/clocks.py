"""SQL of clocks. Overdue is derived here, in one expression, and stored nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.clock import ClockRow, ClockVersion, FiredRung


def overdue_at(now: datetime) -> ColumnElement[bool]:
    """Return the one expression that says whether a clock is overdue at an instant."""
    return and_(ClockRow.state == "running", ClockRow.due_at <= now)


async def find_clock(
    session: AsyncSession, complaint_id: UUID, kind: str, subject_id: UUID | None = None
) -> ClockRow | None:
    """Return a complaint's clock of a kind, about a subject where it has one."""
    found: ClockRow | None = await session.scalar(
        select(ClockRow).where(
            ClockRow.complaint_id == complaint_id,
            ClockRow.kind == kind,
            ClockRow.subject_id == subject_id if subject_id is not None else ClockRow.subject_id.is_(None),
        )
    )
    return found


async def running_clocks(session: AsyncSession, complaint_id: UUID) -> Sequence[ClockRow]:
    """Return a complaint's running clocks, the earliest due first."""
    rows = await session.scalars(
        select(ClockRow)
        .where(ClockRow.complaint_id == complaint_id, ClockRow.state == "running")
        .order_by(ClockRow.due_at, ClockRow.id)
    )
    return rows.all()


async def version_of(session: AsyncSession, clock_id: UUID, generation: int) -> ClockVersion:
    """Return one version of a clock. Raises NoResultFound when the ledger lost it."""
    rows = await session.scalars(
        select(ClockVersion).where(ClockVersion.clock_id == clock_id, ClockVersion.generation == generation)
    )
    return rows.one()


async def fired(session: AsyncSession, complaint_id: UUID) -> set[tuple[UUID, int, str]]:
    """Return the rungs that fired, as (clock, generation, rung)."""
    rows = await session.execute(
        select(FiredRung.clock_id, FiredRung.generation, FiredRung.rung).where(FiredRung.complaint_id == complaint_id)
    )
    return {(clock_id, generation, rung) for clock_id, generation, rung in rows}
