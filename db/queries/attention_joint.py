"""SQL over the sweeper's view of contributions of bodies: those not told of something, and all that should run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_UNHEARD = text("""
    select organisation_id, complaint_id, contribution_id, body_organisation_id, reference, changed_at
    from sweep_contribution
    where unheard and changed_at <= :before order by changed_at, contribution_id limit :limit
""")
_LIVE = text("""
    select organisation_id, complaint_id, contribution_id, body_organisation_id, reference, changed_at
    from sweep_contribution
    where (state <> 'released' or not unheard or due_at is not null) and changed_at <= :before
    order by contribution_id
""")
_LATE = text("""
    select organisation_id, complaint_id, contribution_id, body_organisation_id, reference, due_at as changed_at
    from sweep_contribution
    where due_at < :before order by due_at, contribution_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributing:
    """A contribution of a body, whose complaint it is to, and since when it stands as it does."""

    organisation_id: UUID
    complaint_id: UUID
    contribution_id: UUID
    body_organisation_id: UUID | None
    reference: str
    changed_at: datetime


async def unheard(session: AsyncSession, *, before: datetime, limit: int) -> list[Contributing]:
    """Return those to which something happened by an instant that their workflows have not looked at."""
    return _contributing((await session.execute(_UNHEARD, {"before": before, "limit": limit})).mappings())


async def live(session: AsyncSession, *, before: datetime) -> list[Contributing]:
    """Return those that were not released and have stood so since an instant: each has a running workflow."""
    return _contributing((await session.execute(_LIVE, {"before": before})).mappings())


async def late(session: AsyncSession, *, before: datetime) -> list[Contributing]:
    """Return those with a clock that ran out before an instant and is not marked as overdue: nothing fires."""
    return _contributing((await session.execute(_LATE, {"before": before})).mappings())


def _contributing(rows: Any) -> list[Contributing]:
    return [Contributing(**row) for row in rows]
