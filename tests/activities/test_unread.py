"""What came by itself: whoever owns the case, or stands in, is asked to read it on the next working day."""

from __future__ import annotations

from datetime import date

from contracts.commands import CommandKind
from db import said
from db.intake_said import Convert
from db.office_said import RecordContact
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body

FRIDAY = date(2028, 3, 3)
UNREAD = {"matter": "enquiry", "channel": "electronic", "unread": True, "owner_id": None}


def a_contact(*, unread: bool) -> RecordContact:
    return RecordContact(
        direction="in", channel="email", happened_at=MORNING, with_whom="Una", summary="Thank you.", unread=unread
    )


async def test_an_enquiry_that_nobody_has_read_is_a_task_and_has_a_clock(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, **UNREAD)
    (task,) = desk.tasks("read_incoming")
    assert (task["role"], task["due_on"]) == ("owner", FRIDAY.isoformat())
    # Nobody owns it: the complaints manager stands in.
    assert task["assignee_id"] == str(standards.person("complaints_manager"))
    assert {each["kind"] for each in desk.rows("select kind from clock where complaint_id = %s")} == {
        *("answer", "allocation"),
    }


async def test_a_person_converts_it_with_its_day_of_receipt_and_has_read_it_then(
    beside: Apart, standards: Body
) -> None:
    desk = await a_desk(beside, standards, **UNREAD)
    await desk.must(CommandKind.CONVERT, Convert(received_on=MORNING.date(), channel="electronic"))
    assert desk.tasks("read_incoming") == []
    assert desk.stands()["matter"] == "complaint"
    (clock,) = desk.rows("select started_on from clock where complaint_id = %s and kind = 'acknowledgement'")
    assert clock["started_on"] == MORNING.date().isoformat()


async def test_what_a_person_logs_asks_nobody_to_read_it(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, **(UNREAD | {"unread": False}))
    assert desk.tasks("read_incoming") == []
    await desk.must(CommandKind.RECORD_CONTACT, a_contact(unread=False))
    assert desk.tasks("read_answer") == []


async def test_an_answer_that_came_by_itself_is_a_task_for_the_owner_and_the_same_once(full: Desk) -> None:
    await full.must(CommandKind.RECORD_CONTACT, a_contact(unread=True), None)
    (task,) = full.tasks("read_answer")
    assert (task["role"], task["due_on"]) == ("owner", FRIDAY.isoformat())
    (contact,) = full.rows("select id, author_id from contact where complaint_id = %s")
    assert (task["subject_id"], contact["author_id"]) == (contact["id"], None)
    await full.must(CommandKind.RECORD_CONTACT, a_contact(unread=True), None)
    assert len(full.tasks("read_answer")) == 2


async def test_after_the_end_it_is_the_complaints_manager_who_decides(desk: Desk) -> None:
    withdrawn = said.Withdraw(method="call", withdrawn_on=MORNING.date())
    await desk.must(CommandKind.WITHDRAW, withdrawn)
    await desk.must(CommandKind.RECORD_CONTACT, a_contact(unread=True), None)
    assert len(desk.tasks("late_item")) == 1 and desk.tasks("read_answer") == []
