"""A year of a small trust on the real engine: what happened to each complaint is what its reports count.

`python -m tests.year` lives a whole one, of some 950 complaints.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from activities.reporting import refolding
from api.app import create_app
from reports.document import Document, read
from runtime.database_roles import DatabaseDsns
from runtime.settings import Settings
from tests.api.conftest import serving
from tests.bodies import make_body
from tests.reporting.ko41_read import assert_alike
from tests.reporting.recount import recount
from tests.world import World
from tests.year.chance import Drawn, a_year, other_matters
from tests.year.counts import Counts
from tests.year.desk import ApiDesk
from tests.year.leaders import SERIES, Leaders
from tests.year.reports import BEGIN, FIRST, KINDS, LAST, MARCH, NOVEMBER, again, compiled
from tests.year.sharing import Sharing
from tests.year.trust import Trust, found
from tests.year.year import Year

# Enough for each of the ends that a complaint has.
COMPLAINTS = 10


@pytest.fixture
async def year(world: World, dsns: DatabaseDsns, tmp_path: Path) -> AsyncIterator[Year]:
    settings = Settings(
        environment="development", state_dir=tmp_path, database_dsn_app=dsns.app, database_dsn_sweeper=dsns.sweeper
    )
    world.clock.time = BEGIN
    trust = found(world, dsns.migrator)
    async with serving(create_app(settings, engine=world.engine, clock=world.clock)) as client:
        desk = ApiDesk(trust=trust, client=client, settings=settings)
        leaders = [
            Leaders(desk=desk, kind=kind, rhythm=rhythm, first_on=first_on)
            for kind, rhythm, first_on in SERIES
            if rhythm == "yearly"
        ]
        neighbour = replace(desk, trust=replace(trust, body=make_body(dsns.migrator)))
        office = [Counts(desk=desk, seed=7), Sharing(desk=desk, neighbour=neighbour)]
        yield Year(trust=trust, leaders=leaders, office=office)


async def test_a_year_is_counted_as_it_was_lived_and_in_november_as_it_was_known_in_march(
    year: Year, migrator: psycopg.Connection[tuple[object, ...]]
) -> None:
    await year.begin(a_small_year(), other_matters(COMPLAINTS, 7))
    await year.until(MARCH)
    march = {kind: await compiled(year.trust, kind) for kind in KINDS}
    await _counted_as_lived(year.trust, march["board"])
    connection: Any = migrator
    again_in_sql = recount(connection, year.trust.body.id, FIRST, LAST, rules=march["ko41a"].rules)
    assert_alike(march["ko41a"], None, again_in_sql[None])
    assert (value(march["ko41a"], "broken"), value(march["ko41a"], "ko41a_reopened")) == (0, 1)

    await year.until(NOVEMBER)
    for kind in KINDS:
        rebuilt, since = await again(year.trust, kind)
        assert rebuilt.identical, kind
        assert since.since_at == NOVEMBER
    now = await compiled(year.trust, "board")
    # One letter of February was opened in April: it belongs to the year, and nobody knew of it in March.
    assert (value(march["board"], "received"), value(now, "received")) == (COMPLAINTS - 1, COMPLAINTS)
    await _facts_are_of_the_chains(year.trust)
    assert {each.kind: len(each.done) for each in year.leaders} == {
        "non_executive": 1, "annual_report": 1, "return": 1, "learning_summary": 1, "discussion": 1,
    }  # fmt: skip
    sharing = [each for each in year.office if isinstance(each, Sharing)]
    assert [len(each.shared) for each in sharing] == [1]
    (page,) = await year.trust.world.rows(
        year.trust.body, "select document from report where kind = 'public' and state = 'published'"
    )
    _is_for_everybody(read(page["document"].encode()))


def a_small_year() -> list[Drawn]:
    """Draw the small year: one of its complaints comes back, and one is wholly another body's."""
    drawn = a_year(COMPLAINTS, 7)
    assert drawn[2].end == "look"
    drawn[2] = replace(drawn[2], reopened=True)
    drawn[5] = replace(drawn[5], rarer=replace(drawn[5].rarer, turn="transferred"))
    return drawn


def value(document: Document, code: str) -> Any:
    (found_,) = [each.value for section in document.sections for each in section.figures if each.code == code]
    return found_


async def _counted_as_lived(trust: Trust, document: Document) -> None:
    (lived,) = await trust.world.rows(
        trust.body,
        # What was taken up again is not received once more, and is closed once more.
        "select count(*) filter (where reopened_from is null) as received, count(*) filter (where not open) as ended"
        " from complaint where matter = 'complaint'",
    )
    assert value(document, "received") == lived["received"]
    assert value(document, "closed") == lived["ended"]


async def _facts_are_of_the_chains(trust: Trust) -> None:
    async with trust.world.database.tenant(trust.body.id, trust.world.clock.time) as session:
        verified = await refolding.verify(session, trust.body.id)
    assert list(verified.faults) == []


def _is_for_everybody(document: Document) -> None:
    shown = [each for section in document.sections for each in section.figures if each.unit.value == "count"]
    assert shown and not [each for each in shown if isinstance(each.value, int) and 0 < each.value < 5]
