"""What reports know of complaints: the same as the case tables say, when it was known, and never under a report."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.reporting import projecting
from activities.reporting.projecting import Versions, told
from db import office_said as office
from db.engine import Database, SweeperDatabase
from db.evidence import microseconds
from db.models.report_facts import FOREVER
from db.queries import report_facts
from db.queries.report_facts import KEYS, Chain, Event
from policies.reporting.fold import Folding
from policies.reporting.not_counted import NOT_COUNTED
from policies.reporting.told import Facts, Row
from runtime.database_roles import DatabaseDsns
from tests.activities import reported
from tests.activities.drafted import an_apart
from tests.activities.escalated import escalate
from tests.activities.found import a_case, a_finding, issues_of
from tests.activities.office_desk import Desk
from tests.activities.reported import TABLES, K, catch_up, clocks, faults, items, the_case, versions
from tests.activities.test_imports import Desk as MovingIn
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body
from tests.moving import many


@pytest.fixture(scope="module")
async def life(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase) -> Desk:
    """A complaint that went its whole way, of which nothing was read on the way. Nobody changes it."""
    desk = await reported.a_whole_life(an_apart(dsns, database, sweeper), make_body(dsns.migrator, follows=None))
    await catch_up(desk)
    return desk


@pytest.fixture(scope="module")
async def chain(life: Desk) -> list[Event]:
    """The events of that life that reports hear."""
    whole = Chain(life.complaint, "", 10_000, 0, None)
    async with life.apart.database.tenant(life.body.id, MORNING) as session:
        return await report_facts.events_of(session, life.body.id, [whole], NOT_COUNTED)


async def test_a_whole_life_is_known_as_the_tables_of_the_case_have_it(life: Desk) -> None:
    assert reported.differences(life.apart, life.body) == []
    assert await faults(life) == []
    case = the_case(life)
    assert (case["acknowledged_on"], case["responded_on"], case["ended_on"]) == (
        *("2028-03-02", "2028-04-20", "2028-04-24"),
    )
    assert (case["ended_as"], case["outcome"], case["upheld"], case["ombudsman_on"]) == (
        *("closed", "upheld", 2, "2028-05-15"),
    )
    assert (case["themes"], case["place"]) == (["communications"], "TAK01.maternity")
    assert case["owner_id"] == str(life.body.person("handler"))
    (acknowledged,) = clocks(life, "acknowledgement")
    assert (acknowledged["met_on"], acknowledged["in_time"], acknowledged["effect"]) == (
        "2028-03-02",
        True,
        "statutory",
    )
    (escalation,) = items(life, "escalation")
    assert (escalation["number"], escalation["state"]) == (24 * 60, "acknowledged")
    apology, payment = sorted(items(life, "remedy"), key=lambda row: str(row["code"]))
    assert (apology["code"], payment["code"], payment["number"], payment["state"]) == (
        *("apology", "money", 250.10, "offered"),
    )
    (recommended,) = items(life, "recommendation")
    assert (recommended["state"], recommended["flag"], recommended["second"]) == ("complied", True, "phso")


async def test_reading_again_reads_nothing_and_changes_nothing(life: Desk) -> None:
    before = [versions(life, table) for table in TABLES]
    assert await catch_up(life) == projecting.CaughtUp()
    assert [versions(life, table) for table in TABLES] == before


async def test_what_was_known_at_each_instant_is_what_the_events_before_it_say(life: Desk, chain: list[Event]) -> None:
    instants = sorted({event.known_us for event in chain})
    assert len(instants) > 4
    for instant in [*(known + off for known in instants for off in (0, 1)), FOREVER]:
        folding, expected = Folding(), {}
        for event in (event for event in chain if event.known_us < instant):
            for change in folding.take(told(event)):
                expected[change.table, *change.key] = change.row
        known = {key: row for key, row in expected.items() if row is not None}
        assert said_at(life, instant) == {key: content(row) for key, row in known.items()}


def seen_at(desk: Desk, instant: int) -> dict[tuple[Any, ...], Row]:
    """Return what a report that is compiled of what was known before an instant sees of a complaint."""
    found = {}
    for table in Facts:
        for row in versions(desk, table, f"known_us < {instant} and until_us >= {instant}"):
            key = (table, *(row[name] for name in KEYS[table][1:]))
            assert key not in found
            found[key] = row
    return found


def said_at(desk: Desk, instant: int) -> dict[tuple[Any, ...], Row]:
    """Return what that report says of it."""
    return {key: content(row) for key, row in seen_at(desk, instant).items()}


def content(row: Row) -> Row:
    """Return what a version says, without when it was known; sums as numbers."""
    said = {name: value for name, value in row.items() if name not in report_facts.VERSIONING}
    return said | ({"number": float(said["number"])} if said.get("number") is not None else {})


def read_in_parts(events: list[Event], cuts: list[int]) -> dict[tuple[Any, ...], list[tuple[int, int, int]]]:
    """Read a chain in parts, as catching up does; return the versions that anybody can see, by thing."""
    complaint = events[0].complaint_id
    kept: dict[Facts, list[Row]] = {}
    held: Row | None = None
    for past, upto in pairwise(sorted({0, *cuts, events[-1].seq})):
        batch = Versions(complaint)
        new = [event for event in events if past < event.seq <= upto]
        projecting._read_chain(batch, Chain(complaint, "", upto, past, held), new, 0)
        (kept_of_it,) = batch.read
        held = kept_of_it["held"]
        for table in Facts:
            ended = {tuple(row[name] for name in KEYS[table]): row["until_us"] for row in batch.ended[table]}
            for row in kept.get(table, []):
                if row["until_us"] == FOREVER:
                    row["until_us"] = ended.get(tuple(row[name] for name in KEYS[table]), FOREVER)
            kept.setdefault(table, []).extend(batch.made[table])
    seen: dict[tuple[Any, ...], list[tuple[int, int, int]]] = {}
    for table, rows in kept.items():
        for row in (row for row in rows if row["known_us"] < row["until_us"]):
            key = (table, *(row[name] for name in KEYS[table]))
            seen.setdefault(key, []).append((row["seq"], row["known_us"], row["until_us"]))
    return seen


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(min_value=1, max_value=400), max_size=8))
async def test_a_chain_that_is_read_in_parts_comes_to_the_same(chain: list[Event], cuts: list[int]) -> None:
    last = chain[-1].seq
    assert read_in_parts(chain, [cut for cut in cuts if cut < last]) == read_in_parts(chain, [])


async def test_a_life_that_is_read_after_each_step_comes_to_the_same_as_read_at_once(full: Desk) -> None:
    await catch_up(full)
    await reported.code(full)
    await catch_up(full)
    full.at(MORNING + timedelta(days=1))
    await full.acknowledge(date(2028, 3, 3))
    await catch_up(full)
    await full.agree(date(2028, 6, 30))
    assert (await catch_up(full)).complaints == 1
    assert await faults(full) == []
    assert reported.differences(full.apart, full.body) == []
    known = [(row["known_us"], row["until_us"]) for row in versions(full, "report_case")]
    assert [until for _, until in known[:-1]] == [since for since, _ in known[1:]]


async def test_what_comes_late_never_slips_under_a_report_that_was_compiled(full: Desk) -> None:
    await catch_up(full)
    instant = MORNING + timedelta(days=2, microseconds=7)
    await reported.mark(full, instant)
    before = said_at(full, microseconds(instant))
    full.at(MORNING + timedelta(days=1))  # applied the day before, and told too late for the report
    await full.acknowledge(date(2028, 3, 3))
    await catch_up(full)
    assert said_at(full, microseconds(instant)) == before
    late = the_case(full)
    assert (late["acknowledged_on"], late["known_us"]) == ("2028-03-03", microseconds(instant))
    await full.agree(date(2028, 6, 30))
    await catch_up(full)
    assert said_at(full, microseconds(instant)) == before
    assert the_case(full)["closer_look_on"] == "2028-03-03"
    assert len(versions(full, "report_case")) == 2  # what was known at the same instant otherwise, nobody ever saw
    assert await faults(full) == []


async def test_a_mark_never_goes_back(full: Desk) -> None:
    await reported.mark(full, MORNING + timedelta(days=2))
    await reported.mark(full, MORNING + timedelta(days=1))
    await catch_up(full)
    assert the_case(full)["known_us"] == microseconds(MORNING + timedelta(days=2))


async def test_two_who_read_at_once_write_everything_once(full: Desk) -> None:
    done = await asyncio.gather(*(catch_up(full) for _ in range(4)))
    assert sorted(each.complaints for each in done) == [0, 0, 0, 1]
    assert len(versions(full, "report_case")) == 1
    assert await faults(full) == []


async def test_another_tenant_reads_no_chain_and_sees_nothing(full: Desk, dsns: DatabaseDsns) -> None:
    other = make_body(dsns.migrator)
    async with full.apart.database.tenant(other.id, MORNING) as session:
        assert await projecting.catch_up(session, full.body.id, MORNING) == projecting.CaughtUp()
    assert versions(full, "report_case") == []
    await catch_up(full)
    async with full.apart.database.tenant(other.id, MORNING) as session:
        for table in TABLES:
            assert await report_facts.versions_of(session, table, [full.complaint]) == []


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("update report_case set division_id = gen_random_uuid(), death = true", "what is kept is not what the chain"),
        ("update report_case set until_us = known_us", "what is known now is not the last"),
        ("update report_case set known_us = 1", "known before it was"),
        ("update report_clock set in_time = not in_time", "what is kept is not what the chain"),
        ("update report_item set number = 7", "what is kept is not what the chain"),
    ],
)
async def test_what_is_kept_otherwise_than_the_chain_says_is_found(full: Desk, sql: str, fault: str) -> None:
    await full.acknowledge(date(2028, 3, 2))
    await escalate(full)
    await catch_up(full)
    assert await faults(full) == []
    full.apart.rows(f"{sql} where complaint_id = %s", full.complaint)
    assert [each for each in await faults(full) if fault in each] != []


async def test_a_corrected_day_of_receipt_is_known_from_its_approval_and_judges_the_clock_by_it(desk: Desk) -> None:
    desk.at(MORNING + timedelta(days=5))
    await desk.acknowledge(date(2028, 3, 7))
    await catch_up(desk)
    assert [(row["due_on"], row["in_time"]) for row in clocks(desk, "acknowledgement")] == [("2028-03-07", True)]
    desk.at(MORNING + timedelta(days=6))
    assert await desk.correct(office.ReceiptCorrected(received_on=date(2028, 2, 29))) is None
    await catch_up(desk)
    assert the_case(desk)["received_on"] == "2028-03-02"
    assert await desk.decide() is None
    await catch_up(desk)
    assert the_case(desk)["received_on"] == "2028-02-29"
    (judged,) = clocks(desk, "acknowledgement")
    assert (judged["due_on"], judged["in_time"], judged["breached"]) == ("2028-03-03", False, True)
    assert await faults(desk) == [] and reported.differences(desk.apart, desk.body) == []


async def test_a_finding_that_is_made_anew_counts_in_the_place_of_the_first(beside: Apart, standards: Body) -> None:
    desk = await a_case(beside, standards)
    issue = issues_of(desk)[0]
    for outcome in ("not_upheld", "upheld"):
        await desk.must(K.RECORD_FINDING, a_finding(issue, outcome=outcome), "investigator")
        await catch_up(desk)
        assert [row["code"] for row in items(desk, "finding")] == [outcome]
    assert (the_case(desk)["upheld"], the_case(desk)["not_upheld"]) == (1, 0)
    assert await faults(desk) == []


async def test_what_came_from_another_system_is_known_as_it_came(beside: Apart, dsns: DatabaseDsns) -> None:
    moving = MovingIn(apart=beside, body=make_body(dsns.migrator))
    complaints = await moving.move_in(*many(12, MORNING.date(), open_share=0.5))
    desk = Desk(apart=beside, body=moving.body, complaint=complaints[0])
    assert (await catch_up(desk)).complaints == 12
    assert reported.differences(beside, moving.body) == []
    assert await faults(desk) == []
    ended = beside.rows(
        "select count(*) from report_case where organisation_id = %s and imported and ended_on is not null",
        desk.body.id,
    )
    assert ended[0][0] > 0
