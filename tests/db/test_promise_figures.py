"""The figures of promises over many clocks: each generation counts once, and none but those asked for are read."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.dialects import postgresql

from db.engine import Database
from db.queries import promises
from db.queries.promises import Tally
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart, DirectEngine
from tests.bodies import Body

FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)


@pytest.fixture
async def desk(dsns: Any, database: Database, sweeper: Any, body: Body) -> Desk:
    apart = Apart(dsns=dsns, database=database, sweeper=sweeper, engine=DirectEngine(database=database))
    apart.engine.now = MORNING
    return await a_desk(apart, body)


def fill(connection: psycopg.Connection[Any], desk: Desk, count: int) -> None:
    """Put that many clocks on the complaint, due over three years: every second kept, every third of them late."""
    connection.execute(
        "insert into clock (id, organisation_id, complaint_id, kind, subject_id, generation, effect, state, started_on,"
        " due_on, due_at, provisional, rungs, proof) select gen_random_uuid(), %s, %s, 'promise', gen_random_uuid(),"
        " n, 'promise', 'met', date '2024-01-01', date '2024-01-01' + n %% 1000, now(), false, '[]', '{}'"
        " from generate_series(1, %s) n",
        (desk.body.id, desk.complaint, count),
    )
    connection.execute(
        "insert into clock_version (id, organisation_id, complaint_id, clock_id, generation, started_on, due_on,"
        " due_at, cause, act_id, proof, made_at, met_on, in_time, breached_at)"
        " select gen_random_uuid(), organisation_id,"
        " complaint_id, id, 1, started_on, due_on, due_at, 'promised', gen_random_uuid(), '{}', now(), due_on,"
        " generation %% 3 > 0, null from clock where complaint_id = %s and kind = 'promise'",
        (desk.complaint,),
    )
    connection.execute("analyze clock, clock_version")


def plan(connection: psycopg.Connection[Any], organisation: UUID) -> str:
    query = promises.judged_query(organisation, FIRST, LAST)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    text = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return "\n".join(row[0] for row in connection.execute("explain " + text.replace("%", "%%")).fetchall())


async def test_an_organisation_s_figures_read_only_the_days_that_are_asked_for(desk: Desk) -> None:
    with psycopg.connect(desk.apart.dsns.migrator.replace("+psycopg", "")) as connection:
        fill(connection, desk, 20_000)
        shown = plan(connection, desk.body.id)
        connection.rollback()
    assert "ix_clock_version_judged" in shown, shown
    assert "Seq Scan on clock_version" not in shown, shown


async def test_each_generation_counts_once_and_only_what_was_judged(desk: Desk) -> None:
    versions: tuple[tuple[bool | None, bool, str], ...] = (
        (True, False, "2026-05-01"),  # kept
        (True, True, "2026-05-02"),  # kept, and recorded only when it had counted as overdue
        (False, True, "2026-05-03"),  # late
        (None, True, "2026-05-04"),  # never met
        (None, False, "2026-05-05"),  # moved to another day before it was due: neither
        (True, False, "2026-06-01"),  # another month
    )
    clock = desk.row("select id from clock where complaint_id = %s and kind = 'acknowledgement'")["id"]
    desk.apart.rows("update clock set effect = 'promise' where id = %s", UUID(clock))
    for number, (in_time, breached, due_on) in enumerate(versions, start=2):
        desk.apart.rows(
            "insert into clock_version (id, organisation_id, complaint_id, clock_id, generation, started_on, due_on,"
            " due_at, cause, act_id, proof, made_at, met_on, in_time, breached_at) values (gen_random_uuid(), %s, %s,"
            " %s, %s, %s, %s, now(), 'x', gen_random_uuid(), '{}', now(), null, %s, %s)",
            *(
                desk.body.id,
                desk.complaint,
                UUID(clock),
                number,
                due_on,
                due_on,
                in_time,
                MORNING if breached else None,
            ),
        )
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        found = await promises.tallies(session, desk.body.id, FIRST, LAST, MORNING.date())
        one = await promises.tallies_of(session, desk.complaint, MORNING.date())
    assert found == [Tally(kind="acknowledgement", kept=2, broken=2, kept_unrecorded=1)]
    assert (one[0].kept, one[0].broken, one[0].running) == (3, 2, 1)
