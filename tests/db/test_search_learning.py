"""Searching what was learned and what is done about it: found by its own organisation, and by no other."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from db.engine import Database, SweeperDatabase
from runtime.database_roles import DatabaseDsns
from tests.activities.acting import action, again, change, complete, learn, learned, plan, progress
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart, DirectEngine
from tests.bodies import Body, make_body
from tests.db.test_search import NOW, found, hits

IN_HOUSE = (
    *("marmalade", "corridor", "rotunda", "pennant", "barometer", "trampoline", "lighthouse", "parapet"),
    '"marmalade was missing"',
)


@pytest.fixture
def apart(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase) -> Apart:
    return Apart(dsns=dsns, database=database, sweeper=sweeper, engine=DirectEngine(database=database))


@pytest.fixture
async def desk(apart: Apart, body: Body) -> Desk:
    return await a_desk(apart, body)


async def acted_on(desk: Desk) -> None:
    """Learn something and act on it, with a word of its own in each."""
    words = {"found": "The marmalade was missing.", "will_change": "Every corridor has a bell."}
    assert await learn(desk, public_words="We put a bell in the rotunda.", **words) is None
    assert await plan(desk, what="Raise the pennant.", evidence_wanted="A photo of the barometer.") is None
    one = UUID(action(desk)["id"])
    assert await change(desk, one, reason="The trampoline is late.", due_on=NOW.date() + timedelta(days=90)) is None
    assert await progress(desk, one, words="The lighthouse is lit.") is None
    assert await complete(desk, one, evidence="The parapet is mended.") is None


async def test_what_was_learned_and_done_is_found_by_its_own_organisation(apart: Apart, desk: Desk) -> None:
    await acted_on(desk)
    for q in IN_HOUSE:
        assert await found(apart.database, desk.body, q) == [desk.complaint], q
    [hit] = await hits(apart.database, desk.body, "marmalade")
    assert hit.snippet is not None and "marmalade was missing" in hit.snippet


async def test_words_that_were_written_anew_are_found_and_those_before_are_not(apart: Apart, desk: Desk) -> None:
    await acted_on(desk)
    assert await again(desk, learning_id=learned(desk), found="The chutney was missing.") is None
    assert await found(apart.database, desk.body, "chutney") == [desk.complaint]
    assert await found(apart.database, desk.body, "marmalade") == []


async def test_a_body_that_may_read_the_case_finds_none_of_it_and_what_it_may_read_as_before(
    apart: Apart, desk: Desk
) -> None:
    other = make_body(apart.dsns.migrator)
    apart.rows(
        "insert into case_share (id, organisation_id, complaint_id, shared_with, scope, until)"
        " values (%s, %s, %s, %s, 'read', %s)",
        *(uuid4(), desk.body.id, desk.complaint, other.id, NOW + timedelta(days=1)),
    )
    sql = "select split_part(summary, ' ', 1) from complaint_words where complaint_id = %s"
    [known] = apart.rows(sql, desk.complaint)
    assert await found(apart.database, other, known[0]) == [desk.complaint]
    await acted_on(desk)
    [hit] = await hits(apart.database, other, known[0])
    assert hit.snippet is not None and not [word for word in IN_HOUSE if word in hit.snippet]
    for q in IN_HOUSE:
        assert await found(apart.database, other, q) == [], q
