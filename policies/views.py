"""How long people have to comment on initial views, and when those comments are to have been weighed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from policies.calendars import Calendar
from policies.clock_rules import ClockRule, Unit
from policies.procedure_files import load_procedures

CLOCK: Final = "comments"
# Where the procedure has no such clock, and people set a date all the same.
_ANY: Final = (1, 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The last day on which a comment counts as in time, and how many working days it is until that.

    `weigh_days`, where people set the day, are the working days until the comments are weighed; else the rule says.
    """

    until: date
    days: int
    weigh_days: int | None


def window(rule: ClockRule | None, on: date, comment_by: date | None, calendar: Calendar) -> Window | None:
    """Return the time to comment on what was shared on a day; None where nothing says how long it is."""
    if comment_by is not None:
        days = sum(1 for day in _days_after(on, comment_by) if calendar.is_open(day))
        return Window(until=comment_by, days=days, weigh_days=None if rule is None else days + rule.margin)
    if rule is not None and rule.unit == Unit.WORKING_DAYS and rule.amount is not None:
        return Window(until=calendar.add_working_days(on, rule.amount), days=rule.amount, weigh_days=None)
    return None


def bounds(procedure: str, version: int) -> tuple[int, int]:
    """Return the fewest and the most working days that people may be given to comment, as the figure has them."""
    rules = load_procedures().get(procedure, version)
    rule = rules.clock(CLOCK) if rules.has_clock(CLOCK) else None
    figure = next((each for each in rules.figures if rule is not None and each.code == rule.figure), None)
    return _ANY if figure is None else (figure.least, figure.most)


def over_on(until: date, *, released_on: date | None, least: int, calendar: Calendar) -> date:
    """Return the last day of the time to comment. A letter that was released late still leaves the least of it."""
    if released_on is None:
        return until
    return max(until, calendar.add_working_days(released_on, least))


def _days_after(on: date, until: date) -> Iterator[date]:
    for number in range(1, min((until - on).days, 3660) + 1):
        yield on + timedelta(days=number)
