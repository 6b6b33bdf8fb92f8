"""A rehearsal says for every open complaint what a file would do to it, over all organisations, and writes nothing."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest

from activities.rehearsing import Rehearsed, counted, rehearse
from db import said
from policies.clock_rules import ClockRule
from policies.procedure import Procedure
from policies.rehearsing import Break, How
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from tests.activities.office_desk import Desk, a_desk
from tests.activities.versions import second, third, with_clock, without_clock
from tests.apart import MORNING, Apart, a_database_apart
from tests.bodies import Body, make_body, plain


@pytest.fixture(scope="module")
async def beside(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    """A database of its own: a rehearsal looks at everybody, and one test makes hundreds."""
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


@pytest.fixture
def body(beside: Apart) -> Body:
    return make_body(beside.dsns.migrator)


@pytest.fixture
def standards(beside: Apart) -> Body:
    return make_body(beside.dsns.migrator, follows=None)


async def of(desk: Desk, candidate: Procedure, when: Any = MORNING) -> list[Rehearsed]:
    """Rehearse over everybody, and return what is said of one organisation."""
    apart = desk.apart
    found = [each async for each in rehearse(apart.database, apart.sweeper, candidate, when)]
    return [each for each in found if each.organisation_id == desk.body.id]


def longer(rule: ClockRule) -> ClockRule:
    return replace(rule, amount=7)


async def test_an_edit_that_touches_nothing_that_runs_changes_nothing(full: Desk) -> None:
    (found,) = await of(full, second())
    assert (found.foreseen.impact, found.version, found.stage) == ("nothing", 2, "received")
    assert found.reference == full.stands()["reference"] and found.organisation == full.body.code


async def test_an_edit_that_moves_a_date_says_which_clock_from_when_to_when(full: Desk) -> None:
    (found,) = await of(full, with_clock(second(), "acknowledgement", longer))
    (change,) = found.foreseen.changes
    assert (change.how, change.kind) == (How.MOVES, "acknowledgement")
    assert (change.old_due_on, change.due_on) == (date(2028, 3, 7), date(2028, 3, 13))
    assert full.clock("acknowledgement")["generation"] == 1


async def test_an_edit_without_a_stage_or_a_rule_that_is_in_use_would_break_it(full: Desk) -> None:
    def elsewhere(code: str) -> str:
        return "open" if code == "received" else code

    moved = replace(
        second(),
        stages=tuple(replace(each, code=elsewhere(each.code)) for each in second().stages),
        moves=tuple(replace(each, stage=elsewhere(each.stage)) for each in second().moves),
    )
    (found,) = await of(full, moved)
    assert [each.why for each in found.foreseen.obstacles] == [Break.STAGE_UNKNOWN]
    (found,) = await of(full, without_clock(second(), "acknowledgement"))
    assert [(each.why, each.kind) for each in found.foreseen.obstacles] == [
        (Break.CLOCK_WITHOUT_RULE, "acknowledgement")
    ]


async def test_a_figure_out_of_new_bounds_would_break_it(full: Desk) -> None:
    narrow = tuple(replace(each, default=None, least=4, most=5) for each in second().figures)
    (found,) = await of(full, replace(second(), figures=narrow))
    assert [each.why for each in found.foreseen.obstacles] == [Break.FIGURES_DO_NOT_FIT]


async def test_complaints_under_another_version_are_not_touched_by_an_edit_and_are_counted(desk: Desk) -> None:
    found = await of(desk, with_clock(second(), "acknowledgement", longer))
    assert counted(found) == {"nothing": 1, "changes": 0, "breaks": 0}
    assert found[0].version == 1


async def test_a_new_version_is_rehearsed_as_if_all_were_moved_to_it(beside: Apart, body: Body) -> None:
    oral = await a_desk(beside, body, channel="oral")
    (found,) = await of(oral, third(with_clock(second(), "relevant_period", lambda rule: replace(rule, amount=5))))
    told = {(each.how, each.kind): each.due_on for each in found.foreseen.changes}
    assert told[How.MOVES, "relevant_period"] == date(2028, 8, 1)
    assert told[How.STARTS, "written_record"] == date(2028, 3, 7)
    (found,) = await of(oral, third(without_clock(second(), "relevant_period")))
    assert (How.STOPS, "relevant_period") in {(each.how, each.kind) for each in found.foreseen.changes}


async def test_an_agreed_end_is_compared_with_what_the_new_rule_gives(desk: Desk) -> None:
    await desk.acknowledge(date(2028, 3, 2))
    agreed = said.Extend(
        clock="relevant_period", respond_by=date(2028, 12, 1), reason="Records.", agreed_with="Pat",
        agreed_on=date(2028, 3, 2),
    )  # fmt: skip
    await desk.must(said.CommandKind.EXTEND, agreed)
    for months, due_on in ((5, None), (8, None), (10, date(2029, 1, 1))):

        def other(rule: ClockRule, months: int = months) -> ClockRule:
            return replace(rule, amount=months)

        (found,) = await of(desk, third(with_clock(second(), "relevant_period", other)))
        assert [each.due_on for each in found.foreseen.changes if each.kind == "relevant_period"] == (
            [due_on] if due_on else []
        )


async def test_what_has_ended_is_not_rehearsed(desk: Desk) -> None:
    await desk.withdraw()
    assert await of(desk, third(second())) == []


async def test_it_writes_nothing(full: Desk) -> None:
    before = full.rows("select * from case_event where complaint_id = %s")
    await of(full, third(without_clock(second(), "acknowledgement")))
    assert full.rows("select * from case_event where complaint_id = %s") == before


_COPY = """
    insert into {table} select (jsonb_populate_record(null::{table}, to_jsonb(x) || {changes})).*
    from {table} x, generate_series(1, %(count)s) n where x.{of} = %(complaint)s
"""


def _copies(desk: Desk, count: int) -> None:
    """Have the same complaint so many times more, with its clocks and their versions."""
    other = "md5(n || x.{0}::text)::uuid"
    tables = {
        "complaint": ("id", f"jsonb_build_object('id', {other.format('id')}, 'reference', x.reference || n)"),
        "clock": (
            "complaint_id",
            f"jsonb_build_object('id', {other.format('id')}, 'complaint_id', {other.format('complaint_id')})",
        ),
        "clock_version": (
            "complaint_id",
            f"jsonb_build_object('id', {other.format('id')}, 'complaint_id', {other.format('complaint_id')},"
            f" 'clock_id', {other.format('clock_id')})",
        ),
    }
    with psycopg.connect(plain(desk.apart.dsns.migrator)) as connection:
        for table, (column, changes) in tables.items():
            sql = _COPY.format(table=table, changes=changes, of=column)
            connection.execute(sql, {"count": count, "complaint": desk.complaint})  # type: ignore[call-overload]


async def test_some_hundred_complaints_take_a_second_or_two(full: Desk) -> None:
    _copies(full, 450)
    begun = time.process_time()
    found = await of(full, with_clock(second(), "acknowledgement", longer))
    taken = time.process_time() - begun
    assert counted(found) == {"nothing": 0, "changes": 451, "breaks": 0}
    # Ten thousand must be a matter of a minute: 6 ms for each. Time of our own is told, for the machine may be busy.
    assert taken < 451 * 0.006, f"{taken:.1f} s"
