"""SQL of moving open complaints to another version of their procedure: who follows it, and what has been."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.act import CaseEvent
from db.models.clock import ClockRow, ClockVersion
from db.models.complaint import Complaint


async def open_under(
    session: AsyncSession, organisation_id: UUID, procedure: str, *, after: UUID | None, limit: int
) -> Sequence[Complaint]:
    """Return an organisation's open complaints under any version of a procedure, a page at a time."""
    rows = await session.scalars(
        select(Complaint)
        .where(
            Complaint.organisation_id == organisation_id,
            Complaint.open,
            Complaint.procedure == procedure,
            true() if after is None else Complaint.id > after,
        )
        .order_by(Complaint.id)
        .limit(limit)
    )
    return rows.all()


async def clocks_seen(session: AsyncSession, complaint_ids: Sequence[UUID]) -> Sequence[ClockRow]:
    """Return the clocks of the whole case that some complaints have or had."""
    rows = await session.scalars(
        select(ClockRow).where(ClockRow.complaint_id.in_(complaint_ids), ClockRow.subject_id.is_(None))
    )
    return rows.all()


async def events_of_kind(session: AsyncSession, complaint_ids: Sequence[UUID], kind: str) -> list[tuple[UUID, str]]:
    """Return the events of a kind of some complaints, in their order: the complaint, and the data as it was hashed."""
    rows = await session.execute(
        select(CaseEvent.complaint_id, CaseEvent.data)
        .where(CaseEvent.complaint_id.in_(complaint_ids), CaseEvent.kind == kind)
        .order_by(CaseEvent.complaint_id, CaseEvent.seq)
    )
    return [(complaint_id, data) for complaint_id, data in rows]


async def stopped_clocks(session: AsyncSession, clock_ids: Sequence[UUID]) -> list[tuple[ClockRow, ClockVersion]]:
    """Return those of some clocks that are stopped and belong to the whole case, each with its last version."""
    rows = await session.execute(
        select(ClockRow, ClockVersion)
        .join(
            ClockVersion,
            (ClockVersion.clock_id == ClockRow.id) & (ClockVersion.generation == ClockRow.generation),
        )
        .where(ClockRow.id.in_(clock_ids), ClockRow.state == "stopped", ClockRow.subject_id.is_(None))
        .order_by(ClockRow.id)
    )
    return [(row, version) for row, version in rows]
