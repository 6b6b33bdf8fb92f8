"""The response: drafted, cleared or sent back, and shown with what it still lacks."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Drafter
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.parts import ResponseStanding
from api.schemas.response import ClearanceSaid, DraftSaid, DraftShown, ResponseShown, StepShown
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries.clearance_steps import steps_of_complaint
from db.queries.response import clearances_of, drafts_of

router = APIRouter(prefix="/v1/complaints/{reference}/response", tags=["commands"])


@router.get("", operation_id="getResponse", response_model=ResponseShown, responses=problems(*ONE_READ))
async def get_response(visit: VisitDep) -> ResponseShown:
    """Show the response on its way: its draft, what is missing, whether it is cleared, and what went out."""
    async with visit.found() as (session, found):
        drafts = await drafts_of(session, found.id)
        decisions = await clearances_of(session, found.id)
        steps = await steps_of_complaint(session, found.id)
        standing = ResponseStanding(elements=(), overtaken=False)
        # What is still in the making is the organisation's own: no share reaches that far.
        own = found.organisation_id == visit.who.organisation_id
        if own and found.complaint is not None:
            standing = await visit.parts.response_standing(session, found.complaint, visit.parts.clock.now())
    shown = [
        DraftShown.of(draft, decisions.get(draft.id, ()) if own else (), words=visit.who.sees_words)
        for draft in drafts
        if own or draft.issued_on is not None
    ]
    versions = {draft.id: draft.version for draft in drafts}
    cleared = [StepShown.of(each, versions[each.draft_id], words=visit.who.sees_words) for each in steps]
    return ResponseShown.of(standing, shown, cleared)


@router.post("/drafts", operation_id="draftResponse", responses=ANSWERS)
async def draft_response(errand: ErrandDep, who: Drafter, body: DraftSaid) -> Response:
    """Draft the response: what you write, composed with the findings, the remedies and the right Ombudsman."""
    return await errand.carry(who, CommandKind.DRAFT_RESPONSE, body, body.said())


@router.post("/clearance", operation_id="clearResponse", responses=ANSWERS)
async def clear_response(errand: ErrandDep, who: Drafter, body: ClearanceSaid) -> Response:
    """Clear the draft that somebody else wrote for signature, or send it back with a reason."""
    return await errand.carry(who, CommandKind.CLEAR_RESPONSE, body, body.said())
