"""SQL over series and occurrences as the sweeper sees them, and what a schedule is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.code import Code
from contracts.governance import OccurrenceState, SeriesPlan, SeriesState
from db.models.governance import Governance, GovernanceSeries

_SERIES = (
    "select organisation_id, series_id, rhythm, anchor_on, hour, state, changes, changed_at"
    " from sweep_governance_series"
)
_UNSCHEDULED = text(
    f"{_SERIES} where scheduled < changes and changed_at <= :before order by changed_at, series_id limit :limit"
)
_SCHEDULED = text(f"{_SERIES} where state <> 'ended' and rhythm <> 'on_request' order by series_id")
_UNHEARD = text("""
    select organisation_id, occurrence_id, changed_at from sweep_governance
    where unheard and changed_at <= :before order by changed_at, occurrence_id limit :limit
""")
_LIVE = text("""
    select organisation_id, occurrence_id, changed_at from sweep_governance
    where (state = 'open' or owes) and changed_at <= :before order by occurrence_id
""")


class Repeating(Protocol):
    """What of a series its schedule is made of."""

    organisation_id: UUID
    rhythm: str
    anchor_on: date
    hour: int
    state: str
    changes: int


_HINDERED = text("""
    select organisation_id, occurrence_id, hindered, coalesce(tried_at, changed_at) as since from sweep_governance
    where hindered is not null order by occurrence_id limit :limit
""")
_ACTIVE = text("""
    select organisation_id, series_id, rhythm, anchor_on, hour, base, last_number from sweep_governance_series
    where state = 'active' and rhythm <> 'on_request' and changed_at <= :before order by series_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An occurrence, and since when it stands as it does."""

    organisation_id: UUID
    occurrence_id: UUID
    changed_at: datetime


def plan_of(series_id: UUID, of: Repeating) -> SeriesPlan:
    """Return what the schedule of a series is made of. Sunday is day 0 of a week."""
    return SeriesPlan(
        organisation_id=of.organisation_id,
        series_id=series_id,
        rhythm=Code(of.rhythm),
        month=of.anchor_on.month,
        day=of.anchor_on.day,
        weekday=of.anchor_on.isoweekday() % 7,
        hour=of.hour,
        paused=of.state == SeriesState.PAUSED,
        changes=of.changes,
    )


def is_repeated(of: Repeating) -> bool:
    """Say whether a series has a schedule: what is begun by hand, or has ended, has none."""
    return of.rhythm != "on_request" and of.state != SeriesState.ENDED


async def scheduled(session: AsyncSession, series_id: UUID, changes: int) -> None:
    """Write down that the schedule of a series shows so much of what was changed."""
    await session.execute(
        update(GovernanceSeries)
        .where(GovernanceSeries.id == series_id, GovernanceSeries.scheduled < changes)
        .values(scheduled=changes)
        .execution_options(synchronize_session=False)
    )


async def unscheduled(session: AsyncSession, *, before: datetime, limit: int) -> Sequence[Any]:
    """Return the series whose schedule does not show what was changed by an instant."""
    return (await session.execute(_UNSCHEDULED, {"before": before, "limit": limit})).all()


async def repeated(session: AsyncSession) -> Sequence[Any]:
    """Return every series that has a schedule."""
    return (await session.execute(_SCHEDULED)).all()


async def unheard(session: AsyncSession, *, before: datetime, limit: int) -> list[Kept]:
    """Return the occurrences to which something happened by an instant that their workflows have not looked at."""
    rows = (await session.execute(_UNHEARD, {"before": before, "limit": limit})).mappings()
    return [Kept(**row) for row in rows]


async def live(session: AsyncSession, *, before: datetime) -> list[Kept]:
    """Return the occurrences, open or with an open action of theirs, that have stood as they do since an instant: each
    has a running workflow.
    """
    rows = (await session.execute(_LIVE, {"before": before})).mappings()
    return [Kept(**row) for row in rows]


async def hindered(session: AsyncSession, *, limit: int) -> Sequence[Any]:
    """Return the occurrences whose step the machine cannot do, each with what hinders it and since when."""
    return (await session.execute(_HINDERED, {"limit": limit})).all()


async def active(session: AsyncSession, *, before: datetime) -> Sequence[Any]:
    """Return the series that go on, and have stood as they do since an instant, with the number each has come to."""
    return (await session.execute(_ACTIVE, {"before": before})).all()


async def has_open(session: AsyncSession, series_id: UUID) -> bool:
    """Say whether an occurrence of a series is under way."""
    query = select(Governance.id).where(
        Governance.series_id == series_id, Governance.state == OccurrenceState.OPEN.value
    )
    return await session.scalar(query.limit(1)) is not None
