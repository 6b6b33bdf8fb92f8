"""Inputs and outcomes of the workflow `bulk`: one thing done to many complaints, with an outcome for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class BulkKind(StrEnum):
    """What a bulk operation does to each complaint."""

    ASSIGN = "assign"
    HAND_OVER_ACTIONS = "hand_over_actions"  # of somebody who leaves; people ask for it by announcing that
    ADD_NOTE = "add_note"
    SEND_UPDATE = "send_update"
    EXPORT = "export"  # reads each case, and changes none


class BulkState(StrEnum):
    """The life of a bulk operation. It is done only when every item is."""

    RUNNING = "running"
    DONE = "done"
    INCOMPLETE = "incomplete"  # something was refused or failed; it can be tried again


class ItemState(StrEnum):
    """What became of one complaint of a bulk operation."""

    WAITING = "waiting"
    SAID = "said"  # its submission is stored; no verdict is known yet
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkStart:
    """Start the workflow of one bulk operation, once more after `incomplete`, or as the next run of a long one."""

    organisation_id: UUID
    operation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAct:
    """Ask for one step of a bulk operation. How far it is stands in its items."""

    organisation_id: UUID
    operation_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkStanding:
    """Say how a bulk operation stands after a step: its items by what became of them, and itself."""

    state: BulkState
    total: int
    waiting: int = 0
    said: int = 0
    done: int = 0
    refused: int = 0
    failed: int = 0
