"""What may be said when: pure checks on dates and agreements. Each returns why not, or None."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from contracts.failures import Refusal
from policies.calendars import Calendar


def happened(on: date, *, received_on: date, today: date) -> Refusal | None:
    """Check the local day on which something was done: not before receipt, not in the future."""
    if on < received_on:
        return Refusal.DATE_BEFORE_RECEIPT
    if on > today:
        return Refusal.DATE_IN_FUTURE
    return None


def contact(
    *, happened_at: datetime, promised: bool, promised_by: date | None, now: datetime, today: date
) -> Refusal | None:
    """Check a contact: not in the future, and what was promised has a day on which it is due, today or later."""
    if happened_at > now:
        return Refusal.DATE_IN_FUTURE
    if promised != (promised_by is not None):
        return Refusal.REASON_NEEDED
    if promised_by is not None and promised_by < today:
        return Refusal.DATE_NOT_LATER
    return None


def acknowledgement(*, made_on: date, discussion_offered: bool, received_on: date, today: date) -> Refusal | None:
    """Check an acknowledgement: it counts only with the offer to discuss (SI 2009/309 reg 13(7))."""
    if not discussion_offered:
        return Refusal.DISCUSSION_NOT_OFFERED
    return happened(made_on, received_on=received_on, today=today)


def response_period(
    *, basis: str, discussion: str | None, agreed_with: str | None, respond_by: date, today: date,
    longest: date,
) -> Refusal | None:  # fmt: skip
    """Check a response period against the discussion and the end of the six months.

    Agreed: with somebody. Determined: only when the offer was
    declined or had no reply (reg 13(8)). `longest` is the last day of the relevant period (reg 14(3)).
    """
    if discussion is None:
        return Refusal.DISCUSSION_NOT_RECORDED
    if basis == "determined" and discussion == "accepted":
        return Refusal.DISCUSSION_ACCEPTED
    if basis == "agreed" and not agreed_with:
        return Refusal.AGREEMENT_NEEDED
    if respond_by <= today:
        return Refusal.DATE_NOT_LATER
    if respond_by > longest:
        return Refusal.PERIOD_BEYOND_LIMIT
    return None


def last_day(first: date, cap: int, *, working: bool, calendar: Calendar) -> date:
    """Return the last day to which a clock may be extended: so many working or calendar days after it was due first."""
    return calendar.add_working_days(first, cap) if working else first + timedelta(days=cap)


def extension(
    *, due_on: date, respond_by: date, agreed_with: str | None, agreed_on: date | None,
    today: date, received_on: date, needs_agreement: bool, before_expiry: bool, longest: date | None,
) -> Refusal | None:  # fmt: skip
    """Check an extension: agreed, later than before, and (six months) agreed before they expired.

    The day of the agreement counts, not the day it was written down (reg 14(3)(b)).
    """
    if needs_agreement and (not agreed_with or agreed_on is None):
        return Refusal.AGREEMENT_NEEDED
    agreed = agreed_on or today
    if refusal := happened(agreed, received_on=received_on, today=today):
        return refusal
    if before_expiry and agreed > due_on:
        return Refusal.EXPIRED
    if respond_by <= max(due_on, today):
        return Refusal.DATE_NOT_LATER
    if longest is not None and respond_by > longest:
        return Refusal.PERIOD_BEYOND_LIMIT
    return None
