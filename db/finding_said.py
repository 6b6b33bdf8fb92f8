"""The shapes of findings, initial views, comments on them, and remedies as they are said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.commands import CommandKind

ViewsMethod = Literal["writing", "call", "meeting"]
Effect = Literal["accepted", "partly", "not_accepted"]
RemedyKind = Literal["apology", "explanation", "action", "money"]
RemedyDecision = Literal["approved", "amended", "rejected", "offered", "accepted", "declined", "paid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFinding:
    """What was found on one issue, or is found now in the place of an earlier finding."""

    issue_id: UUID
    happened: str
    should_have: str
    standard: str
    evidence: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedWith:
    """A party outside, or a person of the organisation, with whom initial views are shared on a day."""

    method: ViewsMethod
    on: date
    party_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareViews:
    """Initial views are shared. Without `comment_by` the time to comment is as the procedure counts it."""

    shared: tuple[SharedWith, ...]
    words: str
    comment_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordComment:
    """Somebody commented on the initial views; what came of it, with the findings as they are now because of it."""

    words: str
    received_on: date
    effect: Effect
    effect_words: str
    party_id: UUID | None = None
    person_id: UUID | None = None
    whom: str | None = None
    finding_changes: tuple[RecordFinding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipViews:
    """No initial views are shared, because that would not be proportionate: here is why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeRemedy:
    """Something is proposed to put things right. `reason` is for a sum outside the band of its level."""

    kind: RemedyKind
    words: str
    basis: str
    issue_id: UUID | None = None
    financial_loss: Decimal | None = None
    severity_level: int | None = None
    injustice_amount: Decimal | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideRemedy:
    """A remedy is decided, or moves on. Words and sums are for `amended`: what is left out stays.

    `mitigation` says, in a small body, what makes it fair that one person both proposes and decides.
    """

    remedy_id: UUID
    decision: RemedyDecision
    on: date
    reason: str | None = None
    words: str | None = None
    financial_loss: Decimal | None = None
    severity_level: int | None = None
    injustice_amount: Decimal | None = None
    mitigation: str | None = None


FindingSaid = RecordFinding | ShareViews | RecordComment | SkipViews | ProposeRemedy | DecideRemedy
FINDING_SHAPES: dict[CommandKind, type[FindingSaid]] = {
    CommandKind.RECORD_FINDING: RecordFinding,
    CommandKind.SHARE_VIEWS: ShareViews,
    CommandKind.RECORD_COMMENT: RecordComment,
    CommandKind.SKIP_VIEWS: SkipViews,
    CommandKind.PROPOSE_REMEDY: ProposeRemedy,
    CommandKind.DECIDE_REMEDY: DecideRemedy,
}
