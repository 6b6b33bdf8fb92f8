"""Inputs and outcomes of the workflow `leaver`: a person's last day is known, and their cases need another owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class LeaverState(StrEnum):
    """The life of a leaving."""

    ANNOUNCED = "announced"
    ENDED = "ended"  # the account is ended: no open case was left
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaverStart:
    """Start the workflow of one leaving, or go on with it in the next run."""

    organisation_id: UUID
    leaver_id: UUID
    handed_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaverAct:
    """Ask for one look at a leaving."""

    organisation_id: UUID
    leaver_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaverLook:
    """Say how a leaving stands, how many open cases are left, and when to look again."""

    state: LeaverState
    left: int = 0
    look_at: datetime | None = None
