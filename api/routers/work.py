"""Tasks and notices: what there is to do, and the words that wait for a person's release."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.answers import ANSWERS
from api.cursors import decode, encode
from api.dates import today
from api.deps import Cursor, Limit, PartsDep, Reader, Releaser, Worker
from api.errands import ErrandDep
from api.openapi import A_READ, ONE_READ, problems
from api.schemas.said import CompletionSaid, DiscardSaid, ReleaseSaid
from api.schemas.work import Notices, NoticeShown, Tasks, TaskShown
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries.copies import copies_made
from db.queries.mine import mine_of
from db.queries.work_reads import notices_of, tasks_for, tasks_of

router = APIRouter(prefix="/v1", tags=["work"])

Whose = Annotated[
    Literal["mine", "everybody"],
    Query(
        description="`mine`: given to me or to somebody I cover today, or to a role of mine and taken by nobody"
        " who still works here."
    ),
]


@router.get(
    "/tasks",
    operation_id="listTasks",
    response_model=Tasks,
    responses=problems(*A_READ),
)
async def list_tasks(
    parts: PartsDep,
    who: Reader,
    whose: Whose = "mine",
    open: Annotated[bool | None, Query(description="Left out: open ones.")] = True,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Tasks:
    """List tasks, those first that are due first."""
    after = decode(cursor, "dueOn", date)
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        roles = [role.value for role in who.roles]
        mine = await mine_of(session, who.organisation_id, who.person_id, roles, whose, today(now))
        rows = await tasks_for(session, mine, open=open, after=after, limit=limit + 1)
    more = len(rows) > limit
    last = rows[limit - 1][0] if more else None
    return Tasks(
        items=[TaskShown.of(task, reference, covering=mine.covering) for task, reference in rows[:limit]],
        next=None if last is None else encode("dueOn", last.due_on, last.id),
    )


@router.get(
    "/complaints/{reference}/tasks",
    operation_id="getTasks",
    response_model=Tasks,
    responses=problems(*ONE_READ),
)
async def get_tasks(visit: VisitDep) -> Tasks:
    """Show a complaint's tasks, done and to do."""
    async with visit.found() as (session, found):
        rows = await tasks_of(session, found.id)
        kept = await visit.kept_from(session, found)
    theirs = [row for row in rows if kept.isdisjoint((row[0].subject_id, row[0].clock_id))]
    return Tasks(items=[TaskShown.of(task, reference) for task, reference in theirs])


@router.post(
    "/complaints/{reference}/tasks/{task_id}/completion",
    operation_id="completeTask",
    responses=ANSWERS,
)
async def complete_task(errand: ErrandDep, who: Worker, task_id: UUID, body: CompletionSaid) -> Response:
    """Say that a task was done."""
    said = body.said(task_id)
    return await errand.carry(who, CommandKind.COMPLETE_TASK, body, said, task_id)


@router.get(
    "/complaints/{reference}/notices",
    operation_id="getNotices",
    response_model=Notices,
    responses=problems(*ONE_READ),
)
async def get_notices(visit: VisitDep) -> Notices:
    """Show a complaint's notices: drafts, and what went out."""
    async with visit.found() as (session, found):
        rows = await notices_of(session, found.id)
        copied = await copies_made(session, found.id)
    words, own = visit.who.sees_words, found.organisation_id == visit.who.organisation_id
    return Notices(
        items=[
            NoticeShown.of(notice, words=words, own=own, reference=visit.reference, copied_at=copied.get(notice.id))
            for notice in rows
        ]
    )


@router.post(
    "/complaints/{reference}/notices/{notice_id}/release",
    operation_id="releaseNotice",
    responses=ANSWERS,
)
async def release_notice(errand: ErrandDep, who: Releaser, notice_id: UUID, body: ReleaseSaid) -> Response:
    """Release a draft, in your own name."""
    said = body.said(notice_id)
    return await errand.carry(who, CommandKind.RELEASE_NOTICE, body, said, notice_id)


@router.post(
    "/complaints/{reference}/notices/{notice_id}/discard",
    operation_id="discardNotice",
    responses=ANSWERS,
)
async def discard_notice(errand: ErrandDep, who: Releaser, notice_id: UUID, body: DiscardSaid) -> Response:
    """Discard a draft, in your own name and with a reason."""
    said = body.said(notice_id)
    return await errand.carry(who, CommandKind.DISCARD_NOTICE, body, said, notice_id)
