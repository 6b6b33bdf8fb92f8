"""How serious a complaint is: facts are asserted, a severity is set, a second person decides, and all of it is read."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Taker, Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.triage import FactsSaid, SeverityDecided, SeveritySet, SeverityShown
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.models.complaint import Complaint
from db.queries.triage import judged

router = APIRouter(prefix="/v1/complaints/{reference}", tags=["serious"])


@router.get("/severity", operation_id="getSeverity", response_model=SeverityShown, responses=problems(*ONE_READ))
async def get_severity(visit: VisitDep) -> SeverityShown:
    """Show how serious a complaint is, each verdict of the policy with its reasons, and what people set."""
    async with visit.found() as (session, found):
        complaint = await session.get(Complaint, found.id)
        mine = complaint is not None and complaint.organisation_id == visit.who.organisation_id
        rows = await judged(session, found.id)
    severity = complaint.severity if complaint is not None and mine else None
    return SeverityShown.of(severity, rows, visit.parts.reason_title, words=visit.who.sees_words)


@router.post("/triage", operation_id="triage", responses=ANSWERS)
async def triage(errand: ErrandDep, who: Writer, body: FactsSaid) -> Response:
    """Assert facts that may make a complaint serious, or take them back; the policy gives its verdict."""
    return await errand.carry(who, CommandKind.TRIAGE, body, body.said())


@router.post("/severity", operation_id="setSeverity", responses=ANSWERS)
async def set_severity(errand: ErrandDep, who: Writer, body: SeveritySet) -> Response:
    """Say that a complaint is more serious than it was, or less, and why."""
    return await errand.carry(who, CommandKind.SET_SEVERITY, body, body.said())


@router.post("/severity/decision", operation_id="decideSeverity", responses=ANSWERS)
async def decide_severity(errand: ErrandDep, who: Taker, body: SeverityDecided) -> Response:
    """Decide as second person whether a complaint is less serious than it was."""
    return await errand.carry(who, CommandKind.DECIDE_SEVERITY, body, body.said())
