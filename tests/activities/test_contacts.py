"""The contact log over real PostgreSQL, and what becomes of things that come after the end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from contracts.commands import CommandKind
from db import desk_said
from db import office_said as office
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING
from tests.world import a_complaint


def a_call(**changes: Any) -> office.RecordContact:
    values: dict[str, Any] = {
        "direction": "in",
        "channel": "voicemail",
        "happened_at": MORNING - timedelta(hours=1),
        "with_whom": "Pat Marker",
        "summary": "Asked when to expect news; marker.",
    }
    return office.RecordContact(**values | changes)


async def test_a_contact_is_in_the_log_with_its_words_and_in_the_chain_without(desk: Desk) -> None:
    await desk.must(CommandKind.RECORD_CONTACT, a_call(party_id=desk.party()))
    row = desk.row("select * from contact where complaint_id = %s")
    assert (row["channel"], row["with_whom"], row["author_id"]) == (
        *("voicemail", "Pat Marker"),
        str(desk.body.person("handler")),
    )
    (event,) = desk.events("contact.recorded")
    assert (event["data"]["contact_id"], event["data"]["direction"]) == (row["id"], "in")
    assert "arker" not in str(event)
    assert desk.tasks("late_item") == []


async def test_a_call_long_before_the_complaint_belongs_in_its_log_and_none_is_in_the_future(desk: Desk) -> None:
    await desk.must(CommandKind.RECORD_CONTACT, a_call(happened_at=datetime(2020, 1, 1, 9, 0, tzinfo=UTC)))
    ahead = await desk.do(CommandKind.RECORD_CONTACT, a_call(happened_at=MORNING + timedelta(seconds=1)))
    assert ahead.refusal == "date_in_future"


async def test_a_promise_has_a_day_and_is_a_task_until_it_is_kept_also_after_the_end(desk: Desk) -> None:
    for wrong, refusal in (
        (a_call(promised="A letter."), "reason_needed"),
        (a_call(promised="A letter.", promised_by=date(2028, 3, 1)), "date_not_later"),
    ):
        assert (await desk.do(CommandKind.RECORD_CONTACT, wrong)).refusal == refusal
    await desk.must(CommandKind.RECORD_CONTACT, a_call(promised="A letter.", promised_by=date(2028, 3, 10)))
    (task,) = desk.tasks("promised")
    contact = desk.row("select id from contact where complaint_id = %s")
    assert (task["due_on"], task["subject_id"], task["role"]) == ("2028-03-10", contact["id"], "owner")
    await desk.withdraw()
    assert len(desk.tasks("promised")) == 1
    await desk.must(CommandKind.COMPLETE_TASK, desk_said.CompleteTask(task_id=UUID(task["id"])))
    assert desk.tasks("promised") == []


async def test_a_contact_with_a_person_of_another_complaint_is_refused(desk: Desk) -> None:
    other = await a_desk(desk.apart, desk.body)
    for party in (other.party(), uuid4()):
        refused = await desk.do(CommandKind.RECORD_CONTACT, a_call(party_id=party))
        assert refused.refusal == "unknown_party"


async def test_a_contact_is_never_altered(desk: Desk, migrator: psycopg.Connection[Any]) -> None:
    await desk.must(CommandKind.RECORD_CONTACT, a_call())
    with pytest.raises(psycopg.errors.RestrictViolation):
        migrator.execute("update contact set summary = 'x' where complaint_id = %s", (desk.complaint,))


async def test_what_comes_after_the_end_asks_to_be_filed_answered_or_reopened(desk: Desk) -> None:
    await desk.withdraw()
    await desk.must(CommandKind.ADD_NOTE, desk_said.AddNote(words="She rang once more."))
    await desk.must(CommandKind.RECORD_CONTACT, a_call())
    note = desk.row("select id from note where complaint_id = %s and kind = 'note'")
    contact = desk.row("select id from contact where complaint_id = %s")
    raised = desk.tasks("late_item")
    assert {task["subject_id"] for task in raised} == {note["id"], contact["id"]}
    assert {(task["role"], task["due_on"]) for task in raised} == {("complaints_manager", "2028-03-06")}

    async def done(task: dict[str, Any], outcome: Any) -> str | None:
        what = desk_said.CompleteTask(task_id=UUID(task["id"]), outcome=outcome)
        return (await desk.do(CommandKind.COMPLETE_TASK, what, by="complaints_manager")).refusal

    assert await done(raised[0], None) == "reason_needed"
    assert await done(raised[0], "reopened") == "contradicts_record"
    assert await done(raised[0], "filed") is None
    assert desk.events("task.done")[-1]["data"]["outcome"] == "filed"

    again = uuid4()
    what = a_complaint(MORNING, reopened_from=desk.complaint, owner_id=desk.body.person("handler"))
    await desk.apart.say(desk.body, again, CommandKind.LOG, what, reference=f"{desk.body.code}-{again.hex[:8]}-0")
    assert await desk.apart.deliver(desk.body, again) == 1
    assert await done(raised[1], "reopened") is None
    assert desk.tasks("late_item") == []


async def test_a_file_after_the_end_asks_too(desk: Desk) -> None:
    await desk.withdraw()
    file_id, submission_id = uuid4(), uuid4()
    desk.apart.rows(
        "insert into case_file (id, organisation_id, complaint_id, submission_id, name, media_type, size, sha256,"
        " content, attached, added_at) values (%s, %s, %s, %s, 'late.txt', 'text/plain', 4, %s, %s, false, %s)",
        *(file_id, desk.body.id, desk.complaint, submission_id, "0" * 64, b"late", MORNING),
    )
    await desk.must(CommandKind.ATTACH_FILE, desk_said.AttachFile(file_id=file_id))
    assert [task["subject_id"] for task in desk.tasks("late_item")] == [str(file_id)]
