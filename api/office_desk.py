"""One change of the office on its way: under its key, in one transaction with its entry in the ledger.

What an entry holds is ids, codes and dates: the ledger is append-only, and names must be correctable.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import PlainEnvelopeDep
from api.caller import Caller
from api.dates import today
from api.deps import Appointer, PartsDep
from api.door import Envelope, fingerprint
from api.kept_answers import Kept, keep
from api.openapi import A_WRITE
from api.parts import Parts
from api.permissions import Permission, Role
from api.problems import Problem
from db.models.office import OfficeEvent
from db.models.organisation import Person
from db.queries.office import answered, lock_office, said_under

# What every change of something that is there already may be answered with.
A_CHANGE: Final = (*A_WRITE, "not_found", "person_gone")

_NO_BODY: Final = "0" * 64

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What changed, in codes: its kind, what it is about, and ids, dates and numbers beside it."""

    kind: str
    subject_id: UUID
    data: dict[str, Any] = field(default_factory=dict)


async def said_before(session: AsyncSession, who: Caller, envelope: Envelope, body_hash: str) -> OfficeEvent | None:
    """Return what the same key changed before; nobody else changes the office meanwhile. Raises a problem else."""
    await lock_office(session, who.organisation_id)
    known = await said_under(session, caller=who.subject, route=envelope.route, key=envelope.key)
    if known is not None and known.body_hash != body_hash:
        raise Problem("idempotency_key_reused")
    return known


def write(
    session: AsyncSession,
    who: Caller,
    role: Role,
    entry: Entry,
    *,
    now: datetime,
    envelope: Envelope | None = None,
    body_hash: str = _NO_BODY,
) -> OfficeEvent:
    """Write one entry. Without an envelope it was a reading, which has no key."""
    event = OfficeEvent(
        id=uuid7(),
        organisation_id=who.organisation_id,
        kind=entry.kind,
        subject_id=entry.subject_id,
        at=now,
        actor_id=who.person_id,
        role=role.value,
        data=entry.data,
        caller=who.subject,
        route=envelope.route if envelope else entry.kind,
        idempotency_key=envelope.key if envelope else None,
        body_hash=body_hash,
    )
    session.add(event)
    return event


Make = Callable[[AsyncSession], Awaitable[Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Somebody changes the office."""

    parts: Parts
    who: Caller
    envelope: Envelope
    now: datetime
    permission: Permission = Permission.APPOINT

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
        kept: Kept[Row] | None = None,
    ) -> Row:
        """Make a change once under its key, and return what `show` makes of it as it then stands.

        Said again under its key it is answered as the first time where answers are `kept`, else as it stands by then.
        Raises a problem for a key that was used for something else. `path` is what the path named.
        """
        async with self.parts.database.tenant(self.who.organisation_id, self.now) as session:
            said = fingerprint(self.envelope, body if body is not None else {}, *path)
            # One at a time: what is checked here stays true until it is written.
            before = await said_before(session, self.who, self.envelope, said)
            if before is not None:
                stands = await show(session, before.subject_id)
                first = None if kept is None else await answered(session, before.id)
                return stands if kept is None or first is None else await kept.read(session, first, stands)
            entry = await make(session)
            role = self.who.acting_as(self.permission)
            event = write(session, self.who, role, entry, now=self.now, envelope=self.envelope, body_hash=said)
            await session.flush()
            shown = await show(session, entry.subject_id)
            if kept is not None:
                await keep(session, event, kept.plain(shown))
            return shown

    async def person(self, session: AsyncSession, person_id: UUID, *, leaving: bool = False) -> Person:
        """Return a person of the organisation who works there. Raises a problem else.

        Whoever only names them, as who is asked, is held up by nothing but their leaving: they may hold what is changed
        here next.
        """
        person = await session.get(Person, person_id, with_for_update={"key_share": not leaving})
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
