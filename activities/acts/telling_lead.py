"""What we say to the body that coordinates: checked here, kept in our own case, brought to it by the part's workflow.

Our submission is our own: signed by somebody who may sign, and never by whoever looked into it (R-51).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from activities.acts import part_of
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.drafting import standing_of
from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.joint import PROTOCOL
from db.joint_messages import (
    TO_LEAD,
    Accept,
    ActionDone,
    Attendance,
    Decline,
    DraftComment,
    InformationGiven,
    Submission,
    ToLead,
    to_json,
    to_lead,
)
from db.models.parts import JointPart, PartMessage
from db.part_said import TellLead
from db.queries import casework, parts, people, tasks
from policies import parts as lawful
from policies import signing


async def tell(case: Case, said: TellLead) -> None:
    """Say something to the lead. Refused where our part does not stand so that it can be said."""
    part = await part_of.find(case)
    check(lawful.refusal(said.kind, case.complaint.stage))
    body = await _signed(case, said.body) if said.kind == "submission" else said.body
    message = _understood(said.kind, body)
    await _check(case, part, message)
    part.said += 1
    row = PartMessage(
        id=case.new_id("part_message"),
        organisation_id=part.organisation_id,
        complaint_id=part.complaint_id,
        part_id=part.id,
        direction="out",
        seq=part.said,
        kind=said.kind,
        protocol=PROTOCOL,
        body=to_json(message),
        state="queued",
        act_id=case.act.act_id,
        said_by=case.actor_id,
        said_at=case.at,
    )
    case.session.add(row)
    await case.session.flush()
    case.event("part.told", part_id=part.id, message=said.kind, seq=row.seq, id=row.id)
    await _follow(case, message)
    case.move(CommandKind.TELL_LEAD, said.kind)


async def _signed(case: Case, body: dict[str, Any]) -> dict[str, Any]:
    """Return a submission with whoever signs it: nobody signs for somebody else."""
    person = await people.active_person(case.session, case.actor_id) if case.actor_id is not None else None
    if person is None:
        raise Refused(Refusal.UNKNOWN_SIGNATORY)
    standing = await standing_of(case, person.id)
    check(signing.refusal(case.procedure, standing))
    capacity = signing.capacity(case.procedure, standing)
    assert capacity is not None  # else it was refused
    case.event("part.signed", person_id=person.id, capacity=capacity.value)
    return {**body, "signed_by": person.name, "signed_role": signing.title(capacity)}


def _understood(kind: str, body: dict[str, Any]) -> ToLead:
    refuse_if(kind not in TO_LEAD, Refusal.PROTOCOL_NOT_SPOKEN)
    try:
        return to_lead(kind, body)
    except ValueError:
        raise Refused(Refusal.MESSAGE_MALFORMED) from None


async def _check(case: Case, part: JointPart, message: ToLead) -> None:
    """Refuse an answer to what was not asked: the lead refuses it, too, and then it is late."""
    if isinstance(message, Submission):
        issues = await casework.issues_of(case.session, case.complaint.id)
        ours = [issue.number for issue in issues if issue.state != "taken_back"]
        check(lawful.theirs([each.number for each in message.issues], ours))
        refuse_if(not message.issues, Refusal.FINDINGS_NEEDED)
    elif isinstance(message, InformationGiven):
        await _known(case, part, "information_request", "request_id", message.request_id, Refusal.UNKNOWN_REQUEST)
    elif isinstance(message, DraftComment):
        await _known(case, part, "draft", "draft_id", message.draft_id, Refusal.UNKNOWN_DRAFT)
    elif isinstance(message, Attendance):
        await _known(case, part, "meeting", "meeting_id", message.meeting_id, Refusal.UNKNOWN_MEETING)
    elif isinstance(message, ActionDone):
        refuse_if(message.done_on > case.on, Refusal.DATE_IN_FUTURE)
        said = [each for each in await parts.messages_of(case.session, part.id) if each.kind == "submission"]
        known = {action["action_id"] for each in said for action in each.body["actions"]}
        refuse_if(str(message.action_id) not in known, Refusal.UNKNOWN_ACTION)


async def _known(case: Case, part: JointPart, kind: str, key: str, asked: UUID, otherwise: Refusal) -> None:
    heard = [each for each in await parts.messages_of(case.session, part.id) if each.direction == "in"]
    refuse_if(all(each.kind != kind or each.body.get(key) != str(asked) for each in heard), otherwise)


async def _follow(case: Case, message: ToLead) -> None:
    """Meet what was owed, and keep what we promise."""
    match message:
        case Submission():
            await part_of.done(case, part_of.ACCEPTANCE)
            await part_of.done(case, part_of.CONTRIBUTION)
            await part_of.done(case, part_of.REVISION)
            for action in message.actions:
                await part_of.due(case, part_of.ACTION, action.due_on, "promised", action.action_id)
        case InformationGiven():
            await part_of.done(case, part_of.INFORMATION, message.request_id)
            await _task_done(case, "give_information", message.request_id)
        case DraftComment():
            await part_of.done(case, part_of.COMMENT, message.draft_id)
            await _task_done(case, "comment_on_draft", message.draft_id)
        case ActionDone():
            await part_of.done(case, part_of.ACTION, message.action_id)
        case Attendance():
            await _task_done(case, "say_who_attends", message.meeting_id)
        case _:
            await _answered(case, message)


async def _answered(case: Case, message: ToLead) -> None:
    if isinstance(message, Accept | Decline):
        await part_of.done(case, part_of.ACCEPTANCE)
        await _task_done(case, "answer_invitation", None)
    if isinstance(message, Decline):
        await part_of.nothing_is_owed(case, "declined")
    if isinstance(message, Accept):
        part = await part_of.find(case)
        if part.contribute_by is not None and part.contribute_by >= case.on:
            await part_of.due(case, part_of.CONTRIBUTION, part.contribute_by, "accepted")


async def _task_done(case: Case, kind: str, subject_id: UUID | None) -> None:
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, kind=kind, subject_id=subject_id, done_by=case.actor_id, done=True
    )
