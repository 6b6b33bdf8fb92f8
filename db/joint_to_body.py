"""What the body that coordinates says to a contributing one: one half of the joint protocol's messages.

Both sides read and write these shapes (docs/joint-protocol.md). They are only ever added to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

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
