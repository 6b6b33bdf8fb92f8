"""Complaints passed on to the body that they are for, and from where those came that were passed on to us."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Senior
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.transfers import TransferReceivedShown, Transfers, TransferSaid, TransferShown
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries import joint, transfers

router = APIRouter(prefix="/v1/complaints/{reference}/transfers", tags=["casework"])


@router.get("", operation_id="getTransfers", response_model=Transfers, responses=problems(*ONE_READ))
async def get_transfers(visit: VisitDep) -> Transfers:
    """Show what of a complaint was passed on, and whether the other body has it; and from where the complaint came."""
    words = visit.who.sees_words
    async with visit.found() as (session, found):
        bodies = {row.id: row for row in await joint.of_complaint(session, found.id, kind="transfer")}
        items = [
            TransferShown.of(
                each,
                bodies[each.contribution_id],
                [row.issue_id for row in await joint.contribution_issues(session, each.contribution_id)],
                words=words,
            )
            for each in await transfers.of_complaint(session, found.id)
        ]
        received = await transfers.received_as(session, found.id)
        return Transfers(
            items=items, received=TransferReceivedShown.of(received, words=words) if received is not None else None
        )


@router.post("", operation_id="transferComplaint", responses=ANSWERS)
async def transfer_complaint(errand: ErrandDep, who: Senior, body: TransferSaid) -> Response:
    """Pass a complaint, or some issues of it, on to the body that it is for. It stays ours until that body has it."""
    return await errand.carry(who, CommandKind.TRANSFER, body, body.said())
