"""Early resolution: an attempt on the clocks that run already, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from activities.acts.resolving import resolve
from activities.reading import look
from contracts.commands import CommandKind
from db import casework_said, desk_said, said
from db.models.complaint import Complaint
from tests.activities.office_desk import Desk
from tests.closer_look import resolved

TODAY = date(2028, 3, 2)
LATER = datetime(2028, 3, 9, 10, 0, tzinfo=UTC)
BEGIN = casework_said.BeginResolution(plan="The ward manager rings today.")


async def attempt(desk: Desk) -> None:
    await desk.acknowledge(TODAY)
    await desk.must(CommandKind.BEGIN_RESOLUTION, BEGIN)


async def test_an_attempt_is_begun_with_a_date_of_its_own_beside_the_statutory_clocks(full: Desk) -> None:
    await attempt(full)
    assert full.stands()["stage"] == "early_resolution"
    row = full.row("select * from resolution_attempt where complaint_id = %s")
    assert (row["number"], row["begun_on"], row["plan"], row["result"]) == (1, "2028-03-02", BEGIN.plan, None)
    assert row["begun_by"] == str(full.body.person("handler"))
    clock = full.clock("early_resolution")
    assert (clock["state"], clock["due_on"]) == ("running", "2028-03-16")  # ten working days
    assert full.clock("relevant_period")["generation"] == 1
    assert "plan" not in full.events("resolution.begun")[0]["data"]


async def test_satisfied_meets_what_was_owed_and_leaves_a_summary_to_be_released(full: Desk) -> None:
    await attempt(full)
    full.at(LATER)
    await full.must(CommandKind.RESOLVE, resolved(date(2028, 3, 8)))
    stands = full.stands()
    assert (stands["stage"], stands["open"], stands["outcome"]) == ("resolved", True, None)
    for kind in ("early_resolution", "relevant_period"):
        clock = full.clock(kind)
        assert (clock["state"], clock["met_on"], clock["in_time"]) == ("met", "2028-03-08", True), kind
    assert full.clock("settle_period")["state"] == "stopped"
    assert (full.clock("closing")["state"], full.clock("closing")["started_on"]) == ("running", "2028-03-09")
    (letter,) = full.notices("resolution_summary")
    assert letter["state"] == "draft" and "said sorry" in letter["body"] and "8 March 2028" in letter["body"]
    assert "Parliamentary and Health Service Ombudsman" in letter["body"]  # the right is named here, too
    assert letter["legal_ground"].startswith("NHS Complaint Standards, early resolution")
    assert len(full.tasks("close_or_continue")) == 1
    assert full.tasks("release_draft")[0]["notice_id"] == letter["id"]
    (event,) = full.events("resolution.recorded")
    assert event["data"]["satisfied"] is True and "sorry" not in str(event)


async def test_the_summary_is_released_by_a_person_and_closing_has_its_own_gate(full: Desk) -> None:
    await attempt(full)
    await full.must(CommandKind.RESOLVE, resolved(TODAY))
    assert (await full.do(CommandKind.CLOSE, said.Close())).missing == ["coding_complete"]
    (letter,) = full.notices("resolution_summary")
    await full.must(CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=UUID(letter["id"])))
    assert full.notices("resolution_summary")[0]["state"] == "queued"


async def test_not_satisfied_goes_on_to_the_closer_look_and_no_statutory_clock_starts_anew(full: Desk) -> None:
    await attempt(full)
    before = {kind: full.clock(kind) for kind in ("acknowledgement", "relevant_period")}
    full.at(LATER)
    await full.must(CommandKind.RESOLVE, resolved(date(2028, 3, 8), satisfied=False))
    assert full.stands()["stage"] == "closer_look"
    for kind, clock in before.items():
        now = full.clock(kind)
        assert (now["generation"], now["started_on"], now["due_on"]) == (1, clock["started_on"], clock["due_on"])
        assert len(full.versions(kind)) == 1
    assert full.clock("relevant_period")["state"] == "running"
    assert (full.clock("early_resolution")["state"], full.clock("early_resolution")["met_on"]) == ("met", "2028-03-08")
    assert [letter["state"] for letter in full.notices("moved_on")] == ["draft"]
    assert full.notices("resolution_summary") == []
    row = full.row("select * from resolution_attempt where complaint_id = %s")
    assert (row["result"], row["ended_on"], row["method"]) == ("not_satisfied", "2028-03-08", "call")


async def test_moving_on_ends_the_attempt_and_keeps_the_reason_on_the_file(full: Desk) -> None:
    await attempt(full)
    await full.must(CommandKind.MOVE_ON, casework_said.MoveOn(reason="It is graver than it looked."))
    assert full.stands()["stage"] == "closer_look"
    row = full.row("select * from resolution_attempt where complaint_id = %s")
    assert (row["result"], row["summary"]) == ("moved_on", "It is graver than it looked.")
    assert full.row("select words from note where complaint_id = %s and kind = 'moved_on'")["words"] == row["summary"]
    assert full.clock("early_resolution")["state"] == "met"
    assert full.events("stage.moved_on")[0]["data"] == {"before": "early_resolution", "stage": "closer_look"}


async def test_a_closer_look_can_still_end_in_a_resolution_that_was_never_begun(full: Desk) -> None:
    await attempt(full)
    await full.must(CommandKind.RESOLVE, resolved(TODAY, satisfied=False))
    await full.must(CommandKind.RESOLVE, resolved(TODAY, method="meeting"))
    assert full.stands()["stage"] == "resolved"
    rows = full.rows("select * from resolution_attempt where complaint_id = %s order by number")
    assert [(row["number"], row["begun_on"], row["result"]) for row in rows] == [
        (1, "2028-03-02", "not_satisfied"),
        (2, None, "satisfied"),
    ]
    # The letter that announced a closer look has nothing left to say.
    assert full.notices("moved_on")[0]["state"] == "discarded"


async def test_not_satisfied_where_the_procedure_has_no_next_stage_is_recorded_and_the_complaint_stays(
    full: Desk,
) -> None:
    await full.acknowledge(TODAY)
    await full.must(CommandKind.RESOLVE, resolved(TODAY, satisfied=False))
    assert full.stands()["stage"] == "acknowledged"
    assert full.clock("settle_period")["state"] == "running"
    assert full.notices("moved_on") == []


async def test_a_resolution_recorded_late_counts_on_its_day_and_one_after_the_date_is_a_breach(full: Desk) -> None:
    await attempt(full)
    full.at(datetime(2028, 3, 20, 10, 0, tzinfo=UTC))
    await full.must(CommandKind.RESOLVE, resolved(date(2028, 3, 17)))
    clock = full.clock("early_resolution")
    assert (clock["state"], clock["in_time"], clock["breached_at"] is not None) == ("met", False, True)
    assert full.clock("relevant_period")["in_time"] is True


@pytest.mark.parametrize(
    ("on", "refusal"), [(date(2028, 3, 3), "date_in_future"), (date(2028, 3, 1), "date_before_receipt")]
)
async def test_a_day_that_cannot_be_is_refused(full: Desk, on: date, refusal: str) -> None:
    await attempt(full)
    assert (await full.do(CommandKind.RESOLVE, resolved(on))).refusal == refusal
    assert full.row("select result from resolution_attempt where complaint_id = %s")["result"] is None


async def test_an_attempt_does_not_end_before_it_was_begun(full: Desk) -> None:
    await full.acknowledge(TODAY)
    full.at(LATER)
    await full.must(CommandKind.BEGIN_RESOLUTION, BEGIN)
    refused = await full.do(CommandKind.RESOLVE, resolved(date(2028, 3, 8)))
    assert refused.refusal == "contradicts_record"


async def test_nothing_of_it_is_lawful_in_the_first_version_of_the_procedure(desk: Desk) -> None:
    await desk.acknowledge(TODAY)
    for kind, what in (
        (CommandKind.BEGIN_RESOLUTION, BEGIN),
        (CommandKind.RESOLVE, resolved(TODAY)),
        (CommandKind.MOVE_ON, casework_said.MoveOn(reason="Grave.")),
    ):
        assert (await desk.do(kind, what)).refusal == "not_in_this_stage"


async def test_begun_twice_is_refused_by_the_stage(full: Desk) -> None:
    await attempt(full)
    assert (await full.do(CommandKind.BEGIN_RESOLUTION, BEGIN)).refusal == "not_in_this_stage"


async def test_a_response_period_that_runs_is_extended_and_not_set_anew(full: Desk) -> None:
    await attempt(full)
    await full.agree(date(2028, 4, 28))
    assert full.stands()["stage"] == "early_resolution"
    again = said.SetResponsePeriod(
        basis="agreed", respond_by=date(2028, 5, 31), update_every_days=14, agreed_with="Pat", agreed_on=TODAY
    )
    assert (await full.do(CommandKind.SET_RESPONSE_PERIOD, again)).refusal == "contradicts_record"
    assert full.clock("response_period")["due_on"] == "2028-04-28"
    await full.must(CommandKind.RESOLVE, resolved(TODAY, satisfied=False))
    assert "28 April 2028" in full.notices("moved_on")[0]["body"]
    assert full.clock("response_period")["generation"] == 1


async def test_a_procedure_in_which_a_resolution_is_the_end_loses_neither_the_summary_nor_a_clock(full: Desk) -> None:
    await attempt(full)
    now = full.apart.engine.now
    async with full.apart.database.tenant(full.body.id, now) as session:
        case = await look(session, await session.get_one(Complaint, full.complaint), now)
        from_here = ("early_resolution", CommandKind.RESOLVE, "satisfied")
        moves = [
            replace(move, to="closed") if (move.stage, move.command, move.when) == from_here else move
            for move in case.procedure.moves
        ]
        case.procedure = replace(case.procedure, moves=tuple(moves))
        await resolve(case, resolved(TODAY))
    stands = full.stands()
    assert (stands["stage"], stands["open"]) == ("closed", False)
    assert full.rows("select 1 as found from clock where complaint_id = %s and state = 'running'") == []
    (letter,) = full.notices("resolution_summary")
    assert (letter["state"], full.tasks("release_draft")[0]["notice_id"]) == ("draft", letter["id"])
    await full.must(CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=UUID(letter["id"])))
    assert full.notices("resolution_summary")[0]["state"] == "queued"
