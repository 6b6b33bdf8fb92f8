"""The two kinds of act that change a case, a submission and a rung, and the verdict on each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.clocks import ArmedClock, RungRef
from contracts.code import Code
from contracts.commands import Command
from contracts.failures import Refusal
from contracts.procedure import Plan


class Outcome(StrEnum):
    """What became of an act."""

    APPLIED = "applied"
    REFUSED = "refused"
    DEFERRED = "deferred"  # a rung that waits for something said before it fell due


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Ask the case file to apply one act. Exactly one of `command` and `rung` is present.

    `act_id` is the submission id, or uuid5 of the rung's identity. `now` is the workflow's time.
    """

    act_id: UUID
    organisation_id: UUID
    complaint_id: UUID
    now: datetime
    stage: Code
    command: Command | None = None
    rung: RungRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the case file decided, stored under the act id and returned again for a repeat.

    `armed` are the clocks that are new or have a new generation; `stopped` are those that no longer run.
    `version` counts the applied acts of the complaint. `plan` comes with the act that opened it,
    and with one that gave it another procedure.
    `attention` says that no person could be found for a role. `ended` says that the complaint is over in a
    stage that its plan does not know: it was opened in error. `missing` are the codes of what a refused act
    still lacks.
    """

    outcome: Outcome
    version: int
    stage: Code
    refusal: Refusal | None = None
    armed: tuple[ArmedClock, ...] = ()
    stopped: tuple[UUID, ...] = ()
    reference: Code | None = None
    owner_id: UUID | None = None
    waiting_on: Code | None = None
    plan: Plan | None = None
    attention: bool = False
    ended: bool = False
    missing: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """Ask for a human task because one act failed in a way that no retry mends; no failure: it is mended."""

    organisation_id: UUID
    complaint_id: UUID
    act_id: UUID
    now: datetime
    failure: Code | None = None
