"""Counts clocks that run by the minute, from an instant to an instant: in office hours only, or at any hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from policies.calendars import Calendar, local_date
from policies.clock_rules import CALL, OVERDUE, ClockRule, Hours, RungRule
from policies.office_hours import CLOSES, OPENS, Stretch, add_office_minutes, local_time, walk
from policies.proofs import Day, long_date

CALL_AGAIN: Final = f"{CALL}chase"  # what a chase does of a clock whose rungs call somebody


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The end of a clock in minutes, and how it came about; `by_calendar` says that closed days count."""

    due_at: datetime
    by_calendar: bool
    budget: str
    days: tuple[Day, ...] = ()
    steps: tuple[str, ...] = ()


def count(rule: ClockRule, at: datetime, calendar: Calendar) -> Counted:
    """Count a clock from the instant at which it starts."""
    minutes = rule.amount
    assert minutes is not None  # the rule's validation saw to it
    due_at = after(rule, at, minutes, calendar)
    if rule.hours != Hours.OFFICE:
        budget = f"{minutes} minutes from {_moment(at)}, at any hour of any day"
        step = f"{minutes} minutes from {_moment(at)} end at {_moment(due_at)}"
        return Counted(due_at=due_at, by_calendar=False, budget=budget, steps=(step,))
    hours = f"{OPENS:%H:%M} to {CLOSES:%H:%M} on open days of the organisation"
    return Counted(
        due_at=due_at,
        by_calendar=True,
        budget=f"{minutes} office minutes from {_moment(at)}, {hours}",
        days=tuple(_day(stretch, minutes) for stretch in walk(at, minutes, calendar)),
    )


def ladder(rule: ClockRule, at: datetime, calendar: Calendar) -> tuple[tuple[RungRule, datetime], ...]:
    """Return each rung with its instant, in the order they fire."""
    due_at = count(rule, at, calendar).due_at
    found = [(rung, due_at if rung.code == OVERDUE else after(rule, at, rung.offset, calendar)) for rung in rule.rungs]
    return tuple(sorted(found, key=lambda each: each[1]))


def after(rule: ClockRule, at: datetime, minutes: int, calendar: Calendar) -> datetime:
    """Return the instant by which so many of the rule's minutes have passed."""
    if rule.hours == Hours.OFFICE:
        return add_office_minutes(at, minutes, calendar)
    # In UTC: local arithmetic would lose or gain an hour in the night when the clocks change.
    return at.astimezone(UTC) + timedelta(minutes=minutes)


def _moment(at: datetime) -> str:
    return f"{local_time(at)} on {long_date(local_date(at))}"


def _day(stretch: Stretch, of: int) -> Day:
    if stretch.since is None or stretch.until is None:
        return Day(on=stretch.on, counted=False, why=stretch.closed or "closed")
    hours = f"{local_time(stretch.since)} to {local_time(stretch.until)}"
    return Day(on=stretch.on, counted=True, why=f"{stretch.minutes} of {of} minutes, {hours}")
