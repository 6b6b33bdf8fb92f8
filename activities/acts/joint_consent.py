"""Whether consent covers that a body is told of a complaint, and until when (SI 2009/309 reg 7(3))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from activities.acts.case import Case
from db.models.joint import Contribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """Whether a body may be told today; `last_day` is the last day on which it may, where there is one."""

    may: bool
    last_day: date | None = None


async def covers(case: Case, row: Contribution) -> Covered:
    """Say whether a body may be told of this complaint today."""
    raise NotImplementedError
