"""What became of notices: never backwards, once however often it is told; what did not arrive is a task and a clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from contracts.notices import NOTIFY, NoticeState
from db import desk_said
from db import office_said as office
from db.delivery_said import Arrived, RecordDelivery
from db.desk_said import NoticeOutcomeSaid
from gateways.sealing import Sealing, about, new_key
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body

TODAY = MORNING.date()
UPDATE = office.SendUpdate(subject="Your complaint", body="We are still looking into it.")
FAILED = NoticeState.FAILED


@pytest.fixture
async def by_post(beside: Apart, body: Body) -> Desk:
    """A complaint of somebody who has an address and no e-mail."""
    return await a_desk(beside, body, email=None)


async def an_update(desk: Desk) -> dict[str, Any]:
    """Send an update that meets the clock on it, and return the notice."""
    await desk.acknowledge(TODAY)
    await desk.agree(date(2028, 4, 28))
    await desk.must(CommandKind.SEND_UPDATE, UPDATE)
    return notice(desk)


def notice(desk: Desk) -> dict[str, Any]:
    return desk.row("select * from notice where complaint_id = %s and template = 'update'")


def hand_over(desk: Desk, notice_id: str) -> None:
    """Settle a queued notice as its workflow does."""
    desk.apart.rows(
        "update notice set state = 'handed_over', settled_at = %s where id = %s", desk.apart.engine.now, notice_id
    )


async def told(desk: Desk, notice_id: str, state: NoticeState, failure: str | None = None) -> None:
    said = NoticeOutcomeSaid(notice_id=UUID(notice_id), state=state, failure=failure)
    await desk.must(CommandKind.NOTICE_OUTCOME, said, None)


async def saw(desk: Desk, notice_id: str, what: Arrived, on: date = TODAY) -> str | None:
    said = RecordDelivery(notice_id=UUID(notice_id), what=what, on=on, words="Seen on the mat.")
    return (await desk.do(CommandKind.RECORD_DELIVERY, said)).refusal


def use_notify(desk: Desk, **carries: bool) -> None:
    """Have the organisation's notices go by Notify."""
    row_id, sealing = uuid4(), Sealing.of(new_key())
    what = {"emails": False, "texts": False, "letters": False} | carries
    desk.apart.rows(
        "insert into carrier_setting (id, organisation_id, carrier, emails, texts, letters, email_template,"
        " text_template, key_sealed, changed_at) values (%s, %s, 'notify', %s, %s, %s, %s, %s, %s, %s)",
        row_id, desk.body.id, what["emails"], what["texts"], what["letters"], uuid4(), uuid4(),
        sealing.seal("a key", about("carrier_setting.key_sealed", row_id)), MORNING,
    )  # fmt: skip


async def test_what_did_not_arrive_is_a_task_and_a_clock_beside_the_one_that_it_met(desk: Desk) -> None:
    sent = await an_update(desk)
    assert sent["met_clock_id"] == desk.clock("next_update")["id"]
    hand_over(desk, sent["id"])
    for _ in range(2):  # a callback, and the carrier's own look
        await told(desk, sent["id"], FAILED, "permanent_failure")
    assert (notice(desk)["state"], notice(desk)["failure"]) == ("failed", "permanent_failure")
    clock, (task,) = desk.clock("undelivered"), desk.tasks("notice_failed")
    assert (clock["state"], clock["subject_id"], clock["effect"]) == ("running", sent["id"], "internal")
    assert (task["notice_id"], task["clock_id"], task["due_on"]) == (sent["id"], clock["id"], clock["due_on"])
    assert len(desk.events("notice.failed")) == 1 and len(desk.events("notice.handed_over")) == 1


async def test_what_arrives_after_all_ends_the_task_and_the_clock(desk: Desk) -> None:
    sent = await an_update(desk)
    hand_over(desk, sent["id"])
    await told(desk, sent["id"], FAILED, "temporary_failure")
    await told(desk, sent["id"], NoticeState.DELIVERED)
    assert (notice(desk)["state"], notice(desk)["failure"]) == ("delivered", None)
    assert desk.clock("undelivered")["state"] == "met" and desk.tasks("notice_failed") == []


async def test_what_was_withheld_too_late_has_arrived_and_that_is_on_record(desk: Desk) -> None:
    sent = await an_update(desk)
    stop = desk_said.SetContactRules(stop_contact=True, hold=False, reason="Asked us not to write.")
    await desk.must(CommandKind.SET_CONTACT_RULES, stop)
    desk.apart.rows(
        "update notice set state = 'withheld', journalled = true, carrier = 'notify' where id = %s", sent["id"]
    )
    desk.apart.rows(
        "insert into carriage (id, organisation_id, complaint_id, notice_id, carrier, begun_at)"
        " values (%s, %s, %s, %s, 'notify', %s)", uuid4(), desk.body.id, desk.complaint, sent["id"], MORNING,
    )  # fmt: skip
    await told(desk, sent["id"], NoticeState.DELIVERED)
    assert notice(desk)["state"] == "delivered" and desk.tasks("notice_withheld") == []
    assert len(desk.events("notice.delivered")) == len(desk.events("notice.handed_over")) == 1


async def test_it_never_goes_backwards(desk: Desk) -> None:
    sent = await an_update(desk)
    hand_over(desk, sent["id"])
    await told(desk, sent["id"], NoticeState.DELIVERED)
    await told(desk, sent["id"], FAILED, "technical_failure")
    await told(desk, sent["id"], NoticeState.HANDED_OVER, "arrival_unknown")
    assert notice(desk)["state"] == "delivered"
    assert desk.tasks("notice_failed") == desk.tasks("arrival_unknown") == []
    assert len(desk.events("notice.outcome_noted")) == 2


@pytest.mark.parametrize("state", [NoticeState.DELIVERED, FAILED])
async def test_news_that_come_before_the_hand_over_is_written_down_count(desk: Desk, state: NoticeState) -> None:
    sent = await an_update(desk)
    await told(desk, sent["id"], state, "validation_failed" if state is FAILED else None)
    assert notice(desk)["state"] == state.value
    assert len(desk.events("notice.handed_over")) == 1


@pytest.mark.parametrize("state", ["draft", "discarded", "withheld"])
async def test_of_what_never_left_nothing_is_believed(desk: Desk, state: str) -> None:
    sent = await an_update(desk)
    desk.apart.rows("update notice set state = %s, journalled = true where id = %s", state, sent["id"])
    await told(desk, sent["id"], NoticeState.DELIVERED)
    await told(desk, sent["id"], FAILED, "bounced")
    assert notice(desk)["state"] == state and desk.tasks("notice_failed") == []
    assert await saw(desk, sent["id"], "delivered") == "notice_not_sent"


async def test_what_nobody_knows_to_have_arrived_is_a_task_until_somebody_does(desk: Desk) -> None:
    sent = await an_update(desk)
    hand_over(desk, sent["id"])
    await told(desk, sent["id"], NoticeState.HANDED_OVER, "arrival_unknown")
    (task,) = desk.tasks("arrival_unknown")
    assert task["notice_id"] == sent["id"] and notice(desk)["state"] == "handed_over"
    assert await saw(desk, sent["id"], "read_out") is None
    assert desk.tasks("arrival_unknown") == [] and notice(desk)["state"] == "delivered"


async def test_a_prompt_to_a_colleague_that_fails_is_a_task_and_no_clock(desk: Desk) -> None:
    await desk.fire("acknowledgement", "reminder_1")
    (prompt,) = desk.notices("reminder")
    desk.apart.rows("update notice set state = 'failed', failure = 'address_refused' where id = %s", prompt["id"])
    await told(desk, prompt["id"], FAILED, "address_refused")
    assert len(desk.tasks("notice_failed")) == 1
    assert desk.rows("select * from clock where complaint_id = %s and kind = 'undelivered'") == []


@pytest.mark.parametrize("what", ["returned", "bounced", "wrong_address"])
async def test_a_person_who_saw_it_come_back_knows_better_than_its_carrier(desk: Desk, what: Arrived) -> None:
    sent = await an_update(desk)
    hand_over(desk, sent["id"])
    await told(desk, sent["id"], NoticeState.DELIVERED)
    assert await saw(desk, sent["id"], what) is None
    assert (notice(desk)["state"], notice(desk)["failure"]) == ("failed", what)
    assert desk.clock("undelivered")["state"] == "running" and len(desk.tasks("notice_failed")) == 1
    assert len(desk.tasks("information_governance")) == (what == "wrong_address")
    arrival = desk.row("select * from arrival where complaint_id = %s")
    assert (arrival["what"], arrival["words"], arrival["happened_on"]) == (what, "Seen on the mat.", "2028-03-02")
    assert "Seen on the mat." not in str(desk.rows("select data from case_event where complaint_id = %s"))
    assert await saw(desk, sent["id"], what) == "nothing_changes"
    assert await saw(desk, sent["id"], "supplied_in_format") is None
    assert desk.clock("undelivered")["state"] == "met"


async def test_what_a_person_saw_is_of_this_complaint_and_after_it_left(
    desk: Desk, beside: Apart, standards: Body
) -> None:
    sent = await an_update(desk)
    hand_over(desk, sent["id"])
    assert await saw(desk, str(uuid4()), "delivered") == "unknown_notice"
    assert await saw(desk, sent["id"], "delivered", TODAY - timedelta(days=1)) == "contradicts_record"
    other = await a_desk(beside, standards)
    assert await saw(other, sent["id"], "delivered") == "unknown_notice"


async def test_what_waits_for_a_form_is_given_in_it_and_cannot_come_back(desk: Desk) -> None:
    sent = await an_update(desk)
    desk.apart.rows("update notice set state = 'released', failure = 'format_owed' where id = %s", sent["id"])
    assert await saw(desk, sent["id"], "returned") == "notice_not_sent"
    assert await saw(desk, sent["id"], "supplied_in_format") is None
    assert (notice(desk)["state"], notice(desk)["failure"]) == ("delivered", None)
    assert len(desk.events("notice.handed_over")) == 1


async def test_doing_the_task_meets_the_clock(desk: Desk) -> None:
    sent = await an_update(desk)
    hand_over(desk, sent["id"])
    await told(desk, sent["id"], FAILED, "bounced")
    (task,) = desk.tasks("notice_failed")
    await desk.must(CommandKind.COMPLETE_TASK, desk_said.CompleteTask(task_id=UUID(task["id"]), words="I rang."))
    assert desk.clock("undelivered")["state"] == "met"


async def test_after_the_end_there_is_the_task_and_no_clock(desk: Desk) -> None:
    sent = await an_update(desk)
    hand_over(desk, sent["id"])
    await desk.withdraw()
    assert await saw(desk, sent["id"], "returned") is None
    assert len(desk.tasks("notice_failed")) == 1
    assert desk.rows("select * from clock where complaint_id = %s and kind = 'undelivered'") == []


@pytest.mark.parametrize("by_notify", [True, False])
async def test_who_carries_an_e_mail_is_decided_when_it_is_released(desk: Desk, by_notify: bool) -> None:
    if by_notify:
        use_notify(desk, emails=True)
    sent = await an_update(desk)
    assert (sent["state"], sent["carrier"]) == ("queued", "notify" if by_notify else None)
    start = next(each for each in desk.apart.engine.notices if str(each.notice_id) == sent["id"])
    assert start.carrier == (NOTIFY if by_notify else None)


async def test_a_letter_by_notify_is_queued_and_nobody_posts_it(by_post: Desk) -> None:
    use_notify(by_post, letters=True)
    sent = await an_update(by_post)
    assert (sent["state"], sent["carrier"], sent["channel"]) == ("queued", "notify", "letter")
    assert by_post.tasks("post_letter") == []


async def test_a_prompt_to_staff_goes_by_mail_whoever_carries_the_rest(desk: Desk) -> None:
    use_notify(desk, emails=True)
    await desk.fire("acknowledgement", "reminder_1")
    assert [each["carrier"] for each in desk.notices("reminder")] == [None]


async def test_only_what_the_law_asks_for_leaves_in_quiet_hours(desk: Desk) -> None:
    (receipt,) = desk.notices("receipt")
    await desk.fire("acknowledgement", "reminder_1")
    (reminder,) = desk.notices("reminder")
    desk.at(MORNING + timedelta(days=6))
    await desk.fire("acknowledgement", "overdue")
    (overdue,) = desk.notices("overdue")
    assert [each["statutory"] for each in (receipt, reminder, overdue)] == [False, False, True]
    await desk.acknowledge(TODAY)
    await desk.agree(date(2028, 4, 28))
    (period_set,) = desk.notices("period_set")
    assert period_set["statutory"] is True
