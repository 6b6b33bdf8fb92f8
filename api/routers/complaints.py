"""The worklist, and what there is to read of one complaint."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.answers import etag, reply, show
from api.cursors import decode, encode
from api.deps import Cursor, Limit, PartsDep, Reader
from api.narrowing import FiltersDep, wanted
from api.openapi import A_READ, ONE_READ, answers, header, problems
from api.problems import Problem
from api.schemas.case_file import EventShown, Notes, NoteShown, Timeline
from api.schemas.clocks import Clocks, clocks_shown
from api.schemas.complaints import ComplaintShown, Worklist, WorklistLine
from api.schemas.work import HappeningShown
from api.visits import VisitDep
from db.models.complaint import Complaint
from db.queries.carriers import undelivered_of
from db.queries.clock_reads import clock_versions_of, clocks_of, fired_rungs_of
from db.queries.complaint_reads import events_of, notes_of
from db.queries.worklist import Sort, worklist
from gateways.engine import EngineAway, NotRunning

router = APIRouter(prefix="/v1/complaints", tags=["complaints"])

_NOW_BUDGET = timedelta(seconds=3)


@router.get(
    "",
    operation_id="listComplaints",
    response_model=Worklist,
    responses=problems(*A_READ),
)
async def list_complaints(
    parts: PartsDep,
    who: Reader,
    filters: FiltersDep,
    sort: Annotated[Sort | None, Query(description="What comes first; left out, what happens next.")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Worklist:
    """List complaints, those first to which something happens next."""
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        asked = await filters.narrowing(session, who)
        order: Sort = sort or asked.sort or "nextEvent"
        after = decode(cursor, order, datetime if order == "nextEvent" else date)
        looked_for = await wanted(session, who, asked, now)
        if looked_for is None:
            return Worklist(items=[])
        lines = await worklist(session, looked_for, sort=order, after=after, limit=limit + 1)
    last = lines[limit - 1].complaint if len(lines) > limit else None
    return Worklist(
        items=[
            WorklistLine.of(line, words=who.sees_words, stage_title=parts.called(line.complaint))
            for line in lines[:limit]
        ],
        next=None if last is None else _cursor(order, last),
    )


def _cursor(order: Sort, last: Complaint) -> str:
    return encode(order, last.next_event_at if order == "nextEvent" else last.received_on, last.id)


@router.get(
    "/{reference}",
    operation_id="getComplaint",
    responses=answers(200, ComplaintShown, "The complaint.", header("ETag", "Its version.")) | problems(*ONE_READ),
)
async def get_complaint(visit: VisitDep) -> Response:
    """Show one complaint. Before it is opened it answers from what logged it."""
    async with visit.found() as (session, found):
        if found.complaint is None:
            assert found.logged_by is not None
            shown = ComplaintShown.unopened(found.logged_by, words=visit.who.sees_words)
        else:
            shown = await show(session, visit.parts, visit.who, found.complaint)
    return reply(shown, 200, {"ETag": etag(shown.version)})


@router.get(
    "/{reference}/timeline",
    operation_id="getTimeline",
    response_model=Timeline,
    responses=problems(*ONE_READ),
)
async def get_timeline(
    visit: VisitDep,
    after: Annotated[int, Query(ge=0, le=2_000_000_000, description="Events after this one.")] = 0,
    limit: Limit = 100,
) -> Timeline:
    """Show what happened to a complaint, in order."""
    async with visit.found() as (session, found):
        events = await events_of(session, found.id, after=after, limit=limit + 1)
        kept = {str(each) for each in await visit.kept_from(session, found)}
    shown = [EventShown.of(event, name, words=visit.who.sees_words) for event, name in events]
    items = [each for each in shown[:limit] if kept.isdisjoint(str(value) for value in each.data.values())]
    return Timeline(items=items, next=shown[limit - 1].seq if len(shown) > limit else None)


@router.get(
    "/{reference}/clocks",
    operation_id="getClocks",
    response_model=Clocks,
    responses=problems(*ONE_READ),
)
async def get_clocks(visit: VisitDep) -> Clocks:
    """Show a complaint's clocks, with every version and its proof."""
    async with visit.found() as (session, found):
        kept = await visit.kept_from(session, found)
        rows = await clocks_of(session, found.id, visit.parts.clock.now())
        return clocks_shown(
            [each for each in rows if each[0].id not in kept],
            await clock_versions_of(session, found.id),
            await fired_rungs_of(session, found.id),
            await undelivered_of(session, found.id),
            words=visit.who.sees_words,
        )


@router.get(
    "/{reference}/notes",
    operation_id="getNotes",
    response_model=Notes,
    responses=problems(*ONE_READ),
)
async def get_notes(visit: VisitDep) -> Notes:
    """Show the notes on a complaint's file."""
    async with visit.found() as (session, found):
        notes = await notes_of(session, found.id)
    return Notes(items=[NoteShown.of(note, name, words=visit.who.sees_words) for note, name in notes])


@router.get(
    "/{reference}/now",
    operation_id="getHappening",
    response_model=HappeningShown,
    responses=problems(*ONE_READ, "engine_unavailable"),
)
async def get_happening(visit: VisitDep) -> HappeningShown:
    """Say what is happening right now to a complaint: asked of its workflow, not of the records."""
    async with visit.found() as (_, found):
        ended = found.complaint is not None and not found.complaint.open
    if ended:
        return HappeningShown(running=False)  # its workflow would still answer, from memory
    try:
        return HappeningShown.of(await visit.parts.engine.happening(found.id, _NOW_BUDGET))
    except NotRunning:
        return HappeningShown(running=False)
    except EngineAway:
        raise Problem("engine_unavailable") from None
