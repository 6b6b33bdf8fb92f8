"""The shapes of what is said of information that contributing bodies are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

AnswerResult = Literal["accepted", "sent_back", "not_needed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskBody:
    """A body is asked for information that is reasonably needed (SI 2009/309 reg 9(3)(b))."""

    contribution_id: UUID
    what: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewBodyAnswer:
    """What a body gave is enough, goes back with the reason and a new date, or nothing is needed any more."""

    contribution_id: UUID
    request_id: UUID
    result: AnswerResult
    reason: str | None = None
    due_on: date | None = None


BodyRequestSaid = AskBody | ReviewBodyAnswer
BODY_REQUEST_SHAPES: Final[dict[CommandKind, type[BodyRequestSaid]]] = {
    CommandKind.ASK_BODY: AskBody,
    CommandKind.REVIEW_BODY_ANSWER: ReviewBodyAnswer,
}
