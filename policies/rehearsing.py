"""What another version of its procedure would do to an open complaint: nothing, change it, or break it.

Pure: a complaint as it stands, a version with its figures filled in, the calendars and the time go in. The dry run of
a move, the move itself and the rehearsal of an edited file all ask here, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from contracts.commands import CommandKind
from policies.clock_rules import ClockRule, StartEvent, Unit
from policies.clocks import Calendars, Derivation, derive, jitter_for
from policies.procedure import Procedure
from policies.procedure_checks import reachable

_IN_DAYS: Final = (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)


class Impact(StrEnum):
    """What a version means to one complaint, all in all."""

    NOTHING = "nothing"
    CHANGES = "changes"
    BREAKS = "breaks"


class Break(StrEnum):
    """Why a complaint could not go on under a version."""

    STAGE_UNKNOWN = "stage_unknown"
    TIER_UNKNOWN = "tier_unknown"
    NOT_FOR_IT = "not_for_it"  # another nation, or another kind of matter
    FIGURES_DO_NOT_FIT = "figures_do_not_fit"
    CLOCK_WITHOUT_RULE = "clock_without_rule"
    AGREED_DATE_WITHOUT_PLACE = "agreed_date_without_place"


class How(StrEnum):
    """What happens to one clock."""

    MOVES = "moves"  # its date is another
    LADDER = "ladder"  # the date stays, and who is reminded when does not
    STARTS = "starts"
    STOPS = "stops"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A running clock: `agreed` is a date that people set in place of a count, `days` a rhythm that they agreed."""

    clock_id: UUID
    kind: str
    subject_id: UUID | None
    effect: str
    started_on: date
    due_on: date
    agreed: date | None = None
    days: int | None = None
    ahead: frozenset[tuple[str, datetime, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A complaint as it stands: all that a version looks at.

    `seen` are the kinds of clocks that it has or had; `let_go` those of the whole case that a move stopped, because
    the version had no rule for them.
    """

    complaint_id: UUID
    nation: str
    matter: str
    stage: str
    tier: str | None
    channel: str
    received_on: date
    acknowledged_on: date | None
    running: tuple[Running, ...]
    seen: frozenset[str]
    let_go: tuple[Running, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing that would break, and the clock it is about."""

    why: Break
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happens to one clock, with the terms on which it is armed."""

    how: How
    kind: str
    started_on: date
    clock_id: UUID | None = None
    subject_id: UUID | None = None
    agreed: date | None = None
    days: int | None = None
    old_due_on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """Everything that a version would do to a complaint."""

    obstacles: tuple[Obstacle, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def impact(self) -> Impact:
        """Return what it comes to."""
        if self.obstacles:
            return Impact.BREAKS
        return Impact.CHANGES if self.changes else Impact.NOTHING


def foresee(standing: Standing, new: Procedure, calendars: Calendars, now: datetime, *, in_place: bool) -> Foreseen:
    """Say what a version would do to a complaint.

    `in_place`: the very version that it is pinned to was edited. Then nothing is armed or stopped for it, so that a
    clock without a rule would fail at its next step.
    """
    obstacles = list(_obstacles(standing, new))
    changes: list[Change] = []
    for clock in standing.running:
        found = _of_running(clock, new, calendars, now, in_place=in_place)
        if isinstance(found, Obstacle):
            obstacles.append(found)
        elif found is not None:
            changes.append(found)
    for clock in () if in_place else standing.let_go:
        again = _taken_up(clock, standing, new, calendars)
        if isinstance(again, Obstacle):
            obstacles.append(again)
        elif again is not None:
            changes.append(again)
    if not in_place and not obstacles:
        changes += _started(standing, new, calendars)
    return Foreseen(obstacles=tuple(obstacles), changes=tuple(changes))


def _obstacles(standing: Standing, new: Procedure) -> Iterator[Obstacle]:
    if not new.allowed_in(standing.stage):
        yield Obstacle(why=Break.STAGE_UNKNOWN)
    if standing.tier is not None and standing.tier not in {tier.code for tier in new.tiers}:
        yield Obstacle(why=Break.TIER_UNKNOWN)
    if standing.nation not in {nation.value for nation in new.nations} or standing.matter not in new.matters:
        yield Obstacle(why=Break.NOT_FOR_IT)


def _of_running(
    clock: Running, new: Procedure, calendars: Calendars, now: datetime, *, in_place: bool
) -> Change | Obstacle | None:
    if not new.has_clock(clock.kind):
        # What is asked for, held or drafted could be settled by nobody, and nothing takes its clock up again.
        if in_place or clock.subject_id is not None:
            return Obstacle(why=Break.CLOCK_WITHOUT_RULE, kind=clock.kind)
        return _change(How.STOPS, clock, None, None)
    rule = new.clock(clock.kind)
    if rule.unit is Unit.MINUTES:
        return None  # somebody is being called: it goes on as it began
    try:
        found, agreed = _derived(rule, clock, calendars)
    except ValueError:
        return Obstacle(why=Break.AGREED_DATE_WITHOUT_PLACE, kind=clock.kind)
    if found.due_on != clock.due_on:
        return _change(How.MOVES, clock, found, agreed)
    # What has fallen due is chased as it was: nobody is reminded of it anew.
    if not in_place and found.due_at > now and _reminds_otherwise(rule, clock, found, now):
        return _change(How.LADDER, clock, found, agreed)
    return None


def _derived(rule: ClockRule, clock: Running, calendars: Calendars) -> tuple[Derivation, date | None]:
    """Derive a clock by another rule. A date that was agreed or promised stands where it is the later one.

    Raises ValueError where the rule has no place for such a date.
    """
    days = clock.days if rule.unit in _IN_DAYS else None
    plain = None
    if rule.unit is not Unit.DATE:
        plain = derive(
            rule, started_on=clock.started_on, calendars=calendars, days=days, jitter_seconds=jitter_for(clock.clock_id)
        )
        if clock.agreed is None or (rule.extension.allowed and clock.agreed <= plain.due_on):
            return plain, None
    agreed = clock.agreed or clock.due_on
    found = derive(
        rule,
        started_on=clock.started_on,
        calendars=calendars,
        given=agreed,
        days=days,
        jitter_seconds=jitter_for(clock.clock_id),
    )
    return found, agreed


def _reminds_otherwise(rule: ClockRule, clock: Running, found: Derivation, now: datetime) -> bool:
    ahead = {(rung.rung, rung.at, rung.to.value) for rung in found.rungs if rung.at > now}
    return rule.effect.value != clock.effect or ahead != {each for each in clock.ahead if each[1] > now}


def _started(standing: Standing, new: Procedure, calendars: Calendars) -> Iterator[Change]:
    """Yield the clocks that the version would have started by now, at receipt or at the acknowledgement."""
    first = new.stages[0].code
    began = [(StartEvent.RECEIPT, first, standing.received_on)]
    if standing.acknowledged_on is not None:
        stage = new.after(first, CommandKind.ACKNOWLEDGE)
        began.append((StartEvent.ACKNOWLEDGEMENT, stage, standing.acknowledged_on))
    for event, stage, on in began:
        for rule in new.clocks_started_by(event, stage=stage, channel=standing.channel):
            if rule.kind in standing.seen or rule.unit is Unit.DATE or not _can_be_met(new, rule, standing.stage):
                continue
            found = derive(rule, started_on=on, calendars=calendars)
            yield Change(how=How.STARTS, kind=rule.kind, started_on=on, due_on=found.due_on)


def _taken_up(clock: Running, standing: Standing, new: Procedure, calendars: Calendars) -> Change | Obstacle | None:
    """Return the new run of a clock that a move stopped, if this version has a rule for it again."""
    if not new.has_clock(clock.kind) or not _can_be_met(new, new.clock(clock.kind), standing.stage):
        return None
    try:
        found, agreed = _derived(new.clock(clock.kind), clock, calendars)
    except ValueError:
        return Obstacle(why=Break.AGREED_DATE_WITHOUT_PLACE, kind=clock.kind)
    return _change(How.STARTS, clock, found, agreed)


def _can_be_met(new: Procedure, rule: ClockRule, stage: str) -> bool:
    ahead = reachable(new, [stage])
    return any(command in new.allowed_in(each) for each in ahead for command in rule.met_by)


def _change(how: How, clock: Running, found: Derivation | None, agreed: date | None) -> Change:
    return Change(
        how=how,
        kind=clock.kind,
        started_on=clock.started_on,
        clock_id=clock.clock_id,
        subject_id=clock.subject_id,
        agreed=agreed,
        days=clock.days if found is not None and found.proof.unit in _IN_DAYS else None,
        old_due_on=clock.due_on,
        due_on=None if found is None else found.due_on,
    )
