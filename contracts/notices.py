"""Inputs and outcomes of the workflow `notice`, which carries one notice to its gateway."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from contracts.code import Code

# Who carries a notice where it is not the mail gateway.
NOTIFY: Final = Code("notify")
OUT_TRAY: Final = Code("out_tray")
# What is said of a notice after the last look, where nobody knows.
ARRIVAL_UNKNOWN: Final = Code("arrival_unknown")


class NoticeState(StrEnum):
    """The life of a notice. Nothing but a bare receipt or a prompt to staff starts as QUEUED."""

    DRAFT = "draft"
    RELEASED = "released"  # by a named person; waits for a person to post it, or for a hold to end
    QUEUED = "queued"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    FAILED = "failed"
    DISCARDED = "discarded"
    WITHHELD = "withheld"  # stop-contact or hold was in force at the moment of sending


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStart:
    """Start the carrying of one queued notice, by the mail gateway unless another carrier is named."""

    organisation_id: UUID
    complaint_id: UUID
    notice_id: UUID
    carrier: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAct:
    """Ask for one step with one notice. `now` is the workflow's time."""

    organisation_id: UUID
    complaint_id: UUID
    notice_id: UUID
    now: datetime
    failure: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOutcome:
    """Say what became of a notice. `look_at` is when a notice that still waits may go: after quiet hours, say."""

    state: NoticeState
    failure: Code | None = None
    look_at: datetime | None = None
