"""What has to be on record before what may be said now: the gates of the procedure, told beforehand."""

from __future__ import annotations

from fastapi import APIRouter

from api.openapi import ONE_READ, problems
from api.problems import Problem
from api.schemas.casework_reads import GateShown, Requirements
from api.visits import VisitDep

router = APIRouter(prefix="/v1/complaints/{reference}/requirements", tags=["casework"])


@router.get(
    "",
    operation_id="getRequirements",
    response_model=Requirements,
    responses=problems(*ONE_READ, "not_your_complaint"),
)
async def get_requirements(visit: VisitDep) -> Requirements:
    """Show, for each gated command that is lawful now, what is on record and what is missing."""
    async with visit.found() as (session, found):
        if found.organisation_id != visit.who.organisation_id:
            raise Problem("not_your_complaint")
        if found.complaint is None:
            return Requirements(stage="received", items=[])
        gates = await visit.parts.gates(session, found.complaint, visit.parts.clock.now())
        return Requirements(stage=found.complaint.stage, items=[GateShown.of(gate) for gate in gates])
