"""The caller's organisation: who I am, and who works here in which role."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from fastapi import APIRouter

from api.caller import Caller
from api.dates import today
from api.deps import PartsDep, Reader
from api.openapi import A_READ, problems
from api.permissions import Permission
from api.schemas.organisation import (
    AppointmentShown,
    Me,
    OrganisationShown,
    PersonShown,
    UnitShown,
)
from db.queries.people_reads import appointments_on, people_of, units_of

router = APIRouter(prefix="/v1", tags=["organisation"])


@router.get(
    "/organisation",
    operation_id="getOrganisation",
    response_model=OrganisationShown,
    responses=problems(*A_READ),
)
async def get_organisation(parts: PartsDep, who: Reader) -> OrganisationShown:
    """Show my organisation, who I am in it, and its people with their appointments."""
    now = parts.clock.now()
    held: defaultdict[UUID, list[AppointmentShown]] = defaultdict(list)
    async with parts.database.tenant(who.organisation_id, now) as session:
        people = await people_of(session, who.organisation_id)
        for each in await appointments_on(session, who.organisation_id, today(now)):
            held[each.person_id].append(
                AppointmentShown(role=each.role, unit_id=each.unit_id, starts_on=each.starts_on, ends_on=each.ends_on)
            )
        units = await units_of(session, who.organisation_id)
    return OrganisationShown(
        id=who.organisation_id,
        code=who.organisation_code,
        name=who.organisation_name,
        nation=who.nation,
        me=_me(who),
        people=[
            PersonShown(
                id=person.id,
                name=person.name if who.sees_words else None,
                team=person.team,
                active=person.active,
                appointments=held[person.id],
            )
            for person in people
        ],
        units=[UnitShown.of(unit) for unit in units if unit.active],
    )


def _me(who: Caller) -> Me:
    return Me(
        subject=who.subject,
        person_id=who.person_id,
        roles=sorted(who.roles),
        permissions=[permission.value for permission in Permission if who.may(permission)],
    )
