"""SQL of people: their dated appointments, who is away, and who covers for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, TextualSelect, Uuid, and_, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.leavers import LeaverState
from db.models.office import Absence, Leaver, Unit
from db.models.organisation import Appointment, Person

_LAST_APPOINTED = (Appointment.starts_on.desc(), Appointment.id)
# `union` drops what it has seen: a circle of covers ends.
_COVERED = text("""
    with recursive away as (
        select person_id, cover_id from absence where starts_on <= :on and ends_on >= :on and not cancelled
        union all
        select person_id, successor_id from leaver where last_day < :on and state = 'announced'
    ), covered as (
        select person_id from away where cover_id = :person
        union select away.person_id from away join covered on away.cover_id = covered.person_id
    )
    select person_id from covered where person_id <> :person
""").columns(person_id=Uuid)


async def active_person(session: AsyncSession, person_id: UUID) -> Person | None:
    """Return a person of the tenant who still works there; their account cannot end until the transaction has."""
    found: Person | None = await session.scalar(
        select(Person).where(Person.id == person_id, Person.active).with_for_update(read=True)
    )
    return found


async def active_unit(session: AsyncSession, unit_id: UUID) -> Unit | None:
    """Return a division or team of the tenant that still exists, and does until the transaction has ended."""
    found: Unit | None = await session.scalar(
        select(Unit).where(Unit.id == unit_id, Unit.active).with_for_update(read=True)
    )
    return found


def in_force(on: date) -> ColumnElement[bool]:
    """Return the condition of being appointed on a day."""
    return and_(Appointment.starts_on <= on, or_(Appointment.ends_on.is_(None), Appointment.ends_on >= on))


async def holder_of(session: AsyncSession, role: str, on: date) -> Person | None:
    """Return who holds a role on a day: of several, the one appointed last. Whoever stands in is not asked for."""
    found: Person | None = await session.scalar(
        select(Person)
        .join(Appointment, Appointment.person_id == Person.id)
        .where(Appointment.role == role, in_force(on), Person.active)
        .order_by(*_LAST_APPOINTED)
        .limit(1)
    )
    return found


async def holders(session: AsyncSession, roles: Iterable[str], on: date) -> list[tuple[Appointment, Person]]:
    """Return who holds some roles on a day, of each role the last appointed first."""
    rows = await session.execute(
        select(Appointment, Person)
        .join(Person, Person.id == Appointment.person_id)
        .where(Appointment.role.in_(list(roles)), in_force(on), Person.active)
        .order_by(*_LAST_APPOINTED)
    )
    return [(row[0], row[1]) for row in rows]


async def absences_on(session: AsyncSession, on: date) -> list[tuple[UUID, Person | None]]:
    """Return who is away on a day, each with their cover: the later begun absence last.

    Whoever was to be gone by then and still has something is away for good, and covered for by their successor.
    """
    absent = select(Absence.person_id, Absence.cover_id, Absence.starts_on, Absence.id).where(
        Absence.starts_on <= on, Absence.ends_on >= on, Absence.cancelled.is_(False)
    )
    gone = select(Leaver.person_id, Leaver.successor_id, literal(date.max), Leaver.id).where(
        Leaver.last_day < on, Leaver.state == LeaverState.ANNOUNCED.value
    )
    away = absent.union_all(gone).subquery()
    rows = await session.execute(
        select(away.c.person_id, Person)
        .outerjoin(Person, Person.id == away.c.cover_id)
        .order_by(away.c.starts_on, away.c.id)
    )
    return [(row[0], row[1]) for row in rows]


async def covered_by(session: AsyncSession, person_id: UUID, on: date) -> list[UUID]:
    """Return those whom a person covers on a day, and whom these cover in turn."""
    return list(await session.scalars(covered(person_id, on)))


def covered(person_id: UUID, on: date) -> TextualSelect:
    """Return the query for those whom a person covers on a day, and whom these cover in turn."""
    return _COVERED.bindparams(person=person_id, on=on)


async def holds_any(session: AsyncSession, person_id: UUID, roles: Iterable[str], on: date) -> bool:
    """Say whether a person holds one of some roles on a day."""
    found = await session.scalar(
        select(Appointment.id)
        .join(Person, Person.id == Appointment.person_id)
        .where(
            Appointment.person_id == person_id,
            Appointment.role.in_(list(roles)),
            in_force(on),
            Person.active,
        )
        .limit(1)
    )
    return found is not None
