"""Inputs and outcomes of the workflow `import`: complaints from another system, checked, decided on, opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.failures import Refusal


class ImportState(StrEnum):
    """The life of an import."""

    STAGED = "staged"
    CHECKED = "checked"  # the dry run is done; it waits for a decision
    IMPORTING = "importing"
    DONE = "done"
    INCOMPLETE = "incomplete"  # the totals do not agree; it can be tried again
    ABANDONED = "abandoned"


class RowState(StrEnum):
    """Where one row of the file stands."""

    STAGED = "staged"
    GOOD = "good"
    QUARANTINED = "quarantined"
    IMPORTED = "imported"
    FAILED = "failed"


@dataclass(slots=True, kw_only=True)
class ImportProgress:
    """How far an import is: all that one run hands to the next. It alone is mutable.

    `after` is the number of the last row taken, `after_id` the last open complaint looked at. `missing` are open
    complaints without a workflow or a next event.
    """

    state: ImportState = ImportState.STAGED
    rows: int = 0
    good: int = 0
    quarantined: int = 0
    after: int = 0
    imported: int = 0
    failed: int = 0
    after_id: UUID | None = None
    missing: int = 0
    decision_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStart:
    """Start the workflow of one import, or carry its progress into the next run."""

    organisation_id: UUID
    import_id: UUID
    progress: ImportProgress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAct:
    """Ask for one step of an import: about its rows after one and up to another, or its complaints after one.

    `missing` is what the looks before came to.
    """

    organisation_id: UUID
    import_id: UUID
    now: datetime
    after: int = 0
    upto: int = 0
    after_id: UUID | None = None
    missing: int = 0
    decision_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPage:
    """Say where the import stands after one page of the dry run, and how its rows stand, all pages together."""

    state: ImportState
    rows: int
    good: int
    quarantined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPage:
    """Say how many rows of one page are complaints now, and how many could not be."""

    imported: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedPage:
    """Say how many of one page of open complaints have no workflow, or nothing that happens next."""

    missing: int
    last: bool
    after_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDecision:
    """Carry a decision; who decided stays in PostgreSQL under `decision_id`."""

    decision_id: UUID
    go: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """Say where the import stands after a step, and why a decision was refused, if it was."""

    state: ImportState
    refusal: Refusal | None = None
