"""The shapes of what is said of escalations to senior leaders: raised, acknowledged, passed on, decided, followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

RaisedCause = Literal["person", "safeguarding"]
Level = Literal["elevated", "serious", "immediate"]
Decision = Literal["oversee", "take_over", "independent_investigator", "panel", "no_further_action"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseEscalation:
    """A person asks a senior to look."""

    reason: str
    cause: RaisedCause = "person"
    level: Level = "serious"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeEscalation:
    """A named senior has it in hand."""

    escalation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PassEscalation:
    """Whoever was called cannot take it."""

    escalation_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideEscalation:
    """What is done about it, and why. `due_on` is by when an investigator is appointed, or the panel meets."""

    escalation_id: UUID
    decision: Decision
    reason: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowEscalation:
    """A look while it is overseen, or what came of what was decided. `held_on` is of a panel."""

    escalation_id: UUID
    words: str
    held_on: date | None = None


EscalationSaid = RaiseEscalation | AcknowledgeEscalation | PassEscalation | DecideEscalation | FollowEscalation

ESCALATION_SHAPES: Final[dict[CommandKind, type[EscalationSaid]]] = {
    CommandKind.RAISE_ESCALATION: RaiseEscalation,
    CommandKind.ACKNOWLEDGE_ESCALATION: AcknowledgeEscalation,
    CommandKind.PASS_ESCALATION: PassEscalation,
    CommandKind.DECIDE_ESCALATION: DecideEscalation,
    CommandKind.FOLLOW_ESCALATION: FollowEscalation,
}
