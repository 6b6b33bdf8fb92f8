"""Tiers: which comes next, and until when each is open to the person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from contracts.failures import Refusal
from policies.calendars import Calendar, add_months
from policies.clock_rules import Unit
from policies.procedure_rules import TierKind, TierRule, WindowFrom, WindowRule


def tier_asked_for(tiers: Sequence[TierRule], code: str, done: Collection[str]) -> TierRule | Refusal:
    """Return the tier that is asked for, or why it is not its turn.

    Every internal tier before it has been gone through; one outside the organisation the person may pass over.
    """
    for tier in tiers:
        if tier.code == code:
            return Refusal.WRONG_TIER if code in done else tier
        if tier.kind is TierKind.INTERNAL and tier.code not in done:
            passed_over = any(each.code == code for each in tiers)
            return Refusal.WRONG_TIER if passed_over else Refusal.UNKNOWN_TIER
    return Refusal.UNKNOWN_TIER


def next_tier(tiers: Sequence[TierRule], done: Collection[str]) -> TierRule | None:
    """Return the tier that a response has to name: the first that was not gone through."""
    return next((tier for tier in tiers if tier.code not in done), None)


def window_until(
    window: WindowRule | None, *, answered_on: date | None, noticed_on: date | None, calendar: Calendar
) -> date | None:
    """Return the last day on which a tier is open; None where it has no end, or the day it counts from is not known."""
    if window is None:
        return None
    start = answered_on if window.starts is WindowFrom.RESPONSE else noticed_on
    if start is None:
        return None
    assert window.amount is not None  # figures are filled in when a complaint is opened
    if window.unit is Unit.MONTHS:
        return add_months(start, window.amount)
    if window.unit is Unit.WORKING_DAYS:
        return calendar.add_working_days(start, window.amount)
    return start + timedelta(days=window.amount)
