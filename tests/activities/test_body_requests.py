"""Information that a body is asked for: answered, looked at, sent back, late; and meetings with who was there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from db.joint_messages import Attendance, InformationGiven
from db.meeting_said import AttendedSaid, MeetingSaid
from tests.activities import parts
from tests.activities.leads import Joint, three_bodies
from tests.activities.office_desk import Desk, a_desk

DUE = date(2028, 3, 16)


@pytest.fixture
async def joint(full: Desk) -> Joint:
    return await three_bodies(full)


async def asked(joint: Joint, body: UUID | None = None) -> UUID:
    done = await joint.ask(body or joint.gp, DUE)
    assert done.state == "applied", done.refusal
    return UUID(joint.desk.row(f"select id from body_request where complaint_id = %s and act_id = '{done.id}'")["id"])


def request(joint: Joint) -> dict[str, Any]:
    return joint.desk.row("select * from body_request where complaint_id = %s")


def given(request_id: UUID, **changes: Any) -> InformationGiven:
    return InformationGiven(**({"request_id": request_id, "words": "The marker notes, as asked."} | changes))


async def test_a_body_is_asked_with_a_date_and_its_own_workflow_keeps_the_clock(joint: Joint) -> None:
    one = await asked(joint)
    assert joint.told(joint.gp, "information_request") == [
        {"request_id": str(one), "what": "The marker notes.", "due_on": "2028-03-16"}
    ]
    (clock,) = joint.clocks("body_information")
    assert (clock["due_on"], clock["subject_id"], clock["contribution_id"]) == ("2028-03-16", str(one), str(joint.gp))
    assert joint.state(joint.gp) == "contributing"
    assert "arker" not in str(joint.desk.events("body_request.raised"))
    assert joint.told(joint.council, "information_request") == []


async def test_what_it_gives_is_looked_at_and_settled(joint: Joint) -> None:
    one = await asked(joint)
    assert await joint.review(joint.gp, one, "accepted") == "nothing_changes"
    assert await joint.hears(joint.gp, given(one)) is None
    assert joint.clocks("body_information")[0]["state"] == "met"
    (task,) = joint.desk.tasks("review_body_answer")
    assert (task["role"], task["subject_id"]) == ("owner", str(one))
    assert await joint.hears(joint.gp, given(one)) == "request_settled"  # nobody has looked yet
    assert await joint.review(joint.gp, one, "accepted") is None
    assert joint.desk.tasks("review_body_answer") == []
    assert request(joint)["state"] == "done"
    assert joint.told(joint.gp, "information_settled")[0]["result"] == "accepted"
    assert await joint.review(joint.gp, one, "accepted") == "request_settled"
    assert await joint.hears(joint.gp, given(one)) == "request_settled"
    assert "arker" not in str(joint.desk.rows("select data from case_event where complaint_id = %s"))


async def test_what_will_not_do_goes_back_with_a_new_date_and_the_lateness_stays(joint: Joint) -> None:
    one = await asked(joint)
    joint.desk.at(datetime(2028, 3, 20, 10, tzinfo=UTC))
    assert await joint.hears(joint.gp, given(one)) is None
    assert await joint.review(joint.gp, one, "sent_back", reason="Incomplete; marker.") == "reason_needed"
    assert await joint.review(joint.gp, one, "sent_back", due_on=date(2028, 3, 27)) == "reason_needed"
    back = {"reason": "Incomplete; marker.", "due_on": date(2028, 3, 19)}
    assert await joint.review(joint.gp, one, "sent_back", **back) == "date_in_past"
    assert await joint.review(joint.gp, one, "sent_back", **back | {"due_on": date(2028, 3, 27)}) is None
    (clock,) = joint.clocks("body_information")
    assert (clock["due_on"], clock["generation"], clock["state"]) == ("2028-03-27", 2, "running")
    assert clock["breached_at"] is not None
    assert joint.told(joint.gp, "information_settled")[0]["due_on"] == "2028-03-27"
    assert await joint.hears(joint.gp, given(one, words="All of it; marker.")) is None
    assert await joint.review(joint.gp, one, "accepted") is None
    answers = joint.desk.rows("select * from body_request_answer where complaint_id = %s order by round")
    assert [(each["round"], each["in_time"], each["accepted"]) for each in answers] == [
        (1, False, False), (2, True, True),
    ]  # fmt: skip


async def test_what_was_given_by_telephone_counts_from_the_day_it_was_given(joint: Joint) -> None:
    one = await asked(joint)
    joint.desk.at(datetime(2028, 3, 20, 10, tzinfo=UTC))
    await parts.must_hear(joint.desk, joint.gp, given(one), on=date(2028, 3, 15))
    (answer,) = joint.desk.rows("select * from body_request_answer where complaint_id = %s")
    assert (answer["given_on"], answer["in_time"]) == ("2028-03-15", True)
    assert joint.clocks("body_information")[0]["in_time"] is True


async def test_what_is_not_needed_any_more_stops_its_clock(joint: Joint) -> None:
    one = await asked(joint)
    assert await joint.review(joint.gp, one, "not_needed", reason="Found; marker.") is None
    assert joint.clocks("body_information")[0]["state"] == "stopped"
    assert request(joint)["state"] == "not_needed"
    assert await joint.hears(joint.gp, given(one)) == "request_settled"


async def test_only_a_body_that_takes_part_and_may_be_told_is_asked(full: Desk) -> None:
    joint = await three_bodies(full, gp="invited", council="consent_blocked")
    assert (await joint.ask(joint.gp, DUE)).refusal == "not_accepted_yet"
    assert (await joint.ask(joint.council, DUE)).refusal == "consent_missing"
    assert (await joint.ask(uuid4(), DUE)).refusal == "unknown_contribution"
    full.apart.rows("update contribution set state = 'released' where id = %s", joint.gp)
    assert (await joint.ask(joint.gp, DUE)).refusal == "contribution_released"
    full.apart.rows("update contribution set state = 'accepted' where id = %s", joint.gp)
    assert (await joint.ask(joint.gp, date(2028, 3, 1))).refusal == "date_in_past"
    # Open by the row, though nobody's consent covers it any more: nothing leaves.
    full.apart.rows("update consent set body = 'somebody-else' where complaint_id = %s", full.complaint)
    assert (await joint.ask(joint.gp, DUE)).refusal == "consent_missing"
    assert full.rows("select id from body_request where complaint_id = %s") == []
    assert full.rows("select id from joint_message where complaint_id = %s and kind = 'information_request'") == []


async def test_nobody_answers_or_settles_what_was_asked_of_another(joint: Joint) -> None:
    one = await asked(joint)
    assert await joint.hears(joint.council, given(one)) == "unknown_request"
    assert await joint.hears(joint.gp, given(uuid4())) == "unknown_request"
    assert await joint.review(joint.council, one, "not_needed") == "unknown_request"
    second = await a_desk(joint.desk.apart, joint.desk.body)
    done = await parts.hears(second, joint.gp, given(one))
    assert done.refusal == "unknown_contribution"
    assert await joint.hears(joint.gp, given(one, words="  ")) == "reason_needed"
    assert await joint.hears(joint.gp, given(one, file_ids=(uuid4(),))) == "unknown_file"
    assert request(joint)["state"] == "open"
    assert joint.desk.rows("select id from body_request_answer where complaint_id = %s") == []


async def test_a_meeting_is_called_answered_and_recorded_with_who_was_there(joint: Joint) -> None:
    done = await joint.call(joint.gp, joint.council, on=date(2028, 3, 9))
    assert done.state == "applied", done.refusal
    meeting = UUID(joint.desk.row("select id from joint_meeting where complaint_id = %s")["id"])
    (message,) = joint.told(joint.gp, "meeting")
    assert (message["on"], message["at"], message["how"], message["cancelled"]) == (
        "2028-03-09", "14:00", "video", False,
    )  # fmt: skip
    (task,) = joint.desk.tasks("record_meeting")
    assert task["due_on"] == "2028-03-09"
    assert await joint.hears(joint.gp, Attendance(meeting_id=meeting, attends=True, who="Dr Marker")) is None
    no = Attendance(meeting_id=meeting, attends=False)
    assert await joint.hears(joint.council, no) == "reason_needed"
    no = Attendance(meeting_id=meeting, attends=False, reason="No time; marker.")
    assert await joint.hears(joint.council, no) is None
    there = (
        AttendedSaid(contribution_id=joint.gp, attended=True, who="Dr Marker"),
        AttendedSaid(contribution_id=joint.council, attended=False),
    )
    assert await joint.record(held=True, meeting_id=meeting, attendance=there) == "date_in_future"
    joint.desk.at(datetime(2028, 3, 9, 16, tzinfo=UTC))
    assert await joint.record(held=True, meeting_id=meeting, attendance=there[:1]) == "contradicts_record"
    assert await joint.record(held=True, meeting_id=meeting, attendance=there, words="Notes; marker.") is None
    bodies = {row["contribution_id"]: row for row in
              joint.desk.rows("select * from joint_meeting_body where complaint_id = %s")}  # fmt: skip
    assert (bodies[str(joint.gp)]["attends"], bodies[str(joint.gp)]["attended"]) == (True, True)
    assert (bodies[str(joint.council)]["attends"], bodies[str(joint.council)]["attended"]) == (False, False)
    assert joint.desk.tasks("record_meeting") == []
    assert [event["data"]["came"] for event in joint.desk.events("meeting.attended")] == [True, False]
    assert await joint.record(held=True, meeting_id=meeting, attendance=there) == "contradicts_record"
    assert await joint.hears(joint.gp, Attendance(meeting_id=meeting, attends=True)) == "contradicts_record"
    assert "arker" not in str(joint.desk.rows("select data from case_event where complaint_id = %s"))


async def test_a_meeting_that_is_off_is_told_to_those_who_were_called(joint: Joint) -> None:
    await joint.call(joint.gp, on=date(2028, 3, 9))
    meeting = UUID(joint.desk.row("select id from joint_meeting where complaint_id = %s")["id"])
    assert await joint.record(held=False, meeting_id=meeting, words="Ill; marker.") is None
    assert [each["cancelled"] for each in joint.told(joint.gp, "meeting")] == [False, True]
    assert joint.told(joint.council, "meeting") == []
    assert joint.desk.row("select state from joint_meeting where complaint_id = %s")["state"] == "cancelled"


async def test_a_meeting_that_nobody_had_called_is_recorded_afterwards(joint: Joint) -> None:
    uncalled = MeetingSaid(on=date(2028, 3, 2), at="09:00", how="call", purpose="By chance; marker.")
    there = (AttendedSaid(contribution_id=joint.council, attended=True, who="Marker"),)
    assert await joint.record(held=True, uncalled=uncalled, attendance=there) is None
    row = joint.desk.row("select * from joint_meeting where complaint_id = %s")
    assert (row["state"], row["called_at"]) == ("held", None)
    assert joint.told(joint.council, "meeting") == []
    early = MeetingSaid(on=date(2028, 2, 1), at="09:00", how="call", purpose="x")
    assert await joint.record(held=True, uncalled=early, attendance=there) == "date_before_receipt"
    assert await joint.record(held=True, uncalled=uncalled) == "contradicts_record"
    assert await joint.record(held=False, uncalled=uncalled) == "contradicts_record"
    stranger = (AttendedSaid(contribution_id=uuid4(), attended=True),)
    assert await joint.record(held=True, uncalled=uncalled, attendance=stranger) == "unknown_contribution"


async def test_nobody_is_called_who_may_not_be_told_and_no_meeting_is_answered_for_another(full: Desk) -> None:
    joint = await three_bodies(full, council="consent_blocked")
    on = {"on": date(2028, 3, 9)}
    assert (await joint.call(joint.gp, joint.council, **on)).refusal == "consent_missing"
    assert joint.told(joint.gp, "meeting") == []
    assert (await joint.call(uuid4(), **on)).refusal == "unknown_contribution"
    assert (await joint.call(**on)).refusal == "unknown_contribution"
    assert (await joint.call(joint.gp, on=date(2028, 3, 1))).refusal == "date_in_past"
    full.apart.rows("update contribution set state = 'accepted', open_to_body = true where id = %s", joint.council)
    assert (await joint.call(joint.gp, **on)).refusal is None
    meeting = UUID(full.row("select id from joint_meeting where complaint_id = %s")["id"])
    assert await joint.hears(joint.council, Attendance(meeting_id=meeting, attends=True)) == "unknown_meeting"
    assert await joint.hears(joint.gp, Attendance(meeting_id=uuid4(), attends=True)) == "unknown_meeting"
    second = await three_bodies(await a_desk(full.apart, full.body))
    there = (AttendedSaid(contribution_id=joint.gp, attended=True),)
    assert await second.record(held=True, meeting_id=meeting, attendance=there) == "unknown_meeting"
    assert await second.record(held=False, meeting_id=meeting) == "unknown_meeting"
