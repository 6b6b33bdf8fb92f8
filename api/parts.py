"""What the application is made of. Put together once, in `api.app`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.asked_of_engine import Engine as Engine
from api.coding_rules import CodesInForce, LookAtCoding
from api.comparing import Compare
from api.disclosure_rules import ConsentRules
from api.feedback_page.rules import ReadInstrument
from api.form.rules import ReadForm
from api.form.sends import Sends
from api.governing_rules import GovernanceRules
from api.identity import Verifier
from api.insight_rules import InsightRules
from api.report_rules import ReportRules
from api.rules import Rules
from api.sharing_rules import SharingRules
from api.starts import Starts
from contracts.commands import CommandKind
from db.engine import Database
from db.models.complaint import Complaint
from db.models.organisation import ClosedDay
from db.queries.imports import NewRow
from db.queries.today import Item
from gateways.clock import Clock
from gateways.delivery import SubmissionStates
from gateways.files import FileStore
from gateways.scanning import Scanner
from gateways.sealing import Sealing
from gateways.typesetting import Typesetter
from gateways.webhook_reach import WebhookReach


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


class Gate(Protocol):
    """What has to be on record before a command, and what of that is missing; `when` names one of several ends."""

    @property
    def command(self) -> CommandKind:
        """Return the command."""
        ...

    @property
    def when(self) -> str | None:
        """Return the end of the command that needs it; None for every end."""
        ...

    @property
    def requires(self) -> tuple[str, ...]:
        """Return the codes of all that has to be on record."""
        ...

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the codes of what is not."""
        ...

    @property
    def legal_basis(self) -> str:
        """Return why, in words."""
        ...

    @property
    def to_clear(self) -> tuple[str, ...]:
        """Return the codes of the offices that have still to clear the response of a serious complaint, in turn."""
        ...


# The gates of an open complaint at an instant, looked at within a session of its organisation.
Gates = Callable[[AsyncSession, Complaint, datetime], Awaitable[Sequence[Gate]]]
# What a version of a procedure calls an outcome.
OutcomeTitle = Callable[[str, int, str], str]
# What people call a reason of a version of the policy on severity.
ReasonTitle = Callable[[int, str], str]
# A version of a procedure, and the code of a stage: what people call it there.
StageTitle = Callable[[str, int, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A thing that a procedure prescribes for the response, and whether the draft has it."""

    code: str
    title: str
    source: str
    legal_basis: str
    there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseStanding:
    """How the response of a complaint stands; `overtaken`: what its draft was composed of has changed since.

    `cleared`: the draft in hand is, by each whose turn it is. `chain` are the offices of a serious complaint that clear
    it, in turn, each with its title, and `left` those that have not.
    """

    elements: Sequence[Element]
    overtaken: bool
    cleared: bool = False
    chain: Sequence[tuple[str, str]] = ()
    left: Sequence[str] = ()


# A session of the tenant, a complaint of it, and the time.
ReadResponse = Callable[[AsyncSession, Complaint, datetime], Awaitable[ResponseStanding]]
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


class DerivedOutcome(Protocol):
    """The outcome that findings add up to, and what it is called in each vocabulary that a report needs."""

    @property
    def code(self) -> str:
        """Return the outcome, as a code of the procedure."""
        ...

    @property
    def title(self) -> str:
        """Return what people call it."""
        ...

    @property
    def reports(self) -> Mapping[str, str]:
        """Return the code of it in each vocabulary."""
        ...


# What is shown, the contribution and number it must be for, and the secrets of which it may be made.
CheckCredential = Callable[[str, UUID, int, Sequence[str]], bool]
# A version of a procedure, and what was found on each issue.
CaseOutcomes = Callable[[str, int, Sequence[str]], DerivedOutcome | None]
# A version of a procedure: what people call each of its outcomes.
OutcomeTitles = Callable[[str, int], dict[str, str]]


class RegulatorProblem(Protocol):
    """What of a regulator's request cannot be, as the field that it is in."""

    def __call__(self, code: str, *, named: bool, reg_16: bool) -> str | None:
        """Return the field, or None."""
        ...


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
    rules: Rules
    gates: Gates
    outcome_title: OutcomeTitle
    reason_title: ReasonTitle
    stage_title: StageTitle
    working_year: WorkingYears
    inspect: Inspect
    place: Place
    look_at_coding: LookAtCoding
    codes_in_force: CodesInForce
    read_import: ReadImport
    case_outcome: CaseOutcomes
    outcome_titles: OutcomeTitles
    compare: Compare
    remedy_rules: Mapping[str, Any]
    verdict_budget: timedelta
    files: FileStore
    scanner: Scanner
    sealing: Sealing
    webhook_reach: WebhookReach
    typesetter: Typesetter
    response_standing: ReadResponse
    consent: ConsentRules
    governing: GovernanceRules
    largest_file: int
    read_form: ReadForm
    read_instrument: ReadInstrument
    form_sends: Sends
    part_sends: Sends
    check_credential: CheckCredential
    regulator_problem: RegulatorProblem
    joint_calls: Sends
    joint_failures: Sends
    reports: ReportRules
    insight: InsightRules
    sharing: SharingRules

    def called(self, complaint: Complaint) -> str:
        """Return what people call the stage that a complaint is in, under its own procedure."""
        return self.stage_title(complaint.procedure, complaint.procedure_version, complaint.stage)
