"""SQL that reads an organisation and its people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.organisation import Appointment, Organisation, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An organisation, and who in it carries a subject; `person` is None for a machine or a stranger."""

    organisation: Organisation
    person: Person | None


async def standing(session: AsyncSession, organisation_id: UUID, subject: str) -> Standing | None:
    """Return the organisation and the person a token speaks for; None for an unknown organisation."""
    found = (
        await session.execute(
            select(Organisation, Person)
            .outerjoin(
                Person,
                (Person.organisation_id == Organisation.id) & (Person.subject == subject),
            )
            .where(Organisation.id == organisation_id)
        )
    ).first()
    return None if found is None else Standing(organisation=found[0], person=found[1])


async def people_of(session: AsyncSession, organisation_id: UUID) -> list[Person]:
    """Return everybody of an organisation, by name."""
    found = await session.scalars(
        select(Person).where(Person.organisation_id == organisation_id).order_by(Person.name, Person.id)
    )
    return list(found)


async def appointments_on(session: AsyncSession, organisation_id: UUID, day: date) -> list[Appointment]:
    """Return the appointments that are in force on a day or begin later."""
    found = await session.scalars(
        select(Appointment)
        .where(
            Appointment.organisation_id == organisation_id,
            Appointment.ends_on.is_(None) | (Appointment.ends_on >= day),
        )
        .order_by(Appointment.starts_on, Appointment.id)
    )
    return list(found)
