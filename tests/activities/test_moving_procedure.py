"""A complaint is moved to another version of its procedure: each clock that moves says so, and nothing is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from activities.rehearsing import dry_run
from contracts.commands import CommandKind
from db import said
from db.models.complaint import Complaint
from db.procedure_said import MoveProcedure
from db.request_said import CancelRequest
from runtime.database_roles import DatabaseDsns
from tests.activities.asking import ask
from tests.activities.office_desk import Desk, a_desk
from tests.activities.versions import NHS, second, shipped, third, with_clock, without_clock
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body, plain

MOVE = CommandKind.MOVE_PROCEDURE
REASON = "The Standards apply from today."


async def move(desk: Desk, version: int) -> str | None:
    """Move the desk's complaint; return why it was refused."""
    return (await desk.do(MOVE, MoveProcedure(version=version, reason=REASON), "complaints_manager")).refusal


def verdict(desk: Desk) -> dict[str, Any]:
    """Return what the workflow was told last."""
    found: dict[str, Any] = desk.rows(
        "select v.verdict from verdict v join submission s on s.id = v.act_id where s.complaint_id = %s order by s.seq"
    )[-1]["verdict"]
    return found


async def test_a_complaint_of_the_first_version_goes_on_under_the_second(desk: Desk) -> None:
    before = {each["kind"]: each for each in desk.rows("select * from clock where complaint_id = %s")}
    assert await move(desk, 2) is None
    stands = desk.stands()
    assert (stands["procedure_version"], stands["stage"]) == (2, "received")
    assert stands["figures"] == {"written_record_days": 3, "early_resolution_days": 10, "comment_days": 10}
    (event,) = desk.events("procedure.moved")
    assert (event["data"]["old_version"], event["data"]["version"], event["data"]["moves"]) == (1, 2, 0)
    after = {each["kind"]: each for each in desk.rows("select * from clock where complaint_id = %s")}
    assert {kind: each["generation"] for kind, each in after.items()} == dict.fromkeys(before, 1)
    (note,) = desk.rows("select words, author_id from note where complaint_id = %s")
    assert note == {"words": REASON, "author_id": str(desk.body.person("complaints_manager"))}
    await desk.must(
        CommandKind.ACKNOWLEDGE, said.Acknowledge(method="call", made_on=date(2028, 3, 2), discussion_offered=True)
    )


async def test_the_workflow_gets_the_plan_of_the_version_and_the_verdict_stays_small(desk: Desk) -> None:
    await move(desk, 2)
    found = verdict(desk)
    plan = found["plan"]
    assert plan["version"] == 2 and "early_resolution" in {stage["stage"]["value"] for stage in plan["stages"]}
    assert len(json.dumps(found, separators=(",", ":"))) <= 2048


async def test_an_oral_complaint_gets_the_clock_that_the_version_would_have_started_at_receipt(
    beside: Apart, body: Body
) -> None:
    desk = await a_desk(beside, body, channel="oral")
    assert await move(desk, 2) is None
    clock = desk.clock("written_record")
    assert (clock["state"], clock["started_on"], clock["due_on"]) == ("running", "2028-03-02", "2028-03-07")
    (version,) = desk.versions("written_record")
    assert version["cause"] == "procedure_moved"


async def test_a_clock_without_a_rule_is_stopped_and_taken_up_again_on_the_way_back(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, channel="oral")
    await move(desk, 2)
    assert await move(desk, 1) is None
    assert desk.clock("written_record")["state"] == "stopped"
    assert desk.events("clock.stopped")[-1]["data"]["cause"] == "procedure_moved"
    assert await move(desk, 2) is None
    clock = desk.clock("written_record")
    assert (clock["state"], clock["generation"], clock["due_on"]) == ("running", 2, "2028-03-07")


async def test_what_was_asked_of_a_colleague_is_not_left_behind_without_its_clock(full: Desk) -> None:
    await full.acknowledge(date(2028, 3, 2))
    request = await ask(full)
    refused = await full.do(MOVE, MoveProcedure(version=1, reason=REASON), "complaints_manager")
    assert (refused.refusal, refused.missing) == ("would_break", ["clock_without_rule"])
    assert (full.clock("request")["state"], len(full.tasks("answer_request"))) == ("running", 1)
    await full.must(CommandKind.CANCEL_REQUEST, CancelRequest(request_id=request, reason="Not needed."))
    assert await move(full, 1) is None


async def test_what_the_returns_lack_is_asked_for_when_an_answered_complaint_comes_to_need_it(desk: Desk) -> None:
    await desk.acknowledge(date(2028, 3, 2))
    await desk.agree(date(2028, 4, 11))
    respond = said.Respond(letter="Sorry.", outcome="upheld", signed_by=desk.body.person("responsible_person"))
    await desk.must(CommandKind.RESPOND, respond, "responsible_person")
    assert await move(desk, 2) is None
    assert len(desk.tasks("complete_coding")) == 1
    assert await move(desk, 1) is None
    assert desk.tasks("complete_coding") == []


async def test_the_figures_are_those_that_the_organisation_has_adopted(dsns: DatabaseDsns, beside: Apart) -> None:
    body = make_body(dsns.migrator)
    desk = await a_desk(beside, body, channel="oral")
    with psycopg.connect(plain(dsns.migrator)) as connection:
        connection.execute(
            "insert into adoption (id, organisation_id, procedure, figures, small_body, adopted_from, reason,"
            " adopted_at) values (%s, %s, %s, %s, false, '2028-03-02', 'test', now())",
            (uuid4(), body.id, NHS, Jsonb({"written_record_days": 5})),
        )
    assert await move(desk, 2) is None
    assert desk.stands()["figures"]["written_record_days"] == 5
    assert desk.clock("written_record")["due_on"] == "2028-03-09"


async def test_a_date_that_moves_is_a_version_of_its_clock_with_old_new_and_why(full: Desk) -> None:
    slower = with_clock(second(), "acknowledgement", lambda rule: replace(rule, amount=5))
    with shipped(third(slower)):
        assert await move(full, 3) is None
        first, then = full.versions("acknowledgement")
        assert (first["due_on"], then["due_on"], then["cause"]) == ("2028-03-07", "2028-03-09", "procedure_moved")
        (armed,) = [each["data"] for each in full.events("clock.armed") if each["data"]["cause"] == "procedure_moved"]
        assert (armed["old_due_on"], armed["due_on"]) == ("2028-03-07", "2028-03-09")
        assert full.clock("relevant_period")["generation"] == 1
        assert full.clock("acknowledgement")["proof"]["amount"] == 5


async def test_a_breach_stays_when_the_version_gives_more_time(full: Desk) -> None:
    full.at(MORNING + timedelta(days=7))
    await full.fire("acknowledgement", "overdue")
    slower = with_clock(second(), "acknowledgement", lambda rule: replace(rule, amount=15))
    with shipped(third(slower)):
        assert await move(full, 3) is None
    assert full.clock("acknowledgement")["breached_at"] is not None
    first, then = full.versions("acknowledgement")
    assert first["breached_at"] is not None and then["breached_at"] is None
    assert len(full.events("clock.breached")) == 1


async def test_another_ladder_is_climbed_from_here_and_nobody_is_reminded_twice(full: Desk) -> None:
    def earlier(rule: Any) -> Any:
        rungs = tuple(replace(rung, offset=-12) if rung.code == "reminder_2" else rung for rung in rule.rungs)
        return replace(rule, rungs=rungs)

    with shipped(third(with_clock(second(), "relevant_period", earlier))):
        assert await move(full, 3) is None
    clock = full.clock("relevant_period")
    assert (clock["generation"], clock["due_on"]) == (2, "2028-09-01")
    assert [each["rung"] for each in clock["rungs"]][:2] == ["reminder_1", "reminder_2"]
    assert full.events("procedure.moved")[0]["data"]["ladder"] == 1


async def test_an_agreed_date_stands_and_later_changes_of_the_calendar_leave_it(desk: Desk) -> None:
    await desk.acknowledge(date(2028, 3, 2))
    await desk.agree(date(2028, 5, 5))
    longer = said.Extend(clock="relevant_period", respond_by=date(2028, 12, 1), reason="Records.", agreed_with="Pat",
                         agreed_on=date(2028, 3, 2))  # fmt: skip
    await desk.must(CommandKind.EXTEND, longer)

    def shorter(rule: Any) -> Any:
        return replace(rule, amount=5)

    with shipped(third(with_clock(second(), "relevant_period", shorter))):
        assert await move(desk, 3) is None
        # The date does not move, so that the agreement stays the version in force.
        assert desk.clock("relevant_period")["due_on"] == "2028-12-01"
        assert desk.clock("response_period")["due_on"] == "2028-05-05"


async def test_an_agreed_date_for_which_a_version_has_no_place_is_no_date_to_be_lost(desk: Desk) -> None:
    await desk.acknowledge(date(2028, 3, 2))
    longer = said.Extend(clock="relevant_period", respond_by=date(2028, 12, 1), reason="Records.", agreed_with="Pat",
                         agreed_on=date(2028, 3, 2))  # fmt: skip
    await desk.must(CommandKind.EXTEND, longer)

    def fixed(rule: Any) -> Any:
        return replace(rule, extension=replace(rule.extension, allowed=False))

    with shipped(third(with_clock(second(), "relevant_period", fixed))):
        refused = await desk.do(MOVE, MoveProcedure(version=3, reason=REASON), "complaints_manager")
    assert (refused.refusal, refused.missing) == ("would_break", ["agreed_date_without_place"])
    assert desk.stands()["procedure_version"] == 1


@pytest.mark.parametrize(
    ("version", "refusal"), [(1, "nothing_changes"), (9, "unknown_version"), (0, "unknown_version")]
)
async def test_a_version_that_is_the_same_or_is_not_there_is_refused(desk: Desk, version: int, refusal: str) -> None:
    assert await move(desk, version) == refusal
    assert desk.events("procedure.moved") == []


async def test_moving_twice_to_one_version_changes_nothing(desk: Desk) -> None:
    assert [await move(desk, 2), await move(desk, 2)] == [None, "nothing_changes"]
    assert len(desk.events("procedure.moved")) == 1


async def test_a_version_that_is_not_in_force_yet_is_none_to_move_to(full: Desk) -> None:
    with shipped(replace(second(), version=3, effective_from=date(2028, 3, 3))):
        assert await move(full, 3) == "unknown_version"


async def test_a_stage_that_a_version_does_not_have_would_break(full: Desk) -> None:
    gone = replace(
        second(),
        stages=tuple(replace(stage, code="open") if stage.code == "received" else stage for stage in second().stages),
        moves=tuple(replace(each, stage="open") if each.stage == "received" else each for each in second().moves),
    )
    with shipped(third(gone)):
        refused = await full.do(MOVE, MoveProcedure(version=3, reason=REASON), "complaints_manager")
        assert (refused.refusal, refused.missing) == ("would_break", ["stage_unknown"])


async def test_figures_that_must_be_set_and_are_not_are_named(full: Desk) -> None:
    figures = tuple(replace(each, default=None) for each in second().figures)
    with shipped(third(replace(second(), figures=figures))):
        assert await move(full, 3) == "figures_not_set"


async def test_a_complaint_that_has_ended_is_not_moved(desk: Desk) -> None:
    await desk.withdraw()
    assert await move(desk, 2) == "complaint_closed"


async def test_the_dry_run_says_what_the_move_then_does(full: Desk) -> None:
    slower = without_clock(with_clock(second(), "acknowledgement", lambda rule: replace(rule, amount=5)), "allocation")
    with shipped(third(slower)):
        async with full.apart.database.tenant(full.body.id, MORNING) as session:
            complaint = await session.get_one(Complaint, full.complaint)
            found = await dry_run(session, complaint, 3, MORNING)
        (change,) = found.foreseen.changes
        assert (change.how, change.kind) == ("moves", "acknowledgement")
        assert (change.old_due_on, change.due_on) == (date(2028, 3, 7), date(2028, 3, 9))
        assert full.versions("acknowledgement")[-1]["generation"] == 1
        assert await move(full, 3) is None
        assert full.clock("acknowledgement")["due_on"] == str(change.due_on)


async def test_one_act_that_is_applied_twice_moves_once(desk: Desk) -> None:
    submission = await desk.must(MOVE, MoveProcedure(version=2, reason=REASON), "complaints_manager")
    (pending,) = [each for each in desk.apart.engine.delivered if each.command.submission_id == submission.id]
    again = await desk.apart.engine.apply(pending)
    assert again.plan is not None and again.version == desk.stands()["version"]
    assert len(desk.events("procedure.moved")) == 1
