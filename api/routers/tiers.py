"""Tiers: the person asks for somebody else to look."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Driver
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.tiers import EscalationSaid, Tiers, TierShown
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries.tiers import steps_of

router = APIRouter(prefix="/v1/complaints/{reference}", tags=["commands"])


@router.post("/tiers", operation_id="escalate", responses=ANSWERS)
async def escalate(errand: ErrandDep, who: Driver, body: EscalationSaid) -> Response:
    """Say that the person asks for the next tier."""
    return await errand.carry(who, CommandKind.ESCALATE, body, body.said())


@router.get("/tiers", operation_id="getTiers", response_model=Tiers, responses=problems(*ONE_READ))
async def get_tiers(visit: VisitDep) -> Tiers:
    """Show the tiers that were asked for."""
    async with visit.found() as (session, found):
        steps = await steps_of(session, found.id)
    return Tiers(items=[TierShown.of(step, words=visit.who.sees_words) for step in steps])
