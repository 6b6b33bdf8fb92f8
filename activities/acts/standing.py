"""Finds who is asked for a role today: loads who holds it and who is away, and lets the policy decide."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.offices import MANAGER, OF_A_REQUEST
from db.models.action import Action
from db.models.escalation import Escalation
from db.models.involvement import Involvement
from db.models.organisation import Person
from db.models.recommendation import Recommendation
from db.models.requests import RequestRow
from db.queries import escalations, involvements, people, requests
from policies.request_standing import Asked, asked_in_turn, director_for, roles_above
from policies.standing_in import (
    ACTION_OWNER,
    CASE_LEAD,
    PARTS,
    RECOMMENDATION_OWNER,
    SENIOR,
    SUPPORTER,
    Holding,
    Office,
    in_turn,
    roles_asked,
    who_stands_in,
)

# Who is asked where a matter is about everybody else who could be.
_LAST: Final = "responsible_person"


async def stands_in(
    session: AsyncSession,
    role: str,
    on: date,
    *,
    owner_id: UUID | None = None,
    team_id: UUID | None = None,
    subject_id: UUID | None = None,
    first_id: UUID | None = None,
    units: Collection[UUID] | None = None,
    kept: Collection[UUID] = (),
) -> Person | None:
    """Return who is asked for a role on a day; for `owner`, of the case that this person and this team have.

    The roles of a request are resolved about the request that `subject_id` names. `first_id` is asked before all
    others: whoever has a part in the case; where nobody has it, somebody else is asked. The supporter is of the member
    of staff whom the subject is about, who is never asked in their own matter, whatever the role: they may not even
    know of it yet. With `units` only those are asked who have the role in one of them. Whoever is `kept` out of it is
    never asked.
    """
    if role == SUPPORTER:
        return await _supporter(session, subject_id, on)
    if role == RECOMMENDATION_OWNER:
        return await _recommendation_owner(session, subject_id, on)
    if role == ACTION_OWNER:
        return await _action_owner(session, subject_id, on)
    if role == SENIOR:
        return await _senior(session, subject_id, on)
    themself = await _whom_it_is_about(session, role, subject_id)
    role = PARTS.get(role, role)
    asked = await _asked(session, subject_id, on) if role in OF_A_REQUEST else None
    named = owner_id if asked is None else asked.person_id
    owner = await session.get(Person, named) if named is not None else None
    first = await session.get(Person, first_id) if first_id is not None else None
    held = await people.holders(session, roles_asked(role) if asked is None else roles_above(), on)
    if role == CASE_LEAD or units is not None:
        held = [each for each in held if each[0].unit_id in (units or ())]
    away = await people.absences_on(session, on)
    known = [first, owner, *(person for _, person in held), *(cover for _, cover in away)]
    barred = {themself, *kept}
    there = {person.id: person for person in known if person is not None and person.active and person.id not in barred}
    holdings = [Holding(person_id=each.person_id, role=each.role, unit_id=each.unit_id) for each, _ in held]
    office = Office(active=frozenset(there), away={person_id: cover.id if cover else None for person_id, cover in away})
    if asked is None:
        turn = in_turn(role, holdings, owner_id=owner_id, team_id=team_id)
    else:
        turn = asked_in_turn(role, holdings, asked)
    found = who_stands_in(turn if first_id is None else (first_id, *turn), office)
    if found is None and themself is not None and role not in (_LAST, CASE_LEAD):
        return await stands_in(session, _LAST, on, subject_id=subject_id, kept=kept)
    return there[found] if found is not None else None


async def _whom_it_is_about(session: AsyncSession, role: str, subject_id: UUID | None) -> UUID | None:
    """Return the member of staff complained about whom a subject is about, where they are known."""
    if subject_id is None or role in OF_A_REQUEST:
        return None
    return await involvements.person_about(session, subject_id)


async def _supporter(session: AsyncSession, involvement_id: UUID | None, on: date) -> Person | None:
    """Return who supports a member of staff, or covers for them; else the manager, else the responsible person."""
    row = await session.get(Involvement, involvement_id) if involvement_id is not None else None
    first_id = row.supporter_id if row is not None else None
    for role in (MANAGER, _LAST):
        found = await stands_in(session, role, on, first_id=first_id)
        if found is not None and (row is None or found.id != row.person_id):
            return found
        first_id = None
    return None


async def _senior(session: AsyncSession, escalation_id: UUID | None, on: date) -> Person | None:
    """Return who has an escalation in hand, or their cover; else the responsible person. Nobody complained about."""
    row = await session.get(Escalation, escalation_id) if escalation_id is not None else None
    if row is None:
        return await stands_in(session, _LAST, on)
    about = await escalations.complained_about(session, row.complaint_id)
    return await stands_in(session, _LAST, on, first_id=row.decided_by or row.acknowledged_by, kept=about)


async def _recommendation_owner(session: AsyncSession, recommendation_id: UUID | None, on: date) -> Person | None:
    """Return who sees to a recommendation, or covers for them; else the manager, else the responsible person."""
    row = await session.get(Recommendation, recommendation_id) if recommendation_id is not None else None
    found = await stands_in(session, MANAGER, on, first_id=row.owner_id if row is not None else None)
    return found or await stands_in(session, _LAST, on)


async def _action_owner(session: AsyncSession, action_id: UUID | None, on: date) -> Person | None:
    """Return who sees to an action, or covers for them; else the manager, else the responsible person."""
    row = await session.get(Action, action_id) if action_id is not None else None
    found = await stands_in(session, MANAGER, on, first_id=row.owner_id if row is not None else None)
    return found or await stands_in(session, _LAST, on)


async def _asked(session: AsyncSession, request_id: UUID | None, on: date) -> Asked:
    """Return whom a request went to; nobody for what is no request, so that the complaints manager is asked."""
    request = await session.get(RequestRow, request_id) if request_id is not None else None
    if request is None:
        return Asked()
    return Asked(
        person_id=request.person_id,
        units=await requests.places_of(session, request, on),
        director=director_for(request.kind, request.profession),
    )
