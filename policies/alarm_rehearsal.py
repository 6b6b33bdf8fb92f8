"""A year of complaints made up by chance, judged by the real rules: how often a senior would be woken, and for what.

Pure: the same dice give the same year. Nothing here reads a case; the shares are given as data.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Protocol

from contracts.severities import GRAVE
from policies import alarming, triaging
from policies.alarm_rules import By, Cause, MixRule
from policies.alarming import Found
from policies.calendars import add_months
from policies.clock_rules import ClockRule, StartEvent
from policies.procedure import Procedure
from policies.triaging import Facts, Harm, Rule
from policies.year_files import Year

_DAYS: Final = 364
# Between receipt and the end of most of what a complaint has clocks on.
_LONGEST: Final = 120


class Dice(Protocol):
    """Where chance comes from."""

    def random(self) -> float:
        """Return a number from 0 up to 1."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Woken:
    """One time that a senior would be asked."""

    on: date
    cause: Cause
    by: str = ""


@dataclass(slots=True, kw_only=True)
class Rehearsed:
    """What a year came to: severities, clocks missed by kind, lines of digests, and what woke a senior."""

    complaints: int
    severities: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    digest: list[date] = field(default_factory=list)
    woken: list[Woken] = field(default_factory=list)

    def by_cause(self) -> Counter[str]:
        """Count what woke a senior by cause."""
        return Counter(each.cause.value for each in self.woken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules that a year is judged by."""

    procedure: Procedure
    mix: MixRule
    triage: Sequence[Rule]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    received_on: date
    theme: int
    place: int


def rehearse(rules: Rules, year: Year, dice: Dice, complaints: int, first: date, *, worse: float = 1.0) -> Rehearsed:
    """Make up a year and judge it. `worse` multiplies the share of every clock that is missed."""
    found = Rehearsed(complaints=complaints)
    days = sorted(int(dice.random() * _DAYS) for _ in range(complaints))
    cases = [
        _Case(
            received_on=first + timedelta(days=day),
            theme=_weighted(year.codes.themes, dice),
            place=_weighted(year.codes.places, dice),
        )
        for day in days
    ]
    for case in cases:
        verdict = triaging.judge(_facts(year, dice), rules.triage)
        found.severities[verdict.severity] += 1
        if verdict.severity in GRAVE:
            found.woken.append(Woken(on=case.received_on, cause=Cause.SEVERITY, by=verdict.severity))
        _miss(found, rules, year, dice, case, worse)
    found.woken += _recurring(rules.mix, cases)
    return found


def _facts(year: Year, dice: Dice) -> Facts:
    asserted = {name: dice.random() < share for name, share in year.facts.items()}
    harm: Harm = "none"
    left = dice.random()
    for code, share in year.harm.items():
        left -= share
        if left < 0:
            harm = code
            break
    return Facts(harm=harm, **asserted)  # type: ignore[arg-type]


def _miss(found: Rehearsed, rules: Rules, year: Year, dice: Dice, case: _Case, worse: float) -> None:
    """Miss some clocks of one complaint: a senior is woken once for each cause, for then one is asked already."""
    woken: dict[Cause, Woken] = {}
    for rule in _ladders(rules.procedure, year):
        days = sorted(_missed_on(rule, year, dice, case, worse))
        for times, on in enumerate(days, start=1):
            found.missed[rule.kind] += 1
            cause = alarming.of_breach(rules.mix, rule, times)
            if cause is None:
                found.digest.append(on)
            else:
                woken.setdefault(cause, Woken(on=on, cause=cause, by=rule.kind))
            if rule.kind in rules.mix.division and dice.random() < year.silence.division:
                _woken(woken, rules.mix, Cause.DIVISION_SILENT, on)
    if dice.random() < year.silence.body:
        _woken(woken, rules.mix, Cause.BODY_SILENT, case.received_on + timedelta(days=60))
    found.woken += woken.values()


def _woken(woken: dict[Cause, Woken], mix: MixRule, cause: Cause, on: date) -> None:
    if cause in mix.wakes:
        woken.setdefault(cause, Woken(on=on, cause=cause))


def _ladders(procedure: Procedure, year: Year) -> Iterator[ClockRule]:
    """Yield the clocks that the mix is about: of the procedure, and of what is owed anyway those that have a share."""
    shared = {each.kind for each in year.clocks.known}
    yield from (rule for rule in procedure.clocks if alarming.is_counted(rule))
    yield from (rule for rule in procedure.duties if rule.kind in shared and alarming.is_counted(rule))


def _missed_on(rule: ClockRule, year: Year, dice: Dice, case: _Case, worse: float) -> Iterator[date]:
    each, share = year.clocks.of(rule.kind)
    for _ in range(int(each) + (dice.random() < each % 1)):
        if dice.random() < min(share * worse, 1.0):
            if rule.starts is StartEvent.RECEIPT and rule.unit.value == "months" and rule.amount is not None:
                yield add_months(case.received_on, rule.amount)
            else:
                yield case.received_on + timedelta(days=3 + int(dice.random() * _LONGEST))


def _recurring(mix: MixRule, cases: Sequence[_Case]) -> Iterator[Woken]:
    """Yield what would be found to recur, each case coded on the day it was received."""
    if Cause.RECURRENCE not in mix.wakes:
        return
    for recurs in mix.recurrences:
        seen: defaultdict[tuple[int, int], list[date]] = defaultdict(list)
        before: dict[tuple[int, int], Found] = {}
        for case in cases:
            key = (case.theme * (recurs.by is not By.PLACE), case.place * (recurs.by is not By.THEME))
            seen[key].append(case.received_on)
            since = case.received_on - timedelta(days=recurs.within_days)
            count = sum(day >= since for day in seen[key])
            if alarming.tips(recurs, count, before.get(key), case.received_on):
                before[key] = Found(on=case.received_on, count=count)
                yield Woken(on=case.received_on, cause=Cause.RECURRENCE, by=recurs.by.value)


def _weighted(weights: Sequence[int], dice: Dice) -> int:
    """Return the place of one of some weights, counted from 1."""
    left = dice.random() * sum(weights)
    for number, weight in enumerate(weights, start=1):
        left -= weight
        if left < 0:
            return number
    return len(weights)
