"""Decides what a step of governance lacks, whose it is, and when somebody is told of it. No clock is read here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from contracts.governance import Deed
from policies.calendars import at_local, end_of_day
from policies.governance_files import Governing, StepRule

OFFICE: Final = "office"
SYSTEM: Final = "system"
COMMENTER: Final = "commenter"
# What hinders the machine: a fault, of which nothing more is known here; else what only people can put right.
FAULT: Final = "failed"
# So often it may fail before somebody is told.
TOLD_AFTER: Final = 3
# How long it waits after it has failed so often; the workflow itself waits ten minutes each time.
_REST: Final = (timedelta(), timedelta(minutes=20), timedelta(hours=1), timedelta(hours=3), timedelta(hours=12))
_MORNING: Final = time(9)
# Whoever leads a meeting may be from outside, or have left.
_LEADS: Final = ("chair", "member", "non_executive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of the organisation has a part in the series."""

    part: str
    person_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an occurrence when somebody says that a step is done.

    `members` are those who may act in a part today: whoever works there, and whoever covers for the absent. Each of
    `commenters` is one who was asked for a comment, with whoever may give it in their place.
    `went_to` are the audiences to which it went since it was approved.
    `before` are those who did an earlier step of this round, or began it; `commented` those whose comments are there.
    `undecided` counts cases that were chosen and not yet approved or declined, or may not be told any more;
    `overdue_actions` open ones whose date has passed. `broken` is None while no equality was looked at.
    """

    members: Collection[Member] = ()
    commenters: Collection[Collection[UUID]] = ()
    before: Collection[UUID] = ()
    commented: Collection[UUID] = ()
    report: bool = False
    broken: int | None = None
    undecided: int = 0
    overdue_actions: int = 0
    held: bool = False
    minutes: bool = False
    heard: bool = False
    receipt: bool = False
    went_to: Collection[str] = ()
    past_due: bool = False


def has_part(rule: StepRule, facts: Facts, person_id: UUID, *, office: bool) -> bool:
    """Say whether a step is somebody's. What is circulated for comment the office ends once its day is over or nobody's
    comment is waited for any more, and a meeting that is led by nobody of the organisation is the office's: nobody
    approves in anybody's place.
    """
    led_by_nobody = rule.who in _LEADS and all(each.part != rule.who for each in facts.members)
    # Whoever was still to comment may have left, or have no part any more.
    nobody_waited_for = facts.past_due or have_commented(facts.commenters, facts.commented)
    if rule.who == OFFICE or led_by_nobody or (rule.who == COMMENTER and nobody_waited_for):
        return office or Member(part=rule.who, person_id=person_id) in facts.members
    return Member(part=rule.who, person_id=person_id) in facts.members


def lacks(rule: StepRule, facts: Facts, person_id: UUID | None) -> list[str]:
    """Return what a step needs and has not, as codes, in the order in which the step names it.

    What goes to certain audiences lacks each of them that it did not go to.
    """
    lacking = [need for need in rule.needs if not _is_there(need, facts, person_id)]
    if rule.audiences:
        lacking = [need for need in lacking if need != "distributed"]
    return lacking + [f"to_{each}" for each in rule.audiences if each not in facts.went_to]


def _is_there(need: str, facts: Facts, person_id: UUID | None) -> bool:
    match need:
        case "comments":
            return facts.past_due or have_commented(facts.commenters, facts.commented)
        case "another_person":
            return person_id not in facts.before and set(facts.commented) != {person_id}
        case "holds":
            return facts.broken == 0
        case "cases_chosen":
            return facts.undecided == 0
        case "actions_placed":
            return facts.overdue_actions == 0
        case _:
            return {
                "report": facts.report,
                "held": facts.held,
                "minutes": facts.minutes,
                "words": facts.heard,
                "receipt": facts.receipt,
                "distributed": bool(facts.went_to),
            }[need]


def have_commented(commenters: Collection[Collection[UUID]], commented: Collection[UUID]) -> bool:
    """Say whether everybody who was asked for a comment gave it, or somebody in their place."""
    return all(any(each in commented for each in asked) for asked in commenters)


def due_days(rules: Governing, begun_on: date) -> list[tuple[str, date]]:
    """Return each step with its date, counted from the day after the beginning."""
    return [(each.code, begun_on + timedelta(days=each.days)) for each in rules.steps]


def again(rules: Governing, to: str, on: date, begun_on: date) -> list[tuple[str, date]]:
    """Return the steps that begin again from one on, with as many days as each has after the step before them.

    What somebody asked for is due when it was due: nothing that is sent back here gives us longer.
    """
    codes = [each.code for each in rules.steps]
    place = codes.index(to)
    since = rules.steps[place - 1].days if place else 0
    renewed = [(each.code, on + timedelta(days=each.days - since)) for each in rules.steps[place:]]
    first = dict(due_days(rules, begun_on))
    return [(code, min(due_on, first[code])) for code, due_on in renewed] if rules.on_request else renewed


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """The step that an occurrence waits for, what was told of it, and what mail of it waits to leave.

    `hindered` says what keeps the machine from it, after so many `tries`, the last at `tried_at`.
    """

    rule: StepRule
    due_on: date
    opened_at: datetime
    told: frozenset[str] = field(default_factory=frozenset)
    unmailed: bool = False
    hindered: str | None = None
    tries: int = 0
    tried_at: datetime | None = None

    @property
    def decided_by_people(self) -> bool:
        """Say whether what hinders the machine is put right by people alone: trying again would change nothing."""
        return self.hindered not in (None, FAULT)

    @property
    def told_of(self) -> bool:
        """Say whether somebody is to know what hinders it."""
        return self.decided_by_people or (self.hindered is not None and self.tries >= TOLD_AFTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What is to be done now, or when to look again."""

    deed: Deed | None = None
    look_at: datetime | None = None


def rungs(rules: Governing, awaited: Awaited) -> list[tuple[Deed, datetime]]:
    """Return whom to tell and when, in order. A step of the machine is nobody's: it is only chased."""
    ends = end_of_day(awaited.due_on)
    late = [
        (Deed.OVERDUE, ends),
        (Deed.ESCALATION, end_of_day(awaited.due_on + timedelta(days=rules.escalate_days))),
    ]
    if awaited.rule.who == SYSTEM:
        return late
    remind_at = at_local(awaited.due_on - timedelta(days=rules.remind_days), _MORNING)
    before = [(Deed.REMINDER, remind_at)] if remind_at > awaited.opened_at else []
    readers = [(Deed.INFORMED, awaited.opened_at)] if awaited.rule.tells else []
    return [(Deed.OPENED, awaited.opened_at), *readers, *before, *late]


def next_of(rules: Governing, awaited: Awaited, now: datetime) -> Next:
    """Return what comes next: who is to be told goes before what the machine does, so that a fault hides nothing."""
    left = [(deed, at) for deed, at in rungs(rules, awaited) if deed.value not in awaited.told]
    if left and left[0][1] <= now:
        return Next(deed=left[0][0])
    if awaited.told_of and Deed.HINDERED.value not in awaited.told:
        return Next(deed=Deed.HINDERED)
    if awaited.unmailed:
        return Next(deed=Deed.MAIL)
    told_at = left[0][1] if left else None
    if awaited.rule.deed is None or awaited.decided_by_people:
        return Next(look_at=told_at)
    again_at = try_again_at(awaited)
    if again_at is not None and again_at > now:
        return Next(look_at=again_at if told_at is None else min(again_at, told_at))
    return Next(deed=awaited.rule.deed, look_at=told_at)


def try_again_at(awaited: Awaited) -> datetime | None:
    """Return when the machine tries again what it has failed at: the later the more often it has. None for at once."""
    if awaited.tried_at is None or not awaited.tries:
        return None
    return awaited.tried_at + _REST[min(awaited.tries, len(_REST)) - 1]
