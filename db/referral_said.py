"""The shapes of what is said of an Ombudsman's or a regulator's referral, from the first letter to what was learned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

Asker = Literal["ombudsman", "regulator"]
ReferralChannel = Literal["direct", "mp", "other"]
EnquiryBasis = Literal["date_set", "reg_16"]
DecisionKind = Literal["not_investigated", "preliminary", "final"]
DecisionOutcome = Literal["upheld", "partly_upheld", "not_upheld", "other"]
RecommendationKind = Literal["apology", "payment", "action", "policy", "training", "other"]
ComplianceResult = Literal["complied", "moved", "lifted"]
ClosingCause = Literal["done", "not_investigated", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquirySaid:
    """Something is asked for, with a date of its own; one of regulation 16 has that of the regulation."""

    what: str
    asked_on: date
    basis: EnquiryBasis = "date_set"
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReferral:
    """An Ombudsman took the complaint up, or a regulator asks about it. `enquiry` is what they ask with that.

    `name` is of a body that has no code (`other`), `tier` the tier by which the person had asked for it.
    """

    kind: Asker
    body: str
    their_reference: str
    received_on: date
    scope: str
    name: str | None = None
    channel: ReferralChannel = "direct"
    tier: str | None = None
    enquiry: EnquirySaid | None = None
    request_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReferralEnquiry:
    """They ask for something more."""

    referral_id: UUID
    enquiry: EnquirySaid


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReferral:
    """An enquiry was answered, with an evidence pack, or with the reason why there is none."""

    referral_id: UUID
    enquiry_id: UUID
    answered_on: date
    pack_id: UUID | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationSaid:
    """What they recommend, by when, and who sees to it here."""

    kind: RecommendationKind
    what: str
    target_on: date
    owner_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReferralDecision:
    """They decided. A preliminary decision asks for comments by a day; a final one may recommend things."""

    referral_id: UUID
    kind: DecisionKind
    decided_on: date
    words: str
    outcome: DecisionOutcome | None = None
    comments_by: date | None = None
    recommendations: tuple[RecommendationSaid, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentOnDecision:
    """We said what we think of the preliminary decision that stands, or that we have nothing to say."""

    referral_id: UUID
    commented_on: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCompliance:
    """A recommendation was complied with: what shows it.

    Or the body that made it agreed to another target (`moved`, with `target_on`), or let it go (`lifted`): then
    `complied_on` is the day on which it said so, and `evidence` where that is to be read.
    """

    referral_id: UUID
    recommendation_id: UUID
    complied_on: date
    evidence: str
    file_ids: tuple[UUID, ...] = ()
    result: ComplianceResult = "complied"
    target_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellCompliance:
    """The body was told that a recommendation was complied with. The person is told by a letter that this drafts."""

    referral_id: UUID
    recommendation_id: UUID
    told_on: date
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishLearning:
    """What was learned was published: where, and in which words, that identify nobody."""

    referral_id: UUID
    published_on: date
    place: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseReferral:
    """Nothing more is awaited: it is done, they did not investigate, or it was withdrawn."""

    referral_id: UUID
    cause: ClosingCause
    reason: str | None = None


ReferralSaid = (
    RecordReferral
    | RecordReferralEnquiry
    | AnswerReferral
    | RecordReferralDecision
    | CommentOnDecision
    | RecordCompliance
    | TellCompliance
    | PublishLearning
    | CloseReferral
)

REFERRAL_SHAPES: Final[dict[CommandKind, type[ReferralSaid]]] = {
    CommandKind.RECORD_REFERRAL: RecordReferral,
    CommandKind.RECORD_REFERRAL_ENQUIRY: RecordReferralEnquiry,
    CommandKind.ANSWER_REFERRAL: AnswerReferral,
    CommandKind.RECORD_REFERRAL_DECISION: RecordReferralDecision,
    CommandKind.COMMENT_ON_DECISION: CommentOnDecision,
    CommandKind.RECORD_COMPLIANCE: RecordCompliance,
    CommandKind.TELL_COMPLIANCE: TellCompliance,
    CommandKind.PUBLISH_LEARNING: PublishLearning,
    CommandKind.CLOSE_REFERRAL: CloseReferral,
}
