"""Counts what stands beside complaints in a report, by what was known before an instant."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import SQLColumnExpression, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.models.insight import SCORED, Insight
from db.queries.insight import standing
from db.queries.report_scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What each source told of the days of a scope: how many months of it, and its numbers by theme or place."""

    months: dict[str, int]
    by_theme: dict[tuple[str, str], Decimal]
    by_place: dict[tuple[str, str], Decimal]


async def beside(session: AsyncSession, scope: Scope) -> Beside:
    """Count the months that begin within a scope: sums of counts, and means of the scores of a survey."""
    known = standing(
        Insight.organisation_id == scope.organisation_id,
        Insight.known_us < scope.known_us,
        Insight.month.between(scope.first_on, scope.last_on),
    )
    row = aliased(Insight, known.subquery())
    months = await session.execute(select(row.source, func.count(row.month.distinct())).group_by(row.source))
    return Beside(
        months={source: number for source, number in months},
        by_theme=await _told_apart(session, row, row.subject),
        by_place=await _told_apart(session, row, row.place),
    )


async def _told_apart(session: AsyncSession, row: Any, by: SQLColumnExpression[Any]) -> dict[tuple[str, str], Decimal]:
    found = await session.execute(
        select(row.source, by, func.sum(row.number), func.count()).where(by.is_not(None)).group_by(row.source, by)
    )
    return {(source, code): total / rows if source == SCORED else total for source, code, total, rows in found}
