"""The caseload: how much each person has, for those who share the work out, and one's own for everybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.dates import today
from api.deps import PartsDep, Reader
from api.openapi import A_READ, problems
from api.permissions import Permission
from api.schemas.filters import UNIT
from api.schemas.today import CaseloadShown, LoadShown
from db.queries.caseload import Scope, caseload, queue
from db.queries.whose import unit_named, units_led_by

router = APIRouter(prefix="/v1", tags=["work"])

Unit = Annotated[str | None, Query(pattern=UNIT, description="Its id or code: those who have a place in it.")]


@router.get("/caseload", operation_id="getCaseload", response_model=CaseloadShown, responses=problems(*A_READ))
async def get_caseload(parts: PartsDep, who: Reader, team: Unit = None, division: Unit = None) -> CaseloadShown:
    """Show how many open cases each person has: everybody, those one leads, or only oneself."""
    now = parts.clock.now()
    on = today(now)
    everybody = who.may(Permission.SEE_CASELOAD)
    async with parts.database.tenant(who.organisation_id, now) as session:
        units = {
            kind: await unit_named(session, who.organisation_id, kind, name)
            for kind, name in (("team", team), ("division", division))
            if name is not None
        }
        if None in units.values():
            return CaseloadShown(items=[])
        scope = Scope(
            organisation_id=who.organisation_id,
            now=now,
            on=on,
            everybody=everybody,
            people=() if who.person_id is None else (who.person_id,),
            units=() if who.person_id is None else await units_led_by(session, who.person_id, on),
            team_id=units.get("team"),
            division_id=units.get("division"),
        )
        loads = await caseload(session, scope)
        unassigned = await queue(session, scope) if everybody else None
    words = who.sees_words
    return CaseloadShown(
        items=[LoadShown.of(load, words=words) for load in loads],
        unassigned=None if unassigned is None else LoadShown.of(unassigned, words=words),
    )
