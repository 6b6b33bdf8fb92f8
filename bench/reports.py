"""Reports over a nation's year, each compiled as the application under RLS, and the folding of real chains."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from statistics import median
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting.compiling import Asked, compile_report
from bench.chains import chains, fold
from bench.measures import Measure, Scale
from bench.national_year import FIRST, LAST, fill, known_after, organisation
from bench.stand import Stand
from db.engine import Database
from db.models.report_facts import ReportCase
from db.queries.report_scope import Scope
from reports.document import canonical
from runtime.migrating import upgrade as migrate

NAME: Final = "reports_bench"
_TIMES: Final = 3
_SECTION: Final = "reports"
# Those that somebody waits for. Nobody returns KO41b for all 6,300 practices at once.
_KINDS: Final = ("board", "annual", "public", "ko41a")


def national(stand: Stand, scale: Scale) -> list[Measure]:
    """Compile each kind of report over a year of everybody; fold the chains of some."""
    dsns = stand.other_database(NAME)
    migrate(dsns.migrator)
    with stand.superuser(NAME) as connection:
        connection.autocommit = True
        fill(connection, scale.year)
        one = organisation(0, connection)
        several = chains(connection, dsns, scale.chains)
    return asyncio.run(_measured(dsns.app, one, several, scale))


async def _measured(dsn: str, organisation_id: UUID, chained: Any, scale: Scale) -> list[Measure]:
    database = Database(dsn)
    scope = Scope(organisation_id=organisation_id, first_on=FIRST, last_on=LAST, known_until=known_after())
    try:
        floor = await _seconds(database, scope, _floor)
        found = [
            Measure(
                section=_SECTION,
                what=kind,
                unit="s",
                redress=await _seconds(database, scope, _compiled(kind)),
                floor=floor,
                note=f"a year of {scale.year:,} complaints of one organisation · floor: one sequential count",
            )
            for kind in _KINDS
        ]
        return [*found, *await fold(database, chained)]
    finally:
        await database.close()


async def _seconds(database: Database, scope: Scope, ask: Any) -> float:
    taken = []
    for _ in range(_TIMES):
        async with database.tenant(scope.organisation_id, scope.known_until) as session:
            began = time.perf_counter()
            await ask(session, scope)
            taken.append(time.perf_counter() - began)
    return median(taken)


async def _floor(session: AsyncSession, scope: Scope) -> None:
    for way in ("indexscan", "indexonlyscan", "bitmapscan"):
        await session.execute(text(f"set local enable_{way} = off"))
    await session.scalar(select(func.count()).select_from(ReportCase))


def _compiled(kind: str) -> Any:
    async def ask(session: AsyncSession, scope: Scope) -> None:
        document, _ = await compile_report(session, Asked(kind=kind, scope=replace(scope)))
        canonical(document)

    return ask
