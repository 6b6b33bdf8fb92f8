"""SQL of the rota of seniors: who is on it, and when somebody has a place in it already."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.escalation import Rota
from db.models.organisation import Person


async def on(session: AsyncSession, day: date) -> list[Rota]:
    """Return the tenant's rota of a day, by place."""
    rows = await session.scalars(
        select(Rota)
        .where(Rota.first_on <= day, or_(Rota.last_on.is_(None), Rota.last_on >= day))
        .order_by(Rota.place, Rota.first_on.desc(), Rota.id)
    )
    return list(rows)


async def is_on(session: AsyncSession, person_id: UUID, day: date) -> bool:
    """Say whether a person who works there is on the rota of a day, at whatever hours."""
    return any(each.person_id == person_id for each in await on(session, day))


async def mobile_of(session: AsyncSession, person_id: UUID, day: date | None = None) -> str | None:
    """Return the number under which a person is reached by text: of the rota of a day, else as it was given last."""
    query = select(Rota).where(Rota.person_id == person_id, Rota.mobile.is_not(None))
    rows = list(await session.scalars(query.order_by(Rota.first_on.desc(), Rota.id)))
    there = [each for each in rows if day is not None and each.first_on <= day and (each.last_on or day) >= day]
    return next((each.mobile for each in (*there, *rows)), None)


async def listed(session: AsyncSession, organisation_id: UUID, since: date) -> list[tuple[Rota, str | None]]:
    """Return the rota from a day on, with what is over left out, each entry with the name of who it is."""
    rows = await session.execute(
        select(Rota, Person.name)
        .join(Person, Person.id == Rota.person_id)
        .where(Rota.organisation_id == organisation_id, or_(Rota.last_on.is_(None), Rota.last_on >= since))
        .order_by(Rota.first_on, Rota.place, Rota.id)
    )
    return [(row[0], row[1]) for row in rows]


async def is_taken(session: AsyncSession, new: Rota) -> bool:
    """Say whether somebody has the place of a new entry on one of its days, in some of its hours."""
    hours = true() if new.hours == "both" else Rota.hours.in_((new.hours, "both"))
    found = await session.scalar(
        select(Rota.id)
        .where(
            Rota.place == new.place,
            hours,
            or_(Rota.last_on.is_(None), Rota.last_on >= new.first_on),
            true() if new.last_on is None else Rota.first_on <= new.last_on,
        )
        .limit(1)
    )
    return found is not None
