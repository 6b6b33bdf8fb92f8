"""SQL over the sweeper's view of proceedings: those not told of something, and all that should run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_UNHEARD = text("""
    select organisation_id, complaint_id, proceeding_id, kind, reference, changed_at from sweep_proceeding
    where unheard and changed_at <= :before order by changed_at, proceeding_id limit :limit
""")
_LIVE = text("""
    select organisation_id, complaint_id, proceeding_id, kind, reference, changed_at from sweep_proceeding
    where (not ended or due_at is not null) and changed_at <= :before order by proceeding_id
""")
_LATE = text("""
    select organisation_id, complaint_id, proceeding_id, kind, reference, due_at as changed_at from sweep_proceeding
    where due_at < :before order by due_at, proceeding_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A proceeding, whose complaint it is beside, and since when it stands as it does."""

    organisation_id: UUID
    complaint_id: UUID
    proceeding_id: UUID
    kind: str
    reference: str
    changed_at: datetime


async def unheard(session: AsyncSession, *, before: datetime, limit: int) -> list[Beside]:
    """Return those to which something happened by an instant that their workflows have not looked at."""
    return _beside((await session.execute(_UNHEARD, {"before": before, "limit": limit})).mappings())


async def live(session: AsyncSession, *, before: datetime) -> list[Beside]:
    """Return those that have not ended and have stood as they do since an instant: each has a running workflow."""
    return _beside((await session.execute(_LIVE, {"before": before})).mappings())


async def late(session: AsyncSession, *, before: datetime) -> list[Beside]:
    """Return those with a clock that ran out before an instant and is not marked as overdue: nothing fires."""
    return _beside((await session.execute(_LATE, {"before": before})).mappings())


def _beside(rows: Any) -> list[Beside]:
    return [Beside(**row) for row in rows]
