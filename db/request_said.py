"""The shapes of what is said of requests to colleagues, of investigations beside a complaint, and of holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

RequestKind = Literal["statement", "records", "interview", "clinical_advice", "other"]
Profession = Literal["medical", "nursing", "other"]
ParallelKind = Literal[
    "police", "coroner", "safeguarding", "patient_safety", "hr", "claim", "counter_fraud", "regulator", "other"
]
ParallelStatus = Literal["open", "referred", "concluded", "not_pursued"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseRequest:
    """Something is asked of a colleague, or of a division or team. With both, the unit is whose colleague it is.

    Without a date it is worked back from the date of the response. `profession` says which director clinical advice
    belongs under: medical unless it says nursing.
    """

    kind: RequestKind
    what: str
    to_person_id: UUID | None = None
    to_unit_id: UUID | None = None
    profession: Profession | None = None
    issue_ids: tuple[UUID, ...] = ()
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest:
    """What was asked for was given, by the colleague or recorded for them."""

    request_id: UUID
    given_on: date
    words: str | None = None
    file_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequest:
    """An answer was looked at: accepted, or sent back with a reason and perhaps a date of its own."""

    request_id: UUID
    accepted: bool
    reason: str | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequest:
    """What was asked for is not needed any more."""

    request_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenParallel:
    """Somebody else investigates, or has to be told today."""

    kind: ParallelKind
    body_name: str
    contact: str
    known_on: date
    status: ParallelStatus = "open"
    external_reference: str | None = None
    issue_ids: tuple[UUID, ...] = ()
    referred_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateParallel:
    """What became known of an investigation beside the complaint; `referred_on` is the day it was passed on."""

    parallel_id: UUID
    status: ParallelStatus
    words: str
    referred_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldIssues:
    """A named senior puts issues on hold that another investigation prejudices."""

    issue_ids: tuple[UUID, ...]
    parallel_id: UUID
    reason: str
    review_on: date
    decided_by: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewHold:
    """A named senior looked at a hold again: lifted, or to go on until another day."""

    hold_id: UUID
    lifted: bool
    reason: str
    review_on: date | None = None


RequestSaid = (
    RaiseRequest
    | AnswerRequest
    | ReviewRequest
    | CancelRequest
    | OpenParallel
    | UpdateParallel
    | HoldIssues
    | ReviewHold
)

REQUEST_SHAPES: Final[dict[CommandKind, type[RequestSaid]]] = {
    CommandKind.RAISE_REQUEST: RaiseRequest,
    CommandKind.ANSWER_REQUEST: AnswerRequest,
    CommandKind.REVIEW_REQUEST: ReviewRequest,
    CommandKind.CANCEL_REQUEST: CancelRequest,
    CommandKind.OPEN_PARALLEL: OpenParallel,
    CommandKind.UPDATE_PARALLEL: UpdateParallel,
    CommandKind.HOLD_ISSUES: HoldIssues,
    CommandKind.REVIEW_HOLD: ReviewHold,
}
