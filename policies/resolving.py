"""What may be said about trying to put things right: pure checks. Each returns why not, or None."""

from __future__ import annotations

from datetime import date

from contracts.failures import Refusal
from policies.lawful import happened


def ended(on: date, *, begun_on: date | None, received_on: date, today: date) -> Refusal | None:
    """Check the day on which an attempt ended: not before it was begun or the complaint came, not in the future."""
    if refusal := happened(on, received_on=received_on, today=today):
        return refusal
    return Refusal.CONTRADICTS_RECORD if begun_on is not None and on < begun_on else None


def listed(lines: list[str]) -> str:
    """Set lines one below the other, each with its number, as letters show them."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
