"""What a report costs: as many statements for many complaints as for few, whatever its kind."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from activities.reporting.compiling import BUILDERS, Asked, compile_report
from activities.reporting.keeping import keep, rebuild
from activities.reporting.projecting import catch_up
from db.engine import Database
from db.queries.report_scope import Scope
from runtime.database_roles import DatabaseDsns
from tests.activities.office_desk import a_desk
from tests.activities.statements import counted
from tests.apart import MORNING, Apart, DirectEngine
from tests.bodies import Body, make_body, plain
from tests.reporting.facts import NOW
from tests.reporting.ko41_worlds import random_world, write
from tests.reporting.outside_year import Year

THEN = datetime(2028, 2, 20, 12, 30, tzinfo=UTC)
# Statements for each report as it is compiled: a sixth more than were counted when this was written.
BUDGET = {"annual": 16, "board": 33, "ko41a": 14, "ko41b": 14, "oversight": 14, "public": 16, "reg17": 21}
KEPT = 15  # reading what has grown, and writing it down, beside compiling


async def a_body(dsns: DatabaseDsns, database: Database, *, times: int) -> Body:
    """Return a body with so many times the same year, and complaints of every kind that a return counts."""
    body = make_body(dsns.migrator)
    for _ in range(times):
        await Year(body).store(database, dsns.migrator)
    with psycopg.connect(plain(dsns.migrator)) as connection:
        write(connection, body, random_world(5, 40 * times))
    return body


@pytest.fixture(scope="module")
async def small(dsns: DatabaseDsns, database: Database) -> Body:
    return await a_body(dsns, database, times=1)


@pytest.fixture(scope="module")
async def large(dsns: DatabaseDsns, database: Database) -> Body:
    return await a_body(dsns, database, times=4)


def a_scope(body: Body) -> Scope:
    return Scope(organisation_id=body.id, first_on=date(2027, 4, 1), last_on=date(2028, 3, 31), known_until=THEN)


async def cost(database: Database, body: Body, kind: str) -> int:
    async with database.tenant(body.id, NOW) as session:
        with counted(database) as sent:
            await compile_report(session, Asked(kind=kind, scope=a_scope(body)))
    return len(sent)


@pytest.mark.parametrize("kind", sorted(BUILDERS))
async def test_a_report_of_four_times_as_many_complaints_sends_no_statement_more(
    database: Database, small: Body, large: Body, kind: str
) -> None:
    few, many = await cost(database, small, kind), await cost(database, large, kind)
    assert few == many <= BUDGET[kind], (few, many)


async def test_a_report_is_kept_and_built_again_for_a_few_statements_more(database: Database, large: Body) -> None:
    alone = await cost(database, large, "board")
    async with database.tenant(large.id, NOW) as session:
        with counted(database) as sent:
            report = await keep(session, Asked(kind="board", scope=a_scope(large)), NOW)
        assert len(sent) <= alone + KEPT, (len(sent), alone)
        with counted(database) as sent:
            assert (await rebuild(session, report)).identical
        assert len(sent) <= alone + KEPT, (len(sent), alone)


async def test_what_has_grown_since_is_read_by_as_many_statements_for_eight_complaints_as_for_one(
    dsns: DatabaseDsns, database: Database, sweeper: Any
) -> None:
    spent = []
    for complaints in (1, 8):
        body = make_body(dsns.migrator)
        apart = Apart(dsns=dsns, database=database, sweeper=sweeper, engine=DirectEngine(database=database))
        apart.engine.now = MORNING
        for _ in range(complaints):
            await a_desk(apart, body)
        async with database.tenant(body.id, MORNING) as session:
            with counted(database) as sent:
                read = await catch_up(session, body.id, MORNING)
        assert read.complaints == complaints
        spent.append(len(sent))
    assert spent[0] == spent[1], spent
