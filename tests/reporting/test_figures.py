"""Every figure of a little quarter against what was counted by hand; what is behind each; and what was known when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from db.engine import Database
from db.queries.report_conditions import CASE_FIGURES, CLOCK_FIGURES
from db.queries.report_counted import Measure
from db.queries.report_figures import FIGURES, NoFigure, behind, count, grouped, grouped_many, opened, opens
from db.queries.report_groups import SEVERAL, ways
from db.queries.report_item_conditions import ITEM_FIGURES
from db.queries.report_scope import Scope
from policies.calendars import add_months_inclusive
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body
from tests.reporting.facts import NOW, Facts
from tests.reporting.quarter import EXPECTED, FIRST, LAST, LATER, THEN, Quarter


@pytest.fixture(scope="module")
async def quarter(dsns: DatabaseDsns, database: Database) -> Quarter:
    """The quarter, beside that of another body, which nobody here counts."""
    for each in (made := [Quarter(make_body(dsns.migrator).id) for _ in range(2)]):
        await each.facts.store(database)
    return made[0]


@pytest.fixture(scope="module")
def scope(quarter: Quarter) -> Scope:
    return quarter.facts.scope(FIRST, LAST, THEN)


def test_every_figure_has_a_number_that_was_counted_by_hand() -> None:
    assert set(EXPECTED) == set(FIGURES)


async def test_every_figure_is_what_was_counted_by_hand(database: Database, quarter: Quarter, scope: Scope) -> None:
    async with database.tenant(scope.organisation_id, NOW) as session:
        found = await count(session, scope, FIGURES)
    assert found == EXPECTED


@pytest.mark.parametrize("code", [code for code in FIGURES if FIGURES[code].opens])
async def test_behind_each_figure_are_exactly_the_complaints_that_it_counted(
    database: Database, scope: Scope, code: str
) -> None:
    async with database.tenant(scope.organisation_id, NOW) as session:
        found = await behind(session, scope, code, limit=1000)
    assert len({each.complaint_id for each in found}) == len(found)
    if FIGURES[code].measure is Measure.COUNT:
        assert sum(each.times for each in found) == EXPECTED[code]
    else:
        assert bool(found) == (EXPECTED[code] is not None)


async def test_what_is_told_apart_adds_up_and_opens_to_what_it_counted(database: Database, scope: Scope) -> None:
    counts = [code for code in FIGURES if FIGURES[code].measure is Measure.COUNT]
    pairs = [(code, by) for code in counts for by in ways(FIGURES[code].facts) if by not in SEVERAL]
    async with database.tenant(scope.organisation_id, NOW) as session:
        found = await grouped_many(session, scope, pairs)
        for code, by in pairs:
            if by not in ("all_professions", "subject"):
                assert sum(int(value or 0) for value in found[code, by].values()) == EXPECTED[code], (code, by)
        for code, by in [("received", "channel"), ("clocks_missed", "clock"), ("escalations", "cause")]:
            for value, counted in found[code, by].items():
                opened_to = await behind(session, scope, code, by=by, value=value)
                assert sum(each.times for each in opened_to) == counted


async def test_several_ways_at_once_are_the_same_as_each_by_itself(database: Database, scope: Scope) -> None:
    pairs = [
        ("received", "month"), ("responded", "month"), ("responded_days_run", "month"), ("received", "source"),
        ("open", "waited"), ("received", "theme"), ("received", "theme_place"), ("received", "place"),
        ("received", "subject"),
        ("clocks_due", "clock"), ("scores_party_mean", "part"), ("escalation_minutes", "cause"),
    ]  # fmt: skip
    async with database.tenant(scope.organisation_id, NOW) as session:
        together = await grouped_many(session, scope, pairs)
        apart = {pair: await grouped(session, scope, *pair) for pair in pairs}
    assert together == apart
    assert together == {
        ("received", "month"): {"2027-04": 2, "2027-05": 2},
        ("responded", "month"): {"2027-06": 1},
        ("responded_days_run", "month"): {"2026-04": "60", "2027-06": "56"},
        ("received", "source"): {"person": 3, "mp": 1},
        ("open", "waited"): {"up_to_30": 1, "up_to_60": 1, "longer": 1},
        ("received", "theme"): {"clinical.delay": 2, "attitude": 1, "none": 2},
        ("received", "theme_place"): {"clinical.delay|RX1.W4": 2, "attitude|RX1.W4": 1, "none|none": 2},
        ("received", "place"): {"RX1.W4": 2, "none": 2},
        ("received", "subject"): {"clinical": 2, "attitude": 1, "none": 2},
        ("clocks_due", "clock"): {
            "acknowledgement": 2,
            "relevant_period": 1,
            "next_update": 2,
            "response_period": 1,
            "candour_notice": 1,
        },
        ("scores_party_mean", "part"): {"heard": "2.6", "told": "5"},
        ("escalation_minutes", "cause"): {"severity": "17.5"},
    }


async def test_one_theme_opens_to_the_complaints_that_have_it(
    database: Database, quarter: Quarter, scope: Scope
) -> None:
    async with database.tenant(scope.organisation_id, NOW) as session:
        found = await behind(session, scope, "received", by="theme", value="clinical.delay")
        placed = await behind(session, scope, "received", by="theme_place", value="attitude|RX1.W4")
        none = await behind(session, scope, "received", by="theme", value="of nobody")
    assert {each.complaint_id for each in found} == {quarter.cases["soothed"], quarter.cases["upheld"]}
    assert [each.complaint_id for each in placed] == [quarter.cases["upheld"]]
    assert none == []


async def test_what_was_learned_since_changes_no_figure_of_then_and_every_one_of_now(
    database: Database, quarter: Quarter, scope: Scope
) -> None:
    since = replace(scope, known_until=NOW)
    at_the_instant = replace(scope, known_until=LATER)
    codes = ["responded", "in_closer_look", "open", "open_past_six_months"]
    async with database.tenant(scope.organisation_id, NOW) as session:
        assert await count(session, scope, codes) == {code: EXPECTED[code] for code in codes}
        # Known before the instant, not at it.
        assert await count(session, at_the_instant, codes) == {code: EXPECTED[code] for code in codes}
        now = await count(session, since, codes)
        answered = await behind(session, since, "responded")
    assert now == {"responded": 2, "in_closer_look": 1, "open": 3, "open_past_six_months": 1}
    assert {each.complaint_id for each in answered} == {quarter.cases["upheld"], quarter.cases["looking"]}


async def test_a_day_decides_from_when_a_complaint_is_past_six_months(
    database: Database, quarter: Quarter, scope: Scope
) -> None:
    async with database.tenant(scope.organisation_id, NOW) as session:
        the_day_before = scope.between(scope.first_on, scope.last_on.replace(day=29))
        before = await count(session, the_day_before, ["open_past_six_months"])
    assert before == {"open_past_six_months": 0}


async def test_six_months_end_where_the_law_ends_them_also_in_a_month_without_that_day(
    dsns: DatabaseDsns, database: Database
) -> None:
    days = ("2027-08-29", "2027-08-30", "2027-08-31", "2027-10-31", "2027-12-30", "2027-12-31", "2028-01-01")
    facts = Facts(make_body(dsns.migrator).id)
    cases = {date.fromisoformat(each): facts.case(each) for each in days}
    await facts.store(database)
    async with database.tenant(facts.organisation_id, NOW) as session:
        for received_on, complaint_id in cases.items():
            end = add_months_inclusive(received_on, 6)
            for last_on, past in ((end, False), (end + timedelta(days=1), True)):
                scope = facts.scope(received_on.isoformat(), last_on.isoformat())
                found = await behind(session, scope, "open_past_six_months", limit=100)
                assert (complaint_id in [each.complaint_id for each in found]) is past, (received_on, last_on)


async def test_pages_of_what_is_behind_a_figure_neither_lose_nor_repeat(database: Database, scope: Scope) -> None:
    seen: list[UUID] = []
    async with database.tenant(scope.organisation_id, NOW) as session:
        whole = await behind(session, scope, "received")
        while page := await behind(session, scope, "received", after=seen[-1] if seen else None, limit=1):
            seen += [each.complaint_id for each in page]
    assert seen == [each.complaint_id for each in whole] and len(seen) == 4


async def test_a_stranger_counts_nothing_and_opens_nothing(database: Database, scope: Scope, body: Body) -> None:
    async with database.tenant(body.id, NOW) as session:
        found = await count(session, scope, ["received", "clocks_due", "actions", "responded_days"])
        assert found == {"received": 0, "clocks_due": 0, "actions": 0, "responded_days": None}
        assert await behind(session, scope, "received") == []
        assert await grouped(session, scope, "received", "channel") == {}


async def test_an_organisation_without_a_complaint_has_every_figure(database: Database, body: Body) -> None:
    nothing = Facts(body.id).scope(FIRST, LAST)
    async with database.tenant(body.id, NOW) as session:
        found = await count(session, nothing, FIGURES)
    assert {found[code] for code in FIGURES if FIGURES[code].measure is Measure.COUNT} == {0}
    assert {found[code] for code in FIGURES if FIGURES[code].measure is not Measure.COUNT} == {None}


@pytest.mark.parametrize(
    ("code", "by"), [("nothing", None), ("received", "owner"), ("received", "clock"), ("clocks_due", "theme")]
)
async def test_a_figure_or_a_way_that_there_is_not_is_refused(
    database: Database, scope: Scope, code: str, by: str | None
) -> None:
    async with database.tenant(scope.organisation_id, NOW) as session:
        with pytest.raises(NoFigure):
            await behind(session, scope, code, by=by, value="any")


@pytest.mark.parametrize("code", [code for code in FIGURES if code.endswith(("_party", "_staff", "_mean"))])
async def test_how_it_was_leads_back_to_nobody(database: Database, scope: Scope, code: str) -> None:
    async with database.tenant(scope.organisation_id, NOW) as session:
        with pytest.raises(NoFigure):
            await behind(session, scope, code)


def test_no_figure_is_told_apart_by_who_handles_it() -> None:
    assert not {by for counted in FIGURES.values() for by in ways(counted.facts)} & {"owner", "owner_id", "handler"}


@pytest.mark.parametrize("parts", [("received", None, None), ("received", "theme_place", "a.b|RX1.W=4")])
def test_the_code_of_a_cell_is_taken_apart_as_it_was_put_together(parts: tuple[str, str | None, str | None]) -> None:
    assert opened(opens(*parts)) == parts


@pytest.mark.parametrize(("values", "ninetieth", "middle"), [
    ([7], "7", "7"), ([1, 2], "2", "1.5"), ([5, 5, 5], "5", "5"), (list(range(1, 11)), "9", "5.5"),
    (list(range(1, 12)), "10", "6"),
])  # fmt: skip
async def test_medians_and_ninetieths_of_few_and_of_alike(
    database: Database, dsns: DatabaseDsns, values: list[int], ninetieth: str, middle: str
) -> None:
    facts = Facts(make_body(dsns.migrator).id)
    case = facts.case("2027-04-05")
    for minutes in values:
        facts.item(case, "escalation", "2027-04-05", "ended", code="severity/serious", number=minutes)
    await facts.store(database)
    async with database.tenant(facts.organisation_id, NOW) as session:
        found = await count(session, facts.scope(FIRST, LAST), ["escalation_minutes", "escalation_minutes_ninetieth"])
    assert found == {"escalation_minutes": middle, "escalation_minutes_ninetieth": ninetieth}


def test_the_registry_is_one_and_no_code_stands_in_two_tables() -> None:
    parts = (CASE_FIGURES, CLOCK_FIGURES, ITEM_FIGURES)
    assert len(FIGURES) == sum(len(each) for each in parts)
