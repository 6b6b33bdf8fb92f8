"""Which days are open, and how days, months and local instants are counted. No clock is read here.

The nation's legal calendar comes from the `holidays` library, corrected by approved rows. An organisation's
closures lie over it and must never reach a statutory clock.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from holidays import country_holidays

LONDON = ZoneInfo("Europe/London")

# GOV.UK publishes bank holidays for whole years, a year or two ahead: 2028 is the last one that is complete.
# Later dates are the library's forecast, so what is counted past this day is provisional. Raise it together
# with the golden dates in tests/policies.
HORIZON = date(2028, 12, 31)

_DAY = timedelta(days=1)
_WEEKEND = {5: "Saturday", 6: "Sunday"}


class Nation(StrEnum):
    """The nation whose legal calendar counts."""

    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern_ireland"

    @property
    def title(self) -> str:  # type: ignore[override]
        """Return the nation's name as people write it."""
        return self.value.replace("_", " ").title()


_SUBDIVISIONS = {
    Nation.ENGLAND: "ENG",
    Nation.WALES: "WLS",
    Nation.SCOTLAND: "SCT",
    Nation.NORTHERN_IRELAND: "NIR",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDay:
    """Close one day, or with `opens` take back a closure of the same calendar (never a weekend)."""

    day: date
    name: str
    opens: bool = False


@cache
def legal_holidays(nation: Nation, year: int) -> Mapping[date, str]:
    """Return the bank and public holidays of one nation and year by date, before any correction."""
    # The language is pinned: names go into proofs, which must not depend on the machine's locale.
    found = country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=year, language="en_GB")
    return MappingProxyType({day: name for day, name in sorted(found.items()) if day.year == year})


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The open and closed days of a nation, or of an organisation in it, at one revision.

    Where two rows name the same day the later one wins. An organisation can close days that its nation
    leaves open; it cannot open what the nation closes.
    """

    nation: Nation
    revision: int
    corrections: Mapping[date, ClosedDay] = field(default_factory=dict, repr=False, hash=False)
    closures: Mapping[date, ClosedDay] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def legal(cls, nation: Nation, corrections: Iterable[ClosedDay], revision: int) -> Calendar:
        """Return the legal calendar of a nation with its approved corrections."""
        return cls(nation=nation, revision=revision, corrections=_by_day(corrections))

    def with_closures(self, closures: Iterable[ClosedDay]) -> Calendar:
        """Return an organisation's calendar: this one, and the days on which the organisation is closed."""
        return replace(self, closures=MappingProxyType({**self.closures, **_by_day(closures)}))

    @property
    def horizon(self) -> date:
        """Return the last day for which the legal calendar is officially published."""
        return HORIZON

    def why_closed(self, day: date) -> str | None:
        """Say why a day does not count; None for an open day. A named holiday goes before its weekday."""
        correction = self.corrections.get(day)
        if correction is None:
            legal = legal_holidays(self.nation, day.year).get(day)
        else:
            legal = None if correction.opens else correction.name
        closure = self.closures.get(day)
        own = None if closure is None or closure.opens else closure.name
        return legal or _WEEKEND.get(day.weekday()) or own

    def is_open(self, day: date) -> bool:
        """Tell whether a day is a working day."""
        return self.why_closed(day) is None

    def walk(self, start: date, n: int, *, count_first: bool = False) -> Iterator[tuple[date, str | None]]:
        """Yield each day with why it is closed, until |n| open days have passed; backwards if n is negative."""
        step = _DAY if n >= 0 else -_DAY
        day, left = (start if count_first else start + step), abs(n)
        while left:
            why = self.why_closed(day)
            yield day, why
            left -= why is None
            if left:
                day += step

    def add_working_days(self, start: date, n: int, *, count_first: bool = False) -> date:
        """Return the nth working day after `start` (before it if n is negative); `start` itself if n is 0.

        With `count_first` an open `start` is day 1 of the count.
        """
        last = start
        for day, _ in self.walk(start, n, count_first=count_first):
            last = day
        return last

    def next_open(self, day: date) -> date:
        """Return this day if it is open, else the first open day after it."""
        return self.add_working_days(day, 1, count_first=True)

    def previous_open(self, day: date) -> date:
        """Return this day if it is open, else the last open day before it."""
        return self.add_working_days(day, -1, count_first=True)


def _by_day(days: Iterable[ClosedDay]) -> Mapping[date, ClosedDay]:
    return MappingProxyType({row.day: row for row in days})


def end_of_day(day: date) -> datetime:
    """Return the instant (UTC) at which a local day ends: the next midnight in Europe/London."""
    return at_local(day + _DAY, time())


def at_local(day: date, at: time) -> datetime:
    """Return the instant (UTC) of a wall-clock time in Europe/London.

    A time that comes twice means the first one. A time that the spring change skips means the same distance
    after midnight, which reads as one hour later.
    """
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)


def local_date(instant: datetime) -> date:
    """Return the day in Europe/London on which an instant falls; a naive instant is refused."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(LONDON).date()


def add_months(day: date, months: int) -> date:
    """Return the corresponding date some months later, or the last day of a month that has none."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_months_inclusive(first_day: date, months: int) -> date:
    """Return the last day of a period of months that commences on `first_day`, which is part of it.

    The corresponding-date rule: the period ends on the day before the date that corresponds to `first_day`
    (from 1 January six months end on 30 June; from 1 March on 31 August). Where the last month has no
    corresponding date the period ends with that month (from 31 August on 28 February, or 29 in a leap year).
    """
    same = add_months(first_day, months)
    return same if same.day < first_day.day else same - _DAY
