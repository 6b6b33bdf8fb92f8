"""The messages of the joint protocol: what the body that coordinates says to a contributing one, and what it answers.

These shapes are the protocol (docs/joint-protocol.md): both sides, every way of taking part, read and write them. They
are only ever added to. Words; so they live in PostgreSQL and between the bodies, never in a history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import TypeAdapter

Level = Literal["contact", "complaints_manager", "responsible_person"]
Binding = Literal["regulation_9", "voluntary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyTold:
    """A body, as another is told of it: its ODS or local code, its name, and whom to speak to."""

    code: str
    name: str
    contact: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueTold:
    """One issue, by its number in the complaint that is coordinated."""

    number: int
    summary: str
    effect: str | None = None
    outcome_sought: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTold:
    """Whom the complaint is about, so that the records are found. Only what the body needs for that."""

    name: str
    born_on: date | None = None
    nhs_number: str | None = None
    address: str | None = None


# What the body that coordinates says.


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Take part: these issues are yours. `bound`: by SI 2009/309 reg 9, or asked to contribute voluntarily."""

    lead: BodyTold
    reference: str
    bound: Binding
    received_on: date
    accept_by: date
    issues: tuple[IssueTold, ...]
    person: PersonTold
    complainant_name: str | None = None
    proposed_lead: str | None = None  # the code of a body
    lead_rule: str | None = None
    contribute_by: date | None = None
    respond_by: date | None = None
    others: tuple[BodyTold, ...] = ()  # who else takes part


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuesChanged:
    """Which issues are yours, all of them, as they stand now; and who else takes part.

    `separate`: bodies that answer their own part themselves, apart from the one response.
    """

    issues: tuple[IssueTold, ...]
    others: tuple[BodyTold, ...] = ()
    separate: tuple[BodyTold, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadDecided:
    """Who coordinates: proposed, agreed, disputed or decided. `yours`: it is you."""

    state: Literal["proposed", "agreed", "disputed", "decided"]
    lead: str
    yours: bool = False
    rule: str | None = None
    decided_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timescale:
    """By when contributions are asked for, and by when the person is to have the one response."""

    contribute_by: date
    respond_by: date
    agreed: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationRequested:
    """Something is reasonably asked for (reg 9(3)(b))."""

    request_id: UUID
    what: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationSettled:
    """What was given is enough, is not, or is not needed any more."""

    request_id: UUID
    result: Literal["accepted", "sent_back", "not_needed"]
    reason: str | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCalled:
    """Attend, or be represented at, a meeting (reg 9(3)(c)). `at`: local time, HH:MM."""

    meeting_id: UUID
    on: date
    at: str
    how: Literal["in_person", "call", "video"]
    purpose: str
    where: str | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRequested:
    """What you submitted goes back, with the reason."""

    round: int
    reason: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What you submitted goes into the response as it stands."""

    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftShared:
    """The one draft: comment on it before the person sees it."""

    draft_id: UUID
    version: int
    words: str
    comment_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCommented:
    """What the person said of the draft."""

    draft_id: UUID
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentWeighed:
    """What came of your comment on the draft."""

    draft_id: UUID
    used: Literal["used", "partly", "not_used"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalResponse:
    """The one response, as it was signed; or a supplement to it."""

    words: str
    signed_on: date
    supplement: bool = False
    names_gap: bool = False  # it says that your part is missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Something is due from you, or overdue. `level`: whom it is meant for on your side."""

    about: str  # the kind of the clock
    due_on: date
    level: Level
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEnded:
    """Nothing more may be shared: the person said no, or took it back, or it ran out. Answer your own part yourself."""

    cause: Literal["refused", "withdrawn", "expired", "giver_has_died"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSettled:
    """An action of yours is seen as done, on the evidence you gave, or is not yet."""

    action_id: UUID
    done: bool
    reason: str | None = None
    due_on: date | None = None  # by when it is owed, where it is not done


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """Nothing is asked of you any more."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOffered:
    """This complaint, or these issues of it, are yours: it counts as made to you on the day you receive this."""

    sender: BodyTold
    reference: str
    ground: Literal["misdirected", "commissioner_to_provider"]
    received_on: date
    channel: str
    summary: str
    narrative: str
    complainant: PersonTold
    complainant_email: str | None = None
    complainant_phone: str | None = None
    affected: PersonTold | None = None
    relation: str | None = None
    desired_outcome: str | None = None
    issues: tuple[IssueTold, ...] = ()


# What a contributing body says.


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """We take part. `senior_lead` is the named senior of ours; `contact` whom to speak to."""

    contact: str
    senior_lead: str
    email: str | None = None
    phone: str | None = None
    own_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """We do not take part."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadView:
    """Whether we agree who coordinates; if not, who should, and why. `claims`: we say that we do."""

    agrees: bool
    proposes: str | None = None
    reason: str | None = None
    senior: str | None = None  # who of ours stands for that


@dataclass(frozen=True, slots=True, kw_only=True)
class TimescaleView:
    """Whether we can keep to the timescale; if not, by when we can."""

    agrees: bool
    contribute_by: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationGiven:
    """What was asked for."""

    request_id: UUID
    words: str
    file_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueAnswered:
    """What a body did about one of its own issues, what it concluded, and how it puts right what went wrong."""

    number: int
    did: str
    found: str
    conclusion: Literal["upheld", "partly_upheld", "not_upheld", "resolved"]
    remedy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPromised:
    """What a body will do, by when. `action_id` is the body's own, the same in every round."""

    action_id: UUID
    what: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Our contribution: our own issues only, signed off by a named person of ours."""

    issues: tuple[IssueAnswered, ...]
    signed_by: str
    signed_role: str
    actions: tuple[ActionPromised, ...] = ()
    file_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftComment:
    """What we say of the draft. Agreed without a word is said, too."""

    draft_id: UUID
    agrees: bool
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Who of ours attends a meeting, or who represents us."""

    meeting_id: UUID
    attends: bool
    who: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDone:
    """What we promised is done, with the evidence."""

    action_id: UUID
    done_on: date
    evidence: str
    file_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferTaken:
    """We have the complaint: our reference, and the day from which it counts as made to us."""

    own_reference: str
    received_on: date


ToBody = (
    Invitation
    | IssuesChanged
    | LeadDecided
    | Timescale
    | InformationRequested
    | InformationSettled
    | MeetingCalled
    | RevisionRequested
    | Approved
    | DraftShared
    | PersonCommented
    | CommentWeighed
    | FinalResponse
    | Reminder
    | ConsentEnded
    | ActionSettled
    | Released
    | TransferOffered
)
ToLead = (
    Accept
    | Decline
    | LeadView
    | TimescaleView
    | InformationGiven
    | Submission
    | DraftComment
    | Attendance
    | ActionDone
    | TransferTaken
)

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
