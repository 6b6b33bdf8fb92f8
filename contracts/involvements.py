"""Inputs and outcomes of the workflow `involvement`, which owns one member of staff's part in a complaint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.clocks import ArmedClock
from contracts.code import Code


class InvolvementState(StrEnum):
    """Where the involvement of a member of staff stands."""

    NAMED = "named"  # known to us, and not told yet
    DEFERRED = "deferred"  # not to be told for now, with a reason, an approver and a review date
    TOLD = "told"
    OUTCOME_TOLD = "outcome_told"  # what came of the complaint was told; their experience is asked for
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvolvementStart:
    """Start the one workflow of an involvement."""

    organisation_id: UUID
    complaint_id: UUID
    involvement_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class InvolvementAct:
    """Ask how an involvement stands. `now` is the workflow's time."""

    organisation_id: UUID
    complaint_id: UUID
    involvement_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvolvementLook:
    """How an involvement stands: its running clocks, each with its next rungs, the earliest first.

    `changes` counts what happened to it, but for the rungs of its own clocks. `over` says that nothing is awaited any
    more: it has ended, no clock runs. `more` says that further clocks run: not all found room here.
    """

    state: InvolvementState
    changes: int
    stage: Code
    reference: Code
    clocks: tuple[ArmedClock, ...] = ()
    over: bool = False
    more: bool = False
