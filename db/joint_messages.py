"""The messages of the joint protocol by kind: what the body that coordinates says, what a contributing one answers.

The shapes are in db/joint_to_body.py and db/joint_to_lead.py and are imported from here. Words; so they live in
PostgreSQL and between the bodies, never in a history.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from db.joint_to_body import (
    ActionSettled,
    Approved,
    Binding,
    BodyTold,
    CommentWeighed,
    ConsentEnded,
    DraftShared,
    FinalResponse,
    InformationRequested,
    InformationSettled,
    Invitation,
    IssuesChanged,
    IssueTold,
    LeadDecided,
    Level,
    MeetingCalled,
    PersonCommented,
    PersonTold,
    Released,
    Reminder,
    RevisionRequested,
    Timescale,
    ToBody,
    TransferOffered,
)
from db.joint_to_lead import (
    Accept,
    ActionDone,
    ActionPromised,
    Attendance,
    Decline,
    DraftComment,
    InformationGiven,
    IssueAnswered,
    LeadView,
    Submission,
    TimescaleView,
    ToLead,
    TransferTaken,
)

__all__ = [
    "DISCLOSES_NOTHING",
    "TO_BODY",
    "TO_LEAD",
    "Accept",
    "ActionDone",
    "ActionPromised",
    "ActionSettled",
    "Approved",
    "Attendance",
    "Binding",
    "BodyTold",
    "CommentWeighed",
    "ConsentEnded",
    "Decline",
    "DraftComment",
    "DraftShared",
    "FinalResponse",
    "InformationGiven",
    "InformationRequested",
    "InformationSettled",
    "Invitation",
    "IssueAnswered",
    "IssueTold",
    "IssuesChanged",
    "LeadDecided",
    "LeadView",
    "Level",
    "MeetingCalled",
    "PersonCommented",
    "PersonTold",
    "Released",
    "Reminder",
    "RevisionRequested",
    "Submission",
    "Timescale",
    "TimescaleView",
    "ToBody",
    "ToLead",
    "TransferOffered",
    "TransferTaken",
    "kind_of",
    "to_body",
    "to_json",
    "to_lead",
]

# By the kind that stands in the envelope of a message.
TO_BODY: Final[dict[str, type[ToBody]]] = {
    "invitation": Invitation,
    "issues": IssuesChanged,
    "lead": LeadDecided,
    "timescale": Timescale,
    "information_request": InformationRequested,
    "information_settled": InformationSettled,
    "meeting": MeetingCalled,
    "revision": RevisionRequested,
    "approved": Approved,
    "draft": DraftShared,
    "person_comment": PersonCommented,
    "comment_weighed": CommentWeighed,
    "response": FinalResponse,
    "reminder": Reminder,
    "consent_ended": ConsentEnded,
    "action_settled": ActionSettled,
    "released": Released,
    "transfer": TransferOffered,
}
TO_LEAD: Final[dict[str, type[ToLead]]] = {
    "accept": Accept,
    "decline": Decline,
    "lead_view": LeadView,
    "timescale_view": TimescaleView,
    "information": InformationGiven,
    "submission": Submission,
    "draft_comment": DraftComment,
    "attendance": Attendance,
    "action_done": ActionDone,
    "transfer_taken": TransferTaken,
}
# What tells nothing about the person: it may be read whatever became of the consent.
DISCLOSES_NOTHING: Final = frozenset({"reminder", "consent_ended", "released", "action_settled", "approved"})

_KINDS: Final[dict[type[Any], str]] = {shape: kind for kind, shape in (*TO_BODY.items(), *TO_LEAD.items())}
_ADAPTERS: Final[dict[str, TypeAdapter[Any]]] = {
    kind: TypeAdapter(shape) for kind, shape in (*TO_BODY.items(), *TO_LEAD.items())
}


def kind_of(message: ToBody | ToLead) -> str:
    """Return the kind that stands in the envelope of a message."""
    return _KINDS[type(message)]


def to_json(message: ToBody | ToLead) -> dict[str, Any]:
    """Return a message as JSON values."""
    found: dict[str, Any] = _ADAPTERS[kind_of(message)].dump_python(message, mode="json")
    return found


def to_body(kind: str, body: dict[str, Any]) -> ToBody:
    """Return what the body that coordinates said. Raises KeyError for an unknown kind, ValueError for a bad body."""
    found: ToBody = TypeAdapter(TO_BODY[kind]).validate_python(body)
    return found


def to_lead(kind: str, body: dict[str, Any]) -> ToLead:
    """Return what a contributing body said. Raises KeyError for an unknown kind, ValueError for a bad body."""
    found: ToLead = TypeAdapter(TO_LEAD[kind]).validate_python(body)
    return found
