"""A concern becomes a complaint: what stays, what stops, and from which day what counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from contracts.acts import Verdict
from contracts.commands import CommandKind
from db import casework_said, desk_said, said
from db import office_said as office
from db.intake_said import Convert
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body

TODAY = MORNING.date()
# Tuesday 7 March 2028, five days after the concern came.
LATER = datetime(2028, 3, 7, 9, 0, tzinfo=UTC)


@pytest.fixture
async def concern(beside: Apart, standards: Body) -> Desk:
    return await a_desk(beside, standards, matter="concern")


def a_conversion(**changes: Any) -> Convert:
    return replace(
        Convert(received_on=date(2028, 3, 7), channel="written", summary="It is a complaint now."), **changes
    )


async def test_a_concern_becomes_the_same_case_under_the_procedure_of_the_body(concern: Desk) -> None:
    await concern.must(CommandKind.ADD_NOTE, desk_said.AddNote(words="Rang the ward."))
    concern.at(LATER)
    await concern.must(CommandKind.CONVERT, a_conversion())
    stands = concern.stands()
    assert (stands["matter"], stands["stage"], stands["channel"]) == ("complaint", "received", "written")
    assert (stands["procedure"], stands["procedure_version"]) == ("nhs-england-2009", 2)
    assert stands["figures"]["early_resolution_days"] == 10
    assert (stands["first_contact_on"], stands["received_on"]) == ("2028-03-02", "2028-03-07")
    notes = concern.rows("select kind, words from note where complaint_id = %s order by said_at")
    assert [note["words"] for note in notes] == ["Rang the ward.", "It is a complaint now."]


async def test_each_clock_counts_from_the_day_of_receipt_and_what_was_promised_stops(concern: Desk) -> None:
    concern.at(LATER)
    await concern.must(CommandKind.CONVERT, a_conversion())
    assert concern.clock("answer")["state"] == "stopped"
    # Three working days after Tuesday 7 March; six months that begin with it.
    assert (concern.clock("acknowledgement")["started_on"], concern.clock("acknowledgement")["due_on"]) == (
        "2028-03-07",
        "2028-03-10",
    )
    assert concern.clock("relevant_period")["due_on"] == "2028-09-06"
    (stopped,) = concern.events("clock.stopped")
    assert (stopped["data"]["clock"], stopped["data"]["cause"]) == ("answer", "converted")
    (converted,) = concern.events("matter.converted")
    assert {name: converted["data"][name] for name in ("old_matter", "old_received_on", "received_on")} == {
        "old_matter": "concern",
        "old_received_on": "2028-03-02",
        "received_on": "2028-03-07",
    }
    armed = {each["data"]["clock"]: each["data"]["started_on"] for each in concern.events("clock.armed")}
    assert armed == {"answer": "2028-03-02", "acknowledgement": "2028-03-07", "relevant_period": "2028-03-07"}


async def test_a_promise_that_was_broken_stays_broken(concern: Desk) -> None:
    concern.at(datetime(2028, 3, 20, 9, 0, tzinfo=UTC))  # the answer was due on 16 March
    await concern.must(CommandKind.CONVERT, a_conversion(received_on=date(2028, 3, 20)))
    assert concern.clock("answer")["breached_at"] is not None
    assert len(concern.events("clock.breached")) == 1
    # It is of the procedure that it had, and the seniors hear of it.
    missed = concern.rows("select clock, due_on from digest_item where complaint_id = %s")
    assert [row["clock"] for row in missed] == ["answer"]


async def test_the_workflow_is_given_the_plan_of_the_complaint(concern: Desk) -> None:
    concern.at(LATER)
    await concern.must(CommandKind.CONVERT, a_conversion(channel="oral"))
    verdict = await concern.apart.engine.apply(concern.apart.engine.delivered[-1])
    assert verdict.plan is not None and verdict.plan.procedure.value == "nhs-england-2009"
    assert {clock.kind.value for clock in verdict.armed} == {
        "acknowledgement",
        "relevant_period",
        "written_record",
        "draft_release",
    }
    assert UUID(concern.clock("answer")["id"]) in verdict.stopped
    assert len(TypeAdapter(Verdict).dump_json(verdict)) <= 3_072
    ordinary = await concern.must(CommandKind.ADD_NOTE, desk_said.AddNote(words="Later."))
    verdict = await concern.apart.engine.apply(concern.apart.engine.delivered[-1])
    assert (ordinary.state, verdict.plan) == ("applied", None)


async def test_a_complaint_made_orally_out_of_a_concern_gets_its_written_record_and_a_receipt(concern: Desk) -> None:
    concern.at(LATER)
    await concern.must(CommandKind.CONVERT, a_conversion(channel="oral"))
    assert concern.clock("written_record")["due_on"] == "2028-03-10"
    assert len(concern.notices("written_record")) == len(concern.notices("receipt")) == 1
    (receipt,) = concern.notices("receipt")
    assert "by Friday 10 March 2028" in receipt["body"]


async def test_an_answered_concern_can_still_become_a_complaint_and_nothing_of_its_closing_is_left(
    concern: Desk,
) -> None:
    answer = casework_said.Resolve(satisfied=True, summary="The keys were found.", method="call", resolved_on=TODAY)
    await concern.must(CommandKind.RESOLVE, answer)
    concern.at(LATER)
    await concern.must(CommandKind.CONVERT, a_conversion())
    assert concern.stands()["stage"] == "received"
    assert concern.clock("closing")["state"] == "stopped"
    assert concern.tasks("close_or_continue") == []
    assert [each["state"] for each in concern.notices("resolution_summary")] == ["discarded"]
    await concern.acknowledge(date(2028, 3, 7))
    assert concern.stands()["stage"] == "acknowledged"


async def test_the_queue_of_an_unowned_concern_goes_on(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, matter="concern", owner_id=None)
    before = desk.clock("allocation")
    desk.at(datetime(2028, 3, 2, 15, 0, tzinfo=UTC))
    await desk.must(CommandKind.CONVERT, a_conversion(received_on=TODAY))
    assert desk.clock("allocation") == before


async def test_it_can_count_from_the_first_contact_and_from_no_earlier_day(beside: Apart, standards: Body) -> None:
    first = date(2028, 2, 28)
    desk = await a_desk(beside, standards, matter="concern", first_contact_on=first)
    desk.at(LATER)
    too_early = await desk.do(CommandKind.CONVERT, a_conversion(received_on=date(2028, 2, 27)))
    assert too_early.refusal == "contradicts_record"
    await desk.must(CommandKind.CONVERT, a_conversion(received_on=first))
    assert (desk.stands()["first_contact_on"], desk.stands()["received_on"]) == ("2028-02-28", "2028-02-28")
    assert desk.clock("acknowledgement")["due_on"] == "2028-03-02"  # overdue on arrival, and so it says


async def test_a_day_that_is_still_to_come_is_refused(concern: Desk) -> None:
    refused = await concern.do(CommandKind.CONVERT, a_conversion(received_on=date(2028, 3, 3)))
    assert refused.refusal == "date_in_future"
    assert concern.stands()["matter"] == "concern"


async def test_what_is_a_complaint_already_is_not_converted(concern: Desk, full: Desk) -> None:
    concern.at(LATER)
    await concern.must(CommandKind.CONVERT, a_conversion())
    assert (await concern.do(CommandKind.CONVERT, a_conversion())).refusal == "not_in_this_stage"
    assert (await full.do(CommandKind.CONVERT, a_conversion())).refusal == "not_in_this_stage"


async def test_a_closed_concern_is_not_converted(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, matter="feedback")
    await desk.must(CommandKind.CLOSE, said.Close())
    assert (await desk.do(CommandKind.CONVERT, a_conversion(received_on=TODAY))).refusal == "complaint_closed"


async def test_a_conversion_that_comes_twice_is_one(concern: Desk) -> None:
    concern.at(LATER)
    await concern.must(CommandKind.CONVERT, a_conversion())
    first = await concern.apart.engine.apply(concern.apart.engine.delivered[-1])
    events = len(concern.rows("select 1 from case_event where complaint_id = %s"))
    again = await concern.apart.engine.apply(concern.apart.engine.delivered[-1])
    assert again == first
    assert len(concern.rows("select 1 from case_event where complaint_id = %s")) == events
    assert concern.clock("acknowledgement")["generation"] == 1


async def test_where_no_procedure_governs_a_complaint_the_concern_stays_one(beside: Apart) -> None:
    body = make_body(beside.dsns.migrator, nation="northern_ireland", regime="nhs", follows=None)
    desk = await a_desk(beside, body, matter="concern")
    refused = await desk.do(CommandKind.CONVERT, a_conversion(received_on=TODAY))
    assert refused.refusal == "no_procedure"
    assert (desk.stands()["matter"], desk.clock("answer")["state"]) == ("concern", "running")


async def test_the_day_of_receipt_of_what_was_converted_can_be_put_right(concern: Desk) -> None:
    concern.at(LATER)
    await concern.must(CommandKind.CONVERT, a_conversion())
    assert await concern.correct(office.ReceiptCorrected(received_on=date(2028, 3, 6))) is None
    assert await concern.decide() is None
    assert concern.clock("acknowledgement")["due_on"] == "2028-03-09"
    assert concern.clock("answer")["due_on"] == "2028-03-16"  # what was promised about the concern is history


async def test_a_concern_is_made_a_complaint_on_no_day_before_the_matter(beside: Apart, standards: Body) -> None:
    days = {"first_contact_on": date(2028, 2, 1), "happened_on": date(2028, 2, 20), "noticed_on": date(2028, 2, 21)}
    desk = await a_desk(beside, standards, matter="concern", **days)
    early = a_conversion(received_on=date(2028, 2, 20))
    assert (await desk.do(CommandKind.CONVERT, early)).refusal == "contradicts_record"
    await desk.must(CommandKind.CONVERT, a_conversion(received_on=date(2028, 2, 21)))
