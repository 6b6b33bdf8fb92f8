"""SQL over the sweeper's views of what concerns many complaints: bulk operations that run, and leavers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.queries.attention import Waiting

_RUNNING = text("""
    select organisation_id, operation_id, tried_at from sweep_bulk_operation
    where tried_at <= :before order by tried_at, operation_id limit :limit
""")
_ANNOUNCED = text("""
    select organisation_id, leaver_id, announced_at from sweep_leaver
    where announced_at <= :before order by announced_at, leaver_id limit :limit
""")
_LEAVERS_WITH_CASES = text("""
    select organisation_id, leaver_id, announced_at, last_day from sweep_leaver
    where last_day < :today and cases_left > 0 order by last_day, leaver_id
""")
_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Something of an organisation that a workflow should own: a bulk operation or a leaving."""

    organisation_id: UUID
    id: UUID
    since: datetime


async def running_bulk(session: AsyncSession, *, before: datetime) -> list[Owned]:
    """Return bulk operations that were asked for by an instant and have not ended, the oldest first."""
    rows = await session.execute(_RUNNING, {"before": before, "limit": _MOST})
    return [Owned(organisation_id=row[0], id=row[1], since=row[2]) for row in rows]


async def announced_leavers(session: AsyncSession, *, before: datetime) -> list[Owned]:
    """Return leavings that were announced by an instant and have not ended, the oldest first."""
    rows = await session.execute(_ANNOUNCED, {"before": before, "limit": _MOST})
    return [Owned(organisation_id=row[0], id=row[1], since=row[2]) for row in rows]


async def stuck_bulk(session: AsyncSession, *, before: datetime) -> list[Waiting]:
    """Return bulk operations that should have ended long ago."""
    return [
        _waiting(each.organisation_id, each.since, f"bulk.{each.id}")
        for each in await running_bulk(session, before=before)
    ]


async def leavers_with_cases(session: AsyncSession, *, today: date) -> list[Waiting]:
    """Return leavers whose last day has passed while open cases are still theirs."""
    rows = await session.execute(_LEAVERS_WITH_CASES, {"today": today})
    return [_waiting(row.organisation_id, row.announced_at, f"leaver.{row.leaver_id}") for row in rows]


def _waiting(organisation_id: UUID, since: datetime, detail: str) -> Waiting:
    return Waiting(
        organisation_id=organisation_id, complaint_id=None, reference=None, since=since, state="running", detail=detail
    )
