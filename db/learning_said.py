"""The shapes of what is said of learning, and of the actions that follow from a complaint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

LearningOutcome = Literal["learned", "nothing_to_learn"]
CheckResult = Literal["held", "recurred"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLearning:
    """What was learned; or, of learning that is named, its next version: what is left out stays as it was.

    `public_words` name nobody. `approve_public` says that another person than whoever wrote them approves them, and
    nothing else.
    """

    learning_id: UUID | None = None
    theme: str | None = None
    place: str | None = None
    factors: tuple[str, ...] | None = None
    outcome: LearningOutcome | None = None
    went_wrong: bool | None = None
    found: str | None = None
    will_change: str | None = None
    public_words: str | None = None
    approve_public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAction:
    """Something is to be done by somebody, by a day. At most one of the ids says from what it follows."""

    what: str
    owner_id: UUID
    due_on: date
    evidence_wanted: str
    learning_id: UUID | None = None
    remedy_id: UUID | None = None
    recommendation_id: UUID | None = None
    theme: str | None = None
    place: str | None = None
    tell_person: bool = True
    tell_staff: bool = True
    tell_every_days: int | None = None
    check_months: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAction:
    """Another owner, or another date."""

    action_id: UUID
    reason: str
    owner_id: UUID | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordActionProgress:
    """What was done so far."""

    action_id: UUID
    happened_on: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteAction:
    """It is done: words or files show it."""

    action_id: UUID
    done_on: date
    evidence: str | None = None
    file_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAction:
    """Whoever looked says whether it held. `reason`: why that is otherwise than what was counted says."""

    action_id: UUID
    result: CheckResult
    words: str | None = None
    reason: str | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DropAction:
    """It is let go of."""

    action_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverActions:
    """All that one person is still to do of the actions of a complaint is another's from now on."""

    owner_id: UUID
    to_id: UUID
    reason: str


LearningSaid = (
    RecordLearning
    | PlanAction
    | ChangeAction
    | RecordActionProgress
    | CompleteAction
    | CheckAction
    | DropAction
    | HandOverActions
)

LEARNING_SHAPES: Final[dict[CommandKind, type[LearningSaid]]] = {
    CommandKind.RECORD_LEARNING: RecordLearning,
    CommandKind.PLAN_ACTION: PlanAction,
    CommandKind.CHANGE_ACTION: ChangeAction,
    CommandKind.RECORD_ACTION_PROGRESS: RecordActionProgress,
    CommandKind.COMPLETE_ACTION: CompleteAction,
    CommandKind.CHECK_ACTION: CheckAction,
    CommandKind.DROP_ACTION: DropAction,
    CommandKind.HAND_OVER_ACTIONS: HandOverActions,
}
