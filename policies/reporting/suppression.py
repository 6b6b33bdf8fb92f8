"""Decides which counts are too small to be shown outside, and which others would give one of them away.

Hidden is every count from 1 to 4, and whatever it could be worked out from: by sums, and by shares of a whole. A zero
is shown. Each hidden count is left with another value that fits all that is shown, where the small ones stay from 1
to 4 and the others stay larger: so also for whoever knows which of them are small. Only where all the counts that hang
together are hidden is it enough that they may all be other ones. Whoever knows something of their own (their own
complaint) is beyond this.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

FEWEST_SHOWN: Final = 5
_DEAR: Final = 10**12  # a total is hidden only where no other count would do
_TRIES: Final = 4000
_Changes = tuple[tuple[str, int], ...]
_Wrong = tuple[tuple[int, int], ...]


class Adding(StrEnum):
    """How parts add up to their whole: to all of it, to a part of it, or to more, where one thing is in several."""

    ALL = "all"
    PART = "part"
    OVERLAPPING = "overlapping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Counts that anybody may subtract from one another, each by its key."""

    whole: str
    parts: tuple[str, ...]
    adding: Adding = Adding.ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """A count and what else it may be, for whoever knows whether it is small. `cost`: how much is lost by hiding it."""

    value: int
    least: int
    most: float
    cost: int


@dataclass(slots=True, kw_only=True)
class _System:
    """Counts and the equations between them; each equation has a sign for each of its counts, and comes to zero."""

    counts: dict[str, _Count] = field(default_factory=dict)
    equations: list[dict[str, int]] = field(default_factory=list)
    places: dict[str, list[int]] = field(default_factory=dict)


def is_small(value: int) -> bool:
    """Return whether a count is too small to be shown."""
    return 0 < value < FEWEST_SHOWN


def hidden(counts: Mapping[str, int], sums: Iterable[Sum], always_shown: Iterable[str] = ()) -> frozenset[str]:
    """Return the keys of the counts that are not shown. A sum that names a key which is not there says nothing.

    What is `always_shown` counts no people, or is demanded by law however small it is.
    """
    known = [each for each in sums if {each.whole, *each.parts} <= counts.keys()]
    system = _system(counts, known, frozenset(always_shown))
    concealed = {key for key, count in system.counts.items() if key not in counts or is_small(count.value)}
    waiting = sorted(key for key in concealed if is_small(system.counts[key].value) and "#excess" not in key)
    while waiting:
        more = sorted(_needed(system, waiting.pop(0), concealed) - concealed)
        concealed.update(more)
        waiting.extend(more)
    return frozenset(concealed & counts.keys())


def _system(counts: Mapping[str, int], sums: Sequence[Sum], shown: frozenset[str]) -> _System:
    wholes = {each.whole for each in sums}
    system = _System()
    for key, value in counts.items():
        # What is known to everybody is no part of any equation.
        if value > 0 and key not in shown:
            system.counts[key] = _count(value, cost=value + (_DEAR if key in wholes else 0))
    for number, each in enumerate(sums):
        excess = counts[each.whole] - sum(counts[part] for part in each.parts)
        equation = {part: 1 for part in each.parts if part in system.counts}
        if each.whole in system.counts:
            equation[each.whole] = -1
        if excess < 0 or each.adding is Adding.OVERLAPPING:
            system.counts[f"{number}#excess"] = _Count(value=max(-excess, 0), least=0, most=math.inf, cost=0)
            equation[f"{number}#excess"] = -1
        elif excess > 0:
            system.counts[f"{number}#rest"] = _count(excess, cost=0)
            equation[f"{number}#rest"] = 1
        system.equations.append(equation)
        for key in equation:
            system.places.setdefault(key, []).append(number)
    return system


def _count(value: int, *, cost: int) -> _Count:
    if is_small(value):
        return _Count(value=value, least=1, most=FEWEST_SHOWN - 1, cost=cost)
    return _Count(value=value, least=FEWEST_SHOWN, most=math.inf, cost=cost)


def _needed(system: _System, key: str, concealed: set[str]) -> set[str]:
    """Return what must be hidden for a count to be able to be another one: nothing more, where it already is."""
    if key not in system.places:
        return set()
    chains = [chain for step in (1, -1) if (chain := _chain(system, key, step, concealed)) is not None]
    return min(chains, key=lambda each: (each[0], sorted(each[1])))[1] if chains else _hanging_together(system, key)


def _hanging_together(system: _System, key: str) -> set[str]:
    """Return all counts that hang together with one. Twice as much of each of them adds up as well as they do."""
    found, waiting = {key}, [key]
    while waiting:
        for place in system.places.get(waiting.pop(), []):
            new = system.equations[place].keys() - found
            found |= new
            waiting.extend(sorted(new))
    return found


def _chain(system: _System, key: str, step: int, concealed: set[str]) -> tuple[int, set[str]] | None:
    """Return the cheapest set of counts that, each by one, let this one be one more (or less), and what it costs.

    An equation that a change made wrong is put right by another count, which may make others wrong, until none is.
    None where there is no such set, or none was found in reasonable time.
    """
    if not _may(system.counts[key], step):
        return None
    queue: list[tuple[int, _Changes, _Wrong]] = [(0, ((key, step),), _after(system, (), key, step))]
    seen: set[_Wrong] = set()
    while queue and len(seen) < _TRIES:
        cost, chain, wrong = heapq.heappop(queue)
        if not wrong:
            return cost, {name for name, _ in chain}
        if wrong in seen:
            continue
        seen.add(wrong)
        place, by = wrong[0]
        used = {name for name, _ in chain}
        for name, sign in system.equations[place].items():
            change = -sign if by > 0 else sign
            if name not in used and _may(system.counts[name], change):
                dearer = cost + (0 if name in concealed else system.counts[name].cost)
                heapq.heappush(queue, (dearer, (*chain, (name, change)), _after(system, wrong, name, change)))
    return None


def _after(system: _System, wrong: _Wrong, name: str, change: int) -> _Wrong:
    """Return which equations are wrong, and by how much, after one count has changed."""
    now = dict(wrong)
    for place in system.places[name]:
        now[place] = now.get(place, 0) + system.equations[place][name] * change
    return tuple(sorted((place, by) for place, by in now.items() if by))


def _may(count: _Count, change: int) -> bool:
    return count.least <= count.value + change <= count.most
