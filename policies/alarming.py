"""What wakes one senior leader, and what does not: a breach, silence, something that recurs. Pure, by a mix as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from contracts.clocks import Effect
from policies.alarm_rules import Cause, MixRule, RecurrenceRule
from policies.clock_rules import OVERDUE, ClockRule, Reaches, StartEvent, Unit
from policies.clocks import CHASE, REMIND_BODY

# An escalation has a ladder of its own: that a senior is late wakes the next senior, and is no breach of this kind.
_ASKING: Final = frozenset({StartEvent.SENIOR_CALLED, StartEvent.SENIOR_HAS_IT, StartEvent.SENIOR_DECIDED})


def is_counted(rule: ClockRule) -> bool:
    """Say whether a breach of a clock is any concern of the mix: not where seniors are asked already."""
    return rule.starts not in _ASKING


def of_breach(mix: MixRule, rule: ClockRule, times: int) -> Cause | None:
    """Return what a breach wakes a senior for; `times` clocks of its kind were missed in the complaint, this one too.

    None is a single breach: it goes into the digest.
    """
    if not is_counted(rule):
        return None
    if _is_six_months(rule) and Cause.SIX_MONTHS in mix.wakes:
        return Cause.SIX_MONTHS
    if rule.kind in mix.support and Cause.STAFF_SUPPORT in mix.wakes:
        return Cause.STAFF_SUPPORT
    again = times >= mix.times and times % mix.times == 0
    return Cause.REPEATED_BREACH if again and Cause.REPEATED_BREACH in mix.wakes else None


def counts_times(mix: MixRule, rule: ClockRule) -> bool:
    """Say whether it has to be known how often a clock of this kind was missed: where once is enough, it has not."""
    return is_counted(rule) and of_breach(mix, rule, 1) is None


def of_rung(mix: MixRule, rule: ClockRule, rung: str, does: tuple[str, ...]) -> Cause | None:
    """Return what a rung that fired wakes a senior for: somebody is silent at the top of the ladder."""
    if not rung.startswith(CHASE) or (int(rung.removeprefix(CHASE)) - 1) % mix.again_after:
        return None
    if f"{REMIND_BODY}{Reaches.RESPONSIBLE_PERSON.value}" in does:
        return Cause.BODY_SILENT if Cause.BODY_SILENT in mix.wakes else None
    silent = rule.kind in mix.division and Cause.DIVISION_SILENT in mix.wakes
    return Cause.DIVISION_SILENT if silent else None


def goes_instead(mix: MixRule, rule: ClockRule, rung: str, to: str) -> tuple[str, ...]:
    """Return the roles that a rung goes to in place of the responsible person, in order; none where it stays.

    It stays where the breach wakes a senior anyhow, and where the thing is the responsible person's own to do.
    """
    own = next(each.to for each in rule.rungs if each.code == OVERDUE) is Reaches.RESPONSIBLE_PERSON
    if to != Reaches.RESPONSIBLE_PERSON.value or own or rule.kind in mix.direct or not is_counted(rule):
        return ()
    return () if of_breach(mix, rule, 1) is not None else mix.single


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found to recur before: the day, and how many complaints it were."""

    on: date
    count: int


def tips(recurs: RecurrenceRule, count: int, before: Found | None, on: date) -> bool:
    """Say whether so many complaints within the window are an alarm: not again while the last one holds, unless they
    have doubled since.
    """
    if count < recurs.times:
        return False
    if before is None or before.on + timedelta(days=recurs.within_days) < on:
        return True
    return count >= 2 * before.count


def _is_six_months(rule: ClockRule) -> bool:
    return rule.effect is Effect.STATUTORY and rule.unit is Unit.MONTHS
