"""Decides whom time tells of what a meeting resolved to do, and when: between meetings, too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from contracts.governance import Deed
from policies.calendars import at_local, end_of_day
from policies.governance_files import Governing

_MORNING: Final = time(9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An action as it stands since an instant, and what was told of it since. `told` are values of `Deed`."""

    due_on: date
    since: datetime
    told: Collection[str] = ()


def next_of(rules: Governing, action: Standing) -> tuple[Deed, datetime] | None:
    """Return what is told next of an action and when; None where nothing is left to be told."""
    return next((each for each in _rungs(rules, action) if each[0].value not in action.told), None)


def _rungs(rules: Governing, action: Standing) -> list[tuple[Deed, datetime]]:
    """Return the ladder: it is theirs; a reminder; overdue; and still overdue. What lies before it stood so is left
    out: whoever has it from somebody else is told that it is theirs, and the chair knows that it is late.
    """
    ladder = [
        (Deed.REMINDER, at_local(action.due_on - timedelta(days=rules.remind_days), _MORNING)),
        (Deed.OVERDUE, end_of_day(action.due_on)),
        (Deed.ESCALATION, end_of_day(action.due_on + timedelta(days=rules.escalate_days))),
    ]
    return [(Deed.OPENED, action.since), *(each for each in ladder if each[1] > action.since)]
