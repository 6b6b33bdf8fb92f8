"""What the application is made of, and what it asks of the engine. Put together once, in `api.app`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from api.identity import Verifier
from api.starts import Starts
from contracts.change_sets import ChangeSetStart, Decision, DecisionOutcome
from contracts.commands import CommandKind
from contracts.complaint import Happening, Resumed
from db.engine import Database
from db.models.organisation import ClosedDay
from gateways.clock import Clock
from gateways.delivery import Deliverer, SubmissionStates


class Engine(Deliverer, Protocol):
    """What the API asks of the workflow engine."""

    async def resume(self, complaint_id: UUID, submission_id: UUID, budget: timedelta) -> Resumed:
        """Ask a complaint to try its parked acts again."""
        ...

    async def happening(self, complaint_id: UUID, budget: timedelta) -> Happening:
        """Ask what is happening right now to one complaint."""
        ...

    async def start_change_set(self, start: ChangeSetStart) -> None:
        """Start the workflow that owns a change of calendar."""
        ...

    async def decide_change_set(self, change_set_id: UUID, decision: Decision, budget: timedelta) -> DecisionOutcome:
        """Carry an approver's decision."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptions:
    """What is not as it should be, counted by kind, with ids and codes only."""

    counts: dict[str, int]
    items: tuple[dict[str, str], ...] = ()

    @property
    def total(self) -> int:
        """Return how many exceptions there are."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingYear:
    """The weekdays of a year on which nobody works: the day, why, and whether the law says so."""

    closed: tuple[tuple[date, str, bool], ...]
    published_until: date


# What may be said in a stage of a version of a procedure.
Lawful = Callable[[str, int, str], tuple[CommandKind, ...]]
# A nation, a year, and the rows that correct its calendar or close the organisation.
WorkingYears = Callable[[str, int, Sequence[ClosedDay]], WorkingYear]
Inspect = Callable[[datetime], Awaitable[Exceptions]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that a request may need."""

    database: Database
    engine: Engine
    states: SubmissionStates
    clock: Clock
    verifier: Verifier
    starts: Starts
    lawful: Lawful
    working_year: WorkingYears
    inspect: Inspect
    verdict_budget: timedelta
