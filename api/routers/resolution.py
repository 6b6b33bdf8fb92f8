"""Early resolution: begun, what came of it, and the step to the next stage."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Driver
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.casework import AttemptSaid, MovingOnSaid, ResolutionSaid
from api.schemas.casework_reads import Resolution
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries.casework import attempts_of

router = APIRouter(prefix="/v1/complaints/{reference}", tags=["casework"])


@router.get("/resolution", operation_id="getResolution", response_model=Resolution, responses=problems(*ONE_READ))
async def get_resolution(visit: VisitDep) -> Resolution:
    """Show whether a complaint was resolved early, and every attempt at it."""
    async with visit.found() as (session, found):
        return Resolution.of(await attempts_of(session, found.id), words=visit.who.sees_words)


@router.post("/resolution", operation_id="resolve", responses=ANSWERS)
async def resolve(errand: ErrandDep, who: Driver, body: ResolutionSaid) -> Response:
    """Say what was done to put things right, and whether the person is satisfied."""
    return await errand.carry(who, CommandKind.RESOLVE, body, body.said())


@router.post("/resolution/attempts", operation_id="beginResolution", responses=ANSWERS)
async def begin_resolution(errand: ErrandDep, who: Driver, body: AttemptSaid) -> Response:
    """Begin an attempt at early resolution. The statutory clocks go on."""
    return await errand.carry(who, CommandKind.BEGIN_RESOLUTION, body, body.said())


@router.post("/next-stage", operation_id="moveOn", responses=ANSWERS)
async def move_on(errand: ErrandDep, who: Driver, body: MovingOnSaid) -> Response:
    """Take up the next stage of the procedure: a closer look."""
    return await errand.carry(who, CommandKind.MOVE_ON, body, body.said())
