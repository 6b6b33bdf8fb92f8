"""Says what is seen to rise together: complaints beside incidents, claims, feedback and what staff said, by one rule.

A source is compared only where it told of every month of the period and of the period before. It rises where its count
is so much larger, in number and in share; the staff survey where its score is so much lower. Compliments are shown, and
never count as a rise. Where at least two rise, the row is marked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from policies.calendars import add_months

COMPLAINTS: Final = "received"
SURVEY: Final = "staff_survey"
COMPLIMENT: Final = "compliment"
# In the order in which they are shown.
SOURCES: Final = (COMPLAINTS, "incident", "claim", "feedback", "other", COMPLIMENT, SURVEY)
TOGETHER: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What a source counted in the period, and in the one before; None where it told of nothing."""

    now: Decimal | None = None
    before: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How much is a rise: so many more at least, and so many hundredths more; a score lower by so many tenths."""

    least: int
    hundredths: int
    score_tenths: int


def months_of(first_on: date, last_on: date) -> int:
    """Return how many whole months a period is; 0 where it does not begin and end with one."""
    after = last_on + timedelta(1)
    if first_on.day != 1 or after.day != 1:
        return 0
    return (after.year - first_on.year) * 12 + after.month - first_on.month


def period_before(first_on: date, last_on: date) -> tuple[date, date]:
    """Return the period of the same length before one: in months where it is of whole months, else in days."""
    months = months_of(first_on, last_on)
    first = add_months(first_on, -months) if months else first_on - (last_on - first_on) - timedelta(1)
    return first, first_on - timedelta(1)


def compared(months: int, now: Mapping[str, int], before: Mapping[str, int]) -> frozenset[str]:
    """Return the sources that told of every month of both periods, by how many months each told of."""
    return frozenset(each for each in now if months and now[each] == months == before.get(each, 0))


def rises(source: str, pair: Pair, rule: Rule) -> bool:
    """Say whether a source got worse by more than chance would be believed."""
    if source == COMPLIMENT:
        return False
    if source == SURVEY:
        # Nobody was asked, or nobody said: that is no score of nothing.
        if pair.now is None or pair.before is None:
            return False
        return (pair.before - pair.now) * 10 >= rule.score_tenths
    now, before = pair.now or Decimal(0), pair.before or Decimal(0)
    return now - before >= rule.least and (now - before) * 100 >= before * rule.hundredths


def rising_together(row: Mapping[str, Pair], comparable: Collection[str], rule: Rule) -> tuple[str, ...]:
    """Return the sources that rise in a row, in their order; none where fewer than two do."""
    found = tuple(each for each in SOURCES if each in comparable and each in row and rises(each, row[each], rule))
    return found if len(found) >= TOGETHER else ()
