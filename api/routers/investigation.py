"""The investigation of a complaint: who has a part in it, and the plan that was shared."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Appointer, Examiner
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.casework import PartSaid, PlanSaid
from api.schemas.casework_reads import PartShown, PeopleOfCase, Plans, PlanShown
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries.casework import plans_of, roles_of

router = APIRouter(prefix="/v1/complaints/{reference}", tags=["casework"])


@router.get(
    "/people-of-case", operation_id="getPeopleOfCase", response_model=PeopleOfCase, responses=problems(*ONE_READ)
)
async def get_people_of_case(visit: VisitDep) -> PeopleOfCase:
    """Show who investigates a complaint and who decides it, and who did before, with what had to be mitigated."""
    async with visit.found() as (session, found):
        rows = await roles_of(session, found.id)
    # What somebody declared of themselves stays with their organisation: no share reaches that far.
    words = visit.who.sees_words and found.organisation_id == visit.who.organisation_id
    return PeopleOfCase(
        small_body=found.complaint is not None and found.complaint.small_body,
        items=[PartShown.of(row, name, words=words) for row, name in rows],
    )


@router.post("/people-of-case", operation_id="appointToCase", responses=ANSWERS)
async def appoint(errand: ErrandDep, who: Appointer, body: PartSaid) -> Response:
    """Give somebody a part in the case, in the place of whoever had it."""
    return await errand.carry(who, CommandKind.APPOINT, body, body.said())


@router.get("/plan", operation_id="getPlan", response_model=Plans, responses=problems(*ONE_READ))
async def get_plan(visit: VisitDep) -> Plans:
    """Show the plan of the investigation, and its earlier versions."""
    async with visit.found() as (session, found):
        rows = await plans_of(session, found.id)
    return Plans(items=[PlanShown.of(row, who, by, words=visit.who.sees_words) for row, who, by in rows])


@router.post("/plan", operation_id="sharePlan", responses=ANSWERS)
async def share_plan(errand: ErrandDep, who: Examiner, body: PlanSaid) -> Response:
    """Say what the plan of the investigation is, and with whom it was shared."""
    return await errand.carry(who, CommandKind.SHARE_PLAN, body, body.said())
