"""Inputs and outcomes of the workflow `change_set`: a change of a calendar, dry-run, approved, journalled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.failures import Refusal


class ChangeSetState(StrEnum):
    """The life of a change-set."""

    PROPOSED = "proposed"
    AWAITING_APPROVAL = "awaiting_approval"
    APPLYING = "applying"
    APPLIED = "applied"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"  # the calendar moved on after the dry run


@dataclass(slots=True, kw_only=True)
class ChangeSetProgress:
    """How far a change-set is: all that one run hands to the next. It alone is mutable.

    `after` is the last complaint of the page before. `sent` counts new dates sent in this pass over the
    complaints, and `pass_began` is when it began.
    """

    state: ChangeSetState = ChangeSetState.PROPOSED
    after: UUID | None = None
    examined: int = 0
    moved: int = 0
    sent: int = 0
    decision_id: UUID | None = None
    enacted_at: datetime | None = None
    pass_began: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSetStart:
    """Start the workflow of one proposed change, or carry its progress into the next run."""

    organisation_id: UUID
    change_set_id: UUID
    progress: ChangeSetProgress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSetAct:
    """Ask for one step of a change-set. `examined` and `moved` are what the pages before came to."""

    organisation_id: UUID
    change_set_id: UUID
    now: datetime
    after: UUID | None = None
    examined: int = 0
    moved: int = 0
    decision_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunPage:
    """Say how many complaints one page of the dry run examined, and how many of them would move.

    `state` is where the change-set stands after the page.
    """

    state: ChangeSetState
    examined: int
    moved: int
    last: bool
    after: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedatePage:
    """Say how many complaints of one page were sent their new dates."""

    sent: int
    last: bool
    after: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Carry an approver's decision; who decided stays in PostgreSQL under `decision_id`."""

    decision_id: UUID
    approved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOutcome:
    """Say whether a decision took effect: then there is no refusal."""

    state: ChangeSetState
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Say how many complaints have not taken their new dates yet; with none the change is applied."""

    outstanding: int
