"""The shapes of what is said of the staff complained about, up to their being told and supported, and of its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

StaffKind = Literal["employed", "agency", "locum", "trainee", "volunteer", "former", "unidentified"]
SupporterIs = Literal["line_manager", "named_supporter", "educational_supervisor", "agency", "other"]
DeferralReason = Literal["safeguarding", "police", "counter_fraud", "hr", "other"]
TellingHow = Literal["in_person", "call", "video", "letter"]
SupportHow = Literal["in_person", "call", "video", "email", "letter"]
EndCause = Literal["not_concerned", "died", "cannot_be_reached", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameStaff:
    """A member of staff is complained about: with an account here, by name, or as far as somebody can describe them."""

    kind: StaffKind
    person_id: UUID | None = None
    name: str | None = None
    described_as: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    supporter_id: UUID | None = None
    supporter_is: SupporterIs | None = None
    issue_ids: tuple[UUID, ...] = ()
    update_every_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStaff:
    """Something is known better, or agreed otherwise. What is left out stays as it is."""

    involvement_id: UUID
    kind: StaffKind | None = None
    person_id: UUID | None = None
    name: str | None = None
    described_as: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    supporter_id: UUID | None = None
    supporter_is: SupporterIs | None = None
    issue_ids: tuple[UUID, ...] | None = None
    update_every_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferStaff:
    """They are not told for now: a senior approved it, and looks again on a day. Said again, it is that review."""

    involvement_id: UUID
    reason: DeferralReason
    words: str
    approver_id: UUID
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TellStaff:
    """They were told what is complained of: by their supporter, unless somebody else is named."""

    involvement_id: UUID
    told_on: date
    how: TellingHow
    by_id: UUID | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportStaff:
    """Their supporter, or somebody else, spoke with them about how they are."""

    involvement_id: UUID
    spoke_on: date
    how: SupportHow
    by_id: UUID | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndStaff:
    """Nothing more is owed to them, and why."""

    involvement_id: UUID
    cause: EndCause
    words: str


InvolvementSaid = NameStaff | ChangeStaff | DeferStaff | TellStaff | SupportStaff | EndStaff

INVOLVEMENT_SHAPES: Final[dict[CommandKind, type[InvolvementSaid]]] = {
    CommandKind.NAME_STAFF: NameStaff,
    CommandKind.CHANGE_STAFF: ChangeStaff,
    CommandKind.DEFER_STAFF: DeferStaff,
    CommandKind.TELL_STAFF: TellStaff,
    CommandKind.SUPPORT_STAFF: SupportStaff,
    CommandKind.END_STAFF: EndStaff,
}
