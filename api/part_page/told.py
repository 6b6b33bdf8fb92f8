"""What a body sees on its page: how its part stands, read from the messages that it may read now.

It is made of the messages of the protocol alone: the page shows what another system would have been told, no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from db.joint_messages import (
    ActionDone,
    ActionPromised,
    ActionSettled,
    Attendance,
    BodyTold,
    CommentWeighed,
    DraftComment,
    DraftShared,
    FinalResponse,
    InformationGiven,
    InformationRequested,
    InformationSettled,
    Invitation,
    IssuesChanged,
    IssueTold,
    LeadDecided,
    MeetingCalled,
    PersonCommented,
    RevisionRequested,
    Submission,
    Timescale,
    ToBody,
    ToLead,
    TransferOffered,
    to_body,
    to_lead,
)
from db.models.access import BodyWorkingDraft
from db.models.complaint import CaseFile
from db.models.joint import Contribution, JointMessage


@dataclass(slots=True, kw_only=True)
class View:
    """How the part of a body stands. `open`: consent covers that it is told of the complaint now."""

    contribution_id: UUID
    body: str
    state: str
    open: bool
    invitation: Invitation | None = None
    issues: tuple[IssueTold, ...] = ()
    others: tuple[BodyTold, ...] = ()
    separate: tuple[BodyTold, ...] = ()
    lead: LeadDecided | None = None
    timescale: Timescale | None = None
    requests: dict[UUID, InformationRequested] = field(default_factory=dict)
    settled: dict[UUID, InformationSettled] = field(default_factory=dict)
    given: set[UUID] = field(default_factory=set)
    meetings: dict[UUID, MeetingCalled] = field(default_factory=dict)
    attending: dict[UUID, Attendance] = field(default_factory=dict)
    revision: RevisionRequested | None = None
    draft: DraftShared | None = None
    commented: bool = False
    submission: Submission | None = None
    actions: dict[UUID, ActionPromised] = field(default_factory=dict)
    done: dict[UUID, ActionDone] = field(default_factory=dict)
    actions_settled: dict[UUID, ActionSettled] = field(default_factory=dict)
    response: FinalResponse | None = None
    transfer: TransferOffered | None = None  # not a part: a complaint that is passed on to the body
    told: list[tuple[datetime, ToBody]] = field(default_factory=list)
    said: list[tuple[datetime, str, str | None]] = field(default_factory=list)
    files: Sequence[CaseFile] = ()
    drafts: Mapping[str, BodyWorkingDraft] = field(default_factory=dict)

    @property
    def leads(self) -> BodyTold | None:
        """Return the body that asks."""
        if self.transfer is not None:
            return self.transfer.sender
        return self.invitation.lead if self.invitation else None

    def waits_for(self, request_id: UUID) -> bool:
        """Say whether something that was asked for is still to be given."""
        found = self.settled.get(request_id)
        return request_id not in self.given and (found is None or found.result == "sent_back")

    def open_actions(self) -> list[ActionPromised]:
        """Return what the body promised and has not been seen as done."""
        over = {each for each, found in self.actions_settled.items() if found.done}
        return [found for each, found in self.actions.items() if each not in over]


def view_of(row: Contribution, told: Sequence[JointMessage], said: Sequence[JointMessage], now: datetime) -> View:
    """Return how a part stands by what was said in both directions, in the order in which it was."""
    covered = row.open_to_body and (row.open_until is None or row.open_until > now)
    view = View(contribution_id=row.id, body=row.name, state=row.state, open=covered)
    for message in sorted((*told, *said), key=lambda each: (each.said_at, each.seq or 0, each.direction == "in")):
        if message.direction == "out":
            _hear(view, message)
        else:
            _say(view, message)
    return view


def _hear(view: View, message: JointMessage) -> None:
    found = to_body(message.kind, message.body)
    view.told.append((message.said_at, found))
    match found:
        case Invitation():
            view.invitation, view.issues, view.others, view.separate = found, found.issues, found.others, ()
        case IssuesChanged():
            view.issues, view.others, view.separate = found.issues, found.others, found.separate
        case LeadDecided():
            view.lead = found
        case Timescale():
            view.timescale = found
        case InformationRequested():
            view.requests[found.request_id] = found
        case InformationSettled():
            view.settled[found.request_id] = found
            view.given.discard(found.request_id)
        case MeetingCalled():
            view.meetings[found.meeting_id] = found
        case RevisionRequested():
            view.revision = found
        case DraftShared():
            view.draft, view.commented = found, False
        case FinalResponse():
            view.response = found
        case TransferOffered():
            view.transfer, view.issues = found, found.issues
        case ActionSettled():
            view.actions_settled[found.action_id] = found
        case PersonCommented() | CommentWeighed() | _:
            pass  # shown among the messages alone


def _say(view: View, message: JointMessage) -> None:
    view.said.append((message.said_at, message.kind, message.refusal))
    if message.refusal is not None:
        return
    found: ToLead = to_lead(message.kind, message.body)
    match found:
        case InformationGiven():
            view.given.add(found.request_id)
        case Attendance():
            view.attending[found.meeting_id] = found
        case Submission():
            view.submission, view.revision = found, None
            view.actions = {each.action_id: each for each in found.actions}
        case DraftComment():
            view.commented = view.draft is not None and view.draft.draft_id == found.draft_id
        case ActionDone():
            view.done[found.action_id] = found
        case _:
            pass
