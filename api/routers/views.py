"""Initial views of a complaint: shared with everybody concerned, commented on, or skipped with a reason."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Examiner, Senior
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.findings import CommentSaid, CommentShown, RecipientShown, RoundShown, SkipSaid, Views, ViewsSaid
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.models.findings import Finding, InitialViews, ViewsComment, ViewsRecipient
from db.queries import findings

router = APIRouter(prefix="/v1/complaints/{reference}/views", tags=["casework"])


@router.get("", operation_id="getViews", response_model=Views, responses=problems(*ONE_READ))
async def get_views(visit: VisitDep) -> Views:
    """Show each round of initial views, with whom it was shared, what they said, and what came of that."""
    async with visit.found() as (session, found):
        rounds = await findings.rounds_of(session, found.id)
        recipients = await findings.recipients_of(session, found.id)
        comments = await findings.comments_of(session, found.id)
        versions = [row for row, _ in await findings.versions_of(session, found.id)]
    words = visit.who.sees_words
    standing = sorted(str(row.id) for row in {row.issue_id: row for row in versions}.values())
    return Views(
        items=[
            RoundShown.of(
                each,
                _recipients(each, recipients, comments, words=words),
                _comments(each, comments, versions, words=words),
                out_of_date=each.kind == "shared" and each.findings != standing,
                words=words,
            )
            for each in rounds
        ]
    )


@router.post("", operation_id="shareViews", responses=ANSWERS)
async def share_views(errand: ErrandDep, who: Examiner, body: ViewsSaid) -> Response:
    """Share initial views. In writing to the complainant today, a letter is drafted for somebody to release."""
    return await errand.carry(who, CommandKind.SHARE_VIEWS, body, body.said())


@router.post("/comments", operation_id="recordComment", responses=ANSWERS)
async def record_comment(errand: ErrandDep, who: Examiner, body: CommentSaid) -> Response:
    """Record a comment on the initial views, and what was changed because of it or why nothing was."""
    return await errand.carry(who, CommandKind.RECORD_COMMENT, body, body.said())


@router.post("/skip", operation_id="skipViews", responses=ANSWERS)
async def skip_views(errand: ErrandDep, who: Senior, body: SkipSaid) -> Response:
    """Share no initial views, where that would not be proportionate. A manager says why."""
    return await errand.carry(who, CommandKind.SKIP_VIEWS, body, body.said())


def _recipients(
    round_: InitialViews,
    recipients: list[tuple[ViewsRecipient, str | None]],
    comments: list[tuple[ViewsComment, str | None, str | None]],
    *,
    words: bool,
) -> list[RecipientShown]:
    heard: set[UUID | None] = {row.party_id or row.person_id for row, _, _ in comments if row.views_id == round_.id}
    return [
        RecipientShown.of(row, name, commented=(row.party_id or row.person_id) in heard, words=words)
        for row, name in recipients
        if row.views_id == round_.id
    ]


def _comments(
    round_: InitialViews,
    comments: list[tuple[ViewsComment, str | None, str | None]],
    versions: list[Finding],
    *,
    words: bool,
) -> list[CommentShown]:
    return [
        CommentShown.of(row, name, weigher, [each.id for each in versions if each.comment_id == row.id], words=words)
        for row, name, weigher in comments
        if row.views_id == round_.id
    ]
