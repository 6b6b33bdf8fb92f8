"""By when a colleague is asked for something: worked back from the date of the response, and said step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.failures import Refusal
from policies.calendars import Calendar
from policies.proofs import long_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Working days of the organisation: so many before the response, and so many from today at least and at most."""

    before_response: int = 10
    least: int = 3
    most: int = 10


USUAL = Lead()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedBack:
    """A due date, and the steps that lead to it."""

    due_on: date
    steps: tuple[str, ...]


def worked_back(today: date, respond_by: date | None, calendar: Calendar, lead: Lead = USUAL) -> WorkedBack:
    """Return by when something asked today is needed. Without a date of the response: the most days there are.

    The least number of days goes before the rest: nobody is asked for something by yesterday, however late it is.
    """
    first = calendar.add_working_days(today, lead.least)
    last = calendar.add_working_days(today, lead.most)
    steps = []
    wanted = last
    if respond_by is None:
        steps.append("No date of the response is known")
    else:
        wanted = calendar.add_working_days(respond_by, -lead.before_response)
        steps.append(
            f"The response is due by {long_date(respond_by)}: {lead.before_response} working days before it is"
            f" {long_date(wanted)}"
        )
    if wanted < first:
        steps.append(f"Not sooner than {lead.least} working days from today: {long_date(first)}")
    elif wanted >= last:
        steps.append(f"Not later than {lead.most} working days from today: {long_date(last)}")
    return WorkedBack(due_on=max(first, min(wanted, last)), steps=tuple(steps))


def as_given(due_on: date, respond_by: date | None) -> WorkedBack:
    """Return a date that somebody set, and how it lies to the date of the response."""
    steps = [f"The date set was {long_date(due_on)}"]
    if respond_by is not None and due_on > respond_by:
        steps.append(f"That is after the response is due: {long_date(respond_by)}")
    return WorkedBack(due_on=due_on, steps=tuple(steps))


def set_date(due_on: date | None, *, today: date) -> Refusal | None:
    """Check a date that somebody sets for a request: today at the earliest."""
    return Refusal.DATE_IN_PAST if due_on is not None and due_on < today else None


def given(given_on: date, *, asked_on: date, today: date) -> Refusal | None:
    """Check the day on which an answer was given: not in the future, and not before it was asked for."""
    if given_on > today:
        return Refusal.DATE_IN_FUTURE
    return Refusal.CONTRADICTS_RECORD if given_on < asked_on else None


def referred(referred_on: date | None, *, known_on: date, today: date) -> Refusal | None:
    """Check the day on which something was passed on: not in the future, and not before it was known."""
    if referred_on is None:
        return None
    if referred_on > today:
        return Refusal.DATE_IN_FUTURE
    return Refusal.CONTRADICTS_RECORD if referred_on < known_on else None


def review(review_on: date | None, *, today: date) -> Refusal | None:
    """Check the day on which a hold is looked at again: there is one, and it lies ahead."""
    return Refusal.DATE_NOT_LATER if review_on is None or review_on <= today else None


def took(asked_on: date, given_on: date, calendar: Calendar) -> int:
    """Return how many working days of the organisation lie between asking and giving; nought on the same day."""
    day, days = asked_on, 0
    while day < given_on:
        day = calendar.add_working_days(day, 1)
        days += day <= given_on
    return days
