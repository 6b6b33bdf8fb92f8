"""Inputs and outcomes of the workflows `escalation`, `candour`, `referral` and `action`: what runs beside a complaint,
and may outlive it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.clocks import ArmedClock
from contracts.code import Code


class ProceedingKind(StrEnum):
    """What runs beside a complaint. Each value is the type of the workflow that owns it."""

    ESCALATION = "escalation"
    CANDOUR = "candour"
    REFERRAL = "referral"
    ACTION = "action"


class EscalationState(StrEnum):
    """Where an escalation to a senior leader stands."""

    ASKING = "asking"  # nobody senior has it in hand yet
    ACKNOWLEDGED = "acknowledged"
    DECIDED = "decided"  # what was decided is being followed
    ENDED = "ended"


class CandourState(StrEnum):
    """Where the duty of candour about one incident stands."""

    FLAGGED = "flagged"
    NOTIFIABLE = "notifiable"
    TOLD_IN_PERSON = "told_in_person"
    NOT_REACHED = "not_reached"  # attempts are on record, or the person declined to speak
    TOLD_IN_WRITING = "told_in_writing"
    RESULTS_TOLD = "results_told"
    ENDED = "ended"


class ReferralState(StrEnum):
    """Where what an Ombudsman or a regulator asks stands."""

    RECEIVED = "received"
    PROVISIONAL = "provisional"  # a preliminary decision is on record
    DECIDED = "decided"
    COMPLYING = "complying"  # recommendations are to be complied with
    CLOSED = "closed"


class ActionState(StrEnum):
    """Where an action stands that follows from a complaint."""

    OPEN = "open"
    DONE = "done"  # it is seen whether what it was for recurs
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProceedingStart:
    """Start the one workflow of a proceeding."""

    organisation_id: UUID
    complaint_id: UUID
    proceeding_id: UUID
    kind: ProceedingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ProceedingAct:
    """Ask how a proceeding stands. `now` is the workflow's time."""

    organisation_id: UUID
    complaint_id: UUID
    proceeding_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProceedingLook:
    """How a proceeding stands: its running clocks, each with its next rungs, the earliest first.

    `about` is what it is about, as a code: the cause of an escalation, the rules of candour, who
    asks, the kind of an action. `changes` counts
    what happened to it, but for the rungs of its own clocks. `over` says that nothing is awaited any more. `more` says
    that further clocks run: not all found room here.
    """

    state: Code
    about: Code
    changes: int
    stage: Code
    reference: Code
    clocks: tuple[ArmedClock, ...] = ()
    over: bool = False
    more: bool = False
