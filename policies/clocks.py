"""Derive a clock from its rule: the due day, the due instant, the ladder of rungs, and the proof of it all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from contracts.clocks import Effect
from policies import minute_clocks
from policies.calendars import Calendar, add_months, add_months_inclusive, at_local, end_of_day, local_date
from policies.clock_rules import OVERDUE, Anchor, ClockRule, Reaches, Roll, RungRule, RungUnit, Unit, WhoseCalendar
from policies.proofs import Day, Extension, Proof, long_date, started

JITTER_SECONDS = 600
CHASE = "chase_"
REMIND_BODY = "remind_body:"  # what a rung does at another body: a reminder to its contact, or to whoever is above
CHASED_AT = time(9, 0)
_LONGEST = 3660  # days that may be agreed at most: ten years, as for an amount in a procedure


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendars:
    """The legal calendar of the nation, and the organisation's own that lies over it."""

    nation: Calendar
    organisation: Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class RungDue:
    """One step of a ladder with its instant (UTC), the role it reaches and what it does."""

    rung: str
    at: datetime
    to: Reaches
    does: tuple[str, ...]

    @property
    def template(self) -> str | None:
        """Return the template of the draft that this rung writes, if it writes one."""
        drafts = [deed.removeprefix("draft:") for deed in self.does if deed.startswith("draft:")]
        return drafts[0] if drafts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """A due date, its rungs in the order they fire, and its proof.

    It is due by the end of `due_on`, at `due_at` (UTC); a clock in minutes is due at that very instant of the day.
    """

    due_on: date
    due_at: datetime
    provisional: bool
    rungs: tuple[RungDue, ...]
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    due_on: date
    days: tuple[Day, ...] = ()
    steps: tuple[str, ...] = ()
    extensions: tuple[Extension, ...] = ()


def jitter_for(clock_id: UUID) -> int:
    """Return 0 to 599 seconds, always the same for one clock: nudges of many clocks do not fall on one second."""
    return clock_id.int % JITTER_SECONDS


def derive(
    rule: ClockRule,
    *,
    started_on: date,
    calendars: Calendars,
    given: date | None = None,
    days: int | None = None,
    jitter_seconds: int = 0,
    extensions: tuple[Extension, ...] = (),
    started_at: datetime | None = None,
) -> Derivation:
    """Count a clock from the local day it started; one in minutes from the instant, `started_at`.

    `given` is the date that people set (unit date), or a later end than the rule gives. `days` takes the
    place of the rule's number of days. Jitter delays every rung but `overdue`. `extensions` go into the proof.
    Raises ValueError for an input that the rule has no place for.
    """
    calendar = calendars.nation if rule.calendar == WhoseCalendar.NATION else calendars.organisation
    if rule.unit == Unit.MINUTES:
        if given is not None or days is not None or started_at is None or local_date(started_at) != started_on:
            raise ValueError(f"{rule.kind} is counted in minutes from an instant of the day it started, and only so")
        return _by_the_minute(rule, started_at, calendar)
    amount = _amount(rule, days)
    count = _roll(rule, calendar, _count(rule, amount, started_on, calendar, given))
    proof = _prove(rule, amount, started_on, calendar, replace(count, extensions=extensions or count.extensions))
    return Derivation(
        due_on=count.due_on,
        due_at=end_of_day(count.due_on),
        provisional=proof.provisional,
        rungs=_ladder(rule, started_on, count.due_on, calendars, timedelta(seconds=jitter_seconds)),
        proof=proof,
    )


def _prove(rule: ClockRule, amount: int | None, started_on: date, calendar: Calendar, count: _Count) -> Proof:
    return Proof(
        kind=rule.kind,
        title=rule.title,
        effect=rule.effect,
        legal_basis=rule.legal_basis,
        certainty=rule.certainty,
        starts=rule.starts,
        started_on=started_on,
        unit=rule.unit,
        amount=amount,
        budget=_budget(rule, amount, calendar),
        days=count.days,
        steps=count.steps,
        extensions=count.extensions,
        due_on=count.due_on,
        provisional=_depends_on_calendar(rule, count) and count.due_on > calendar.horizon,
        calendar_revision=calendar.revision,
    )


def _by_the_minute(rule: ClockRule, at: datetime, calendar: Calendar) -> Derivation:
    """Count a clock from an instant. No rung is delayed: whoever is called is called on the minute."""
    counted = minute_clocks.count(rule, at, calendar)
    count = _Count(due_on=local_date(counted.due_at), days=counted.days, steps=counted.steps)
    proof = replace(
        _prove(rule, rule.amount, local_date(at), calendar, count),
        budget=counted.budget,
        provisional=counted.by_calendar and count.due_on > calendar.horizon,
        started_at=at,
        due_at=counted.due_at,
    )
    return Derivation(
        due_on=count.due_on,
        due_at=counted.due_at,
        provisional=proof.provisional,
        rungs=tuple(
            RungDue(rung=rung.code, at=when, to=rung.to, does=rung.does)
            for rung, when in minute_clocks.ladder(rule, at, calendar)
        ),
        proof=proof,
    )


def chase(
    rule: ClockRule, number: int, *, after: date, to: Reaches, calendars: Calendars, jitter_seconds: int = 0
) -> RungDue:
    """Return the rung that follows a ladder climbed to its end: the same people are asked again, and again after it."""
    assert rule.chase_every is not None  # the rule's validation saw to it
    calendar = calendars.nation if rule.effect == Effect.STATUTORY else calendars.organisation
    day = calendar.add_working_days(after, rule.chase_every)
    at = at_local(day, CHASED_AT) + timedelta(seconds=jitter_seconds)
    reminds = [deed for deed in rule.rungs[-1].does if deed.startswith(REMIND_BODY)]
    return RungDue(rung=f"{CHASE}{number}", at=at, to=to, does=("task", "prompt_email", *reminds))


def call_again(rule: ClockRule, number: int, *, after: datetime, to: Reaches, calendars: Calendars) -> RungDue:
    """Return the rung that follows the climbed ladder of a clock in minutes: they are called again."""
    assert rule.chase_every_minutes is not None  # the rule's validation saw to it
    at = minute_clocks.after(rule, after, rule.chase_every_minutes, calendars.organisation)
    return RungDue(rung=f"{CHASE}{number}", at=at, to=to, does=(minute_clocks.CALL_AGAIN,))


def _amount(rule: ClockRule, days: int | None) -> int | None:
    if days is None:
        return None if rule.amount is None else rule.amount + rule.margin
    if rule.unit not in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS):
        raise ValueError(f"{rule.kind} is not counted in days")
    if not 1 <= days <= _LONGEST:
        raise ValueError(f"days must be 1 to {_LONGEST}")
    return days


def _count(rule: ClockRule, amount: int | None, start: date, calendar: Calendar, given: date | None) -> _Count:
    if rule.unit == Unit.DATE:
        return _as_given(start, given)
    if given is not None and not rule.extension.allowed:
        raise ValueError(f"{rule.kind} is counted; no date can be given for it")
    assert amount is not None  # the procedure's validation saw to it
    return _extended(_counted(rule, amount, start, calendar), given)


def _counted(rule: ClockRule, amount: int, start: date, calendar: Calendar) -> _Count:
    if rule.unit == Unit.WORKING_DAYS:
        return _working_days(rule, amount, start, calendar)
    if rule.unit == Unit.CALENDAR_DAYS:
        due_on = start + timedelta(days=amount - rule.count_first_day)
        return _Count(due_on=due_on, steps=(f"{_plural(amount, 'calendar day')} end on {long_date(due_on)}",))
    return _months(rule, amount, start)


def _extended(count: _Count, given: date | None) -> _Count:
    """Return a count with a later end than the rule gives, where one was set."""
    if given is None:
        return count
    if given <= count.due_on:
        raise ValueError("the agreed end is not later than the period itself")
    return replace(count, due_on=given, extensions=(Extension(was=count.due_on, now=given),))


def _as_given(start: date, given: date | None) -> _Count:
    if given is None:
        raise ValueError("a clock of unit date needs the date that was given")
    if given < start:
        raise ValueError("the date given is before the start")
    return _Count(due_on=given, steps=(f"The date set was {long_date(given)}",))


def _months(rule: ClockRule, amount: int, start: date) -> _Count:
    if rule.count_first_day:
        end, how = add_months_inclusive(start, amount), f"commencing on {long_date(start)}"
    else:
        end, how = add_months(start, amount), f"after {long_date(start)}"
    return _Count(due_on=end, steps=(f"{_plural(amount, 'month')} {how} end on {long_date(end)}",))


def _working_days(rule: ClockRule, amount: int, start: date, calendar: Calendar) -> _Count:
    days = [] if rule.count_first_day else [Day(on=start, counted=False, why=started(rule.starts))]
    number = 0
    for day, closed in calendar.walk(start, amount, count_first=rule.count_first_day):
        number += closed is None
        days.append(Day(on=day, counted=closed is None, why=closed or f"working day {number} of {amount}"))
    return _Count(due_on=days[-1].on, days=tuple(days))


def _roll(rule: ClockRule, calendar: Calendar, count: _Count) -> _Count:
    if rule.roll == Roll.NONE or calendar.is_open(count.due_on):
        return count
    moved = calendar.next_open(count.due_on)
    step = f"{long_date(count.due_on)} is closed ({calendar.why_closed(count.due_on)}): moved to {long_date(moved)}"
    return replace(count, due_on=moved, steps=(*count.steps, step))


def _depends_on_calendar(rule: ClockRule, count: _Count) -> bool:
    """Six months or a date that was set stay what they are, whatever bank holidays are proclaimed later."""
    return (rule.unit == Unit.WORKING_DAYS and not count.extensions) or rule.roll == Roll.NEXT_OPEN


def _ladder(rule: ClockRule, start: date, due_on: date, calendars: Calendars, jitter: timedelta) -> tuple[RungDue, ...]:
    calendar = calendars.nation if rule.effect == Effect.STATUTORY else calendars.organisation
    rungs = _placed(rule, start, due_on, calendar, jitter)
    return tuple(sorted(rungs, key=lambda rung: rung.at))


def _placed(rule: ClockRule, start: date, due_on: date, calendar: Calendar, jitter: timedelta) -> Iterator[RungDue]:
    due_at = end_of_day(due_on)
    for rung in rule.rungs:
        at = due_at if rung.code == OVERDUE else _instant(rung, start, due_on, calendar)
        before_due = rung.code != OVERDUE and not (rung.anchor == Anchor.DUE and rung.offset > 0)
        # A reminder on the very day the clock starts reminds nobody; one at or after the due instant comes too late.
        if before_due and not (start < local_date(at) and at < due_at):
            continue
        late = timedelta() if rung.code == OVERDUE else jitter
        yield RungDue(rung=rung.code, at=at + late, to=rung.to, does=rung.does)


def _instant(rung: RungRule, start: date, due_on: date, calendar: Calendar) -> datetime:
    anchor = start if rung.anchor == Anchor.START else due_on
    if rung.unit == RungUnit.WORKING_DAYS:
        day = calendar.add_working_days(anchor, rung.offset)
    else:
        day = anchor + timedelta(days=rung.offset)
    assert rung.at is not None  # the procedure's validation saw to it
    return at_local(day, rung.at)


def _budget(rule: ClockRule, amount: int | None, calendar: Calendar) -> str:
    if rule.unit == Unit.DATE or amount is None:
        return "the date that was set"
    if rule.unit == Unit.WORKING_DAYS:
        nation = rule.calendar == WhoseCalendar.NATION
        whose = calendar.nation.title if nation else "the organisation"
        text = f"{_plural(amount, 'working day')} of {whose}"
    else:
        text = _plural(amount, rule.unit.value.removesuffix("s").replace("_", " "))
    text += ", the first day counted" if rule.count_first_day else ", the first day not counted"
    return text + ("; a closed due day moves to the next open day" if rule.roll == Roll.NEXT_OPEN else "")


def _plural(amount: int, unit: str) -> str:
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"
