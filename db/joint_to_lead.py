"""What a contributing body says to the one that coordinates: the other half of the joint protocol's messages.

Both sides read and write these shapes (docs/joint-protocol.md). They are only ever added to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID


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
