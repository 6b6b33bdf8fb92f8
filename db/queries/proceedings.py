"""SQL of what runs beside a complaint: found, told, heard, and its clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.clock import ClockRow
from db.models.proceeding import Proceeding


async def of_complaint(
    session: AsyncSession, complaint_id: UUID, kind: str | None = None, *, live: bool = False
) -> list[Proceeding]:
    """Return the proceedings beside a complaint, of one kind or all, in the order in which they began."""
    query = select(Proceeding).where(Proceeding.complaint_id == complaint_id)
    if kind is not None:
        query = query.where(Proceeding.kind == kind)
    if live:
        query = query.where(Proceeding.ended_on.is_(None))
    return list(await session.scalars(query.order_by(Proceeding.opened_at, Proceeding.kind, Proceeding.number)))


async def next_number(session: AsyncSession, complaint_id: UUID, kind: str) -> int:
    """Return the number of the next proceeding of a kind beside a complaint, counted from 1."""
    query = select(func.count()).where(Proceeding.complaint_id == complaint_id, Proceeding.kind == kind)
    return 1 + int(await session.scalar(query) or 0)


async def running_clocks(session: AsyncSession, proceeding_id: UUID) -> list[ClockRow]:
    """Return the running clocks that the workflow of a proceeding keeps, the earliest due first."""
    rows = await session.scalars(
        select(ClockRow)
        .where(ClockRow.proceeding_id == proceeding_id, ClockRow.state == "running")
        .order_by(ClockRow.due_at, ClockRow.id)
    )
    return list(rows)


async def changed(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> None:
    """Write that something happened to proceedings that their workflows have not heard of."""
    await session.execute(
        update(Proceeding)
        .where(Proceeding.id.in_(ids))
        .values(changes=Proceeding.changes + 1, changed_at=now)
        .execution_options(synchronize_session=False)
    )


async def heard(session: AsyncSession, proceeding_id: UUID, changes: int) -> None:
    """Write down that the workflow of a proceeding has looked at so much."""
    await session.execute(
        update(Proceeding)
        .where(Proceeding.id == proceeding_id, Proceeding.heard < changes)
        .values(heard=changes)
        .execution_options(synchronize_session=False)
    )


async def unheard(session: AsyncSession, complaint_id: UUID) -> list[tuple[UUID, str]]:
    """Return the proceedings whose workflows have not heard of all that happened, each with its kind."""
    query = select(Proceeding.id, Proceeding.kind).where(
        Proceeding.complaint_id == complaint_id, Proceeding.heard < Proceeding.changes
    )
    return [(row.id, row.kind) for row in await session.execute(query.order_by(Proceeding.opened_at, Proceeding.id))]


async def kept_from_others(session: AsyncSession, complaint_id: UUID) -> frozenset[UUID]:
    """Return what another body with which a complaint is shared must not come upon: that anything runs beside it.

    It is the ids of the clocks, of the proceedings, and of what those clocks are about.
    """
    rows = await session.execute(
        select(ClockRow.id, ClockRow.proceeding_id, ClockRow.subject_id).where(
            ClockRow.complaint_id == complaint_id, ClockRow.proceeding_id.is_not(None)
        )
    )
    return frozenset(each for row in rows for each in row if each is not None)
