"""Judges what is said of an action: its dates, whether it was in time, when it is checked, and whether it recurred."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from contracts.failures import Refusal
from policies import learning_files
from policies.calendars import Calendar, add_months
from policies.code_lists import load_codes

# So many complaints since it was done, of the same theme at the same place, are a recurrence.
RECURS_AT: Final = 2
# Whoever checks has so many working days of the organisation once the months are up.
LOOK_WITHIN: Final = 20
# A remedy of the kind `action`, once it is decided, is something to be done.
TO_BE_DONE: Final = ("approved", "offered", "accepted")
# What is no longer than this is no name that words could be searched for.
_INITIALS: Final = 3


def happened(on: date, *, since: date, today: date) -> Refusal | None:
    """Check the day of something that was done: not before it was planned, and not in the future."""
    if on > today:
        return Refusal.DATE_IN_FUTURE
    return Refusal.CONTRADICTS_RECORD if on < since else None


def in_time(done_on: date, due_on: date, *, moved_late: bool) -> bool:
    """Say whether it was done in time: what was late when its date was moved stays late."""
    return done_on <= due_on and not moved_late


def checked_from(done_on: date, months: int) -> date:
    """Return the first day on which it can be seen whether it held."""
    return add_months(done_on, months)


def checked_by(done_on: date, months: int, calendar: Calendar) -> date:
    """Return the last day on which somebody looks."""
    return calendar.add_working_days(checked_from(done_on, months), LOOK_WITHIN)


def judged_otherwise(result: str, counted: int) -> bool:
    """Say whether somebody judges otherwise than the count says: then a reason is needed."""
    return (result == "recurred") != (counted >= RECURS_AT)


def knows_theme(theme: str, days: Collection[date], own: Collection[str]) -> bool:
    """Say whether a theme is one of the organisation's own, or a subject of a list that was in force on one of the
    days, perhaps with its sub-subject.
    """
    if theme in own:
        return True
    subject, _, sub = theme.partition(".")
    lists = [each for day in days for each in load_codes().in_force(day)]
    return any(each.knows("subject", subject) and (not sub or each.belongs(sub, subject)) for each in lists)


def unknown_factors(codes: Collection[str]) -> list[str]:
    """Return the factors that are not in the list in force."""
    return learning_files.newest().unknown(codes)


def names_somebody(words: str, names: Collection[str]) -> bool:
    """Say whether words for the public hold the whole name of somebody. Whoever approves them looks for the rest."""
    text = " ".join(words.casefold().split())
    return any(len(name) > _INITIALS and name in text for name in (" ".join(each.casefold().split()) for each in names))
