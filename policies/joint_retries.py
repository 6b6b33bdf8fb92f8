"""When what did not get through between two bodies is tried again: soon at first, then ever more rarely."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

_AFTER: Final = (timedelta(seconds=5), timedelta(seconds=20), timedelta(minutes=1), timedelta(minutes=5))
_THEN_EVERY: Final = timedelta(minutes=15)
_FOR_A_VERDICT: Final = timedelta(minutes=1)  # it is kept there already, and only asked for


def wait(contribution_id: UUID, failed: int, *, kept: bool) -> timedelta:
    """Return how long to wait when a part has failed before so many times in a row. `kept`: a verdict is awaited.

    Up to a tenth is added, of the contribution and the attempt alone: parts that failed together return apart.
    """
    found = _AFTER[failed] if failed < len(_AFTER) else _THEN_EVERY
    found = min(found, _FOR_A_VERDICT) if kept else found
    return found * (1 + ((contribution_id.int >> failed % 64) % 1000) / 10_000)
