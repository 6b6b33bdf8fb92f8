"""What others investigate beside a complaint, and which of its issues are on hold for that."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Holder, Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.parallel import (
    HoldReviewSaid,
    HoldReviewShown,
    Holds,
    HoldSaid,
    HoldShown,
    Parallels,
    ParallelSaid,
    ParallelShown,
    ParallelUpdateSaid,
    ParallelUpdateShown,
)
from api.visits import Visit, VisitDep
from contracts.commands import CommandKind
from db.queries import parallel
from db.queries.complaint_reads import Found

router = APIRouter(prefix="/v1/complaints/{reference}", tags=["work"])


@router.get("/parallel", operation_id="getParallel", response_model=Parallels, responses=problems(*ONE_READ))
async def get_parallel(visit: VisitDep) -> Parallels:
    """Show what others investigate beside a complaint."""
    async with visit.found() as (session, found):
        rows = await parallel.investigations_of(session, found.id)
        updates = await parallel.updates_of(session, found.id)
        issues = await parallel.issues_beside(session, found.id)
    words = _words(visit, found)
    known: dict[UUID, list[ParallelUpdateShown]] = defaultdict(list)
    for update, author in updates:
        known[update.investigation_id].append(ParallelUpdateShown.of(update, author, words=words))
    about = {row.id: [each.issue_id for each in issues if each.investigation_id == row.id] for row, _ in rows}
    return Parallels(
        items=[ParallelShown.of(row, opener, about[row.id], known[row.id], words=words) for row, opener in rows]
    )


@router.post("/parallel", operation_id="openParallel", responses=ANSWERS)
async def open_parallel(errand: ErrandDep, who: Writer, body: ParallelSaid) -> Response:
    """Say that others investigate, or have to be told. No clock of the complaint stops for it."""
    return await errand.carry(who, CommandKind.OPEN_PARALLEL, body, body.said())


@router.post("/parallel/{parallel_id}/updates", operation_id="updateParallel", responses=ANSWERS)
async def update_parallel(errand: ErrandDep, who: Writer, parallel_id: UUID, body: ParallelUpdateSaid) -> Response:
    """Say what became known of an investigation, or that a concern was passed on."""
    return await errand.carry(who, CommandKind.UPDATE_PARALLEL, body, body.said(parallel_id), parallel_id)


@router.get("/holds", operation_id="getHolds", response_model=Holds, responses=problems(*ONE_READ))
async def get_holds(visit: VisitDep) -> Holds:
    """Show which issues are or were on hold, for what, and until when it is looked at again."""
    async with visit.found() as (session, found):
        rows = await parallel.holds_of(session, found.id)
        reviews = await parallel.reviews_of(session, found.id)
        issues = await parallel.held_issues(session, found.id)
    words = _words(visit, found)
    looked: dict[UUID, list[HoldReviewShown]] = defaultdict(list)
    for review, decider in reviews:
        looked[review.hold_id].append(HoldReviewShown.of(review, decider, words=words))
    covers = {row.id: [each.issue_id for each in issues if each.hold_id == row.id] for row, _ in rows}
    return Holds(
        items=[HoldShown.of(row, decider, covers[row.id], looked[row.id], words=words) for row, decider in rows]
    )


@router.post("/holds", operation_id="holdIssues", responses=ANSWERS)
async def hold_issues(errand: ErrandDep, who: Holder, body: HoldSaid) -> Response:
    """Put issues on hold that another investigation prejudices, in your own name."""
    return await errand.carry(who, CommandKind.HOLD_ISSUES, body, body.said())


@router.post("/holds/{hold_id}/review", operation_id="reviewHold", responses=ANSWERS)
async def review_hold(errand: ErrandDep, who: Holder, hold_id: UUID, body: HoldReviewSaid) -> Response:
    """Lift a hold, or let it go on until another day, in your own name."""
    return await errand.carry(who, CommandKind.REVIEW_HOLD, body, body.said(hold_id), hold_id)


def _words(visit: Visit, found: Found) -> bool:
    """Say whether words are shown: what police or others do is told to no other organisation."""
    return visit.who.sees_words and found.organisation_id == visit.who.organisation_id
