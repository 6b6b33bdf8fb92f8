"""Complaints that belong together: linked, unlinked, and shown as a group."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api.answers import ANSWERS
from api.caller import Caller
from api.deps import Driver, PartsDep, Reader
from api.errands import Errand, ErrandDep
from api.openapi import ONE_READ, problems
from api.problems import Problem
from api.schemas.links import Group, GroupCode, Links, LinkSaid, LinkShown, MemberShown, RemovalSaid
from api.visits import VisitDep
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.queries.complaint_reads import find
from db.queries.links import group_of, links_of
from db.references import normalise

router = APIRouter(prefix="/v1", tags=["complaints"])


@router.get(
    "/complaints/{reference}/links", operation_id="getLinks", response_model=Links, responses=problems(*ONE_READ)
)
async def get_links(visit: VisitDep) -> Links:
    """Show which complaints a complaint belongs together with."""
    async with visit.found() as (session, found):
        rows = await links_of(session, found.id)
    # Why they belong together may be about people of the other: no share reaches that far.
    words = visit.who.sees_words and found.organisation_id == visit.who.organisation_id
    return Links(items=[LinkShown.of(row, words=words, stage_title=visit.parts.called(row.other)) for row in rows])


@router.post("/complaints/{reference}/links", operation_id="link", tags=["commands"], responses=ANSWERS)
async def link(errand: ErrandDep, who: Driver, body: LinkSaid) -> Response:
    """Say that a complaint belongs together with another."""
    return await errand.carry(who, CommandKind.LINK, body, body.said(await _named(errand, who, body.to)))


@router.post(
    "/complaints/{reference}/links/{link_id}/removal", operation_id="unlink", tags=["commands"], responses=ANSWERS
)
async def unlink(errand: ErrandDep, who: Driver, link_id: UUID, body: RemovalSaid) -> Response:
    """Say that a link does not hold. It may have been recorded with either of the two complaints."""
    return await errand.carry(who, CommandKind.UNLINK, body, body.said(link_id), link_id)


@router.get("/groups/{code}", operation_id="getGroup", response_model=Group, responses=problems(*ONE_READ))
async def get_group(parts: PartsDep, who: Reader, code: Annotated[GroupCode, Path()]) -> Group:
    """Show the complaints that have a common cause, with what came of each."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        members = await group_of(session, who.organisation_id, code)
    if not members:
        raise Problem("not_found")
    return Group(
        code=code,
        items=[
            MemberShown.of(member, words=who.sees_words, stage_title=parts.called(member.complaint))
            for member in members
        ],
    )


async def _named(errand: Errand, who: Caller, said: str) -> UUID:
    """Return the id of the other complaint. Raises a problem where it is not the caller's own, or not opened yet."""
    reference = normalise(said)
    if reference is not None:
        async with errand.parts.database.tenant(who.organisation_id, errand.parts.clock.now()) as session:
            found = await find(session, reference)
        if found is not None and found.complaint is not None and found.organisation_id == who.organisation_id:
            return found.id
    detail = "There is no complaint of this organisation with this reference."
    raise Problem.invalid("body", "/to", Refusal.NO_SUCH_COMPLAINT.value, detail)
