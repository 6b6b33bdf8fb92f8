"""Meetings with contributing bodies: called, answered, held or cancelled, with who was there for each (reg 9(3)(c))."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from activities.acts import joint, taking_part
from activities.acts.case import Case, Refused, refuse_if
from contracts.failures import Refusal
from db.joint_messages import Attendance, MeetingCalled
from db.meeting_said import AttendedSaid, CallMeeting, MeetingSaid, RecordMeeting
from db.models.body_requests import JointMeeting, JointMeetingBody
from db.models.joint import Contribution
from db.queries import body_requests, tasks

RECORD: Final = "record_meeting"


async def call_meeting(case: Case, said: CallMeeting) -> None:
    """Call bodies to a meeting."""
    refuse_if(not said.contribution_ids, Refusal.UNKNOWN_CONTRIBUTION)
    refuse_if(said.on < case.on, Refusal.DATE_IN_PAST)
    bodies = [await joint.find_live(case, each) for each in dict.fromkeys(said.contribution_ids)]
    for body in bodies:
        taking_part.refuse_unless_asked(body, accepted=False)
    asked = MeetingSaid(on=said.on, at=said.at, how=said.how, purpose=said.purpose, where=said.where)
    row = await _add(case, asked, called=True)
    for body in bodies:
        case.session.add(_body(case, row, body.id, called=True))
        refuse_if(await joint.post(case, body, _message(row)) is None, Refusal.CONSENT_MISSING)
    case.event("meeting.called", meeting_id=row.id, on=row.on, how=row.how, bodies=len(bodies))
    await case.task(RECORD, "owner", name=str(row.id), due_on=row.on, subject_id=row.id)


async def attendance(case: Case, row: Contribution, said: Attendance) -> None:
    """Hear who attends for a body. That it does not come is on record, with the reason."""
    meeting = await case.session.get(JointMeeting, said.meeting_id)
    bodies = await body_requests.bodies_of(case.session, said.meeting_id)
    if meeting is None or meeting.complaint_id != case.complaint.id or row.id not in bodies:
        raise Refused(Refusal.UNKNOWN_MEETING)
    refuse_if(meeting.state != "called", Refusal.CONTRADICTS_RECORD)
    refuse_if(not said.attends and not said.reason, Refusal.REASON_NEEDED)
    its = bodies[row.id]
    its.attends, its.expected, its.reason, its.answered_at = said.attends, said.who, said.reason, case.at
    case.event("meeting.answered", meeting_id=meeting.id, contribution_id=row.id, body=row.code, attends=said.attends)
    joint.touch(case, row)


async def record_meeting(case: Case, said: RecordMeeting) -> None:
    """Record that a meeting was held, with who was there for each body, or that it was cancelled."""
    row = await _meeting(case, said)
    refuse_if(row.state != "called", Refusal.CONTRADICTS_RECORD)
    if said.held:
        row.on = said.held_on or row.on
        refuse_if(row.on > case.on, Refusal.DATE_IN_FUTURE)
        refuse_if(row.on < case.complaint.received_on, Refusal.DATE_BEFORE_RECEIPT)
        await _attended(case, row, said.attendance)
    else:
        refuse_if(said.uncalled is not None or bool(said.attendance), Refusal.CONTRADICTS_RECORD)
    row.state = "held" if said.held else "cancelled"
    row.words, row.recorded_by, row.settled_at = said.words, case.actor_id, case.at
    await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=row.id, kind=RECORD,
                         done_by=case.actor_id, done=True)  # fmt: skip
    case.event(f"meeting.{row.state}", meeting_id=row.id, on=row.on, called=row.called_at is not None)
    if not said.held:
        await _call_off(case, row)


async def _meeting(case: Case, said: RecordMeeting) -> JointMeeting:
    """Return the meeting that was called, or make one that nobody had called."""
    refuse_if((said.meeting_id is None) == (said.uncalled is None), Refusal.CONTRADICTS_RECORD)
    if said.uncalled is not None:
        return await _add(case, said.uncalled, called=False)
    row = await case.session.get(JointMeeting, said.meeting_id)
    if row is None or row.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_MEETING)
    return row


async def _attended(case: Case, row: JointMeeting, attendance: tuple[AttendedSaid, ...]) -> None:
    """Write down who was there, body by body: every body that was called is accounted for."""
    bodies = await body_requests.bodies_of(case.session, row.id)
    said = {each.contribution_id for each in attendance}
    refuse_if(len(said) < len(attendance) or not bodies.keys() <= said or not said, Refusal.CONTRADICTS_RECORD)
    for each in attendance:
        body = await joint.find(case, each.contribution_id)
        its = bodies.get(body.id)
        if its is None:
            its = _body(case, row, body.id, called=False)
            case.session.add(its)
        its.attended, its.who = each.attended, each.who
        case.event("meeting.attended", meeting_id=row.id, contribution_id=body.id, body=body.code, came=each.attended)
    await case.session.flush()


async def _call_off(case: Case, row: JointMeeting) -> None:
    """Tell the bodies that were called, and are still spoken with, that it is off."""
    for contribution_id in await body_requests.bodies_of(case.session, row.id):
        body = await joint.find(case, contribution_id)
        if taking_part.hears(body):
            await joint.post(case, body, _message(row, cancelled=True))


async def _add(case: Case, said: MeetingSaid, *, called: bool) -> JointMeeting:
    row = JointMeeting(
        id=case.new_id("meeting"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        state="called",
        on=said.on,
        at=said.at,
        how=said.how,
        purpose=said.purpose,
        place=said.where,
        called_at=case.at if called else None,
        called_by=case.actor_id if called else None,
        act_id=case.act.act_id,
    )
    case.session.add(row)
    await case.session.flush()
    return row


def _body(case: Case, row: JointMeeting, contribution_id: UUID, *, called: bool) -> JointMeetingBody:
    return JointMeetingBody(
        id=case.new_id(f"meeting/{contribution_id}"),
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        meeting_id=row.id,
        contribution_id=contribution_id,
        called=called,
    )


def _message(row: JointMeeting, *, cancelled: bool = False) -> MeetingCalled:
    how: Any = row.how
    return MeetingCalled(
        meeting_id=row.id,
        on=row.on,
        at=row.at,
        how=how,
        purpose=row.purpose,
        where=row.place,
        cancelled=cancelled,
    )
