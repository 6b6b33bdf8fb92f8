"""Which notices the law does not ask for, and when those may leave: not in an organisation's quiet hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from policies.calendars import LONDON, Calendar, at_local, local_date

# Courtesy, rhythm and questions. What a clock of the law or a decision asks for is none of them.
NOT_STATUTORY: Final = frozenset(
    {"receipt", "receipt_on_behalf", "update", "experience", "staff_experience", "survey", "staff_survey"}
)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """An organisation's quiet hours, local times; from after until is over midnight."""

    quiet_from: time | None = None
    quiet_until: time | None = None
    working_days_only: bool = False


def asked_for_by_law(purpose: str, *, by_template: bool) -> bool:
    """Say whether the law asks for a letter of a purpose: as its template says, but for what is a courtesy."""
    return by_template and purpose not in NOT_STATUTORY


def may_leave_at(now: datetime, quiet: Quiet, calendar: Calendar) -> datetime:
    """Return the first instant from now on at which what the law does not ask for may leave."""
    at = now
    while True:
        day = local_date(at)
        if quiet.working_days_only and not calendar.is_open(day):
            at = at_local(calendar.next_open(day), time())
            continue
        end = _end_of_quiet(at, day, quiet)
        if end is None:
            return at
        at = end


def _end_of_quiet(at: datetime, day: date, quiet: Quiet) -> datetime | None:
    """Return when the quiet hours end that an instant falls into; None where it falls into none."""
    begin, end = quiet.quiet_from, quiet.quiet_until
    if begin is None or end is None:
        return None
    clock = at.astimezone(LONDON).time()
    if begin < end:
        return _latest(day, end) if begin <= clock < end else None
    if clock >= begin:
        return _latest(day + _DAY, end)
    return _latest(day, end) if clock < end else None


def _latest(day: date, end: time) -> datetime:
    """Return the last instant that a wall clock can mean: one that comes twice in autumn has not come before that."""
    both = (datetime.combine(day, end, tzinfo=LONDON).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return max(both)
