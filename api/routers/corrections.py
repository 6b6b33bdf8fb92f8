"""Mistakes put right: asked for, decided by another person, and shown."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.caller import Caller
from api.deps import Approver, Driver
from api.errands import Errand, ErrandDep
from api.openapi import ONE_READ, problems
from api.problems import Problem
from api.schemas.corrections import Corrections, CorrectionSaid, CorrectionShown, DecisionSaid
from api.visits import VisitDep
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.queries.complaint_reads import find
from db.queries.corrections import corrections_of
from db.references import normalise

router = APIRouter(prefix="/v1/complaints/{reference}/corrections", tags=["corrections"])


@router.get("", operation_id="getCorrections", response_model=Corrections, responses=problems(*ONE_READ))
async def get_corrections(visit: VisitDep) -> Corrections:
    """Show what was put right on a complaint, what waits for approval, and what stood before."""
    async with visit.found() as (session, found):
        rows = await corrections_of(session, found.id)
    # What stood before may be about somebody who is no part of the case: no share reaches that far.
    words = visit.who.sees_words and found.organisation_id == visit.who.organisation_id
    return Corrections(items=[CorrectionShown.of(row, asker, decider, words=words) for row, asker, decider in rows])


@router.post("", operation_id="correct", responses=ANSWERS)
async def correct(errand: ErrandDep, who: Driver, body: CorrectionSaid) -> Response:
    """Put a mistake right. What moves a statutory date, or ends the complaint, waits for another person's approval."""
    named_id = await _named(errand, who, body)
    return await errand.carry(who, CommandKind.CORRECT, body, body.said(named_id))


@router.post("/{correction_id}/decision", operation_id="decideCorrection", responses=ANSWERS)
async def decide(errand: ErrandDep, who: Approver, correction_id: UUID, body: DecisionSaid) -> Response:
    """Approve or reject a correction that another person asked for."""
    said = body.said(correction_id)
    return await errand.carry(who, CommandKind.DECIDE_CORRECTION, body, said, correction_id)


async def _named(errand: Errand, who: Caller, body: CorrectionSaid) -> UUID | None:
    """Return the id of the complaint that a correction names. Raises a problem where it is not the caller's own."""
    if body.named is None:
        return None
    name, said = body.named
    reference = normalise(said)
    if reference is not None:
        async with errand.parts.database.tenant(who.organisation_id, errand.parts.clock.now()) as session:
            found = await find(session, reference)
        if found is not None and found.complaint is not None and found.organisation_id == who.organisation_id:
            return found.id
    pointer = "/correction/" + ("reopenedFrom" if name == "reopened_from" else "duplicateOf")
    detail = "There is no complaint of this organisation with this reference."
    raise Problem.invalid("body", pointer, Refusal.NO_SUCH_COMPLAINT.value, detail)
