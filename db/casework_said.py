"""The shapes of what is said about early resolution, issues, the plan, and who has a part in a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from contracts.commands import CommandKind

Method = Literal["call", "meeting", "letter", "email"]
Part = Literal["investigator", "decision_maker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginResolution:
    """Somebody tries to put things right early. `plan` is how."""

    plan: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """What came of trying to put things right, and whether the person is satisfied."""

    satisfied: bool
    summary: str
    method: Method
    resolved_on: date

    @property
    def when(self) -> str:
        """Return which of its ends this is, as procedures name it."""
        return "satisfied" if self.satisfied else "not_satisfied"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOn:
    """The next stage of the procedure is taken up, with the reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSaid:
    """One thing complained about. With an id it changes the issue that has it. `subject` is a code."""

    summary: str
    effect: str
    outcome_sought: str
    issue_id: UUID | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetIssues:
    """The issues are added to or changed; those taken back are no longer complained about."""

    issues: tuple[IssueSaid, ...] = ()
    taken_back: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmIssues:
    """The person confirmed the issues as they stand."""

    confirmed_on: date
    method: Method
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointToCase:
    """A person of the organisation has a part in the case. `training` says what they were trained in.

    `from_body` names the other body from which they stand in.
    """

    role: Part
    person_id: UUID
    prior_involvement: bool
    conflict: bool
    training: str | None = None
    trained_on: date | None = None
    mitigation: str | None = None
    from_body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePlan:
    """The plan of the investigation was shared. `delivery` is how the person will have the outcome.

    `no_staff`: nobody of the staff is complained about.
    """

    evidence: tuple[str, ...]
    delivery: Literal["letter", "meeting", "call"]
    shared_with_person_on: date
    interviewees: tuple[str, ...] = ()
    decision_maker_id: UUID | None = None
    shared_with_staff_on: date | None = None
    no_staff: bool = False
    words: str | None = None


CaseworkSaid = BeginResolution | Resolve | MoveOn | SetIssues | ConfirmIssues | AppointToCase | SharePlan
CASEWORK_SHAPES: dict[CommandKind, type[CaseworkSaid]] = {
    CommandKind.BEGIN_RESOLUTION: BeginResolution,
    CommandKind.RESOLVE: Resolve,
    CommandKind.MOVE_ON: MoveOn,
    CommandKind.SET_ISSUES: SetIssues,
    CommandKind.CONFIRM_ISSUES: ConfirmIssues,
    CommandKind.APPOINT: AppointToCase,
    CommandKind.SHARE_PLAN: SharePlan,
}
