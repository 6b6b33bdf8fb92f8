"""What the application is made of, and what it asks of the engine. Put together once, in `api.app`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from api.identity import Verifier
from api.starts import Starts
from contracts.bulk import BulkStart
from contracts.change_sets import ChangeSetStart, Decision, DecisionOutcome
from contracts.commands import CommandKind
from contracts.complaint import Happening, Resumed
from contracts.imports import ImportDecision, ImportOutcome, ImportStart
from contracts.leavers import LeaverStart
from db.engine import Database
from db.models.organisation import ClosedDay
from db.queries.imports import NewRow
from db.queries.today import Item
from gateways.clock import Clock
from gateways.delivery import Deliverer, SubmissionStates
from gateways.files import FileStore
from gateways.scanning import Scanner


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

    async def start_import(self, start: ImportStart) -> None:
        """Start the workflow that owns an import, or leave the one that runs."""
        ...

    async def decide_import(self, import_id: UUID, decision: ImportDecision, budget: timedelta) -> ImportOutcome:
        """Carry the decision on a dry run."""
        ...

    async def start_bulk(self, start: BulkStart) -> None:
        """Start the workflow that owns a bulk operation, or leave the one that runs."""
        ...

    async def tell_leaver(self, start: LeaverStart) -> None:
        """Start the workflow that owns a leaving, or tell it that something has changed."""
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


class Placed(Protocol):
    """Where something stands in the work of a day: how much is at risk, and why, as a code and in words."""

    @property
    def rank(self) -> int:
        """Return how much is at risk; the least number is the most."""
        ...

    @property
    def reason(self) -> str:
        """Return why, as a stable code."""
        ...

    @property
    def words(self) -> str:
        """Return why, in words, with the date."""
        ...


# One thing to do, on a day.
Place = Callable[[Item, date], Placed]


class Unreadable(Exception):
    """A file of an import cannot be taken in. `detail` is words of ours, and never what the file holds."""

    def __init__(self, pointer: str, code: str, detail: str) -> None:
        super().__init__(code)
        self.pointer = pointer
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRead:
    """What the files of an import say: the mapping as plain JSON, and the rows, taken one by one."""

    source_system: str
    format: str
    mapping: dict[str, Any]
    rows: Iterator[NewRow]


# A mapping file, and the file of complaints. Raises Unreadable, also while rows are taken.
ReadImport = Callable[[bytes, BinaryIO], ImportRead]


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
    place: Place
    read_import: ReadImport
    verdict_budget: timedelta
    files: FileStore
    scanner: Scanner
    largest_file: int
