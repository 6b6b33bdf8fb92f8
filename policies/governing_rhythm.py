"""When a series comes round, and which stretch of days an occurrence of it is about. No clock is read here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from policies.calendars import add_months, at_local, local_date

Period = Literal["rhythm", "financial_year", "year_before"]

# Whatever was missed for longer than this many turns is let go of: only the newest are caught up.
MOST_CAUGHT_UP: Final = 24
# Begun later than this after its time, an occurrence says that it is late.
IN_TIME: Final = timedelta(days=1)

_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)
_MONTHS: Final[dict[str, int]] = {"monthly": 1, "quarterly": 3, "yearly": 12}
_APRIL: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """How often a series comes round: the first time on `anchor_on`, at a local hour, as number `base` and one.

    `rhythm` is weekly, monthly, quarterly, yearly or on_request.
    """

    rhythm: str
    anchor_on: date
    hour: int
    base: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One time round: its number in the series, its day, and whether it begins late."""

    number: int
    nominal_on: date
    late: bool


def nominal_on(turns: Turns, number: int) -> date:
    """Return the day of a number of a series. Months are counted from the anchor: the 31st is the last of each."""
    places = number - turns.base - 1
    if turns.rhythm == "weekly":
        return turns.anchor_on + _WEEK * places
    return add_months(turns.anchor_on, _MONTHS[turns.rhythm] * places)


def nominal_at(turns: Turns, number: int) -> datetime:
    """Return the instant of a number of a series: the local hour of its day, summer and winter."""
    return at_local(nominal_on(turns, number), time(turns.hour))


def due(turns: Turns, last: int, now: datetime) -> tuple[Turn, ...]:
    """Return what has fallen due since a number, the oldest first; the oldest of very many are left out."""
    if turns.rhythm == "on_request":
        return ()
    newest = _newest(turns, now)
    first = max(last, turns.base, newest - MOST_CAUGHT_UP) + 1
    return tuple(
        Turn(number=number, nominal_on=nominal_on(turns, number), late=now - nominal_at(turns, number) > IN_TIME)
        for number in range(first, newest + 1)
    )


def _newest(turns: Turns, now: datetime) -> int:
    """Return the highest number whose instant has come; the base where none has."""
    on, anchor = local_date(now), turns.anchor_on
    if turns.rhythm == "weekly":
        guess = (on - anchor).days // 7 + 1
    else:
        guess = ((on.year - anchor.year) * 12 + on.month - anchor.month) // _MONTHS[turns.rhythm] + 1
    number = turns.base + guess
    while number > turns.base and nominal_at(turns, number) > now:
        number -= 1
    return max(number, turns.base)


def period(rhythm: str, about: Period, on: date) -> tuple[date, date]:
    """Return the first and the last day that an occurrence of a day is about: whole weeks, months or years before it.

    A year is twelve calendar months, or the last one to 31 March that is over; on request the twelve months before.
    """
    if about == "financial_year":
        year = on.year if on.month >= _APRIL else on.year - 1
        return date(year - 1, _APRIL, 1), date(year, _APRIL, 1) - _DAY
    if about == "year_before" or rhythm == "on_request":
        return add_months(on, -12), on - _DAY
    if rhythm == "weekly":
        return on - _WEEK, on - _DAY
    end = on.replace(day=1)
    return add_months(end, -_MONTHS[rhythm]), end - _DAY
