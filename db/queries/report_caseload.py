"""Counts how many open cases handlers have: how they are spread, never who has how many."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Double, cast, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.report_facts import ReportCase
from db.queries.report_conditions import CASE_FIGURES
from db.queries.report_counted import countable
from db.queries.report_scope import Scope

BANDS = (("up_to_5", 5), ("up_to_10", 10), ("up_to_15", 15), ("up_to_20", 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class Caseload:
    """How the open cases of a day are spread over those who own any: how many handlers have so many."""

    handlers: int
    median: str | None
    most: int
    bands: dict[str, int]


async def caseload(session: AsyncSession, scope: Scope) -> Caseload:
    """Return how the cases that were open on the last day are spread over their owners."""
    load = func.count().label("load")
    inner = (
        select(load)
        .where(countable(scope, ReportCase), CASE_FIGURES["open"].condition(scope), ReportCase.owner_id.is_not(None))
        .group_by(ReportCase.owner_id)
        .subquery()
    )
    middle = func.percentile_cont(literal_column("0.5")).within_group(cast(inner.c.load, Double))
    # All in one pass: each over a year of a nation takes its time.
    past, counted = 0, []
    for code, most in BANDS:
        counted.append(func.count().filter(inner.c.load > past, inner.c.load <= most).label(code))
        past = most
    counted.append(func.count().filter(inner.c.load > past).label("more"))
    columns = (func.count(), middle, func.max(inner.c.load), *counted)
    row = (await session.execute(select(*columns).select_from(inner))).one()
    return Caseload(
        handlers=row[0],
        median=None if row[1] is None else _half(row[1]),
        most=row[2] or 0,
        bands=dict(zip((*(code for code, _ in BANDS), "more"), row[3:], strict=True)),
    )


def _half(value: float) -> str:
    # A median of whole numbers is whole or a half: a float holds it exactly.
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
