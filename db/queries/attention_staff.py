"""SQL over the sweeper's view of involvements of staff: those not told of something, and all that should run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_UNHEARD = text("""
    select organisation_id, complaint_id, involvement_id, reference, changed_at from sweep_involvement
    where unheard and changed_at <= :before order by changed_at, involvement_id limit :limit
""")
_LIVE = text("""
    select organisation_id, complaint_id, involvement_id, reference, changed_at from sweep_involvement
    where state <> 'ended' and changed_at <= :before order by involvement_id
""")
_LATE = text("""
    select organisation_id, complaint_id, involvement_id, reference, due_at as changed_at from sweep_involvement
    where due_at < :before order by due_at, involvement_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Involved:
    """An involvement of a member of staff, whose complaint it is of, and since when it stands as it does."""

    organisation_id: UUID
    complaint_id: UUID
    involvement_id: UUID
    reference: str
    changed_at: datetime


async def unheard(session: AsyncSession, *, before: datetime, limit: int) -> list[Involved]:
    """Return those to which something happened by an instant that their workflows have not looked at."""
    return _involved((await session.execute(_UNHEARD, {"before": before, "limit": limit})).mappings())


async def live(session: AsyncSession, *, before: datetime) -> list[Involved]:
    """Return those that have not ended and have stood as they do since an instant: each has a running workflow."""
    return _involved((await session.execute(_LIVE, {"before": before})).mappings())


async def late(session: AsyncSession, *, before: datetime) -> list[Involved]:
    """Return those with a clock that ran out before an instant and is not marked as overdue: nothing fires."""
    return _involved((await session.execute(_LATE, {"before": before})).mappings())


def _involved(rows: Any) -> list[Involved]:
    return [Involved(**row) for row in rows]
