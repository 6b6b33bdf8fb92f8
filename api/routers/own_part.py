"""The own part of a member of staff complained about: what they see, and what they say to it.

Nothing of the complaint itself is shown here: not who complained, not who else is involved, no note and no file.
"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import DoorDep, PlainEnvelopeDep, reply
from api.caller import Caller
from api.dates import today
from api.deps import OwnPart, PartsDep
from api.door import Saying, fingerprint
from api.openapi import A_COMMAND, A_READ, ONE_READ, answers, problems
from api.parts import Parts
from api.permissions import Permission
from api.problems import RETRY_AFTER_SECONDS, Problem
from api.schemas.own_part import MyCommentSaid, MyInvolvement, MyInvolvementLine, MyInvolvements
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.queries import own_part
from db.queries.own_part import Mine

router = APIRouter(prefix="/v1/my-involvements", tags=["own part"])


@router.get("", operation_id="listMyInvolvements", response_model=MyInvolvements, responses=problems(*A_READ))
async def list_my_involvements(parts: PartsDep, who: OwnPart) -> MyInvolvements:
    """List the complaints that are about you, of which you were told."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        found = [] if who.person_id is None else await own_part.parts_of(session, who.person_id)
        return MyInvolvements(items=[MyInvolvementLine.line(each, parts.called(each.complaint)) for each in found])


@router.get(
    "/{involvement_id}", operation_id="getMyInvolvement", response_model=MyInvolvement, responses=problems(*ONE_READ)
)
async def get_my_involvement(parts: PartsDep, who: OwnPart, involvement_id: UUID) -> MyInvolvement:
    """Show your part in a complaint: what concerns you, what you are owed, and how your comments were used."""
    return await _shown(parts, who, involvement_id)


@router.post(
    "/{involvement_id}/comments",
    operation_id="commentOnMyInvolvement",
    responses=answers(200, MyInvolvement, "It is on record: your part as it stands.")
    | answers(202, MyInvolvementLine, "It is stored, and will be on record in a moment.")
    | problems(*A_COMMAND),
)
async def comment_on_my_involvement(
    parts: PartsDep,
    door: DoorDep,
    who: OwnPart,
    envelope: PlainEnvelopeDep,
    involvement_id: UUID,
    body: MyCommentSaid,
) -> Response:
    """Say what you want to say. It is weighed, and you see here how it was used."""
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        mine = await _mine(session, who, involvement_id)
        line = MyInvolvementLine.line(mine, parts.called(mine.complaint))
    saying = Saying(
        kind=CommandKind.RECORD_STAFF_COMMENT,
        said=body.said(involvement_id, today(now)),
        envelope=envelope,
        fingerprint=fingerprint(envelope, body, involvement_id),
        needs=Permission.OWN_PART,
    )
    submission = await door.say(who, line.reference, saying)
    if submission.state == "refused" and submission.refusal is not None:
        raise Problem.refused(Refusal(submission.refusal), [])
    if submission.state != "applied":
        headers = {"Location": f"/v1/my-involvements/{involvement_id}", "Retry-After": str(RETRY_AFTER_SECONDS)}
        return reply(line, 202, headers)
    return reply(await _shown(parts, who, involvement_id), 200, {})


async def _shown(parts: Parts, who: Caller, involvement_id: UUID) -> MyInvolvement:
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        mine = await _mine(session, who, involvement_id)
        return MyInvolvement.of(await own_part.whole(session, mine), parts.called(mine.complaint))


async def _mine(session: AsyncSession, who: Caller, involvement_id: UUID) -> Mine:
    found = None if who.person_id is None else await own_part.find(session, who.person_id, involvement_id)
    if found is None:
        raise Problem("not_found")
    return found
