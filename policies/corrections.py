"""What may be put right, and who else has to agree: pure checks. Each returns why not, or None."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts.clocks import Effect
from contracts.failures import Refusal
from policies.calendars import local_date

# UK GDPR art. 33(1): a breach is notified within 72 hours of becoming aware of it.
GOVERNANCE_TIME = timedelta(hours=72)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One clock whose due date a correction derives again."""

    effect: Effect
    old_due_on: date
    due_on: date


def receipt(
    new: date, *, old: date, today: date, happened_by: date, in_force_from: date, in_force_until: date | None
) -> Refusal | None:
    """Check another day of receipt. `happened_by` is the earliest local day of anything that came after receipt."""
    if new > today:
        return Refusal.DATE_IN_FUTURE
    if new == old:
        return Refusal.NOTHING_CHANGES
    if new > happened_by:
        return Refusal.CONTRADICTS_RECORD
    if new < in_force_from or (in_force_until is not None and new > in_force_until):
        return Refusal.NO_PROCEDURE
    return None


def needs_approval(moved: Iterable[Moved]) -> bool:
    """Say whether a statutory date moves: then another person has to approve."""
    return any(clock.effect is Effect.STATUTORY and clock.due_on != clock.old_due_on for clock in moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A longer end that was agreed on a day."""

    agreed_on: date
    due_on: date


def binding(due_on: date, agreed: Sequence[Agreement], *, before_expiry: bool = True) -> int | None:
    """Return the place of the agreement that sets the end of a period, if one does. `due_on` is its own end.

    Unless the rule takes late ones each counts only where it was made before what it lengthens had run out, as the six
    months have it (SI 2009/309 reg 14(3)(b)).
    """
    found = None
    for place, each in enumerate(agreed):
        in_time = each.agreed_on <= due_on or not before_expiry
        if in_time and due_on < each.due_on:
            found, due_on = place, each.due_on
    return found


def judged(*, due_on: date, due_at: datetime, met_on: date | None, ended_at: datetime | None) -> bool:
    """Say whether a clock that was met on a day, or stopped at an instant, was in time by another due date."""
    if met_on is not None:
        return met_on <= due_on
    return ended_at is None or ended_at < due_at


def coding(
    *, outcome: str | None, present_outcome: str | None, anything_new: bool, resolved_early: bool = False
) -> Refusal | None:
    """Check other codes: an outcome is put right where the response gave one, or said where none was to come.

    `resolved_early`: it was resolved to the person's satisfaction, and nothing was found on any issue of it.
    """
    if outcome is not None and present_outcome is None and not resolved_early:
        return Refusal.CONTRADICTS_RECORD
    return None if anything_new else Refusal.NOTHING_CHANGES


def link(*, same: bool, itself: bool, original_closed: bool, reopened_by_another: bool) -> Refusal | None:
    """Check another original. `itself` is true also where the link would lead back to the complaint."""
    if same:
        return Refusal.NOTHING_CHANGES
    if itself:
        return Refusal.CONTRADICTS_RECORD
    if not original_closed:
        return Refusal.ORIGINAL_NOT_CLOSED
    return Refusal.ALREADY_REOPENED if reopened_by_another else None


def duplicate(*, received_on: date, kept_received_on: date, kept_in_error: bool, itself: bool) -> Refusal | None:
    """Check that a complaint can be given up for another.

    The earlier day of receipt must not be lost, and what is kept must not itself have been opened in error.
    """
    if itself or kept_in_error or received_on < kept_received_on:
        return Refusal.CONTRADICTS_RECORD
    return None


def governance_due(at: datetime) -> date:
    """Return the local day by which information governance must know what became of a letter (art. 33(1))."""
    return local_date(at + GOVERNANCE_TIME)
