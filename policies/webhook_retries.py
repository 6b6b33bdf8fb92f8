"""How patient we are with a receiver: when to try again what did not arrive, and when to give it up.

Events go in order, so that one that waits holds up those behind it: hence what the receiver itself calls wrong is given
up within hours, and everything else within days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

_AFTER: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=3),
)
_THEN_EVERY: Final = timedelta(hours=6)
PATIENCE: Final = timedelta(days=3)
MOST_REFUSALS: Final = 6  # some 73 minutes: time enough to take back a faulty release
LONGEST_ASKED: Final = timedelta(hours=6)
_GONE: Final = 410
# Of the 4xx, those that may be otherwise in a moment (RFC 9110; Standard Webhooks).
_PASSING: Final = frozenset({408, 409, 425, 429})


class Next(StrEnum):
    """What to do after an attempt that failed."""

    TRY_AGAIN = "try_again"
    GIVE_UP = "give_up"
    PAUSE = "pause"  # the receiver says that it is gone: nothing more is sent until somebody resumes


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An attempt that failed: the how manieth, when, since when it is tried, and what the receiver said."""

    delivery_id: UUID
    number: int
    at: datetime
    since: datetime
    status: int | None
    retry_after: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do next, and when."""

    next: Next
    at: datetime


def after(failed: Failed) -> Step:
    """Return what to do after an attempt that failed."""
    again = failed.at + _wait(failed)
    if failed.status == _GONE:
        return Step(next=Next.PAUSE, at=again)
    over = failed.at - failed.since >= PATIENCE or (_is_refusal(failed.status) and failed.number >= MOST_REFUSALS)
    return Step(next=Next.GIVE_UP if over else Next.TRY_AGAIN, at=again)


def _wait(failed: Failed) -> timedelta:
    """Return how long to wait: as asked for where that is longer, within reason."""
    wait = _AFTER[failed.number - 1] if failed.number <= len(_AFTER) else _THEN_EVERY
    wait *= 1 + _jitter(failed)
    asked = min(failed.retry_after or timedelta(), LONGEST_ASKED)
    return max(wait, asked)


def _jitter(failed: Failed) -> float:
    """Return up to a tenth, of the delivery and the attempt alone: receivers that failed together return apart."""
    return (failed.delivery_id.int >> failed.number) % 1000 / 10_000


def _is_refusal(status: int | None) -> bool:
    return status is not None and 400 <= status < 500 and status not in _PASSING
