"""Decides which senior is asked to put a hand on a complaint: in turn, at each step of the ladder of an escalation.

Pure: who is on the rota, who leads, who is away and who may not be asked is passed in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from contracts.severities import SEVERITIES
from policies.calendars import LONDON, Calendar
from policies.office_hours import CLOSES, OPENS
from policies.standing_in import Office, who_stands_in

LEVELS: Final = SEVERITIES[1:]
IMMEDIATE: Final = LEVELS[-1]
FIRST, AGAIN, SECOND, NEXT, RESPONSIBLE, CHASE = "first", "again", "second", "next", "responsible", "chase"
PASSED: Final = "passed"  # whoever was called cannot take it
# Where nobody is found at a step, the next one is taken at once.
AFTER: Final[Mapping[str, str]] = {SECOND: NEXT, NEXT: RESPONSIBLE, PASSED: RESPONSIBLE}
OFFICE, OUT, BOTH = "office", "out", "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRota:
    """A senior is asked from a day to a day, in their place, in office hours, outside them, or both."""

    person_id: UUID
    place: int
    hours: str
    first_on: date
    last_on: date | None = None

    def is_on(self, on: date, hours: str) -> bool:
        """Say whether they are asked on a local day, in these hours of it."""
        days = self.first_on <= on and (self.last_on is None or on <= self.last_on)
        return days and self.hours in (hours, BOTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seniors:
    """Who may be asked about one complaint now, each kind in its order. `barred` are never asked, whoever they are."""

    rota: tuple[UUID, ...] = ()
    leads: tuple[UUID, ...] = ()
    responsible: tuple[UUID, ...] = ()
    delegates: tuple[UUID, ...] = ()
    office: Office
    barred: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who is there to be asked, and as what. `top`: for the responsible person."""

    person_id: UUID
    asked_as: str
    top: bool = False


def hours_at(at: datetime, calendar: Calendar) -> str:
    """Return whether an instant lies in the office hours of an organisation's open days, or outside them.

    What office minutes fill to the end of a day falls on the very moment of closing: that is in office hours still.
    """
    local = at.astimezone(LONDON)
    return OFFICE if calendar.is_open(local.date()) and OPENS <= local.time() <= CLOSES else OUT


def on_rota(rota: Collection[OnRota], on: date, hours: str) -> tuple[UUID, ...]:
    """Return who is on the rota in these hours of a local day: by place, of one place whoever began last."""
    there = [each for each in rota if each.is_on(on, hours)]
    in_order = sorted(there, key=lambda each: (each.place, -each.first_on.toordinal(), each.person_id))
    return tuple(dict.fromkeys(each.person_id for each in in_order))


def in_turn(seniors: Seniors) -> tuple[Candidate, ...]:
    """Return who is there to be asked, in order: the rota, who covers for it, the leads, the responsible person.

    Whoever is away is not asked, but whoever covers for them; with nobody in their place, nobody is.
    """
    away = seniors.office.away
    present = [each for each in seniors.rota if each in seniors.office.active and each not in away]
    found: dict[UUID, str] = {each: "rota" for each in present}
    above: set[UUID] = set()
    kinds = (
        ("deputy", seniors.rota), ("lead", seniors.leads),
        ("responsible_person", seniors.responsible), ("delegate", seniors.delegates),
    )  # fmt: skip
    for asked_as, people in kinds:
        for each in people:
            person = who_stands_in([each], seniors.office)
            if person is None:
                continue
            found.setdefault(person, asked_as)
            if asked_as in ("responsible_person", "delegate"):
                above.add(person)
    return tuple(
        Candidate(person_id=person, asked_as=asked_as, top=person in above)
        for person, asked_as in found.items()
        if person not in seniors.barred
    )


def choose(
    step: str, turn: Collection[Candidate], asked: tuple[UUID, ...], passed: Collection[UUID]
) -> Candidate | None:
    """Return who is asked at a step; None where nobody is left for it. `asked` are those before, the last one last."""
    there = [each for each in turn if each.person_id not in passed]
    fresh = [each for each in there if each.person_id not in asked]
    top = [each for each in there if each.top]
    same = [each for each in there if asked and each.person_id == asked[-1]]
    by_step = {
        FIRST: there,
        AGAIN: same or fresh or there,
        RESPONSIBLE: top or fresh or there,
        CHASE: top or fresh or there,
    }
    return next(iter(by_step.get(step, fresh)), None)


def is_higher(level: str, than: str) -> bool:
    """Say whether a level asks for a faster pace than another."""
    return LEVELS.index(level) > LEVELS.index(than)
