"""SQL of whose a case is: its team and division, by itself or by its owner."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.complaint import Complaint
from db.models.office import Unit
from db.models.organisation import Appointment
from db.queries.people import in_force


async def unit_named(session: AsyncSession, organisation_id: UUID, kind: str, name: str) -> UUID | None:
    """Return the id of a division or team that is named by its id or its code."""
    try:
        named: ColumnElement[bool] = Unit.id == UUID(name)
    except ValueError:
        named = Unit.code == name
    found: UUID | None = await session.scalar(
        select(Unit.id).where(Unit.organisation_id == organisation_id, Unit.kind == kind, named)
    )
    return found


async def units_led_by(session: AsyncSession, person_id: UUID, on: date) -> list[UUID]:
    """Return the divisions and teams that a person leads on a day."""
    leads = Appointment.role.in_(("team_lead", "division_lead"))
    found = await session.scalars(
        select(Appointment.unit_id).where(
            Appointment.person_id == person_id, leads, Appointment.unit_id.is_not(None), in_force(on)
        )
    )
    return [each for each in found if each is not None]


async def units_of(session: AsyncSession, person_id: UUID, on: date) -> list[UUID]:
    """Return the divisions and teams in which a person has a place on a day."""
    found = await session.scalars(
        select(Appointment.unit_id).where(
            Appointment.person_id == person_id, Appointment.unit_id.is_not(None), in_force(on)
        )
    )
    return [each for each in found if each is not None]


def members(units: Any, on: date) -> Select[UUID]:
    """Return the query for those who have a place in some divisions or teams on a day."""
    return select(Appointment.person_id).where(Appointment.unit_id.in_(units), in_force(on))


def of_team(team_id: UUID, on: date) -> ColumnElement[bool]:
    """Return the condition of a complaint being a team's: it names the team, or names none and its owner is in it."""
    by_owner = Complaint.owner_id.in_(members([team_id], on))
    return or_(Complaint.team_id == team_id, and_(Complaint.team_id.is_(None), by_owner))


def of_division(division_id: UUID, on: date) -> ColumnElement[bool]:
    """Return the condition of a complaint being a division's: named, or by its team, or by the teams of its owner."""
    teams = select(Unit.id).where(Unit.division_id == division_id)
    both = teams.union_all(select(Unit.id).where(Unit.id == division_id))
    by_owner = and_(Complaint.team_id.is_(None), Complaint.owner_id.in_(members(both, on)))
    by_team = or_(Complaint.team_id.in_(teams), by_owner)
    return or_(Complaint.division_id == division_id, and_(Complaint.division_id.is_(None), by_team))
