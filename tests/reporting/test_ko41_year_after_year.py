"""Two returns, each compiled when it was made: what the second brings forward is what the first carried forward."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from db.engine import Database
from reports.document import canonical
from tests.bodies import Body
from tests.reporting.ko41_read import a_scope, figure, returned, summary, tables
from tests.reporting.ko41_worlds import FIRST, LAST, Told, random_world, write, write_cases, write_facts
from tests.reporting.recount import recount

Connection = psycopg.Connection[Any]

MADE, LATER = datetime(2028, 5, 20, 9, tzinfo=UTC), datetime(2029, 5, 20, 9, tzinfo=UTC)
NEXT = (LAST + timedelta(1), date(2029, 3, 31))
OPEN = Told(received_on=date(2028, 3, 20), stage="closer_look", until=datetime(2028, 4, 20, tzinfo=UTC))
LATE = replace(OPEN, until=datetime(2028, 6, 20, tzinfo=UTC))  # what became of it is known after the first was made
BROUGHT = {"brought": 1, "resolved": 1}


def columns(found: dict[str, Any]) -> dict[str, Any]:
    return {column: count for column, count in found.items() if count}


@pytest.mark.parametrize(
    ("before", "after", "second"),
    [
        (OPEN, {"stage": "withdrawn", "ended_on": date(2028, 4, 20)}, BROUGHT | {"not_upheld": 1}),
        (LATE, {"stage": "withdrawn", "ended_on": date(2028, 6, 20)}, BROUGHT | {"not_upheld": 1}),
        (LATE, {"stage": "ended_on_death", "ended_on": date(2028, 6, 20)}, BROUGHT | {"not_upheld": 1}),
        (LATE, {"stage": "closer_look", "found": ("upheld",)}, {"brought": 1, "carried": 1}),
        (LATE, {"stage": "responded", "responded_on": date(2028, 6, 20), "outcome": "upheld"}, BROUGHT | {"upheld": 1}),
        # What is no complaint of ours at all vanishes, and the second return says that something was learned.
        (LATE, {"stage": "transferred", "ended_on": date(2028, 6, 20)}, {}),
        (LATE, {"stage": "closer_look", "reopened": True}, {}),
    ],
)
async def test_what_one_return_carries_the_next_brings_forward_or_says_what_was_learned(
    database: Database,
    migrator: Connection,
    body: Body,
    before: Told,
    after: dict[str, Any],
    second: dict[str, int],
) -> None:
    before = replace(before, id=uuid4())
    now = replace(before, **after, known_at=before.until, until=None)
    with migrator.transaction():
        write_cases(migrator, body, now)
        write_facts(migrator, body, before)
        write_facts(migrator, body, now, seq=2)
    first = await returned(database, a_scope(body, known=MADE), rules=2)
    assert columns(summary(first)) == {"new": 1, "carried": 1}
    following = await returned(database, a_scope(body, *NEXT, LATER), rules=2)
    assert columns(summary(following)) == second
    assert figure(following, "learned_since") == summary(following)["brought"] - 1
    assert (figure(first, "broken"), figure(following, "broken")) == (0, 0)
    again = recount(migrator, body.id, *NEXT, rules=2)[None].summary
    assert columns({column: again[column] for column in summary(following)}) == second


async def test_what_came_and_went_in_one_year_is_in_neither_return_whenever_they_are_made(
    database: Database, migrator: Connection, body: Body
) -> None:
    gone = Told(received_on=FIRST, stage="withdrawn", ended_on=LAST, known_at=datetime(2028, 4, 1, tzinfo=UTC))
    write(migrator, body, [gone])
    for made in (MADE, LATER):
        assert columns(summary(await returned(database, a_scope(body, known=made), rules=2))) == {}
        assert columns(summary(await returned(database, a_scope(body, *NEXT, made), rules=2))) == {}


@pytest.mark.parametrize("rules", [1, 2])
async def test_next_year_brings_forward_what_this_year_carries_unless_something_was_learned(
    database: Database, migrator: Connection, body: Body, rules: int
) -> None:
    write(migrator, body, [replace(each, reopened=False) for each in random_world(11, 120)])
    known = datetime(2030, 1, 1, tzinfo=UTC)
    year = await returned(database, a_scope(body, known=known), rules=rules)
    following = a_scope(body, LAST + timedelta(1), date(2029, 3, 31), known)
    following_year = await returned(database, following, rules=rules)
    assert summary(following_year)["brought"] == summary(year)["carried"] > 0
    assert figure(following_year, "carried_before") == summary(year)["carried"]
    assert figure(following_year, "learned_since") == 0
    # Logged late: received in the year, known only after it.
    late = Told(received_on=LAST, known_at=datetime(2028, 5, 2, tzinfo=UTC))
    write(migrator, body, [late])
    later = await returned(database, following, rules=rules)
    assert (figure(later, "carried_before"), figure(later, "learned_since")) == (summary(year)["carried"], 1)
    as_it_was = await returned(database, a_scope(body, known=datetime(2028, 4, 30, tzinfo=UTC)), rules=rules)
    assert summary(as_it_was)["carried"] == summary(year)["carried"]


async def test_a_return_says_what_was_known_and_says_it_again_to_the_byte(
    database: Database, migrator: Connection, body: Body
) -> None:
    learned = datetime(2028, 5, 20, 9, 0, 0, 1, tzinfo=UTC)
    before = Told(received_on=FIRST, until=learned)
    write(migrator, body, [before])
    scope = a_scope(body, known=learned)
    first = canonical(await returned(database, scope))
    after = replace(before, responded_on=LAST, outcome="upheld", site="RA102", known_at=learned, until=None)
    write_facts(migrator, body, after, seq=2)
    assert canonical(await returned(database, scope)) == first
    now = await returned(database, a_scope(body, known=learned + timedelta(microseconds=1)))
    assert summary(now, "RA102")["upheld"] == 1
    assert [row.code for row in tables(now)["summary"].rows] == ["RA102"]
