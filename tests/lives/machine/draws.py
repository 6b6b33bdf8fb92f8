"""Draws: what a person says, sometimes right and sometimes wrong. What comes first is what a failure shrinks to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from contracts.commands import CommandKind
from policies.calendars import local_date
from policies.procedure import Procedure
from tests.bodies import Body
from tests.lives.machine.look import Look, Row, day
from tests.world import World

T = TypeVar("T")
NOBODY = UUID(int=7)  # an id that nothing has
WORDS = "Written in plain words."
WRONG = 11  # of so many and one choices, one is wrong


@dataclass(frozen=True)
class Draws:
    """Choices for one thing that is said about a case as it stands.

    `right`: only what may well be lawful is chosen, so that a life gets somewhere.
    """

    data: DataObject
    look: Look
    world: World
    body: Body
    others: tuple[UUID, ...] = ()  # further complaints of the organisation
    right: bool = False
    ripe: bool = False  # the life is long enough: it may end
    here: tuple[str, ...] = ()  # the codes of further organisations of the installation

    @property
    def today(self) -> date:
        return local_date(self.world.clock.now())

    @property
    def received_on(self) -> date:
        return day(self.look.complaint["received_on"])

    @property
    def procedure(self) -> Procedure:
        return self.look.procedure

    def allows(self, kind: CommandKind) -> bool:
        """Say whether a command is lawful in the stage."""
        return kind in self.procedure.allowed_in(self.look.stage)

    def one(self, *options: T) -> T:
        """Choose one of several that are equally right."""
        return options[self._number() % len(options)]

    def _number(self) -> int:
        # Of one range whatever there is to choose from: a repetition in which there is more is then still the same.
        return self.data.draw(st.integers(0, 999))

    def mostly(self, right: T, *wrong: T) -> T:
        """Choose what is right, and now and then something else."""
        if self.right or not wrong or self._number() % (WRONG + 1) < WRONG:
            return right
        return self.one(*wrong)

    def row(self, rows: Sequence[Row]) -> Row | None:
        """Choose one of the rows, if there are any."""
        return rows[self._number() % len(rows)] if rows else None

    def id(self, known: Sequence[UUID]) -> UUID:
        """Choose an id of those that are there; now and then one that is not, and that of something else."""
        if not known:
            return NOBODY
        return self.mostly(known[self._number() % len(known)], NOBODY, UUID(self.look.complaint["id"]))

    def some(self, known: Sequence[UUID]) -> tuple[UUID, ...]:
        """Choose one or two ids, or all."""
        if not known:
            return self.mostly((), (NOBODY,))
        return self.one((known[0],), tuple(known), (known[-1],)) if self.right else (self.id(known),)

    def done_on(self) -> date:
        """Choose the day on which something was done: today, or earlier; wrongly tomorrow, or before receipt."""
        earlier = max(self.received_on, self.today - timedelta(days=self.one(0, 0, 1, 5)))
        return self.mostly(earlier, self.today + timedelta(days=1), self.received_on - timedelta(days=1))

    def due_on(self, *days: int) -> date:
        """Choose a day on which something is to be done; wrongly today, or a day that is past."""
        return self.mostly(self.today + timedelta(days=self.one(*days)), self.today, self.today - timedelta(days=3))

    def person(self, *roles: str) -> UUID:
        """Choose a person of the organisation who has one of these roles; now and then any, or nobody."""
        right = self.body.person(self.one(*roles))
        return self.mostly(right, self.body.person(self.one(*self.body.people)), NOBODY)

    def speaker(self, *roles: str) -> str:
        """Choose who says it, by role."""
        return self.mostly(self.one(*roles), self.one(*self.body.people))

    def issues(self, *states: str) -> list[Row]:
        """Return the issues in some states, by number."""
        found = [row for row in self.look.rows("issue") if not states or row["state"] in states]
        return sorted(found, key=lambda row: int(row["number"]))

    def issue_ids(self, *states: str) -> list[UUID]:
        """Return the ids of the issues in some states."""
        return [UUID(row["id"]) for row in self.issues(*states)]

    def parties(self, *roles: str) -> list[UUID]:
        """Return the ids of the people outside as they are now."""
        rows = [row for row in self.look.rows("party") if row["replaced_by"] is None]
        return [UUID(row["id"]) for row in rows if not roles or row["role"] in roles]
