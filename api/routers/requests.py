"""What is asked of colleagues about a complaint: raised, answered, checked, called off, and shown."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.answers import ANSWERS
from api.cursors import decode, encode
from api.dates import today
from api.deps import Cursor, Limit, PartsDep, Reader, Writer
from api.errands import ErrandDep
from api.openapi import A_READ, ONE_READ, problems
from api.schemas.requests import (
    AnswerSaid,
    AnswerShown,
    CancellationSaid,
    RequestAsked,
    RequestLine,
    RequestLines,
    Requests,
    RequestShown,
    ReviewSaid,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries import requests
from db.queries.requests import Wanted

router = APIRouter(prefix="/v1", tags=["work"])
_PREFIX = "/complaints/{reference}/requests"
_ORDER = "requests"


@router.get("/requests", operation_id="listRequests", response_model=RequestLines, responses=problems(*A_READ))
async def list_requests(
    parts: PartsDep,
    who: Reader,
    mine: Annotated[
        bool,
        Query(description="Asked of me, of somebody I cover today, or of a division or team that one of us leads."),
    ] = True,
    open: Annotated[bool | None, Query(description="Left out: those that wait for an answer.")] = True,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> RequestLines:
    """List what colleagues are asked for, those first that are due first."""
    after = decode(cursor, _ORDER, date)
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        wanted = Wanted(organisation_id=who.organisation_id, open=open)
        if mine:
            people, units = await requests.asked_of(session, who.person_id, today(now))
            wanted = Wanted(organisation_id=who.organisation_id, people=people, units=units, open=open)
        lines = await requests.worklist(session, wanted, after=after, limit=limit + 1)
    last = lines[limit - 1].request if len(lines) > limit else None
    return RequestLines(
        items=[RequestLine.of(line, today(now), words=who.sees_words) for line in lines[:limit]],
        next=None if last is None else encode(_ORDER, last.due_on, last.id),
    )


@router.get(_PREFIX, operation_id="getRequests", response_model=Requests, responses=problems(*ONE_READ))
async def get_requests(visit: VisitDep) -> Requests:
    """Show what colleagues were asked about a complaint, how long each took, and how often it was sent back."""
    async with visit.found() as (session, found):
        lines = await requests.lines_of(session, found.id)
        answers = await requests.answers_of(session, found.id)
        issues = await requests.issues_asked_about(session, found.id)
        files = await requests.files_given(session, found.id)
        due = await requests.due_dates(session, found.id)
    # What colleagues wrote among themselves is not part of what is shared with another organisation.
    words = visit.who.sees_words and found.organisation_id == visit.who.organisation_id
    given: dict[UUID, list[AnswerShown]] = defaultdict(list)
    for row, recorder, reviewer in answers:
        file_ids = [each.file_id for each in files if each.answer_id == row.id]
        given[row.request_id].append(AnswerShown.of(row, (recorder, reviewer), file_ids, words=words))
    items = [
        RequestShown.whole(
            line,
            today(visit.parts.clock.now()),
            requests.respond_by(line.request, due),
            [each.issue_id for each in issues if each.request_id == line.request.id],
            given[line.request.id],
            words=words,
        )
        for line in lines
    ]
    return Requests.of(items)


@router.post(_PREFIX, operation_id="raiseRequest", responses=ANSWERS)
async def raise_request(errand: ErrandDep, who: Writer, body: RequestAsked) -> Response:
    """Ask a colleague, or a division or team, for something that the answer to the complaint needs."""
    return await errand.carry(who, CommandKind.RAISE_REQUEST, body, body.said())


@router.post(_PREFIX + "/{request_id}/answer", operation_id="answerRequest", responses=ANSWERS)
async def answer_request(errand: ErrandDep, who: Writer, request_id: UUID, body: AnswerSaid) -> Response:
    """Give what was asked for, or record for a colleague that it was given."""
    return await errand.carry(who, CommandKind.ANSWER_REQUEST, body, body.said(request_id), request_id)


@router.post(_PREFIX + "/{request_id}/review", operation_id="reviewRequest", responses=ANSWERS)
async def review_request(errand: ErrandDep, who: Writer, request_id: UUID, body: ReviewSaid) -> Response:
    """Accept what was given, or send it back with the reason."""
    return await errand.carry(who, CommandKind.REVIEW_REQUEST, body, body.said(request_id), request_id)


@router.post(_PREFIX + "/{request_id}/cancellation", operation_id="cancelRequest", responses=ANSWERS)
async def cancel_request(errand: ErrandDep, who: Writer, request_id: UUID, body: CancellationSaid) -> Response:
    """Call off what is not needed any more."""
    return await errand.carry(who, CommandKind.CANCEL_REQUEST, body, body.said(request_id), request_id)
