"""SQL of calendars: the closed days that a complaint's clocks are counted by."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.organisation import ClosedDay


async def closed_days(session: AsyncSession, nation: str, organisation_id: UUID) -> Sequence[ClosedDay]:
    """Return corrections of the nation and closures of the organisation, in order of revision."""
    rows = await session.scalars(
        select(ClosedDay)
        .where(or_(ClosedDay.nation == nation, ClosedDay.organisation_id == organisation_id))
        .order_by(ClosedDay.revision)
    )
    return rows.all()
