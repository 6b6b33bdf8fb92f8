"""Mail that comes in: handed in by what fetches it, listed with what became of each, and read as it came."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from api import mail_intake
from api.answers import DoorDep, reply
from api.cursors import decode, encode
from api.dates import today
from api.deps import Cursor, Limit, Logger, PartsDep, Reader, WordsReader
from api.downloads import download
from api.openapi import A_READ, A_WRITE, ONE_READ, Responses, answers, header, problems
from api.problems import Problem
from api.schemas.base import FIRST_EVENT, EventTime
from api.schemas.incoming import Incomings, IncomingShown, IncomingState
from db.models.complaint import CaseFile
from db.queries import incoming

router = APIRouter(prefix="/v1", tags=["incoming"])

_MAIL: Final = "message/rfc822"
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "One mail as it came, with all its headers.",
        "content": {_MAIL: {"schema": {"type": "string", "format": "binary"}}},
    }
}
_CONTENT: Final[Responses] = {
    200: {
        "description": "The mail as it came, to be saved and not opened in a page.",
        "content": {_MAIL: {"schema": {"type": "string", "format": "binary"}}},
    }
}
# Of the clock of whatever hands it in.
_AHEAD: Final = timedelta(minutes=5)
_NO_KEY: Final = ("idempotency_key_missing", "idempotency_key_reused", "malformed_body")


@router.post(
    "/intake/emails",
    operation_id="takeInEmail",
    status_code=201,
    openapi_extra=_BODY,
    responses=answers(201, IncomingShown, "It is taken in.", header("Location", "Where it is read."))
    | answers(200, IncomingShown, "It had been taken in before: nothing was done.")
    | problems(*(each for each in A_WRITE if each not in _NO_KEY), "intake_off")
    | problems("scanner_unavailable", "storage_unavailable", "content_damaged"),
)
async def take_in_email(
    request: Request,
    parts: PartsDep,
    door: DoorDep,
    who: Logger,
    arrived_at: Annotated[
        EventTime | None,
        Query(alias="arrivedAt", description="When it arrived here: its day is the day of receipt. Left out: now."),
    ] = None,
) -> Response:
    """Take in a mail, once however often it is handed in: its Message-ID and content tell it from others.

    An answer to one of our letters goes to the contact log of that complaint. What a machine sent is only kept.
    Everything else is logged as an enquiry, and a person reads it.
    """
    now = parts.clock.now()
    if arrived_at is not None and (arrived_at > now + _AHEAD or today(arrived_at) < FIRST_EVENT):
        raise Problem.invalid("query", "/arrivedAt", "date_in_future", "This is not in the future, nor before 2009.")
    content = await request.body()
    if not content.strip():
        raise Problem.invalid("body", "", "empty", "There is no mail.")
    taken = await mail_intake.take_in(parts, door, who, content, min(arrived_at or now, now))
    shown = IncomingShown.of(taken.row, taken.reference, words=who.sees_words)
    here = {"Location": f"/v1/incoming/{taken.row.id}"}
    return reply(shown, 200 if taken.repeated else 201, here)


@router.get("/incoming", operation_id="listIncoming", response_model=Incomings, responses=problems(*A_READ))
async def list_incoming(
    parts: PartsDep,
    who: Reader,
    state: IncomingState | None = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Incomings:
    """List the mails that came in, the newest first, with what became of each."""
    key = decode(cursor, "takenInAt", datetime)
    after = incoming.After(taken_in_at=key.value, id=key.id) if key and isinstance(key.value, datetime) else None
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await incoming.page(session, state=state, after=after, limit=limit + 1)
    last = rows[limit - 1][0] if len(rows) > limit else None
    return Incomings(
        items=[IncomingShown.of(row, reference, words=who.sees_words) for row, reference in rows[:limit]],
        next=None if last is None else encode("takenInAt", last.taken_in_at, last.id),
    )


@router.get(
    "/incoming/{incoming_id}",
    operation_id="getIncoming",
    response_model=IncomingShown,
    responses=problems(*ONE_READ),
)
async def get_incoming(parts: PartsDep, who: Reader, incoming_id: UUID) -> IncomingShown:
    """Show a mail that came in, and what became of it."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        found = await incoming.find(session, incoming_id)
    if found is None:
        raise Problem("not_found")
    return IncomingShown.of(*found, words=who.sees_words)


@router.get(
    "/incoming/{incoming_id}/content",
    operation_id="getIncomingContent",
    response_class=Response,
    responses=_CONTENT | problems(*ONE_READ, "mail_infected", "storage_unavailable", "content_damaged"),
)
async def get_incoming_content(parts: PartsDep, who: WordsReader, incoming_id: UUID) -> StreamingResponse:
    """Read a mail as it came. One that holds malware is kept, and not handed out."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        found = await incoming.find(session, incoming_id)
    if found is None:
        raise Problem("not_found")
    row, _ = found
    if row.infected:
        raise Problem("mail_infected")
    # What it is as a file: never stored as one, for it may be on no complaint.
    file = CaseFile(
        id=row.id,
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        name=f"mail-{row.id}.eml",
        media_type=_MAIL,
        size=row.size,
        sha256=row.sha256,
        stored_key=row.stored_key,
    )
    return await download(parts, file, None)
