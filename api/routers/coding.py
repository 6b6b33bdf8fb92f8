"""The codes for the returns: set, shown with what is missing, and the lists they are from."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.dates import today
from api.deps import Driver, PartsDep, Reader
from api.errands import ErrandDep
from api.openapi import A_READ, ONE_READ, problems
from api.schemas.coding import CodeFileShown, Codes, CodingSaid, CodingShown
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries.coding import coded

router = APIRouter(prefix="/v1", tags=["coding"])


@router.post("/complaints/{reference}/coding", operation_id="setCoding", responses=ANSWERS)
async def set_coding(errand: ErrandDep, who: Driver, body: CodingSaid) -> Response:
    """Set codes for the returns; also after the end."""
    return await errand.carry(who, CommandKind.SET_CODING, body, body.said())


@router.get(
    "/complaints/{reference}/coding",
    operation_id="getCoding",
    response_model=CodingShown,
    responses=problems(*ONE_READ),
)
async def get_coding(visit: VisitDep) -> CodingShown:
    """Show the codes of a complaint, what is missing, and what can be worked out."""
    async with visit.found() as (session, found):
        complaint = found.complaint
        if complaint is None:
            return CodingShown.unopened()
        now = await coded(session, complaint)
    look = visit.parts.look_at_coding(
        complaint.procedure,
        complaint.procedure_version,
        filled=now.filled,
        subjects=now.subjects_known,
        uncoded_issues=now.uncoded_issues,
        received_on=complaint.received_on,
        born_on=now.born_on,
    )
    return CodingShown.of(complaint, now, look)


@router.get("/codes", operation_id="getCodes", response_model=Codes, responses=problems(*A_READ))
async def get_codes(parts: PartsDep, who: Reader) -> Codes:
    """Show the lists of codes in force today, with how certain each is and since when it counts."""
    in_force = parts.codes_in_force(today(parts.clock.now()))
    return Codes(items=[CodeFileShown.model_validate(each) for each in in_force])
