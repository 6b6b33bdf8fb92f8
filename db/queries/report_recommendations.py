"""SQL of each recommendation of an Ombudsman that a report tells of, by what was known before its instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.report_facts import ReportItem
from db.queries.report_counted import countable, within
from db.queries.report_scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """One recommendation: its kind, and its days. `complied_on` is the day as it stood on the last day of the scope."""

    kind: str
    made_on: date
    target_on: date | None
    complied_on: date | None
    in_time: bool | None
    lifted: bool


async def recommendations(session: AsyncSession, scope: Scope, most: int) -> tuple[Sequence[Recommended], bool]:
    """Return what was recommended and open at the end of the scope, or made or complied with in it, the first to be
    complied with first; and whether there are more than so many. A lifted one counts as long as it was made in it.
    """
    by_then = ReportItem.done_on <= scope.last_on
    undone = and_(or_(ReportItem.done_on.is_(None), ReportItem.done_on > scope.last_on), ReportItem.state != "lifted")
    target = func.coalesce(ReportItem.due_on, ReportItem.on)
    rows = await session.execute(
        select(ReportItem.code, ReportItem.on, ReportItem.due_on, ReportItem.done_on, ReportItem.flag, ReportItem.state)
        .where(
            countable(scope, ReportItem),
            ReportItem.kind == "recommendation",
            ReportItem.on <= scope.last_on,
            or_(within(scope, ReportItem.on), undone, and_(by_then, within(scope, ReportItem.done_on))),
        )
        .order_by(target, ReportItem.on, ReportItem.code, ReportItem.done_on, ReportItem.state)
        .limit(most + 1)
    )
    found = [
        Recommended(
            kind=row[0] or "other",
            made_on=row[1],
            target_on=row[2],
            complied_on=row[3] if row[3] is not None and row[3] <= scope.last_on else None,
            in_time=row[4],
            lifted=row[5] == "lifted",
        )
        for row in rows
    ]
    return found[:most], len(found) > most
