"""The shapes of what is said under the duty of candour: flagged, assessed, told in person and in writing, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

Harm = Literal["none", "low", "moderate", "severe", "death", "prolonged_psychological"]
ElementCode = Literal["account", "enquiries", "results", "apology", "support", "contact"]
Spoken = Literal["in_person", "video", "call"]
Tried = Literal["in_person", "video", "call", "letter", "email", "text", "visit"]
AttemptOutcome = Literal["no_answer", "declined", "left_message", "returned"]
WrittenKind = Literal["written", "results"]
CandourCause = Literal["done", "declined", "not_reached"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementSaid:
    """One element of a notice, in the words in which the person is told it."""

    code: ElementCode
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquirySaid:
    """A further enquiry that is announced, and by when the person is told what it found."""

    what: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagIncident:
    """A notifiable safety incident may have happened. Without a party it is about whoever the complaint is about."""

    words: str
    became_known_on: date
    happened_on: date | None = None
    about_party_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessIncident:
    """Whether an incident is notifiable: the harm, and the reasons."""

    incident_id: UUID
    notifiable: bool
    harm: Harm
    reasons: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOfIncident:
    """The notice in person: who told whom and how, each element, and the written record of it.

    Without a representative it was whoever says so. `late_reason` explains a notice that is late.
    """

    incident_id: UUID
    told_on: date
    how: Spoken
    elements: tuple[ElementSaid, ...]
    record: str | None = None
    by_id: UUID | None = None
    party_id: UUID | None = None
    late_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCandourAttempt:
    """An attempt to reach the person, or that they declined to speak.

    `closed`: no further attempt is made. `altogether`: they want nothing in writing, either. `late_reason` explains
    why they are told late.
    """

    incident_id: UUID
    tried_on: date
    how: Tried
    outcome: AttemptOutcome
    closed: bool = False
    altogether: bool = False
    words: str | None = None
    late_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCandourSupport:
    """Support that was offered to the person, and whether they took it."""

    incident_id: UUID
    what: str
    offered_on: date
    taken: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOfIncident:
    """The written notice, or the results of further enquiries, to be drafted.

    `enquiries` are those still to come. Results are of the enquiries named, or of all that are open.
    """

    incident_id: UUID
    kind: WrittenKind
    elements: tuple[ElementSaid, ...]
    enquiries: tuple[EnquirySaid, ...] = ()
    enquiry_ids: tuple[UUID, ...] = ()
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCandour:
    """Nothing is owed about an incident any more, or the person declined altogether.

    Or nobody could be reached, and nobody tries any more: then with the reason why nothing is written, either.
    """

    incident_id: UUID
    cause: CandourCause
    reason: str | None = None


CandourSaid = (
    FlagIncident
    | AssessIncident
    | TellOfIncident
    | LogCandourAttempt
    | OfferCandourSupport
    | WriteOfIncident
    | EndCandour
)

CANDOUR_SHAPES: Final[dict[CommandKind, type[CandourSaid]]] = {
    CommandKind.FLAG_INCIDENT: FlagIncident,
    CommandKind.ASSESS_INCIDENT: AssessIncident,
    CommandKind.TELL_OF_INCIDENT: TellOfIncident,
    CommandKind.LOG_CANDOUR_ATTEMPT: LogCandourAttempt,
    CommandKind.OFFER_CANDOUR_SUPPORT: OfferCandourSupport,
    CommandKind.WRITE_OF_INCIDENT: WriteOfIncident,
    CommandKind.END_CANDOUR: EndCandour,
}
