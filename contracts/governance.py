"""Inputs and outcomes of the workflows `governance_turn`, which begins what leaders do regularly, and `governance`,
which sees one occurrence of it through.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.code import Code


class GovernanceKind(StrEnum):
    """What leaders do regularly. Each has a file of steps in `policies/governance`."""

    BOARD_REPORT = "board_report"
    ANNUAL_REPORT = "annual_report"
    PANEL = "panel"
    NON_EXECUTIVE = "non_executive"
    DISCUSSION = "discussion"
    RETURN = "return"
    LEARNING_SUMMARY = "learning_summary"
    GOVERNANCE_REPORT = "governance_report"
    FEEDBACK_ROUND = "feedback_round"


class OccurrenceState(StrEnum):
    """Where one occurrence stands."""

    OPEN = "open"
    DONE = "done"
    ABANDONED = "abandoned"


class SeriesState(StrEnum):
    """Whether a series goes on. What fell due while it was paused begins when it does."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Deed(StrEnum):
    """What the machine does for an occurrence: steps of its own, and what time asks for."""

    COMPILE = "compile"
    PROPOSE = "propose"
    PUBLISH = "publish"
    ASK = "ask"
    OPENED = "opened"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    HINDERED = "hindered"
    INFORMED = "informed"
    ACTION = "action"
    MAIL = "mail"
    MAIL_LEFT = "mail_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPlan:
    """What the schedule of a series is made of. `changes` is how often the series had changed by then."""

    organisation_id: UUID
    series_id: UUID
    rhythm: Code
    month: int
    day: int
    weekday: int
    hour: int
    paused: bool
    changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStart:
    """Start one turn of a series."""

    organisation_id: UUID
    series_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnAct:
    """Ask which occurrences of a series have fallen due. `now` is the workflow's time."""

    organisation_id: UUID
    series_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """The occurrences whose workflows have not looked yet, the oldest first."""

    occurrences: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernanceStart:
    """Start the one workflow of an occurrence, or go on with it in the next run. `failed` says that what the machine
    was to do last has failed, and no look has heard of that yet.
    """

    organisation_id: UUID
    occurrence_id: UUID
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernanceAct:
    """Ask how an occurrence stands, or for one deed. `now` is the workflow's time; `failed` says that what the machine
    was to do before has failed, `mail` which e-mail a deed is about.
    """

    organisation_id: UUID
    occurrence_id: UUID
    now: datetime
    deed: Deed | None = None
    failed: bool = False
    mail: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernanceLook:
    """How an occurrence stands: its step, what is to be done now, else when to look again.

    `over` says that nothing is awaited any more; `actions` how many of what it resolved are still to be done.
    `hindered` is what keeps the machine from its step, after so many `tries`; `mail` the e-mail that is to leave.
    """

    kind: Code
    number: int
    state: OccurrenceState
    step: Code | None = None
    due_at: datetime | None = None
    deed: Deed | None = None
    look_at: datetime | None = None
    late: bool = False
    over: bool = False
    actions: int = 0
    hindered: Code | None = None
    tries: int = 0
    mail: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernanceDone:
    """Whether a deed came to anything: one that had been done before did not."""

    done: bool
