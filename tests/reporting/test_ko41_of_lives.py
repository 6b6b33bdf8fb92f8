"""The return of complaints that were led by acts: their chains, folded, and the case tables come to the same."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import psycopg

from activities.reporting import ko41
from activities.reporting.titles import load_titles
from contracts.commands import CommandKind
from db import eligibility_said as say
from db.engine import Database, SweeperDatabase
from db.queries.report_scope import Scope
from runtime.database_roles import DatabaseDsns
from tests.activities import reported
from tests.activities.drafted import an_apart
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING
from tests.bodies import Body
from tests.closer_look import resolved
from tests.reporting.ko41_read import assert_alike, figure, summary
from tests.reporting.ko41_worlds import FIRST, LAST
from tests.reporting.recount import recount

NEXT = (date(2028, 4, 1), date(2029, 3, 31))
KNOWN = datetime(2028, 6, 1, tzinfo=UTC)


async def led(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase, body: Body) -> Desk:
    """Lead complaints to several ends: answered in April, withdrawn, resolved early, not accepted, open and bare."""
    apart = an_apart(dsns, database, sweeper)
    await (await a_desk(apart, body)).withdraw()
    early = await a_desk(apart, body)
    await early.must(CommandKind.SET_CODING, say.SetCoding(site="TAK02", age_band="age_0_5"))
    await early.acknowledge(MORNING.date())
    await early.must(CommandKind.RESOLVE, resolved(MORNING.date()))
    excluded = await a_desk(apart, body)
    reasons = "We answered the same in 2026."
    what = say.Exclude(code="investigated_before", reasons=reasons, decided_on=MORNING.date())
    await excluded.must(CommandKind.EXCLUDE, what, "complaints_manager")
    await a_desk(apart, body)
    desk = await reported.a_whole_life(apart, body)
    await reported.catch_up(desk)
    return desk


async def test_chains_and_case_tables_come_to_the_same_return(
    dsns: DatabaseDsns,
    database: Database,
    sweeper: SweeperDatabase,
    migrator: psycopg.Connection[Any],
    standards: Body,
) -> None:
    await led(dsns, database, sweeper, standards)
    found: dict[date, dict[str, Any]] = {}
    for first, last in ((FIRST, LAST), NEXT):
        scope = Scope(organisation_id=standards.id, first_on=first, last_on=last, known_until=KNOWN)
        async with database.tenant(standards.id, KNOWN) as session:
            document = await ko41.build_ko41a(session, scope, await load_titles(session, standards.id, last, 1))
        counted = recount(migrator, standards.id, first, last)
        for site in counted:
            if site is None or any(counted[site].summary[name] for name in ("brought", "new", "resolved", "carried")):
                assert_alike(document, site if site is None else site or "none", counted[site])
        assert figure(document, "broken") == 0
        found[first] = summary(document) | {"unfound": figure(document, "_unfound")}
    year, following = found.values()
    assert (year["new"], year["resolved"], year["unfound"], year["carried"]) == (4, 2, 2, 2)
    assert (following["brought"], following["resolved"], following["unfound"], following["carried"]) == (2, 1, 0, 1)
