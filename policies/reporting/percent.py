"""Writes shares and other decimals of reports as text: half-even, one decimal, and nothing of nothing."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

_TENTH = Decimal("0.1")


def percent(part: int, of: int) -> str | None:
    """Return the share of a part in hundredths, with one decimal; None of nothing."""
    return None if of == 0 else tenths(Fraction(100 * part, of))


def tenths(value: Fraction) -> str:
    """Return a number with exactly one decimal, a tie to the even one."""
    # Of a fraction, not of its decimal: 1/3 has none that ends, and a tie must be a true one.
    rounded = round(value * 10)
    return str((Decimal(rounded) / 10).quantize(_TENTH))


def at_most_tenths(value: Decimal) -> str:
    """Return a number with one decimal, or with none where that is 0."""
    rounded = value.quantize(_TENTH, ROUND_HALF_EVEN)
    whole = rounded.to_integral_value()
    return str(whole if whole == rounded else rounded)
