"""SQL of people and their dated appointments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.organisation import Appointment, Person


async def active_person(session: AsyncSession, person_id: UUID) -> Person | None:
    """Return a person of the tenant who still works there."""
    found: Person | None = await session.scalar(select(Person).where(Person.id == person_id, Person.active))
    return found


async def holder_of(session: AsyncSession, role: str, on: date) -> Person | None:
    """Return who holds a role on a day: of several, the one appointed last."""
    found: Person | None = await session.scalar(
        select(Person)
        .join(Appointment, Appointment.person_id == Person.id)
        .where(
            Appointment.role == role,
            Appointment.starts_on <= on,
            or_(Appointment.ends_on.is_(None), Appointment.ends_on >= on),
            Person.active,
        )
        .order_by(Appointment.starts_on.desc(), Appointment.id)
        .limit(1)
    )
    return found


async def holds_any(session: AsyncSession, person_id: UUID, roles: Iterable[str], on: date) -> bool:
    """Say whether a person holds one of some roles on a day."""
    found = await session.scalar(
        select(Appointment.id)
        .join(Person, Person.id == Appointment.person_id)
        .where(
            Appointment.person_id == person_id,
            Appointment.role.in_(list(roles)),
            Appointment.starts_on <= on,
            or_(Appointment.ends_on.is_(None), Appointment.ends_on >= on),
            Person.active,
        )
        .limit(1)
    )
    return found is not None
