"""What the body that coordinates says to us: kept, each message once, and what follows from it for our own part.

A kind that nobody here knows is kept, too, and somebody is asked to read it: what is said later breaks nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

from activities.acts import ledger, part_of, taking_over
from activities.acts.case import Case
from activities.acts.ending import end
from activities.acts.ledger import Terms
from contracts.code import Code
from contracts.commands import CommandKind
from db.joint_messages import (
    TO_BODY,
    Approved,
    ConsentEnded,
    DraftShared,
    FinalResponse,
    InformationRequested,
    InformationSettled,
    Invitation,
    IssuesChanged,
    IssueTold,
    LeadDecided,
    MeetingCalled,
    Released,
    Reminder,
    RevisionRequested,
    Timescale,
    ToBody,
    to_body,
)
from db.models.casework import Issue
from db.models.parts import JointPart, PartMessage
from db.part_said import HearLead
from db.queries import casework, parts, tasks, transfers
from policies.clock_rules import StartEvent

_LEVELS: Final = {
    "contact": "owner",
    "complaints_manager": "complaints_manager",
    "responsible_person": "responsible_person",
}


async def hear(case: Case, said: HearLead) -> None:
    """Take in what the lead says; or that it refused what we said."""
    if (received := await transfers.received_as(case.session, case.complaint.id)) is not None:
        await taking_over.hear(case, received, said)
        return
    part = await part_of.find(case)
    if said.refused_id is not None:
        await _refused(case, part, said, said.refused_id)
        return
    if said.seq in await parts.heard_numbers(case.session, part.id):
        return
    part.heard = max(part.heard, said.seq)
    kind = said.kind if said.kind in TO_BODY else "unknown"
    message_id = case.new_id("part_message")
    case.session.add(_kept(case, part, said, kind, message_id))
    await case.session.flush()
    case.event("part.heard", part_id=part.id, message=kind, seq=said.seq, id=message_id, protocol=said.protocol)
    message = _understood(said)
    if message is None:
        await case.task("read_lead_message", "owner", name=str(said.seq), subject_id=message_id)
        return
    if case.complaint.open:
        await _FOLLOWS[type(message)](case, part, message)
        await _move(case, said.kind, part)


def _is_code(words: str) -> bool:
    """Say whether what another installation gave for a code is one: events and tasks hold nothing else."""
    try:
        Code(words)
    except ValueError:
        return False
    return True


async def _move(case: Case, kind: str, part: JointPart) -> None:
    to = case.procedure.after(case.complaint.stage, CommandKind.HEAR_LEAD, kind)
    if case.procedure.is_terminal(to):
        part.ended_on = case.on
        await end(case, to, cause=part.ended_cause)
    else:
        case.complaint.stage = to


def _understood(said: HearLead) -> ToBody | None:
    """Return the message; None for one that nobody here knows."""
    if said.kind not in TO_BODY or TO_BODY[said.kind] not in _FOLLOWS:
        return None
    try:
        return to_body(said.kind, said.body)
    except ValueError:
        return None


def _kept(case: Case, part: JointPart, said: HearLead, kind: str, message_id: UUID) -> PartMessage:
    return PartMessage(
        id=message_id,
        organisation_id=part.organisation_id,
        complaint_id=part.complaint_id,
        part_id=part.id,
        direction="in",
        seq=said.seq,
        kind=kind,
        protocol=said.protocol,
        body=said.body,
        state="heard",
        act_id=case.act.act_id,
        said_at=case.at,
    )


async def _refused(case: Case, part: JointPart, said: HearLead, message_id: UUID) -> None:
    """Have somebody see to what the lead refused: it is not brought again."""
    row = await case.session.get(PartMessage, message_id)
    if row is None or row.part_id != part.id:
        return
    case.event("part.refused", part_id=part.id, message=row.kind, seq=row.seq, id=row.id, refusal=said.kind)
    await case.task("refused_by_lead", "owner", name=str(row.id), subject_id=row.id)


async def _invited(case: Case, part: JointPart, said: Invitation) -> None:
    part.accept_by, part.bound = said.accept_by, said.bound
    await _issues(case, said.issues)
    await part_of.no_longer(case, part_of.SEPARATELY, "invited_again")
    await _dates(case, part, said.contribute_by, said.respond_by, "invited")
    if await ledger.running(case, part_of.ACCEPTANCE) is None and case.complaint.stage == "separate":
        await ledger.begin(case, StartEvent.RECEIPT, case.on, Terms(cause="invited_again"))
    await case.task("answer_invitation", "complaints_manager", due_on=said.accept_by)


async def _issues_changed(case: Case, part: JointPart, said: IssuesChanged) -> None:
    await _issues(case, said.issues)
    await case.task("look_at_issues", "owner", name="issues")


async def _issues(case: Case, told: tuple[IssueTold, ...]) -> None:
    """Keep our issues as the lead has them, under its numbers. One that is ours no more is taken back, never erased."""
    known = {issue.number: issue for issue in await casework.issues_of(case.session, case.complaint.id)}
    for each in told:
        issue = known.pop(each.number, None)
        if issue is None:
            _add(case, each)
        elif (issue.summary, issue.effect, issue.outcome_sought) != (each.summary, each.effect, each.outcome_sought):
            issue.summary, issue.effect, issue.outcome_sought = each.summary, each.effect, each.outcome_sought
            issue.version += 1
            case.event("issue.changed", issue_id=issue.id, number=issue.number, version=issue.version)
        if issue is not None and issue.state == "taken_back":
            issue.state = "open"
            case.event("issue.taken_up", issue_id=issue.id, number=issue.number)
    for issue in known.values():
        if issue.state == "open":
            issue.state = "taken_back"
            case.event("issue.taken_back", issue_id=issue.id)
    await case.session.flush()


def _add(case: Case, told: IssueTold) -> None:
    issue = Issue(
        id=case.new_id(f"issue/{told.number}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=told.number,
        summary=told.summary,
        effect=told.effect,
        outcome_sought=told.outcome_sought,
        state="open",
        version=1,
        act_id=case.act.act_id,
        raised_at=case.at,
    )
    case.session.add(issue)
    case.event("issue.added", issue_id=issue.id, number=told.number, subject=None)


async def _lead(case: Case, part: JointPart, said: LeadDecided) -> None:
    case.event("part.lead", part_id=part.id, state=said.state, yours=said.yours)
    part.yours = said.yours
    if said.yours and said.state in ("agreed", "decided"):
        await case.task("take_the_lead", "complaints_manager")
    elif said.state == "proposed":
        await case.task("say_who_leads", "complaints_manager")


async def _timescale(case: Case, part: JointPart, said: Timescale) -> None:
    await _dates(case, part, said.contribute_by, said.respond_by, "timescale")
    if not said.agreed:
        await case.task("answer_timescale", "owner", name="timescale", due_on=said.contribute_by)


async def _dates(case: Case, part: JointPart, contribute_by: Any, respond_by: Any, cause: str) -> None:
    part.contribute_by, part.respond_by = contribute_by or part.contribute_by, respond_by or part.respond_by
    awaited = case.complaint.stage in ("received", "contributing", "separate")
    if contribute_by is not None and awaited and await ledger.running(case, part_of.REVISION) is None:
        await part_of.due(case, part_of.CONTRIBUTION, contribute_by, cause)


async def _asked(case: Case, part: JointPart, said: InformationRequested) -> None:
    await part_of.due(case, part_of.INFORMATION, said.due_on, "asked", said.request_id)
    await case.task(
        "give_information", "owner", name=str(said.request_id), due_on=said.due_on, subject_id=said.request_id
    )


async def _settled(case: Case, part: JointPart, said: InformationSettled) -> None:
    if said.result == "sent_back" and said.due_on is not None:
        await part_of.due(case, part_of.INFORMATION, said.due_on, "sent_back", said.request_id)
        name = f"{said.request_id}/{said.due_on.isoformat()}"
        await case.task("give_information", "owner", name=name, due_on=said.due_on, subject_id=said.request_id)
        return
    await part_of.no_longer(case, part_of.INFORMATION, said.result, said.request_id)
    await _end(case, "give_information", said.request_id)


async def _meeting(case: Case, part: JointPart, said: MeetingCalled) -> None:
    await _end(case, "say_who_attends", said.meeting_id)
    if not said.cancelled:
        await case.task(
            "say_who_attends", "owner", name=str(said.meeting_id), due_on=said.on, subject_id=said.meeting_id
        )


async def _revision(case: Case, part: JointPart, said: RevisionRequested) -> None:
    await part_of.due(case, part_of.REVISION, said.due_on, "sent_back")
    await case.task("revise_part", "owner", name=str(said.round), due_on=said.due_on)


async def _draft(case: Case, part: JointPart, said: DraftShared) -> None:
    await part_of.due(case, part_of.COMMENT, said.comment_by, "shared", said.draft_id)
    name = str(said.draft_id)
    await case.task("comment_on_draft", "owner", name=name, due_on=said.comment_by, subject_id=said.draft_id)


async def _consent_ended(case: Case, part: JointPart, said: ConsentEnded) -> None:
    """Nothing more may be shared: what is here stays, and we answer our own part ourselves, or ask the person."""
    case.event("part.split", part_id=part.id, cause=said.cause)
    await part_of.nothing_is_owed(case, "consent_ended")
    if await ledger.running(case, part_of.SEPARATELY) is None:
        await ledger.arm(case, part_of.SEPARATELY, case.on, Terms(cause="consent_ended"))
    await case.task("answer_own_part", "complaints_manager", name=said.cause)


async def _reminder(case: Case, part: JointPart, said: Reminder) -> None:
    about = said.about if _is_code(said.about) else "unknown"
    case.event("part.reminded", part_id=part.id, about=about, level=said.level, overdue=said.overdue)
    name = f"{about}/{said.due_on.isoformat()}/{said.overdue}"
    await case.task("reminded_by_lead", _LEVELS[said.level], name=name, due_on=said.due_on)


async def _released(case: Case, part: JointPart, said: Released) -> None:
    part.ended_cause = said.cause if _is_code(said.cause) else "released"


async def _response(case: Case, part: JointPart, said: FinalResponse) -> None:
    await case.task("read_response", "owner", name=str(said.signed_on))


async def _noted(case: Case, part: JointPart, said: ToBody) -> None:
    """Keep it, to be read: nothing is owed because of it."""


async def _approved(case: Case, part: JointPart, said: Approved) -> None:
    await _end(case, "revise_part", None)


async def _end(case: Case, kind: str, subject_id: UUID | None) -> None:
    await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=kind, subject_id=subject_id)


# A transfer is no part of ours: it is a complaint of our own, and not taken in here.
_FOLLOWS: Final[dict[type[ToBody], Callable[[Case, JointPart, Any], Awaitable[None]]]] = {
    **{TO_BODY[kind]: _noted for kind in ("comment_weighed", "person_comment", "action_settled")},
    Invitation: _invited,
    IssuesChanged: _issues_changed,
    LeadDecided: _lead,
    Timescale: _timescale,
    InformationRequested: _asked,
    InformationSettled: _settled,
    MeetingCalled: _meeting,
    RevisionRequested: _revision,
    Approved: _approved,
    DraftShared: _draft,
    ConsentEnded: _consent_ended,
    Reminder: _reminder,
    Released: _released,
    FinalResponse: _response,
}
