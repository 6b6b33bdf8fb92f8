"""SQL of reports as they were compiled: kept, found again, listed, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, or_, select, text, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from contracts.governance import OccurrenceState
from db.models.governance import Governance
from db.models.report import Report, ReportPublication

# One after the other: what two ask for under one key is compiled once.
_LOCK: Final = text("select pg_advisory_xact_lock(hashtextextended(:organisation, 46))")


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The key of the last report of the page before."""

    compiled_at: datetime
    id: UUID


async def lock(session: AsyncSession, organisation_id: UUID) -> None:
    """Let nobody else compile or publish reports of an organisation until the transaction has ended."""
    await session.execute(_LOCK, {"organisation": str(organisation_id)})


async def find(session: AsyncSession, report_id: UUID, *, whole: bool = False, held: bool = False) -> Report | None:
    """Return a report of the tenant: `whole` with its document and titles, `held` against other changes."""
    query = select(Report).where(Report.id == report_id).execution_options(populate_existing=True)
    if whole:
        query = query.options(undefer(Report.document), undefer(Report.titles))
    if held:
        query = query.with_for_update()
    found: Report | None = await session.scalar(query)
    return found


async def publication(session: AsyncSession, report_id: UUID) -> ReportPublication | None:
    """Return that, and where, a report was published."""
    query = select(ReportPublication).where(ReportPublication.report_id == report_id)
    found: ReportPublication | None = await session.scalar(query.execution_options(populate_existing=True))
    return found


async def page(
    session: AsyncSession, *, kind: str | None, after: After | None, limit: int
) -> Sequence[tuple[Report, ReportPublication | None]]:
    """Return reports of the tenant without their documents, the newest first, a page at a time."""
    key = tuple_(Report.compiled_at, Report.id)
    rows = await session.execute(
        select(Report, ReportPublication)
        .outerjoin(ReportPublication, ReportPublication.report_id == Report.id)
        .where(
            true() if kind is None else Report.kind == kind,
            true() if after is None else key < tuple_(after.compiled_at, after.id),
        )
        .order_by(Report.compiled_at.desc(), Report.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


async def last_alike(session: AsyncSession, kind: str, first_on: date, last_on: date) -> UUID | None:
    """Return the last report of the tenant of a kind about the same days."""
    found: UUID | None = await session.scalar(
        select(Report.id)
        .where(Report.kind == kind, Report.first_on == first_on, Report.last_on == last_on)
        .order_by(Report.compiled_at.desc(), Report.id.desc())
        .limit(1)
    )
    return found


async def shown_beside(session: AsyncSession, kind: str, first_on: date, last_on: date) -> bool:
    """Say whether a report of a kind of the tenant is published about any of these days now."""
    query = (
        select(ReportPublication.id)
        .join(Report, Report.id == ReportPublication.report_id)
        .where(Report.kind == kind, Report.first_on <= last_on, Report.last_on >= first_on)
        .where(ReportPublication.withdrawn_at.is_(None))
        .limit(1)
    )
    return await session.scalar(query) is not None


async def published_around(
    session: AsyncSession, kinds: Sequence[str], first_on: date, last_on: date, at: datetime | None = None
) -> Sequence[Report]:
    """Return the reports of the tenant of some kinds that anybody could read at an instant, with their documents.

    They are about other days than these: about some of them, about more, or about some of those more. `at` none: those
    that stand published.
    """
    if not kinds:
        return ()
    near = await _published(session, kinds, first_on, last_on, at)
    days = [(first_on, last_on), *((each.first_on, each.last_on) for each in near)]
    every = await _published(session, kinds, min(first for first, _ in days), max(last for _, last in days), at)
    return [each for each in every if (each.first_on, each.last_on) != (first_on, last_on)]


async def _published(
    session: AsyncSession, kinds: Sequence[str], first_on: date, last_on: date, at: datetime | None
) -> Sequence[Report]:
    standing, gone_at = ReportPublication.withdrawn_at.is_(None), ReportPublication.withdrawn_at
    then = standing if at is None else and_(ReportPublication.published_at < at, or_(standing, gone_at >= at))
    found = await session.scalars(
        select(Report)
        .join(ReportPublication, ReportPublication.report_id == Report.id)
        .where(Report.kind.in_(kinds), Report.first_on <= last_on, Report.last_on >= first_on, then)
        .order_by(Report.first_on, Report.last_on, Report.kind, ReportPublication.published_at)
        .options(undefer(Report.document))
        .execution_options(populate_existing=True)
    )
    return found.all()


async def is_governed(session: AsyncSession, report: Report) -> bool:
    """Say whether what becomes of a report is for its occurrence of governance to say: that is open, or has another."""
    row = await session.get(Governance, report.occurrence_id) if report.occurrence_id is not None else None
    return row is not None and (row.state == OccurrenceState.OPEN or row.report_id != report.id)
