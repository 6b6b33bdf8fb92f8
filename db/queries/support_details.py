"""SQL of where staff find support: the details that an organisation gives them, inside and outside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.involvement import SupportDetail


async def in_force(session: AsyncSession, kind: str | None = None) -> list[SupportDetail]:
    """Return the details that are given now, inside before outside, in the order in which they were set."""
    query = select(SupportDetail).where(SupportDetail.ended_at.is_(None))
    if kind is not None:
        query = query.where(SupportDetail.kind == kind)
    rows = await session.scalars(query.order_by(SupportDetail.kind, SupportDetail.position, SupportDetail.id))
    return list(rows)


async def listed(session: AsyncSession, kind: str) -> str | None:
    """Return the details of one kind as a letter lists them, one a line; None where none are set."""
    found = [f"{each.title}: {each.reached_by}" for each in await in_force(session, kind)]
    return "\n".join(found) or None


async def replace(
    session: AsyncSession, rows: Iterable[SupportDetail], *, organisation_id: UUID, now: datetime
) -> None:
    """Put details in the place of all that are given now."""
    await session.execute(
        update(SupportDetail)
        .where(SupportDetail.organisation_id == organisation_id, SupportDetail.ended_at.is_(None))
        .values(ended_at=now)
    )
    session.add_all(rows)
    await session.flush()
