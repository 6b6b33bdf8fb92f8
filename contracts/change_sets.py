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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSetStart:
    """Start the workflow of one proposed change."""

    organisation_id: UUID
    change_set_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSetAct:
    """Ask for one step of a change-set. `page` counts from 0 where a step is paged."""

    organisation_id: UUID
    change_set_id: UUID
    now: datetime
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunPage:
    """Say what one page of the dry run found."""

    examined: int
    moved: int
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RedatePage:
    """Say how many complaints of one page were sent their new dates."""

    sent: int
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Carry an approver's decision; who decided stays in PostgreSQL under `decision_id`."""

    decision_id: UUID
    approved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOutcome:
    """Say whether a decision took effect."""

    state: ChangeSetState
    refusal: Refusal | None = None
