"""Scales and labels of charts, counted in decimals so that a picture is the same on every machine."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Final

from reports.document import Row, Unit
from reports.words import clean, number

_TENTH: Final = Decimal("0.1")
_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_DAY: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_WEEK: Final = re.compile(r"([0-9]{4})-W(0[1-9]|[1-4][0-9]|5[0-3])")
_TICKS: Final = 4
_THOUSANDS: Final = ((Decimal(10) ** 12, "tn"), (Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"))
_LARGEST: Final = Decimal(10) ** 15
# In hundredths of the size of the type: a generous guess, as no font is asked.
_NARROW: Final = 58
_CAPITAL: Final = 74
_BROAD: Final = 98
_WIDE: Final = 104


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A stretch of numbers with a tick at every step, from the lowest to the highest."""

    low: Decimal
    high: Decimal
    step: Decimal

    def share(self, value: Decimal) -> Decimal:
        """Return where a value stands between the lowest (0) and the highest (1)."""
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[Decimal]:
        """Return the numbers that are written beside the axis."""
        return [self.low + self.step * each for each in range(int((self.high - self.low) / self.step) + 1)]


def near(values: Sequence[Decimal]) -> bool:
    """Say whether values lie so close together, so far from nought, that a scale from nought would hide them."""
    return bool(values) and Decimal(0) < max(values) - min(values) < min(values) / 2


def scale(values: Sequence[Decimal], unit: Unit = Unit.COUNT, *, close: bool = False) -> Scale:
    """Return a scale with round steps, from nought (or below, where a value is) to no less than the highest value.

    Shares are drawn of the whole: their scale goes to 100. `close`: the scale begins near the lowest value.
    """
    ends = [] if close else [Decimal(0), Decimal(100) if unit is Unit.PERCENT else Decimal(0)]
    low, high = min((*values, *ends)), max((*values, *ends))
    if low == high:
        return Scale(low=Decimal(0), high=Decimal(1), step=Decimal(1))
    raw = (high - low) / _TICKS
    power = Decimal(1).scaleb(raw.adjusted())
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= raw)
    if all(each == each.to_integral_value() for each in values):
        step = max(step, Decimal(1))
    first = (low / step).to_integral_value(ROUND_FLOOR) * step
    last = (high / step).to_integral_value(ROUND_CEILING) * step
    return Scale(low=first, high=last, step=step)


def fixed(value: Decimal | int) -> str:
    """Return a length or a place in a picture, always with one decimal."""
    return str(Decimal(value).quantize(_TENTH, ROUND_HALF_EVEN))


def tick(value: Decimal, unit: Unit = Unit.COUNT) -> str:
    """Return a number as it stands beside an axis or a bar: short, however large it is."""
    short = _short(value)
    if unit is Unit.POUNDS:
        return f"−£{short[1:]}" if value < 0 else f"£{short}"
    return f"{short}%" if unit is Unit.PERCENT else short


def is_time(rows: Sequence[Row]) -> bool:
    """Say whether the rows are months, weeks or days, by their codes."""
    return bool(rows) and all(_begun(row.code) for row in rows)


def label(row: Row, before: Row | None) -> tuple[str, str]:
    """Return what stands under a point, in two lines: the month or the first day, and the year where it begins."""
    on = _begun(row.code)
    if on is None:
        return cut(clean(row.title), 80, 13), ""
    upper = f"{on:%b}" if _MONTH.fullmatch(row.code) else f"{on.day} {on:%b}"
    last = _begun(before.code) if before else None
    return upper, "" if last and last.year == on.year else f"{on.year}"


def width(text: str, size: int) -> int:
    """Return about how wide a text is when it is set in type of a size."""
    return sum(_sign(sign) for sign in text) * size // 100


def cut(text: str, room: int, size: int) -> str:
    """Return as much of a text as has room, with an ellipsis where it was longer."""
    if width(text, size) <= room:
        return text
    kept = ""
    for sign in text:
        if width(f"{kept}{sign}…", size) > room:
            break
        kept += sign
    return f"{kept.rstrip()}…"


def wrapped(text: str, room: int, size: int) -> list[str]:
    """Return a text in no more than two lines, broken between words where that can be."""
    first, words = "", text.split()
    while words and width(f"{first} {words[0]}".strip(), size) <= room:
        first = f"{first} {words.pop(0)}".strip()
    if not first:
        return [cut(text, room, size)]
    return [first, cut(" ".join(words), room, size)] if words else [first]


def _begun(code: str) -> date | None:
    """Return the first day of what a code names: a month, a week of ISO 8601, or a day."""
    try:
        if _MONTH.fullmatch(code):
            return date.fromisoformat(f"{code}-01")
        if week := _WEEK.fullmatch(code):
            return date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return date.fromisoformat(code) if _DAY.fullmatch(code) else None
    except ValueError:
        return None


def _sign(sign: str) -> int:
    if unicodedata.east_asian_width(sign) in "WF":
        return _WIDE
    if sign in "MWmw@%":
        return _BROAD
    return _CAPITAL if sign.isupper() else _NARROW


def _bare(value: Decimal) -> str:
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _short(value: Decimal) -> str:
    if abs(value) >= _LARGEST:
        return f"{value:.1E}".replace("-", "−").replace("E+", " × 10^")
    for size, name in _THOUSANDS:
        if abs(value) >= size:
            return f"{number(_bare(value / size))}{name}"
    return number(_bare(value))
