"""Finds who is asked for a role today: loads who holds it and who is away, and lets the policy decide."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db.models.organisation import Person
from db.queries import people
from policies.standing_in import Holding, Office, in_turn, roles_asked, who_stands_in


async def stands_in(
    session: AsyncSession, role: str, on: date, *, owner_id: UUID | None = None, team_id: UUID | None = None
) -> Person | None:
    """Return who is asked for a role on a day; for `owner`, of the case that this person and this team have."""
    owner = await session.get(Person, owner_id) if owner_id is not None else None
    held = await people.holders(session, roles_asked(role), on)
    away = await people.absences_on(session, on)
    known = [owner, *(person for _, person in held), *(cover for _, cover in away)]
    there = {person.id: person for person in known if person is not None and person.active}
    holdings = [Holding(person_id=each.person_id, role=each.role, unit_id=each.unit_id) for each, _ in held]
    office = Office(active=frozenset(there), away={person_id: cover.id if cover else None for person_id, cover in away})
    found = who_stands_in(in_turn(role, holdings, owner_id=owner_id, team_id=team_id), office)
    return there[found] if found is not None else None
