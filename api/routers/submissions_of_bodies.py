"""What other bodies submit: shown, sent back, approved, named as missing, and their actions seen to completion."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.dates import today
from api.deps import Drafter, Senior, Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.problems import Problem
from api.schemas.submissions_of_bodies import (
    ActionOfBody,
    ActionSettledSaid,
    ApprovalSaid,
    GapOfBody,
    GapSaid,
    ReleaseSaid,
    RevisionSaid,
    RoundOfBody,
    SubmissionsOfBody,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.models.joint import Contribution
from db.models.submissions import BodyAnswer
from db.queries import joint
from db.queries import submissions_of_bodies as rows

router = APIRouter(prefix="/v1/complaints/{reference}/bodies/{contribution_id}", tags=["casework"])


@router.get(
    "/submissions",
    operation_id="getBodySubmissions",
    response_model=SubmissionsOfBody,
    responses=problems(*ONE_READ),
)
async def get_body_submissions(visit: VisitDep, contribution_id: UUID) -> SubmissionsOfBody:
    """Show every round of a body's part as the body wrote it, what became of each, and what it promised to do."""
    on = today(visit.parts.clock.now())
    words = visit.who.sees_words
    async with visit.found() as (session, found):
        row = await session.get(Contribution, contribution_id)
        if row is None or row.complaint_id != found.id:
            raise Problem("not_found")
        rounds = await rows.rounds_of(session, row.id)
        answers = await rows.answers_of(session, row.id)
        reviews = await rows.reviews_of(session, row.id)
        actions = await rows.actions_of(session, row.id)
        files = await rows.files_of(session, row.id)
        gaps = await rows.gaps_of(session, row.id)
        issues = await joint.issues_of(session, row.id)
        state = row.state
    by_round: dict[UUID, list[BodyAnswer]] = defaultdict(list)
    for answer in answers:
        by_round[answer.submission_id].append(answer)
    named: dict[UUID, list[UUID]] = defaultdict(list)
    for file in files:
        named[file.body_action_id or file.submission_id].append(file.file_id)
    answered = {answer.issue_id for answer in by_round[rounds[-1].id]} if rounds else set()
    return SubmissionsOfBody(
        contribution_id=contribution_id,
        state=state,
        missing=[issue.number for issue in issues if issue.id not in answered],
        rounds=[
            RoundOfBody.of(each, by_round[each.id], named[each.id], reviews.get(each.id), words=words)
            for each in rounds
        ],
        actions=[ActionOfBody.of(each, named[each.id], on, words=words) for each in actions],
        gaps=[GapOfBody.of(gap, name, words=words) for gap, name in gaps],
    )


@router.post("/revision", operation_id="requestRevision", responses=ANSWERS)
async def request_revision(errand: ErrandDep, who: Drafter, contribution_id: UUID, body: RevisionSaid) -> Response:
    """Send back what a body submitted, with the reason and a date."""
    said = body.said(contribution_id)
    return await errand.carry(who, CommandKind.REQUEST_REVISION, body, said, contribution_id)


@router.post("/approval", operation_id="approveContribution", responses=ANSWERS)
async def approve_contribution(errand: ErrandDep, who: Drafter, contribution_id: UUID, body: ApprovalSaid) -> Response:
    """Take what a body submitted into the response, as it stands."""
    said = body.said(contribution_id)
    return await errand.carry(who, CommandKind.APPROVE_CONTRIBUTION, body, said, contribution_id)


@router.post("/gap", operation_id="nameGap", responses=ANSWERS)
async def name_gap(errand: ErrandDep, who: Senior, contribution_id: UUID, body: GapSaid) -> Response:
    """Let the response go without the part of a body that is late, has declined, or may not be told."""
    return await errand.carry(who, CommandKind.NAME_GAP, body, body.said(contribution_id), contribution_id)


@router.post("/release", operation_id="releaseContribution", responses=ANSWERS)
async def release_contribution(errand: ErrandDep, who: Writer, contribution_id: UUID, body: ReleaseSaid) -> Response:
    """Ask nothing of a body any more. What it has not answered is ours again."""
    said = body.said(contribution_id)
    return await errand.carry(who, CommandKind.RELEASE_CONTRIBUTION, body, said, contribution_id)


@router.post("/actions/{action_id}", operation_id="settleBodyAction", responses=ANSWERS)
async def settle_body_action(
    errand: ErrandDep, who: Writer, contribution_id: UUID, action_id: UUID, body: ActionSettledSaid
) -> Response:
    """See what a body promised as done, and draft the letter that tells the person; or say why it is not."""
    said = body.said(contribution_id, action_id)
    return await errand.carry(who, CommandKind.SETTLE_BODY_ACTION, body, said, contribution_id, action_id)
