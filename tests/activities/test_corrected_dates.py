"""Another day of receipt, over real PostgreSQL: what is derived again, what stays, and who has to agree."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db import desk_said, said
from db import office_said as office
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body

TODAY = date(2028, 3, 2)  # a Thursday: acknowledge by Tuesday 7 March, respond by 1 September


def received(on: date) -> office.ReceiptCorrected:
    return office.ReceiptCorrected(received_on=on)


async def test_another_day_of_receipt_waits_for_another_person_and_then_arms_every_clock_again(desk: Desk) -> None:
    assert await desk.correct(received(date(2028, 2, 29))) is None
    asked = desk.correction()
    assert (asked["state"], desk.stands()["received_on"]) == ("awaiting_approval", "2028-03-02")
    (task,) = desk.tasks("approve_correction")
    assert (task["role"], task["subject_id"], task["due_on"]) == ("complaints_manager", asked["id"], "2028-03-06")
    assert desk.clock("correction_approval")["state"] == "running"
    assert await desk.decide(by="handler") == "same_person"
    assert await desk.decide(by=None) == "same_person"

    assert await desk.decide() is None
    assert desk.stands()["received_on"] == "2028-02-29"
    first, second = desk.versions("acknowledgement")
    assert (first["due_on"], second["due_on"], second["cause"]) == ("2028-03-07", "2028-03-03", "corrected")
    assert first["proof"] != second["proof"]
    assert desk.clock("relevant_period")["due_on"] == "2028-08-28"
    assert desk.clock("correction_approval")["state"] == "met"
    assert desk.tasks("approve_correction") == []
    made = desk.correction()
    assert (made["state"], made["decided_by"]) == ("made", str(desk.body.person("complaints_manager")))
    assert await desk.decide(by="responsible_person") == "not_awaiting_approval"
    (event,) = desk.events("correction.made")
    assert (event["data"]["old_received_on"], event["data"]["received_on"]) == ("2028-03-02", "2028-02-29")


async def test_a_complaints_manager_who_asks_is_approved_by_the_responsible_person(desk: Desk) -> None:
    assert await desk.correct(received(date(2028, 2, 29)), by="complaints_manager") is None
    assert [task["role"] for task in desk.tasks("approve_correction")] == ["responsible_person"]
    assert await desk.decide(by="complaints_manager") == "same_person"
    assert await desk.decide(by="responsible_person") is None


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (date(2028, 3, 4), "date_in_future"),
        (date(2028, 3, 2), "nothing_changes"),
        (date(2028, 3, 3), "contradicts_record"),  # it was logged on the second
        (date(2009, 3, 31), "no_procedure"),
    ],
)
async def test_a_day_of_receipt_that_cannot_be_is_refused(desk: Desk, day: date, refusal: str) -> None:
    desk.at(MORNING + timedelta(days=1))
    assert await desk.correct(received(day)) == refusal
    assert desk.rows("select id from correction where complaint_id = %s") == []


async def test_a_day_before_the_version_is_no_day_without_a_procedure(beside: Apart, standards: Body) -> None:
    beside.engine.now = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    desk = await a_desk(beside, standards, received_on=date(2026, 11, 2))
    assert await desk.correct(received(date(2009, 3, 31))) == "no_procedure"
    assert await desk.correct(received(date(2026, 10, 30))) is None  # the version is in force since 1 November
    assert await desk.decide() is None
    stands = desk.stands()
    assert (stands["received_on"], stands["procedure_version"]) == ("2026-10-30", 2)
    assert desk.clock("relevant_period")["due_on"] == "2027-04-29"


async def test_a_complaint_cannot_be_received_after_it_was_acknowledged(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, received_on=date(2028, 2, 21))
    await desk.acknowledge(date(2028, 2, 23))
    assert await desk.correct(received(date(2028, 2, 24))) == "contradicts_record"
    assert await desk.correct(received(date(2028, 2, 23))) is None


async def test_one_correction_of_a_kind_waits_at_a_time_and_a_rejection_has_a_reason(desk: Desk) -> None:
    assert await desk.correct(received(date(2028, 2, 29))) is None
    assert await desk.correct(received(date(2028, 2, 28))) == "correction_pending"
    (task,) = desk.tasks("approve_correction")
    ticked = await desk.do(CommandKind.COMPLETE_TASK, desk_said.CompleteTask(task_id=UUID(task["id"])))
    assert ticked.refusal == "correction_pending"
    assert await desk.decide(approved=False) == "reason_needed"
    assert await desk.decide(approved=False, reason="The stamp is smudged.") is None
    assert desk.correction()["state"] == "rejected"
    assert (desk.stands()["received_on"], len(desk.versions("acknowledgement"))) == ("2028-03-02", 1)
    assert desk.events("correction.rejected") != []
    assert await desk.correct(received(date(2028, 2, 28))) is None


async def test_what_was_approved_on_another_record_is_stale(desk: Desk) -> None:
    assert await desk.correct(received(date(2028, 2, 29))) is None
    await desk.acknowledge(TODAY)
    longer = said.Extend(
        clock="relevant_period", respond_by=date(2028, 12, 1), reason="Two trusts.", agreed_with="Pat", agreed_on=TODAY
    )
    await desk.must(CommandKind.EXTEND, longer)
    assert await desk.decide() == "correction_stale"
    assert (desk.correction()["state"], desk.stands()["received_on"]) == ("awaiting_approval", "2028-03-02")
    assert await desk.decide(approved=False, reason="Ask again.") is None


async def test_a_met_clock_is_judged_again_and_a_new_lateness_is_a_breach(desk: Desk) -> None:
    desk.at(datetime(2028, 3, 7, 9, 0, tzinfo=UTC))
    await desk.acknowledge(date(2028, 3, 7))
    assert await desk.correct(received(date(2028, 3, 1))) is None
    assert await desk.decide() is None
    clock, (first, second) = desk.clock("acknowledgement"), desk.versions("acknowledgement")
    assert (clock["state"], clock["due_on"], clock["met_on"], clock["in_time"]) == (
        *("met", "2028-03-06", "2028-03-07"),
        False,
    )
    assert clock["breached_at"] is not None
    assert (first["in_time"], first["breached_at"]) == (True, None)
    assert (second["in_time"], second["breached_at"] is not None) == (False, True)


async def test_an_old_breach_stands_though_it_would_have_been_in_time(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, received_on=date(2028, 2, 28))  # due on Thursday 2 March
    desk.at(datetime(2028, 3, 3, 9, 0, tzinfo=UTC))
    await desk.fire("acknowledgement", "overdue")
    await desk.acknowledge(date(2028, 3, 3))
    assert await desk.correct(received(date(2028, 2, 29))) is None
    assert await desk.decide() is None
    clock, (first, second) = desk.clock("acknowledgement"), desk.versions("acknowledgement")
    assert (clock["in_time"], clock["breached_at"] is not None) == (True, True)
    assert (first["breached_at"] is not None, second["breached_at"]) == (True, None)
    (judged,) = desk.events("clock.judged_again")
    assert judged["data"]["would_have_been_in_time"] is True


async def test_a_running_clock_that_was_breached_keeps_its_breach_and_may_be_in_time_again(
    beside: Apart, body: Body
) -> None:
    desk = await a_desk(beside, body, received_on=date(2028, 2, 28))
    desk.at(datetime(2028, 3, 3, 9, 0, tzinfo=UTC))
    await desk.fire("acknowledgement", "overdue")
    assert await desk.correct(received(date(2028, 2, 29))) is None
    assert await desk.decide() is None
    clock, (first, second) = desk.clock("acknowledgement"), desk.versions("acknowledgement")
    assert (clock["state"], clock["due_on"]) == ("running", "2028-03-03")
    assert (clock["breached_at"] is not None, first["breached_at"] is not None, second["breached_at"]) == (
        *(True, True),
        None,
    )


async def test_what_has_fired_at_the_same_instant_does_not_fire_again_and_a_chase_follows(
    beside: Apart, body: Body
) -> None:
    desk = await a_desk(beside, body, received_on=date(2028, 2, 26))  # a Saturday: due by Wednesday 1 March
    desk.at(datetime(2028, 3, 7, 9, 0, tzinfo=UTC))
    for rung in ("overdue", "escalation_1", "escalation_2"):
        await desk.fire("acknowledgement", rung)
    assert await desk.correct(received(date(2028, 2, 27))) is None  # a Sunday: the same due date
    assert await desk.decide() is None
    clock = desk.clock("acknowledgement")
    assert (clock["generation"], clock["due_on"], [each["rung"] for each in clock["rungs"]]) == (
        *(2, "2028-03-01"),
        ["chase_1"],
    )
    assert desk.stands()["next_event_at"] > "2028-03-07"


async def test_tasks_about_a_corrected_clock_are_not_doubled_and_have_its_new_day(desk: Desk) -> None:
    def asked() -> list[tuple[str, str]]:
        sql = "select kind, due_on from task where complaint_id = %s and state = 'open' and clock_id is not null"
        return sorted((task["kind"].removesuffix(".acknowledgement"), task["due_on"]) for task in desk.rows(sql))

    desk.at(datetime(2028, 3, 8, 9, 30, tzinfo=UTC))
    for rung in ("reminder_2", "overdue", "escalation_1"):
        await desk.fire("acknowledgement", rung)
    was = "2028-03-07"
    assert asked() == [("escalation", was), ("overdue", was), ("reminder", was)]
    assert await desk.correct(received(date(2028, 3, 1))) is None
    assert await desk.decide() is None
    # What fires once more writes its task once more; what does not keeps the one it has.
    assert asked() == [("reminder", "2028-03-06")]
    for rung in ("overdue", "escalation_1"):
        await desk.fire("acknowledgement", rung)
    now = "2028-03-06"
    assert asked() == [("escalation", now), ("overdue", now), ("reminder", now)]


async def test_an_agreed_longer_end_stands_while_it_is_the_later_one_and_moves_with_no_calendar(desk: Desk) -> None:
    await desk.acknowledge(TODAY)
    longer = said.Extend(
        clock="relevant_period", respond_by=date(2028, 12, 1), reason="Two trusts.", agreed_with="Pat", agreed_on=TODAY
    )
    await desk.must(CommandKind.EXTEND, longer)
    assert await desk.correct(received(date(2028, 2, 28))) is None
    assert await desk.decide() is None
    version = desk.versions("relevant_period")[-1]
    assert (version["due_on"], version["cause"], version["agreed_on"]) == ("2028-12-01", "corrected", "2028-03-02")
    await desk.must(CommandKind.REDATE, desk_said.Redate(change_set_id=uuid4()), by=None)
    assert desk.clock("relevant_period")["due_on"] == "2028-12-01"
    assert len(desk.versions("relevant_period")) == 3


async def test_an_end_agreed_only_after_the_true_six_months_does_not_stand(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, received_on=date(2027, 9, 10))  # six months end on 9 March
    await desk.acknowledge(TODAY)
    longer = said.Extend(
        clock="relevant_period", respond_by=date(2028, 5, 1), reason="Two trusts.", agreed_with="Pat", agreed_on=TODAY
    )
    await desk.must(CommandKind.EXTEND, longer)
    assert await desk.correct(received(date(2027, 9, 2))) is None  # they end on 1 March: a day before it was agreed
    assert desk.correction()["after"] == {
        "received_on": "2027-09-02",
        "due": {"acknowledgement": "2027-09-07", "relevant_period": "2028-03-01"},
        "void": ["relevant_period"],
    }
    assert await desk.decide() is None
    version = desk.versions("relevant_period")[-1]
    assert (version["due_on"], version["cause"], version["agreed_on"]) == ("2028-03-01", "corrected", None)
    (told,) = desk.events("period.extension_void")
    assert told["data"] == {
        "clock_id": desk.clock("relevant_period")["id"],
        "clock": "relevant_period",
        "agreed_on": "2028-03-02",
        "expired_on": "2028-03-01",
        "would_have_been_due_on": "2028-05-01",
    }
    await desk.must(CommandKind.REDATE, desk_said.Redate(change_set_id=uuid4()), by=None)
    assert desk.clock("relevant_period")["due_on"] == "2028-03-01"
    # Put right once more, by a day: then it was agreed on the last day, and stands.
    assert await desk.correct(received(date(2027, 9, 3))) is None
    assert await desk.decide() is None
    assert desk.clock("relevant_period")["due_on"] == "2028-05-01"
    assert len(desk.events("period.extension_void")) == 1


async def test_a_response_in_time_by_an_end_that_was_agreed_too_late_was_late(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, received_on=date(2027, 9, 10))
    await desk.acknowledge(TODAY)
    longer = said.Extend(
        clock="relevant_period", respond_by=date(2028, 5, 1), reason="Two trusts.", agreed_with="Pat", agreed_on=TODAY
    )
    await desk.must(CommandKind.EXTEND, longer)
    desk.at(datetime(2028, 4, 3, 9, 0, tzinfo=UTC))
    await desk.withdraw()
    assert desk.clock("relevant_period")["breached_at"] is None
    assert await desk.correct(received(date(2027, 9, 2))) is None
    assert await desk.decide() is None
    assert desk.clock("relevant_period")["breached_at"] is not None


async def test_a_day_that_moves_no_statutory_date_needs_nobody_else(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, received_on=date(2027, 2, 27))  # a Saturday; six months end on 26 August
    await desk.acknowledge(TODAY)
    longer = said.Extend(
        clock="relevant_period",
        respond_by=date(2028, 12, 1),
        reason="Late post.",
        agreed_with="Pat",
        agreed_on=date(2027, 8, 1),
    )
    await desk.must(CommandKind.EXTEND, longer)
    assert await desk.correct(received(date(2027, 2, 28))) is None  # a Sunday
    assert (desk.correction()["state"], desk.stands()["received_on"]) == ("made", "2027-02-28")
    assert desk.tasks("approve_correction") == []


async def test_after_the_end_the_day_is_judged_again_and_nothing_is_armed(desk: Desk) -> None:
    await desk.acknowledge(TODAY)
    await desk.withdraw()
    assert await desk.correct(received(date(2028, 2, 20))) is None
    (task,) = desk.tasks("approve_correction")
    assert task["due_on"] == "2028-03-06"
    # Nobody is left to own a clock on it.
    assert desk.rows("select id from clock where complaint_id = %s and kind = 'correction_approval'") == []
    assert await desk.decide() is None
    clocks = desk.rows("select kind, state, in_time, due_on from clock where complaint_id = %s")
    assert {clock["state"] for clock in clocks} <= {"met", "stopped"}
    judged = {clock["kind"]: (clock["in_time"], clock["due_on"]) for clock in clocks}
    assert judged["acknowledgement"] == (False, "2028-02-23")
    assert desk.stands()["next_event_at"] is None
    assert len(desk.tasks("late_item")) == 1


async def test_a_correction_that_waits_when_the_complaint_ends_can_still_be_decided(desk: Desk) -> None:
    assert await desk.correct(received(date(2028, 2, 29))) is None
    await desk.withdraw()
    assert desk.clock("correction_approval")["state"] == "stopped"
    assert len(desk.tasks("approve_correction")) == 1
    assert await desk.decide() is None
    assert desk.stands()["received_on"] == "2028-02-29"


async def test_a_machine_may_ask_and_a_person_decides(desk: Desk) -> None:
    assert await desk.correct(received(date(2028, 2, 29)), by=None) is None
    assert desk.correction()["asked_by"] is None
    assert await desk.decide(by=None) == "same_person"
    assert await desk.decide() is None
