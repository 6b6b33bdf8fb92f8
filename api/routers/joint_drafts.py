"""The one draft of several bodies: shared with them and with the person, commented on, weighed, and shown."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Drafter, Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.joint_drafts import (
    DraftReaderShown,
    JointCommentSaid,
    JointCommentShown,
    JointCommentWeighed,
    JointDrafts,
    JointDraftShared,
    JointDraftShown,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries import joint, joint_drafts

router = APIRouter(prefix="/v1/complaints/{reference}/joint-drafts", tags=["casework"])


@router.get("", operation_id="getJointDrafts", response_model=JointDrafts, responses=problems(*ONE_READ))
async def get_joint_drafts(visit: VisitDep) -> JointDrafts:
    """Show with whom each draft was shared, who commented, and what came of each comment."""
    async with visit.found() as (session, found):
        shares = await joint_drafts.shares_of(session, found.id)
        readers = await joint_drafts.readers_of(session, found.id)
        lines = await joint_drafts.lines_of(session, found.id)
        bodies = {row.id: row for row in await joint.of_complaint(session, found.id)}
    # What bodies say among themselves is not part of what is shared with another organisation.
    words = visit.who.sees_words and found.organisation_id == visit.who.organisation_id
    said = {(row.joint_draft_id, row.contribution_id) for row, _, _ in lines}
    return JointDrafts(
        items=[
            JointDraftShown.of(
                each,
                [
                    DraftReaderShown.of(
                        row, bodies[row.contribution_id], commented=(each.id, row.contribution_id) in said
                    )
                    for row in readers
                    if row.joint_draft_id == each.id
                ],
                [JointCommentShown.of(*line, words=words) for line in lines if line[0].joint_draft_id == each.id],
                words=words,
            )
            for each in shares
        ]
    )


@router.post("", operation_id="shareJointDraft", responses=ANSWERS)
async def share_joint_draft(errand: ErrandDep, who: Drafter, body: JointDraftShared) -> Response:
    """Share the draft as it stands with the bodies, then with the person; or leave that out, as a senior."""
    return await errand.carry(who, CommandKind.SHARE_JOINT_DRAFT, body, body.said())


@router.post("/{draft_id}/comments", operation_id="recordJointComment", responses=ANSWERS)
async def record_joint_comment(errand: ErrandDep, who: Writer, draft_id: UUID, body: JointCommentSaid) -> Response:
    """Record what the person, or a body by word of mouth, said of a draft that was shared."""
    return await errand.carry(who, CommandKind.RECORD_JOINT_COMMENT, body, body.said(draft_id), draft_id)


@router.post("/{draft_id}/comments/{comment_id}/use", operation_id="weighJointComment", responses=ANSWERS)
async def weigh_joint_comment(
    errand: ErrandDep, who: Writer, draft_id: UUID, comment_id: UUID, body: JointCommentWeighed
) -> Response:
    """Say what came of a comment on the draft. The body whose it is is told."""
    said = body.said(draft_id, comment_id)
    return await errand.carry(who, CommandKind.WEIGH_JOINT_COMMENT, body, said, draft_id, comment_id)
