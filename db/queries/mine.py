"""SQL of whose work is whose: tasks that somebody has, and tasks in the name of nobody who is there to do them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.offices import DEPUTIES, HELD_IN_A_UNIT, MANAGER, OF_A_REQUEST
from db.models.complaint import Complaint
from db.models.organisation import Appointment, Person
from db.models.work import Task
from db.queries import people as people_rows
from db.queries import whose

Whose = Literal["mine", "team", "everybody"]
# What whoever has one of these should have got is, with nobody there, of those who have the case.
_OF_THE_CASE: Final = ("owner", "investigator", "decision_maker", *OF_A_REQUEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """Whose work is wanted: of some people, by name; of some roles and units where nobody has it.

    `missing` are those who no longer work there, or are away with nobody in their place: what is in their name is
    nobody's.
    """

    organisation_id: UUID
    on: date
    everybody: bool = False
    people: tuple[UUID, ...] = ()
    covering: tuple[UUID, ...] = ()
    roles: tuple[str, ...] = ()
    units: tuple[UUID, ...] = ()
    missing: tuple[UUID, ...] = ()


async def mine_of(
    session: AsyncSession,
    organisation_id: UUID,
    person_id: UUID | None,
    roles: Collection[str],
    wanted: Whose,
    on: date,
) -> Mine:
    """Return whose work is a person's own, their team's, or everybody's, on a day."""
    mine = Mine(organisation_id=organisation_id, on=on, everybody=wanted == "everybody", roles=tuple(sorted(roles)))
    if mine.everybody:
        return mine
    mine = replace(mine, missing=(*await _gone(session, organisation_id), *await _uncovered(session, on)))
    if person_id is None:
        return mine
    covering = tuple(await people_rows.covered_by(session, person_id, on))
    own = {person_id, *covering}
    held = {*roles, *await _roles_held(session, own, on)}
    mine = replace(mine, covering=covering, roles=tuple(sorted(held)))
    if wanted == "mine":
        led = await whose.units_led_by(session, person_id, on)
        return replace(mine, people=tuple(own), units=tuple(led))
    units = await whose.units_of(session, person_id, on)
    own |= set(await session.scalars(whose.members(units, on)))
    return replace(mine, people=tuple(own), units=tuple(units))


def tasks_of(mine: Mine) -> ColumnElement[bool]:
    """Return the condition of a task being somebody's to do: given to them, or nobody's and of a role of theirs.

    What the owner of a case should have got, or whoever was asked about it and those above them, is the owner's, of
    whoever leads the team, and of the complaints manager.
    """
    if mine.everybody:
        return true()
    theirs = or_(Complaint.owner_id.in_(mine.people), Complaint.team_id.in_(mine.units))
    of_case = true() if MANAGER in mine.roles else Task.complaint_id.in_(select(Complaint.id).where(theirs))
    held = [role for role in mine.roles if role not in HELD_IN_A_UNIT]
    asked = or_(Task.role.in_(held), and_(Task.role.in_(_OF_THE_CASE), of_case))
    nobodys = or_(Task.assignee_id.is_(None), Task.assignee_id.in_(mine.missing))
    return or_(Task.assignee_id.in_(mine.people), and_(nobodys, asked))


async def _gone(session: AsyncSession, organisation_id: UUID) -> list[UUID]:
    found = await session.scalars(
        select(Person.id).where(Person.organisation_id == organisation_id, Person.active.is_(False))
    )
    return list(found)


async def _uncovered(session: AsyncSession, on: date) -> set[UUID]:
    """Return who is away on a day with nobody in their place, however long the chain of covers."""
    away = {person_id: cover for person_id, cover in await people_rows.absences_on(session, on)}
    left = set(away)
    while found := {each for each in left if (cover := away[each]) and cover.active and cover.id not in left}:
        left -= found
    return left


async def _roles_held(session: AsyncSession, people: Collection[UUID], on: date) -> set[str]:
    """Return the roles that some people hold on a day, and those of whose holders they are deputies."""
    held = set(
        await session.scalars(
            select(Appointment.role).where(Appointment.person_id.in_(people), people_rows.in_force(on))
        )
    )
    return held | {office for office, deputy in DEPUTIES.items() if deputy in held}
