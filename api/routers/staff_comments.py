"""The staff complained about are asked to comment, heard and informed; and how it was, for them and people outside."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.problems import Problem
from api.schemas.staff_comments import (
    Experiences,
    ExperienceSaid,
    ExperienceShown,
    InformationSaid,
    InvitationSaid,
    StaffComments,
    StaffCommentSaid,
    StaffCommentShown,
    StaffCommentUsed,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.models.involvement import Involvement
from db.queries import staff_comments

router = APIRouter(prefix="/v1/complaints/{reference}", tags=["staff"])
_ONE = "/staff/{involvement_id}"


@router.post(_ONE + "/invitation", operation_id="inviteStaff", responses=ANSWERS)
async def invite_staff(errand: ErrandDep, who: Writer, involvement_id: UUID, body: InvitationSaid) -> Response:
    """Ask a member of staff to comment, by a day."""
    return await errand.carry(who, CommandKind.INVITE_STAFF, body, body.said(involvement_id), involvement_id)


@router.get(_ONE + "/comments", operation_id="getStaffComments", response_model=StaffComments,
            responses=problems(*ONE_READ))  # fmt: skip
async def get_staff_comments(visit: VisitDep, involvement_id: UUID) -> StaffComments:
    """Show what a member of staff said, and how each comment was used."""
    async with visit.found() as (session, found):
        row = await session.get(Involvement, involvement_id)
        if row is None or row.complaint_id != found.id:
            raise Problem("not_found")
        rows = await staff_comments.comments_of(session, involvement_id)
    # What colleagues said is not part of what is shared with another organisation.
    words = visit.who.sees_words and found.organisation_id == visit.who.organisation_id
    return StaffComments(
        items=[StaffCommentShown.of(each, (through, user), words=words) for each, through, user in rows]
    )


@router.post(_ONE + "/comments", operation_id="recordStaffComment", responses=ANSWERS)
async def record_staff_comment(
    errand: ErrandDep, who: Writer, involvement_id: UUID, body: StaffCommentSaid
) -> Response:
    """Record what a member of staff said. A late comment is weighed all the same."""
    return await errand.carry(who, CommandKind.RECORD_STAFF_COMMENT, body, body.said(involvement_id), involvement_id)


@router.post(_ONE + "/comments/{comment_id}/use", operation_id="useStaffComment", responses=ANSWERS)
async def use_staff_comment(
    errand: ErrandDep, who: Writer, involvement_id: UUID, comment_id: UUID, body: StaffCommentUsed
) -> Response:
    """Say how a comment was used, and why not where it was not."""
    said = body.said(involvement_id, comment_id)
    return await errand.carry(who, CommandKind.USE_STAFF_COMMENT, body, said, involvement_id, comment_id)


@router.post(_ONE + "/information", operation_id="informStaff", responses=ANSWERS)
async def inform_staff(errand: ErrandDep, who: Writer, involvement_id: UUID, body: InformationSaid) -> Response:
    """Tell a member of staff how it stands, of a new date, of the initial views, or of the outcome."""
    return await errand.carry(who, CommandKind.INFORM_STAFF, body, body.said(involvement_id), involvement_id)


@router.get("/experiences", operation_id="getExperiences", response_model=Experiences, responses=problems(*ONE_READ))
async def get_experiences(visit: VisitDep) -> Experiences:
    """Show who was asked how it was and who said so. What they said is shown to nobody who handles the case."""
    async with visit.found() as (session, found):
        rows = await staff_comments.experiences_of(session, found.id)
    words = visit.who.sees_words and found.organisation_id == visit.who.organisation_id
    return Experiences(items=[ExperienceShown.of(row, name, by, words=words) for row, name, by in rows])


@router.post("/experiences", operation_id="recordExperience", responses=ANSWERS)
async def record_experience(errand: ErrandDep, who: Writer, body: ExperienceSaid) -> Response:
    """Record that somebody was asked how it was, what they answered, or that they would rather not say."""
    return await errand.carry(who, CommandKind.RECORD_EXPERIENCE, body, body.said())
