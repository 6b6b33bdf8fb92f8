"""What may be taken in, and what is outside the procedure: pure checks. Each returns why not, or None."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from contracts.failures import Refusal
from policies.calendars import Calendar
from policies.procedure_rules import ExemptionRule

# There is one of each; of everybody else who speaks or writes for somebody there may be several.
_ONE_OF_EACH: Final = ("complainant", "affected")
# Whoever is there for somebody else, beside those who may speak for the person.
_REPRESENTING: Final = ("mp", "staff_representative", "union_representative")
# Whoever writes for somebody else is named, so that they can be answered.
NAMED_SOURCES: Final = ("representative", "advocate", "mp", "regulator")


def taken_in(
    *, received_on: date, today: date, happened_on: date | None, noticed_on: date | None, first_contact_on: date | None
) -> Refusal | None:
    """Check the days of what is logged: it happens, is noticed, is first spoken of, and is received, in this order."""
    if received_on > today:
        return Refusal.DATE_IN_FUTURE
    known = [day for day in (happened_on, noticed_on) if day is not None]
    if known != sorted(known) or any(day > received_on for day in known):
        return Refusal.CONTRADICTS_RECORD
    if first_contact_on is not None and first_contact_on > received_on:
        return Refusal.CONTRADICTS_RECORD
    return None


def people(roles: Sequence[str], source: str) -> Refusal | None:
    """Check who is named: one who complains, at most one who was affected, and whoever wrote for them."""
    count = Counter(roles)
    if count["complainant"] == 0:
        return Refusal.UNKNOWN_PARTY
    if any(count[role] > 1 for role in _ONE_OF_EACH):
        return Refusal.CONTRADICTS_RECORD
    if source in NAMED_SOURCES and source not in count:
        return Refusal.UNKNOWN_PARTY
    return None


def joins(role: str, present: Sequence[str], *, died: bool) -> Refusal | None:
    """Check that somebody can be added to those who are part of a complaint: of some there is only one."""
    if role in _ONE_OF_EACH and role in present:
        return Refusal.CONTRADICTS_RECORD
    # Of whoever died something may be complained about; they do nothing here themselves.
    return Refusal.CONTRADICTS_RECORD if died and role != "affected" else None


def leaves(role: str, cause: str, *, speaks: bool) -> Refusal | None:
    """Check why somebody is no longer part of a complaint: nobody stops to speak for another who never did."""
    if cause == "no_longer_represents" and not (speaks or role in _REPRESENTING):
        return Refusal.CONTRADICTS_RECORD
    # A person who was affected was so, whatever became of them; that it was somebody else can be seen.
    return Refusal.CONTRADICTS_RECORD if role == "affected" and cause not in ("mistaken", "replaced") else None


def conversion(*, received_on: date, first_contact_on: date, today: date) -> Refusal | None:
    """Check the day on which a concern became a complaint: not before anybody had been in touch."""
    if received_on > today:
        return Refusal.DATE_IN_FUTURE
    return Refusal.CONTRADICTS_RECORD if received_on < first_contact_on else None


def exemption(
    rule: ExemptionRule | None,
    *,
    channel: str,
    satisfied: bool,
    received_on: date,
    resolved_on: date,
    today: date,
    nation: Calendar,
) -> Refusal | None:
    """Check that a complaint is outside the procedure: made so, and resolved so soon after the day it was made (R-04).

    The day on which it was resolved counts, not the day on which that was written down.
    """
    if rule is None or channel not in rule.channels or not satisfied:
        return Refusal.NOT_EXEMPT
    if resolved_on > today:
        return Refusal.DATE_IN_FUTURE
    if resolved_on < received_on:
        return Refusal.DATE_BEFORE_RECEIPT
    last = nation.add_working_days(received_on, rule.working_days)
    return Refusal.NOT_EXEMPT if resolved_on > last else None
