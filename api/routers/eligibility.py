"""Whether a complaint is handled: grounds against it, the time limit, who may speak, other routes; what was decided."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Driver, Senior
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.eligibility import EligibilityShown, ExclusionSaid, RoutesSaid, StandingSaid, TimeLimitSaid
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries.eligibility import decisions_of

router = APIRouter(prefix="/v1/complaints/{reference}", tags=["eligibility"])


@router.get(
    "/eligibility", operation_id="getEligibility", response_model=EligibilityShown, responses=problems(*ONE_READ)
)
async def get_eligibility(visit: VisitDep) -> EligibilityShown:
    """Show what was decided about whether the complaint is handled: by whom, when, and on what proof."""
    async with visit.found() as (session, found):
        return EligibilityShown.of(await decisions_of(session, found.id), words=visit.who.sees_words)


@router.post("/exclusion", operation_id="exclude", responses=ANSWERS)
async def exclude(errand: ErrandDep, who: Senior, body: ExclusionSaid) -> Response:
    """Decline to handle the complaint, on a ground of its procedure. It ends, and a letter says why."""
    return await errand.carry(who, CommandKind.EXCLUDE, body, body.said())


@router.post("/time-limit", operation_id="decideTimeLimit", responses=ANSWERS)
async def decide_time_limit(errand: ErrandDep, who: Senior, body: TimeLimitSaid) -> Response:
    """Waive the time limit, or decline the complaint because of it."""
    return await errand.carry(who, CommandKind.DECIDE_TIME_LIMIT, body, body.said())


@router.post("/standing", operation_id="decideStanding", responses=ANSWERS)
async def decide_standing(errand: ErrandDep, who: Senior, body: StandingSaid) -> Response:
    """Decide whether somebody may speak for another; also anew, when that has changed."""
    return await errand.carry(who, CommandKind.DECIDE_STANDING, body, body.said())


@router.post("/routes", operation_id="screenRoutes", responses=ANSWERS)
async def screen_routes(errand: ErrandDep, who: Driver, body: RoutesSaid) -> Response:
    """Say which other routes there are, and which issues are left to them."""
    return await errand.carry(who, CommandKind.SCREEN_ROUTES, body, body.said())
