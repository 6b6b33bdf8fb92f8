"""Counts minutes of office hours: 09:00 to 17:00, local time, on the open days of a calendar. No clock is read here.

Both changes of the clocks fall on a Sunday at night, so an office day has the same length all year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from policies.calendars import LONDON, Calendar, at_local, local_date

OPENS: Final = time(9, 0)
CLOSES: Final = time(17, 0)

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What one local day gave to a count: from when to when (UTC), or why nothing."""

    on: date
    since: datetime | None = None
    until: datetime | None = None
    closed: str | None = None

    @property
    def minutes(self) -> int:
        """Return how many whole minutes the day gave."""
        return 0 if self.since is None or self.until is None else (self.until - self.since) // _MINUTE


def next_office_instant(at: datetime, calendar: Calendar) -> datetime:
    """Return an instant itself where the office is open then, else the next one at which it opens."""
    for stretch in _office_from(at, calendar):
        if stretch.since is not None:
            return stretch.since
    raise AssertionError("the days never end")


def add_office_minutes(at: datetime, minutes: int, calendar: Calendar) -> datetime:
    """Return the instant (UTC) by which so many office minutes have passed; the next office instant for none.

    What fills a day to its end falls on that day's closing time, not on the next opening.
    """
    return next_office_instant(at, calendar) if minutes == 0 else walk(at, minutes, calendar)[-1].until or at


def walk(at: datetime, minutes: int, calendar: Calendar) -> tuple[Stretch, ...]:
    """Return what each day from an instant on gives to a count of office minutes, the closed ones with why."""
    if minutes < 1:
        raise ValueError("there is nothing to count")
    found: list[Stretch] = []
    left = minutes * _MINUTE
    for stretch in _office_from(at, calendar):
        if stretch.since is not None and stretch.until is not None:
            until = min(stretch.until, stretch.since + left)
            left -= until - stretch.since
            stretch = Stretch(on=stretch.on, since=stretch.since, until=until)
        found.append(stretch)
        if not left:
            return tuple(found)
    raise AssertionError("the days never end")


def local_time(at: datetime) -> str:
    """Write the local time of an instant: 09:00."""
    return f"{at.astimezone(LONDON):%H:%M}"


def _office_from(at: datetime, calendar: Calendar) -> Iterator[Stretch]:
    """Yield what is left of the day of an instant, and each day after it, without end."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    day = local_date(at)
    while True:
        since, until = max(at_local(day, OPENS), at.astimezone(UTC)), at_local(day, CLOSES)
        if (closed := calendar.why_closed(day)) is not None:
            yield Stretch(on=day, closed=closed)
        elif since < until:
            yield Stretch(on=day, since=since, until=until)
        else:
            yield Stretch(on=day, closed="after office hours")
        day += _DAY
