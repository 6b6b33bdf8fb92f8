"""Bodies that contribute to a complaint: named, changed, written down for, and shown."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.problems import Problem
from api.schemas.bodies import Bodies, BodyChanged, BodyNamed, BodyShown, FromBodySaid
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries import joint, joint_standing

router = APIRouter(prefix="/v1/complaints/{reference}/bodies", tags=["casework"])


@router.get("", operation_id="getBodies", response_model=Bodies, responses=problems(*ONE_READ))
async def get_bodies(visit: VisitDep) -> Bodies:
    """Show which other bodies contribute to a complaint, and how each stands."""
    now, words = visit.parts.clock.now(), visit.who.sees_words
    async with visit.found() as (session, found):
        rows = await joint_standing.standings(session, found.id, now)
        return Bodies(items=[BodyShown.of(row, is_open=joint.is_open(row.row, now), words=words) for row in rows])


@router.get("/{contribution_id}", operation_id="getBody", response_model=BodyShown, responses=problems(*ONE_READ))
async def get_body(visit: VisitDep, contribution_id: UUID) -> BodyShown:
    """Show one body with all that was said to it and by it, what was refused included."""
    now, words = visit.parts.clock.now(), visit.who.sees_words
    async with visit.found() as (session, found):
        rows = await joint_standing.standings(session, found.id, now, one=contribution_id, messages=True)
        if not rows:
            raise Problem("not_found")
        return BodyShown.of(rows[0], is_open=joint.is_open(rows[0].row, now), words=words, messages=True)


@router.post("", operation_id="nameBody", responses=ANSWERS)
async def name_body(errand: ErrandDep, who: Writer, body: BodyNamed) -> Response:
    """Name the body whose issues these are. It is invited as soon as consent covers it, and told nothing before."""
    return await errand.carry(who, CommandKind.NAME_BODY, body, body.said())


@router.post("/{contribution_id}", operation_id="changeBody", responses=ANSWERS)
async def change_body(errand: ErrandDep, who: Writer, contribution_id: UUID, body: BodyChanged) -> Response:
    """Change what is on record about a body, or record that the person does not agree that it is told."""
    return await errand.carry(who, CommandKind.CHANGE_BODY, body, body.said(contribution_id), contribution_id)


@router.post("/{contribution_id}/messages", operation_id="recordFromBody", responses=ANSWERS)
async def record_from_body(errand: ErrandDep, who: Writer, contribution_id: UUID, body: FromBodySaid) -> Response:
    """Write down for a body what it said by word of mouth or on paper."""
    return await errand.carry(who, CommandKind.RECORD_FROM_BODY, body, body.said(contribution_id), contribution_id)
