"""What can be subtracted from one another in reports about different days: a year less three of its quarters.

Such a rest is a count that nobody wrote down. It counts as one that is not shown, so that it is kept from being worked
out as any other small count is (policies/reporting/suppression.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from policies.reporting.suppression import FEWEST_SHOWN, Adding, Sum

# No key of a count has this sign before its first stroke.
_OF: Final = "@"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A report that anybody may read: its days, the counts that are shown in it, by key, and the keys of those that are
    not.
    """

    kind: str
    first_on: date
    last_on: date
    counts: Mapping[str, int]
    hidden: frozenset[str] = frozenset()

    def key(self, count: str) -> str:
        """Return the key of one of its counts beside those of other reports."""
        return f"{self.kind}{_OF}{self.first_on}{_OF}{self.last_on}/{count}"

    def within(self, other: Shown) -> bool:
        """Say whether its days are some, and not all, of another's."""
        inside = other.first_on <= self.first_on and self.last_on <= other.last_on
        return inside and (self.first_on, self.last_on) != (other.first_on, other.last_on)

    def apart(self, other: Shown) -> bool:
        """Say whether it has no day of another's."""
        return self.last_on < other.first_on or other.last_on < self.first_on

    def days(self) -> int:
        """Return about how many days it is."""
        return (self.last_on - self.first_on).days + 1


@dataclass(slots=True, kw_only=True)
class Beside:
    """What a report and those that are published come to together: how counts add up, and which of them are known."""

    sums: list[Sum]
    known: dict[str, int]


def laid(mine: Shown, published: Collection[Shown]) -> Beside:
    """Return what the counts of a report come to together with those that are published about other days.

    Reports of one kind have no day in common (db/report_states.py), so that those of one kind can be added up.
    """
    known = {each.key(count): value for each in published for count, value in each.counts.items()}
    beside = Beside(sums=[], known=known)
    for kind in sorted({each.kind for each in published}):
        alike = [each for each in published if each.kind == kind]
        if parts := [each for each in alike if each.within(mine)]:
            _subtract(beside, mine, mine, parts)
        for around in (each for each in published if mine.within(each)):
            others = [each for each in alike if each.within(around) and each.apart(mine)]
            _subtract(beside, mine, around, [mine, *others])
    return beside


def _subtract(beside: Beside, mine: Shown, whole: Shown, parts: Collection[Shown]) -> None:
    """Subtract from each count of a report what others say of the same about some of its days."""
    covered = sum(each.days() for each in parts) == whole.days()
    for count in (each for each in mine.counts if each in whole.counts):
        shown = {_key(each, mine, count): each.counts[count] for each in parts if count in each.counts}
        silent = sum(count in each.hidden for each in parts)
        if not shown and not silent:
            continue
        key, rest = _key(whole, mine, count), whole.counts[count] - sum(shown.values())
        beside.sums.append(Sum(whole=key, parts=tuple(shown), adding=Adding.PART))
        if rest >= FEWEST_SHOWN and rest in _told(silent, covered=covered):
            # That tells each of them: it counts as if all of it but a single one were known.
            rested = f"{key}{_OF}{mine.kind}{_OF}{len(beside.sums)}"
            beside.known[rested] = rest - 1
            beside.sums.append(Sum(whole=key, parts=(*shown, rested), adding=Adding.PART))


def _key(one: Shown, mine: Shown, count: str) -> str:
    return count if one is mine else one.key(count)


def _told(silent: int, *, covered: bool) -> Iterable[int]:
    """Return the rests that tell each of so many small counts: all of them are one, or all are as large as a small one
    can be. Where there are days of which nothing is published, the rest may be of those.
    """
    yield silent
    if covered:
        yield silent * (FEWEST_SHOWN - 1)
