"""SQL that reads an organisation and its people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.office import Absence, Leaver, Unit
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OnStaff:
    """Somebody of an organisation with all their appointments and absences, past, present and to come."""

    person: Person
    appointments: tuple[Appointment, ...]
    absences: tuple[Absence, ...]
    leaving: Leaver | None


async def staff(session: AsyncSession, organisation_id: UUID, person_id: UUID | None = None) -> list[OnStaff]:
    """Return everybody of an organisation, or one of them, by name."""
    only = true() if person_id is None else Person.id == person_id
    query = select(Person).where(Person.organisation_id == organisation_id, only).order_by(Person.name, Person.id)
    people = (await session.scalars(query.execution_options(populate_existing=True))).all()
    ids = [person.id for person in people]
    held, away = await _by_person(session, Appointment, ids), await _by_person(session, Absence, ids)
    leavers = {
        leaver.person_id: leaver
        for leaver in await session.scalars(
            select(Leaver).where(Leaver.person_id.in_(ids), Leaver.state != "cancelled").order_by(Leaver.announced_at)
        )
    }
    return [
        OnStaff(
            person=person,
            appointments=tuple(held[person.id]),
            absences=tuple(away[person.id]),
            leaving=leavers.get(person.id),
        )
        for person in people
    ]


async def _by_person(session: AsyncSession, table: Any, ids: list[UUID]) -> defaultdict[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    query = select(table).where(table.person_id.in_(ids)).order_by(table.starts_on, table.id)
    for row in await session.scalars(query.execution_options(populate_existing=True)):
        found[row.person_id].append(row)
    return found


async def units_of(session: AsyncSession, organisation_id: UUID) -> list[Unit]:
    """Return the divisions and teams of an organisation, those that are no more included, by code."""
    found = await session.scalars(select(Unit).where(Unit.organisation_id == organisation_id).order_by(Unit.code))
    return list(found)
