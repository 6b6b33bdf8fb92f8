"""One change of what reports know beside complaints: under its key, journalled, and known after every kept report.

It waits for reports that are being compiled and for nothing else of the office: what is said while one is compiled is
known after it, and never slips under it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import PlainEnvelopeDep
from api.caller import Caller
from api.dates import today
from api.deps import PartsDep
from api.door import Envelope, fingerprint
from api.office_desk import Entry, write
from api.parts import Parts
from api.permissions import Permission
from api.problems import Problem
from db.models.organisation import Person
from db.queries.insight import known_from
from db.queries.office import said_under

Shown = TypeVar("Shown")
# With the session, the instant from which it is known, in microseconds.
Make = Callable[[AsyncSession, int], Awaitable[Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDesk:
    """Somebody is about to say something that reports count."""

    parts: Parts
    envelope: Envelope
    now: datetime

    @property
    def today(self) -> date:
        """Return the local date."""
        return today(self.now)

    async def change(
        self,
        who: Caller,
        permission: Permission,
        body: Any,
        *path: object,
        make: Make,
        show: Callable[[AsyncSession, UUID], Awaitable[Shown]],
    ) -> Shown:
        """Make a change once under its key, and return what `show` makes of it as it then stands.

        Raises a problem for a key that was used for something else. `path` is what the path named.
        """
        said = fingerprint(self.envelope, body if body is not None else {}, *path)
        async with self.parts.database.tenant(who.organisation_id, self.now) as session:
            known_us = await known_from(session, who.organisation_id, self.now)
            route, key = self.envelope.route, self.envelope.key
            before = await said_under(session, caller=who.subject, route=route, key=key)
            if before is not None:
                if before.body_hash != said:
                    raise Problem("idempotency_key_reused")
                return await show(session, before.subject_id)
            entry = await make(session, known_us)
            write(session, who, who.acting_as(permission), entry, now=self.now, envelope=self.envelope, body_hash=said)
            await session.flush()
            return await show(session, entry.subject_id)


async def somebody(session: AsyncSession, person_id: UUID) -> Person:
    """Return a person of the organisation who works there. Raises a problem else."""
    person = await session.get(Person, person_id)
    if person is None:
        raise Problem("not_found")
    if not person.active:
        raise Problem("person_gone")
    return person


def own_or_all(who: Caller, person_id: UUID) -> None:
    """Raise a problem unless the caller is that person, or appoints people."""
    if who.person_id != person_id:
        who.acting_as(Permission.APPOINT)


def _desk(parts: PartsDep, envelope: PlainEnvelopeDep) -> KnownDesk:
    return KnownDesk(parts=parts, envelope=envelope, now=parts.clock.now())


KnownDeskDep = Annotated[KnownDesk, Depends(_desk)]
