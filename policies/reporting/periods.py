"""The months and the weeks (Monday to Sunday) of reports: their codes, what they are called, and which are whole."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

PERIODS: Final = frozenset({"month", "week", "day"})
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def stretch(by: str | None, first_on: date, last_on: date) -> list[str]:
    """Return the codes of all months, weeks or days that two days and what lies between them touch."""
    return list(dict.fromkeys(code_of(by, first_on + timedelta(n)) for n in range((last_on - first_on).days + 1)))


def code_of(by: str | None, on: date) -> str:
    """Return the code of the month, the week or the day that a day lies in, as PostgreSQL writes it."""
    if by == "month":
        return f"{on:%Y-%m}"
    if by == "week":
        year, week, _ = on.isocalendar()
        return f"{year:04}-W{week:02}"
    return on.isoformat()


def period_title(code: str) -> str:
    """Return what a month, a week or a day is called."""
    if re.fullmatch(r"\d{4}-\d{2}", code):
        return f"{_MONTHS[int(code[5:]) - 1]} {code[:4]}"
    if re.fullmatch(r"\d{4}-W\d{2}", code):
        return f"Week of {day_title(date.fromisocalendar(int(code[:4]), int(code[6:]), 1))}"
    return day_title(date.fromisoformat(code))


def whole_months(last_on: date, most: int) -> list[str]:
    """Return the last so many months that have ended by a day."""
    after = last_on + timedelta(1)
    year, month = after.year, after.month
    found = []
    for _ in range(most):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        found.append(f"{year:04}-{month:02}")
    return found[::-1]


def whole_weeks(last_on: date, most: int) -> list[str]:
    """Return the last so many weeks that have ended by a day."""
    sunday = last_on - timedelta(days=(last_on.weekday() + 1) % 7)
    return [code_of("week", sunday - timedelta(weeks=back)) for back in range(most)][::-1]


def day_title(on: date) -> str:
    """Return what a day is called."""
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
