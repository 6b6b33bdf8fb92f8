"""Bulk operations: one thing done to many complaints, with an outcome for each; exports, and trying again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api import bulk_door
from api.answers import PlainEnvelopeDep, reply
from api.archives import archive_of
from api.caller import Caller
from api.cursors import decode, encode
from api.deps import AnyCaller, Cursor, Exporter, Limit, PartsDep, Reader
from api.door import Envelope, fingerprint
from api.office_desk import Entry, said_before, write
from api.openapi import A_READ, A_WRITE, ONE_READ, Responses, answers, header, problems
from api.parts import Parts
from api.permissions import Permission, Role
from api.problems import Problem
from api.readings import reading
from api.schemas.bulk import BulkItems, BulkItemShown, Bulks, BulkSaid, BulkShown
from contracts.bulk import BulkKind, BulkState, ItemState
from db.models.bulk import BulkOperation
from db.queries import bulk, packs

router = APIRouter(prefix="/v1/bulk", tags=["work"])

_CONTENT: Final[Responses] = {
    200: {
        "description": "A ZIP with one JSON document for each case that was exported, and a manifest.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "",
    operation_id="startBulk",
    status_code=201,
    responses=answers(201, BulkShown, "It is stored, and begins.", header("Location", "Where it is read."))
    | problems(*A_WRITE),
)
async def start_bulk(parts: PartsDep, who: AnyCaller, envelope: PlainEnvelopeDep, body: BulkSaid) -> Response:
    """Do one thing to many complaints: assign, add a note, send an update that you release, or export."""
    operation = await bulk_door.ask(parts, who, envelope, body)
    await bulk_door.start(parts, operation)
    return reply(_shown(who, operation), 201, {"Location": f"/v1/bulk/{operation.id}"})


def _shown(who: Caller, operation: BulkOperation) -> BulkShown:
    return BulkShown.of(operation, words=who.sees_words)


@router.get("", operation_id="listBulk", response_model=Bulks, responses=problems(*A_READ))
async def list_bulk(
    parts: PartsDep,
    who: Reader,
    state: BulkState | None = None,
    kind: BulkKind | None = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Bulks:
    """List bulk operations, the newest first."""
    key = decode(cursor, "askedAt", datetime)
    after = bulk.After(asked_at=key.value, id=key.id) if key and isinstance(key.value, datetime) else None
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await bulk.list_operations(session, state=state, kind=kind, after=after, limit=limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return Bulks(
        items=[_shown(who, row) for row in rows[:limit]],
        next=None if last is None else encode("askedAt", last.asked_at, last.id),
    )


@router.get("/{operation_id}", operation_id="getBulk", response_model=BulkShown, responses=problems(*ONE_READ))
async def get_bulk(parts: PartsDep, who: Reader, operation_id: UUID) -> BulkShown:
    """Show a bulk operation, and how many of its items are done."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        return _shown(who, await _operation(session, operation_id))


async def _operation(session: AsyncSession, operation_id: UUID, *, lock: bool = False) -> BulkOperation:
    operation = await bulk.find(session, operation_id, lock=lock)
    if operation is None:
        raise Problem("not_found")
    return operation


@router.get(
    "/{operation_id}/items", operation_id="getBulkItems", response_model=BulkItems, responses=problems(*ONE_READ)
)
async def get_bulk_items(
    parts: PartsDep,
    who: Reader,
    operation_id: UUID,
    state: ItemState | None = None,
    after: Annotated[int, Query(ge=0, le=1_000_000, description="`next` of the page before.")] = 0,
    limit: Limit = 100,
) -> BulkItems:
    """Show what became of each complaint."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        await _operation(session, operation_id)
        rows = await bulk.items(session, operation_id, state=state, after=after, limit=limit + 1)
    return BulkItems(
        items=[BulkItemShown.of(item, reference) for item, reference in rows[:limit]],
        next=rows[limit - 1][0].n if len(rows) > limit else None,
    )


@router.post(
    "/{operation_id}/retry",
    operation_id="retryBulk",
    responses=answers(200, BulkShown, "It begins again with what was refused or failed.")
    | problems(*A_WRITE, "not_found", "bulk_running", "nothing_to_retry"),
)
async def retry_bulk(parts: PartsDep, who: Reader, envelope: PlainEnvelopeDep, operation_id: UUID) -> Response:
    """Try again what was refused or failed. Whoever asks for it is who says it to each complaint this time."""
    operation = await _try_again(parts, who, envelope, operation_id)
    await bulk_door.start(parts, operation)
    return reply(_shown(who, operation), 200, {})


async def _try_again(parts: Parts, who: Caller, envelope: Envelope, operation_id: UUID) -> BulkOperation:
    now, sent = parts.clock.now(), fingerprint(envelope, {}, operation_id)
    async with parts.database.tenant(who.organisation_id, now) as session:
        role = who.acting_as(bulk_door.NEEDED[(await _operation(session, operation_id)).kind])
        repeated = await said_before(session, who, envelope, sent) is not None
        operation = await _operation(session, operation_id, lock=True)
        if repeated:
            return operation
        if operation.state != BulkState.INCOMPLETE:
            raise Problem("bulk_running" if operation.state == BulkState.RUNNING else "nothing_to_retry")
        await bulk.try_again(session, operation, by=who.person_id, role=role.value, now=now)
        entry = Entry(kind="bulk.retried", subject_id=operation.id, data={"attempt": operation.attempt})
        write(session, who, role, entry, now=now, envelope=envelope, body_hash=sent)
    return operation


@router.get(
    "/{operation_id}/content",
    operation_id="getBulkContent",
    response_class=Response,
    responses=_CONTENT | problems(*ONE_READ, "person_needed", "bulk_running", "storage_unavailable", "content_damaged"),
)
async def get_bulk_content(parts: PartsDep, who: Exporter, operation_id: UUID) -> StreamingResponse:
    """Read the cases that an export wrote. Only whoever asked for it, or the complaints manager, may."""
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        operation = await _operation(session, operation_id)
        if operation.kind != BulkKind.EXPORT:
            raise Problem("not_found")
        if not _may_take(who, operation):
            raise Problem("forbidden")
        if operation.state == BulkState.RUNNING:
            raise Problem("bulk_running")
        items = await bulk.items(session, operation_id, limit=operation.total)
    response = await archive_of(parts, operation, items)
    async with parts.database.tenant(who.organisation_id, now) as session:
        entry = Entry(kind="export.taken", subject_id=operation.id, data={"cases": operation.done})
        write(session, who, who.acting_as(Permission.EXPORT), entry, now=now)
        read = [item.complaint_id for item, _ in items if item.state == ItemState.DONE]
        whose = reading(parts, who, Permission.EXPORT)
        await packs.note_all_seen(session, operation.organisation_id, read, "export", operation.id, whose)
    return response


def _may_take(who: Caller, operation: BulkOperation) -> bool:
    return who.subject == operation.caller or Role.COMPLAINTS_MANAGER in who.roles
