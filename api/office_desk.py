"""One change of the office on its way: under its key, in one transaction with its entry in the ledger.

What an entry holds is ids, codes and dates: the ledger is append-only, and names must be correctable.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final, TypeVar
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from api import office_ledger
from api.answers import PlainEnvelopeDep
from api.caller import Caller
from api.dates import today
from api.deps import Appointer, PartsDep
from api.door import Envelope, fingerprint
from api.office_ledger import Entry
from api.openapi import A_WRITE
from api.parts import Parts
from api.permissions import Permission
from api.problems import Problem
from db.models.organisation import Person

# What every change of something that is there already may be answered with.
A_CHANGE: Final = (*A_WRITE, "not_found", "person_gone")

Row = TypeVar("Row")


Make = Callable[[AsyncSession], Awaitable[Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Somebody changes the office."""

    parts: Parts
    who: Caller
    envelope: Envelope
    now: datetime

    @property
    def today(self) -> date:
        """Return the local date."""
        return today(self.now)

    async def change(
        self,
        body: BaseModel | None,
        *path: object,
        make: Make,
        show: Callable[[AsyncSession, UUID], Awaitable[Row]],
    ) -> Row:
        """Make a change once under its key, and return what `show` makes of it as it then stands.

        Raises a problem for a key that was used for something else. `path` is what the path named.
        """
        async with self.parts.database.tenant(self.who.organisation_id, self.now) as session:
            said = fingerprint(self.envelope, body if body is not None else {}, *path)
            # One at a time: what is checked here stays true until it is written.
            before = await office_ledger.said_before(session, self.who, self.envelope, said)
            if before is not None:
                return await show(session, before.subject_id)
            entry = await make(session)
            role = self.who.acting_as(Permission.APPOINT)
            office_ledger.write(session, self.who, role, entry, now=self.now, envelope=self.envelope, body_hash=said)
            await session.flush()
            return await show(session, entry.subject_id)

    async def person(self, session: AsyncSession, person_id: UUID) -> Person:
        """Return a person of the organisation who works there. Raises a problem else."""
        person = await session.get(Person, person_id, with_for_update=True)
        if person is None:
            raise Problem("not_found")
        if not person.active:
            raise Problem("person_gone")
        return person


async def row(session: AsyncSession, table: type[Row], row_id: UUID) -> Row:
    """Return a row of the organisation. Raises a problem when it is not there to be seen."""
    found = await session.get(table, row_id)
    if found is None:
        raise Problem("not_found")
    return found


def wrong(pointer: str, code: str, detail: str) -> Problem:
    """Return the problem of one field of the body. `detail` must not hold what was sent."""
    return Problem.invalid("body", pointer, code, detail)


def check_dates(starts_on: date, ends_on: date | None, earliest_end: date) -> None:
    """Refuse an end before the beginning, or before the earliest day that can still be ended on."""
    if ends_on is None:
        return
    if ends_on < starts_on:
        raise wrong("/endsOn", "ends_before_start", "The last day is before the first.")
    if ends_on < earliest_end:
        raise wrong("/endsOn", "date_in_past", "What is past cannot be changed any more.")


def _desk(parts: PartsDep, who: Appointer, envelope: PlainEnvelopeDep) -> Desk:
    return Desk(parts=parts, who=who, envelope=envelope, now=parts.clock.now())


DeskDep = Annotated[Desk, Depends(_desk)]
