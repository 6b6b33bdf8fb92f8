"""A second, simpler count of clocks in minutes: it steps from minute to minute and asks of each whether it counts.

It knows nothing of `policies`: what each clock allows was written down by hand, from docs/lifecycle.md, and the open
days are those of the second count of deadlines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tests.policies.second_count import official_closed_days

_LONDON: Final = ZoneInfo("Europe/London")
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A clock by the book: its minutes, whether they are office minutes, when each step comes, and the chase."""

    amount: int
    office: bool
    steps: dict[str, int]
    chase: int


BY_HAND: Final = {
    "escalation_call": Called(
        amount=8 * 60,
        office=True,
        steps={"first": 0, "again": 2 * 60, "second": 4 * 60, "next": 8 * 60, "responsible": 12 * 60},
        chase=8 * 60,
    ),
    "escalation_call_now": Called(
        amount=60, office=False, steps={"first": 0, "again": 15, "second": 30, "next": 60, "responsible": 90}, chase=120
    ),
}


def minutes_later(at: datetime, minutes: int, *, office: bool, nation: str, closed: frozenset[date]) -> datetime:
    """Return the instant by which so many whole minutes that count have passed; for none, the first that counts."""
    for passed, instant in enumerate(_ticks(at, office=office, nation=nation, closed=closed), start=1):
        if minutes == 0:
            return instant
        # What fills a day to its end is over when that day is, not when the next one begins.
        if passed == minutes:
            return instant + _MINUTE
    raise AssertionError("the minutes never end")


def _ticks(at: datetime, *, office: bool, nation: str, closed: frozenset[date]) -> Iterator[datetime]:
    instant = at
    holidays = official_closed_days(nation) | closed
    while True:
        local = instant.astimezone(_LONDON)
        is_open = local.isoweekday() < 6 and local.date() not in holidays and 9 <= local.hour < 17
        if is_open or not office:
            yield instant
        instant = (instant.astimezone(UTC) + _MINUTE).astimezone(UTC)
