"""Investigations beside a complaint and issues on hold, over the real case file. No clock of the complaint stops."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.acts.gates import CHECKS
from contracts.commands import CommandKind
from db import request_said
from policies.procedure_rules import Requirement
from tests.activities.asking import about, answer, appoint, ask, beside, hold, look_again, review, two_issues
from tests.activities.cases import a_case
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart
from tests.bodies import make_body
from tests.world import MORNING

K = CommandKind
TODAY = MORNING.date()
REVIEW = date(2028, 3, 30)


@pytest.fixture(autouse=True)
def _morning(beside_: Apart) -> None:
    beside_.engine.now = MORNING


@pytest.fixture
def beside_(request: pytest.FixtureRequest) -> Apart:
    """The session's database; the name of the fixture is that of a step here."""
    found: Apart = request.getfixturevalue("beside")
    return found


def states(desk: Desk) -> list[str]:
    return [row["state"] for row in desk.rows("select state from issue where complaint_id = %s order by number")]


def held(desk: Desk) -> UUID:
    """Return the hold that was decided last."""
    return UUID(desk.rows("select id from issue_hold where complaint_id = %s order by id")[-1]["id"])


def lasting(desk: Desk) -> list[tuple[Any, ...]]:
    """Return what there is of every clock but that of the hold itself and of drafts: dates, rungs and pauses."""
    rows = desk.rows("select * from clock where complaint_id = %s order by kind")
    own = ("hold_review", "draft_release", "confirm_issues")
    return [
        (row["kind"], row["state"], row["generation"], row["due_on"], row["due_at"], str(row["rungs"]))
        for row in rows
        if row["kind"] not in own
    ]


async def is_open(desk: Desk, requirement: Requirement) -> bool:
    async with a_case(desk) as case:
        return await CHECKS[requirement](case)


async def test_a_safeguarding_concern_is_passed_on_the_same_day(full: Desk) -> None:
    concern = await beside(full, "safeguarding", body_name="The local authority")
    clock = about(full, "referral", concern)
    assert (clock["state"], clock["due_on"]) == ("running", "2028-03-02")
    (task,) = full.tasks("refer_today")
    assert (task["due_on"], task["clock_id"]) == ("2028-03-02", clock["id"])
    assert task["assignee_id"] == str(full.body.person("complaints_manager"))
    known = request_said.UpdateParallel(parallel_id=concern, status="open", words="Rang, no answer.")
    await full.must(K.UPDATE_PARALLEL, known)
    assert about(full, "referral", concern)["state"] == "running"
    passed = request_said.UpdateParallel(parallel_id=concern, status="referred", words="Told.", referred_on=TODAY)
    await full.must(K.UPDATE_PARALLEL, passed)
    clock = about(full, "referral", concern)
    assert (clock["state"], clock["in_time"]) == ("met", True)
    (done,) = full.rows("select state from task where complaint_id = %s and kind = 'refer_today'")
    assert done["state"] == "done"
    assert (await full.do(K.UPDATE_PARALLEL, passed)).refusal == "contradicts_record"
    row = full.row("select status, referred_on from parallel_investigation where complaint_id = %s")
    assert row == {"status": "referred", "referred_on": "2028-03-02"}


async def test_one_that_was_passed_on_yesterday_is_in_time_and_one_that_was_left_is_late(full: Desk) -> None:
    yesterday = TODAY - timedelta(days=1)
    prompt = await beside(full, "safeguarding", known_on=yesterday, status="referred", referred_on=yesterday)
    slow = await beside(full, "safeguarding", known_on=yesterday, status="referred", referred_on=TODAY)
    assert about(full, "referral", prompt)["in_time"] is True
    late = about(full, "referral", slow)
    assert (late["state"], late["in_time"]) == ("met", False) and late["breached_at"] is not None
    assert full.tasks("refer_today") == []


async def test_what_is_no_safeguarding_has_no_clock_and_its_words_stay_out_of_the_events(full: Desk) -> None:
    issues = await two_issues(full)
    await beside(full, "police", issue_ids=(issues[0],))
    assert full.rows("select id from clock where complaint_id = %s and kind = 'referral'") == []
    (event,) = full.events("parallel.opened")
    assert (event["data"]["investigation"], event["data"]["issues"]) == ("police", 1)
    assert "Example" not in str(event)


async def test_days_and_ids_that_cannot_be_are_refused(full: Desk, beside_: Apart) -> None:
    other = await a_desk(beside_, make_body(beside_.dsns.migrator, follows=None))
    theirs, their_issues = await beside(other), await two_issues(other)
    for change, refusal in (
        ({"known_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"referred_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"referred_on": TODAY - timedelta(days=1)}, "contradicts_record"),
        ({"issue_ids": tuple(their_issues)}, "unknown_issue"),
    ):
        values: dict[str, Any] = {"kind": "police", "body_name": "x", "contact": "x", "known_on": TODAY} | change
        assert (await full.do(K.OPEN_PARALLEL, request_said.OpenParallel(**values))).refusal == refusal
    for foreign in (theirs, uuid4()):
        update = request_said.UpdateParallel(parallel_id=foreign, status="open", words="x")
        assert (await full.do(K.UPDATE_PARALLEL, update)).refusal == "unknown_investigation"


async def test_a_hold_covers_its_issues_only_and_stops_no_clock(full: Desk) -> None:
    issues = await two_issues(full)
    await full.acknowledge(TODAY)
    await full.agree(date(2028, 4, 28))
    police = await beside(full)
    before = lasting(full)
    assert (await hold(full, [issues[0]], police)).state == "applied"
    assert states(full) == ["on_hold", "open"]
    assert lasting(full) == before
    assert {row[0] for row in before} >= {"relevant_period", "response_period", "next_update"}
    clock = about(full, "hold_review", held(full))
    assert (clock["state"], clock["due_on"], clock["effect"]) == ("running", "2028-03-30", "internal")
    (letter,) = full.notices("hold")
    assert letter["state"] == "draft"
    assert "1. Who was on the ward" in letter["body"] and "lost notes" not in letter["body"]
    assert "Thursday 30 March 2028" in letter["body"] and "Friday 28 April 2028" in letter["body"]
    # Why they wait a person has to say: the reason on record may be what the police told in confidence.
    assert "witnesses" not in letter["body"] and "[[" in letter["body"]
    (event,) = full.events("hold.decided")
    assert event["data"]["decided_by"] == str(full.body.person("senior_leader"))
    assert not await is_open(full, Requirement.NOTHING_ON_HOLD)


@pytest.mark.parametrize("by", ["responsible_person", "senior_leader"])
async def test_a_named_senior_decides_in_their_own_name(full: Desk, by: str) -> None:
    issues, police = await two_issues(full), await beside(full)
    other = full.body.person("handler")
    assert (await hold(full, issues, police, by=by, decided_by=other)).refusal == "not_authorised_to_hold"
    assert (await hold(full, issues, police, by=by, decided_by=uuid4())).refusal == "unknown_person"
    assert (await hold(full, issues, police, by=by)).state == "applied"
    assert states(full) == ["on_hold", "on_hold"]


async def test_a_manager_decides_only_as_a_delegate_of_the_day(full: Desk) -> None:
    issues, police = await two_issues(full), await beside(full)
    assert (await hold(full, issues, police, by="complaints_manager")).refusal == "not_authorised_to_hold"
    assert (await hold(full, issues, police, by=None)).refusal == "not_authorised_to_hold"
    appoint(full, "delegate", "complaints_manager")
    full.apart.rows(
        "update appointment set starts_on = '2028-03-03' where organisation_id = %s and role = 'delegate'", full.body.id
    )
    assert (await hold(full, issues, police, by="complaints_manager")).refusal == "not_authorised_to_hold"
    full.at(MORNING + timedelta(days=1))
    assert (await hold(full, issues, police, by="complaints_manager")).state == "applied"


async def test_a_hold_needs_issues_an_investigation_that_goes_on_and_a_day_ahead(full: Desk, beside_: Apart) -> None:
    issues, police = await two_issues(full), await beside(full)
    stranger = await a_desk(beside_, full.body)
    theirs = await beside(stranger)
    over = await beside(full, status="concluded")
    for change, refusal in (
        ({"issue_ids": ()}, "unknown_issue"),
        ({"issue_ids": (uuid4(),)}, "unknown_issue"),
        ({"parallel_id": theirs}, "unknown_investigation"),
        ({"parallel_id": over}, "contradicts_record"),
        ({"review_on": TODAY}, "date_not_later"),
    ):
        assert (await hold(full, issues, police, **change)).refusal == refusal
    assert states(full) == ["open", "open"]
    assert (await hold(full, issues[:1], police)).state == "applied"
    assert (await hold(full, issues, police)).refusal == "nothing_changes"


async def test_a_hold_goes_on_until_another_day_and_its_lateness_stays(full: Desk) -> None:
    issues, police = await two_issues(full), await beside(full)
    await hold(full, issues[:1], police)
    at = held(full)
    full.at(datetime(2028, 4, 3, 9, 0, tzinfo=UTC))
    assert (await look_again(full, at, lifted=False)).refusal == "date_not_later"
    assert (await look_again(full, at, lifted=False, review_on=date(2028, 5, 2))).state == "applied"
    clock = about(full, "hold_review", at)
    assert (clock["state"], clock["generation"], clock["due_on"]) == ("running", 2, "2028-05-02")
    first, second = full.versions("hold_review")
    assert (first["in_time"], second["cause"]) == (False, "goes_on") and first["breached_at"] is not None
    ((verdict,),) = full.apart.rows(
        "select verdict from verdict where complaint_id = %s"
        " order by (verdict ->> 'version')::int desc, applied_at desc limit 1",
        full.complaint,
    )
    assert clock["id"] in str(verdict["armed"]) and clock["id"] not in str(verdict["stopped"])
    assert states(full) == ["on_hold", "open"]
    (letter,) = full.notices("hold_goes_on")
    assert "Tuesday 2 May 2028" in letter["body"]


async def test_a_hold_that_is_lifted_takes_the_issues_up_again(full: Desk) -> None:
    issues, police = await two_issues(full), await beside(full)
    await hold(full, issues, police)
    at = held(full)
    assert (await look_again(full, at, lifted=True, by="complaints_manager")).refusal == "not_authorised_to_hold"
    assert (await look_again(full, at, lifted=True, by=None)).refusal == "not_authorised_to_hold"
    assert (await look_again(full, at, lifted=True)).state == "applied"
    assert states(full) == ["open", "open"]
    assert about(full, "hold_review", at)["state"] == "met"
    assert [notice["state"] for notice in full.notices("hold")] == ["discarded"]
    (letter,) = full.notices("hold_lifted")
    assert letter["state"] == "draft" and "[[" not in letter["body"]
    assert (await look_again(full, at, lifted=True)).refusal == "unknown_hold"
    assert (await look_again(full, uuid4(), lifted=True)).refusal == "unknown_hold"
    assert await is_open(full, Requirement.NOTHING_ON_HOLD)


async def test_an_issue_under_two_holds_waits_for_both(full: Desk) -> None:
    issues = await two_issues(full)
    police, coroner = await beside(full), await beside(full, "coroner")
    await hold(full, issues, police)
    first = held(full)
    assert (await hold(full, issues[:1], coroner)).state == "applied"
    assert (await look_again(full, first, lifted=True)).state == "applied"
    assert states(full) == ["on_hold", "open"]
    (letter,) = full.notices("hold_lifted")
    assert "2. The lost notes" in letter["body"] and "ward" not in letter["body"]


async def test_an_investigation_that_is_over_asks_for_the_holds_on_it(full: Desk) -> None:
    issues, police = await two_issues(full), await beside(full)
    await hold(full, issues[:1], police)
    over = request_said.UpdateParallel(parallel_id=police, status="concluded", words="No charges.")
    await full.must(K.UPDATE_PARALLEL, over)
    (task,) = full.tasks("review_hold")
    assert (task["due_on"], task["subject_id"]) == ("2028-03-02", str(held(full)))
    assert states(full) == ["on_hold", "open"]
    await look_again(full, held(full), lifted=True)
    assert full.tasks("review_hold") == []


async def test_a_hold_ends_with_the_case(full: Desk) -> None:
    issues, police = await two_issues(full), await beside(full)
    await hold(full, issues, police)
    await full.withdraw()
    row = full.row("select state, ended_at from issue_hold where complaint_id = %s")
    assert row["state"] == "ended" and row["ended_at"] is not None
    assert (
        full.rows("select id from clock where complaint_id = %s and state = 'running' and proceeding_id is null") == []
    )


async def test_words_stay_in_their_tables_and_a_verdict_is_small(full: Desk) -> None:
    canary = "Kanarienvogel"
    issues = await two_issues(full)
    police = await beside(full, "safeguarding", body_name=canary, contact=canary, external_reference=canary)
    update = request_said.UpdateParallel(parallel_id=police, status="referred", words=canary, referred_on=TODAY)
    await full.must(K.UPDATE_PARALLEL, update)
    for issue in issues:
        assert (await hold(full, [issue], police, reason=canary)).state == "applied"
    assert (await look_again(full, held(full), lifted=True, reason=canary)).state == "applied"
    first, second = await ask(full, what=canary), await ask(full, what=canary, issue_ids=tuple(issues))
    await answer(full, first, words=canary)
    assert (await review(full, first, accepted=False, reason=canary)).state == "applied"
    cancel = request_said.CancelRequest(request_id=second, reason=canary)
    await full.must(K.CANCEL_REQUEST, cancel)
    for table in ("verdict", "case_event", "task", "clock", "clock_version"):
        rows = full.rows(f"select * from {table} where complaint_id = %s")
        assert rows and canary not in str(rows), table
    assert canary not in str([notice for notice in full.rows("select * from notice where complaint_id = %s")])
    verdicts = full.rows("select octet_length(verdict::text) as size from verdict where complaint_id = %s"
                         " and verdict ->> 'plan' is null")  # fmt: skip
    assert max(row["size"] for row in verdicts) <= 2048
