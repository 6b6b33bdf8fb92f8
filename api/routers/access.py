"""Who reaches the page of a body without a system: links given, taken away, and shown, with who was turned away."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import ANSWERS
from api.deps import Limit, Writer
from api.errands import ErrandDep
from api.openapi import A_COMMAND, ONE_READ, problems
from api.problems import Problem
from api.schemas.access import Accesses, AccessIssued, AccessRevoked, AccessShown, Knocks, KnockShown
from api.visits import Visit, VisitDep
from contracts.commands import CommandKind
from db.models.joint import Contribution
from db.queries import access
from db.queries.complaint_reads import Found

router = APIRouter(prefix="/v1/complaints/{reference}/bodies/{contribution_id}", tags=["casework"])


@router.get("/access", operation_id="getBodyAccess", response_model=Accesses, responses=problems(*ONE_READ))
async def get_access(visit: VisitDep, contribution_id: UUID) -> Accesses:
    """Show who has, or had, a link to the page of a body."""
    async with visit.found() as (session, found):
        await _own(visit, session, found, contribution_id)
        rows = await access.of_contribution(session, contribution_id)
    return Accesses(items=[AccessShown.of(row, words=visit.who.sees_words) for row in rows])


@router.post(
    "/access",
    operation_id="issueBodyAccess",
    responses=ANSWERS | problems(*A_COMMAND, "secrets_key_missing"),
)
async def issue_access(errand: ErrandDep, who: Writer, contribution_id: UUID, body: AccessIssued) -> Response:
    """Give somebody of a body a link to its page, by e-mail."""
    if not errand.parts.sealing.can_seal:
        raise Problem("secrets_key_missing")
    return await errand.carry(who, CommandKind.ISSUE_ACCESS, body, body.said(contribution_id), contribution_id)


@router.post("/access/{access_id}/revocation", operation_id="revokeBodyAccess", responses=ANSWERS)
async def revoke_access(
    errand: ErrandDep, who: Writer, contribution_id: UUID, access_id: UUID, body: AccessRevoked
) -> Response:
    """Have a link open nothing from now on."""
    said = body.said(contribution_id, access_id)
    return await errand.carry(who, CommandKind.REVOKE_ACCESS, body, said, contribution_id, access_id)


@router.get("/knocks", operation_id="getBodyKnocks", response_model=Knocks, responses=problems(*ONE_READ))
async def get_knocks(visit: VisitDep, contribution_id: UUID, limit: Limit = 50) -> Knocks:
    """Show who was turned away from the page of a body: codes and times alone."""
    async with visit.found() as (session, found):
        await _own(visit, session, found, contribution_id)
        rows = await access.knocks(session, contribution_id, limit)
    return Knocks(items=[KnockShown.of(row) for row in rows])


async def _own(visit: Visit, session: AsyncSession, found: Found, contribution_id: UUID) -> None:
    """Raise a problem for a contribution that is not of this complaint, or of a complaint that is only shared."""
    row = await session.get(Contribution, contribution_id)
    if row is None or row.complaint_id != found.id or row.organisation_id != visit.who.organisation_id:
        raise Problem("not_found")
