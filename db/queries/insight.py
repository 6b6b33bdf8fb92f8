"""SQL of what is counted beside complaints: taken in, and listed as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, func, insert, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from uuid_utils.compat import uuid7

from db.evidence import microseconds
from db.models.insight import KEY, Insight
from db.queries import report_facts
from db.queries.keyset import After, beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What somebody sent at once: who, and when."""

    id: UUID
    organisation_id: UUID
    said_by: UUID
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many rows of a batch were taken in, and how many of these replaced what was known before."""

    taken: int
    replaced: int


async def known_from(session: AsyncSession, organisation_id: UUID, now: datetime) -> int:
    """Return from when what is said now counts as known, and let no report be compiled before it is written.

    After whatever a report was compiled of, so that no report that is kept is ever changed by it.
    """
    await report_facts.lock(session, organisation_id)
    return max(microseconds(now), await report_facts.mark_of(session, organisation_id))


async def add(session: AsyncSession, batch: Batch, rows: Sequence[dict[str, Any]]) -> None:
    """Write a batch, after all that was known before it."""
    known_us = await known_from(session, batch.organisation_id, batch.said_at)
    # Of two batches in one microsecond the later one counts.
    last = await session.scalar(
        select(func.max(Insight.known_us)).where(Insight.organisation_id == batch.organisation_id)
    )
    every = {
        "organisation_id": batch.organisation_id,
        "batch_id": batch.id,
        "known_us": max(known_us, (last or 0) + 1),
        "said_by": batch.said_by,
        "said_at": batch.said_at,
    }
    await session.execute(insert(Insight), [{"id": uuid7(), **every, **row} for row in rows])


async def taken(session: AsyncSession, batch_id: UUID) -> Taken:
    """Say what became of a batch."""
    earlier = aliased(Insight)
    before = (
        select(earlier.id)
        .where(
            earlier.organisation_id == Insight.organisation_id,
            earlier.source == Insight.source,
            earlier.theme == Insight.theme,
            earlier.month == Insight.month,
            # Apart from the others: no index is searched by it.
            earlier.place.is_not_distinct_from(Insight.place),
            earlier.known_us < Insight.known_us,
        )
        .exists()
    )
    row = (
        await session.execute(
            select(func.count(), func.count().filter(before)).select_from(Insight).where(Insight.batch_id == batch_id)
        )
    ).one()
    return Taken(taken=row[0], replaced=row[1])


def standing(*wanted: ColumnElement[bool]) -> Select[Insight]:
    """Return the rows that stand, of those that are wanted: of one source, theme, place and month that known last."""
    return select(Insight).ext(distinct_on(*KEY)).where(*wanted).order_by(*KEY, Insight.known_us.desc())


async def page(
    session: AsyncSession,
    *,
    source: str | None,
    theme: str | None,
    place: str | None,
    months: tuple[date | None, date | None],
    after: After | None,
    limit: int,
) -> Sequence[Insight]:
    """Return at most `limit` rows as they stand after a key, the earliest month first."""
    said = ((Insight.source, source), (Insight.theme, theme), (Insight.place, place))
    wanted = [column == value for column, value in said if value is not None]
    first, last = months
    wanted.append(true() if first is None else Insight.month >= first)
    wanted.append(true() if last is None else Insight.month <= last)
    inner: Subquery = standing(*wanted).subquery()
    row = aliased(Insight, inner)
    query = select(row).where(beyond(row.month, row.id, after)).order_by(row.month, row.id).limit(limit)
    return (await session.scalars(query)).all()
