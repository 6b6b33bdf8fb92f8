"""Inputs, outcomes and the carried state of the workflow `complaint`."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from contracts.acts import Act
from contracts.clocks import ArmedClock, RungRef
from contracts.code import Code
from contracts.procedure import Plan


@dataclass(slots=True, kw_only=True)
class ComplaintState:
    """All that one run hands to the next, at most 16 KB. It alone is mutable.

    `parked` are the acts that failed and wait for an operator's `complaint.resume`.
    """

    organisation_id: UUID
    complaint_id: UUID
    plan: Plan | None = None
    stage: Code = field(default_factory=lambda: Code("new"))
    version: int = 0
    reference: Code | None = None
    owner_id: UUID | None = None
    waiting_on: Code | None = None
    clocks: tuple[ArmedClock, ...] = ()
    parked: tuple[Act, ...] = ()
    attention: bool = False
    finished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Start the one workflow of a complaint, or carry its state into the next run."""

    organisation_id: UUID
    complaint_id: UUID
    state: ComplaintState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOutcome:
    """Answer an applied update: where the complaint stands now."""

    submission_id: UUID
    version: int
    stage: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Ask for the parked acts to be tried again."""

    submission_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """Say how many acts were applied and how many are parked still."""

    applied: int
    parked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Answer "what is happening right now to this one"."""

    stage: Code
    version: int
    next_rung: RungRef | None
    waiting_in_inbox: int
    parked: int
    plan: Plan | None = None
