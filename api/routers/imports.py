"""Moving in: a file of complaints handed in, its dry run read, decided on, tried again; the switch date."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Annotated, Final
from uuid import UUID, uuid5

import structlog
from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool
from uuid_utils.compat import uuid7

from api.answers import PlainEnvelopeDep, reply
from api.attachments import each_once
from api.caller import Caller
from api.cursors import decode, encode
from api.dates import today
from api.deps import Cursor, Importer, Limit, PartsDep
from api.door import Envelope, fingerprint
from api.office_desk import Entry, said_before, write
from api.openapi import A_READ, A_WRITE, ONE_READ, answers, header, problems
from api.parts import ImportRead, Parts, Unreadable
from api.permissions import Permission, Role
from api.problems import RETRY_AFTER_SECONDS, Problem
from api.schemas.imports import (
    ImportDecisionSaid,
    ImportRows,
    ImportRowShown,
    Imports,
    ImportSaid,
    ImportShown,
    SwitchSaid,
)
from contracts.failures import Refusal
from contracts.imports import ImportDecision, ImportStart, ImportState, RowState
from db.models.imports import ImportBatch
from db.queries import imports
from db.queries.imports import NewImport, NewRow
from gateways.engine import EngineAway, NotRunning

router = APIRouter(prefix="/v1/imports", tags=["imports"])
_log = structlog.get_logger(__name__)

_LARGEST_MAPPING: Final = 100_000
_AT_ONCE: Final = 500


@router.post(
    "",
    operation_id="handInImport",
    status_code=201,
    dependencies=[Depends(each_once)],
    responses=answers(201, ImportShown, "It is stored; its dry run follows.", header("Location", "Where it is read."))
    | problems(*A_WRITE),
)
async def hand_in_import(
    parts: PartsDep,
    who: Importer,
    envelope: PlainEnvelopeDep,
    body: Annotated[ImportSaid, Form(media_type="multipart/form-data")],
) -> Response:
    """Hand in complaints from another system. Nothing is opened before somebody has read the dry run."""
    mapping = await body.mapping.read(_LARGEST_MAPPING + 1)
    digest = await run_in_threadpool(_digest, body)
    sent = {"file": digest, "mapping": sha256(mapping).hexdigest(), "switch_on": body.switch_on.isoformat()}
    try:
        read = parts.read_import(mapping, body.file.file)
        new = _new(parts, who, envelope, body, read, digest, fingerprint(envelope, sent))
        batch = await _stage(parts, who, new, read)
    except Unreadable as error:
        raise Problem.invalid("body", error.pointer, error.code, error.detail) from None
    await _start(parts, batch)
    return reply(await _shown(parts, who, batch.id), 201, {"Location": f"/v1/imports/{batch.id}"})


def _in_the_past() -> Problem:
    return Problem.invalid("body", "/switchOn", "date_in_past", "The switch date may not be in the past.")


def _digest(body: ImportSaid) -> str:
    digest, stream = sha256(), body.file.file
    stream.seek(0)
    while block := stream.read(1 << 20):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def _new(
    parts: Parts, who: Caller, envelope: Envelope, body: ImportSaid, read: ImportRead, digest: str, body_hash: str
) -> NewImport:
    assert who.person_id is not None  # `Importer` sees to it
    return NewImport(
        id=uuid7(),
        organisation_id=who.organisation_id,
        source_system=read.source_system,
        format=read.format,
        mapping=read.mapping,
        sha256=digest,
        switch_on=body.switch_on,
        asked_by=who.person_id,
        role=_role(who).value,
        asked_at=parts.clock.now(),
        caller=who.subject,
        route=envelope.route,
        idempotency_key=envelope.key,
        body_hash=body_hash,
    )


async def _stage(parts: Parts, who: Caller, new: NewImport, read: ImportRead) -> ImportBatch:
    """Store the file whole or not at all, or find what the same key stored before."""
    async with parts.database.tenant(who.organisation_id, new.asked_at) as session:
        batch, is_new = await imports.stage(session, new)
        if batch.body_hash != new.body_hash:
            raise Problem("idempotency_key_reused")
        # Only of what is new: the same key has its first answer on every later day, too.
        if is_new and new.switch_on < today(new.asked_at):
            raise _in_the_past()
        while is_new and (rows := await run_in_threadpool(_some, read.rows)):
            await imports.add_rows(session, new, rows)
    return batch


def _some(rows: Iterator[NewRow]) -> list[NewRow]:
    return list(islice(rows, _AT_ONCE))


async def _start(parts: Parts, batch: ImportBatch) -> None:
    """Start the workflow of an import. One that cannot be started now is started by the sweep."""
    start = ImportStart(organisation_id=batch.organisation_id, import_id=batch.id)
    try:
        async with asyncio.timeout(parts.verdict_budget.total_seconds()):
            await parts.engine.start_import(start)
    except Exception as error:  # noqa: BLE001 - whatever it is, the sweep stands behind it
        _log.warning("start.left_to_sweep", import_id=str(batch.id), failure=type(error).__name__)


@router.get("", operation_id="listImports", response_model=Imports, responses=problems(*A_READ))
async def list_imports(parts: PartsDep, who: Importer, cursor: Cursor = None, limit: Limit = 25) -> Imports:
    """List imports, the newest first."""
    after = decode(cursor, "askedAt", datetime)
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        rows = await imports.list_imports(session, after=after, limit=limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return Imports(
        items=[ImportShown.of(batch, batch.totals, today(now)) for batch in rows[:limit]],
        next=None if last is None else encode("askedAt", last.asked_at, last.id),
    )


@router.get("/{import_id}", operation_id="getImport", response_model=ImportShown, responses=problems(*ONE_READ))
async def get_import(parts: PartsDep, who: Importer, import_id: UUID) -> ImportShown:
    """Show an import, with its rows counted as they stand."""
    return await _shown(parts, who, import_id)


async def _shown(parts: Parts, who: Caller, import_id: UUID) -> ImportShown:
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        batch = await _batch(session, import_id)
        moving = batch.state in (ImportState.STAGED, ImportState.IMPORTING)
        totals = await imports.totals(session, batch.id) if moving else batch.totals
        return ImportShown.of(batch, totals, today(now))


async def _batch(session: AsyncSession, import_id: UUID, *, lock: bool = False) -> ImportBatch:
    batch = await imports.find(session, import_id, lock=lock)
    if batch is None:
        raise Problem("not_found")
    return batch


@router.get("/{import_id}/rows", operation_id="getImportRows", response_model=ImportRows, responses=problems(*ONE_READ))
async def get_import_rows(
    parts: PartsDep,
    who: Importer,
    import_id: UUID,
    state: RowState | None = None,
    after: Annotated[int, Query(ge=0, le=10**6, description="`next` of the page before.")] = 0,
    limit: Limit = 100,
) -> ImportRows:
    """Show the rows of an import, what is wrong with them, and what was made of them."""
    states = None if state is None else [state]
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        await _batch(session, import_id)
        rows = await imports.rows_after(session, import_id, states=states, after=after, limit=limit + 1)
    return ImportRows(
        items=[ImportRowShown.of(row, words=who.sees_words) for row in rows[:limit]],
        next=rows[limit - 1].n if len(rows) > limit else None,
    )


@router.post(
    "/{import_id}/decision",
    operation_id="decideImport",
    responses=answers(200, ImportShown, "The decision took effect.")
    | answers(
        202,
        ImportShown,
        "It is stored, and takes effect when the engine is back.",
        header("Location", "Where it is read.") | header("Retry-After", "Seconds to wait."),
    )
    | problems(*A_WRITE, "not_found", Refusal.NOT_AWAITING_APPROVAL.value),
)
async def decide_import(
    parts: PartsDep, who: Importer, envelope: PlainEnvelopeDep, import_id: UUID, body: ImportDecisionSaid
) -> Response:
    """Say what is to be done with a dry run: go, or abandon. Whoever handed it in may decide."""
    decision = await _record(parts, who, envelope, import_id, body)
    headers = {"Location": f"/v1/imports/{import_id}", "Retry-After": str(RETRY_AFTER_SECONDS)}
    try:
        outcome = await parts.engine.decide_import(import_id, decision, parts.verdict_budget)
    except (EngineAway, NotRunning):
        return reply(await _shown(parts, who, import_id), 202, headers)
    if outcome.refusal is not None:
        raise Problem.refused(outcome.refusal, [])
    return reply(await _shown(parts, who, import_id), 200, {})


async def _record(
    parts: Parts, who: Caller, envelope: Envelope, import_id: UUID, body: ImportDecisionSaid
) -> ImportDecision:
    """Write the decision down, and return it. The same key makes the same decision again."""
    assert who.person_id is not None  # `Importer` sees to it
    now, sent = parts.clock.now(), fingerprint(envelope, body, import_id)
    new = ImportDecision(decision_id=uuid5(import_id, f"{who.subject}/{envelope.key}"), go=body.decision == "go")
    async with parts.database.tenant(who.organisation_id, now) as session:
        batch = await _batch(session, import_id, lock=True)
        if await said_before(session, who, envelope, sent) is None:
            refusal = await imports.record_decision(
                session, batch, decision_id=new.decision_id, go=new.go, by=who.person_id, at=now
            )
            if refusal is not None:
                raise Problem.refused(refusal, [])
            entry = Entry(kind="import.decided", subject_id=import_id, data={"go": new.go})
            write(session, who, _role(who), entry, now=now, envelope=envelope, body_hash=sent)
    return new


def _role(who: Caller) -> Role:
    return who.acting_as(Permission.IMPORT)


@router.post(
    "/{import_id}/retry",
    operation_id="retryImport",
    responses=answers(200, ImportShown, "What failed is tried again.")
    | problems(*A_WRITE, "not_found", Refusal.NOT_INCOMPLETE.value),
)
async def retry_import(parts: PartsDep, who: Importer, envelope: PlainEnvelopeDep, import_id: UUID) -> Response:
    """Try an incomplete import again: rows that failed are checked and taken once more."""
    now, sent = parts.clock.now(), fingerprint(envelope, {}, import_id)
    async with parts.database.tenant(who.organisation_id, now) as session:
        batch = await _batch(session, import_id, lock=True)
        if await said_before(session, who, envelope, sent) is None:
            if batch.state != ImportState.INCOMPLETE:
                raise Problem.refused(Refusal.NOT_INCOMPLETE, [])
            batch.state, batch.attempt, batch.ended_at = ImportState.IMPORTING.value, batch.attempt + 1, None
            batch.tried_at = now
            entry = Entry(kind="import.retried", subject_id=import_id, data={"attempt": batch.attempt})
            write(session, who, _role(who), entry, now=now, envelope=envelope, body_hash=sent)
    if batch.state == ImportState.IMPORTING:
        await _start(parts, batch)
    return reply(await _shown(parts, who, import_id), 200, {})


@router.put(
    "/{import_id}/switch-date",
    operation_id="moveSwitchDate",
    response_model=ImportShown,
    responses=problems(*ONE_READ, "malformed_body", "body_too_large", "unsupported_media_type", "person_needed")
    | problems(Refusal.SWITCH_REACHED.value),
)
async def move_switch_date(parts: PartsDep, who: Importer, import_id: UUID, body: SwitchSaid) -> ImportShown:
    """Move the day from which letters go out, until it is reached."""
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        batch = await _batch(session, import_id, lock=True)
        if body.switch_on < today(now):
            raise _in_the_past()
        if batch.switch_on != body.switch_on:
            if batch.switch_on <= today(now):
                raise Problem.refused(Refusal.SWITCH_REACHED, [])
            data = {"old_switch_on": batch.switch_on.isoformat(), "switch_on": body.switch_on.isoformat()}
            batch.switch_on = body.switch_on
            entry = Entry(kind="import.switch_moved", subject_id=import_id, data=data)
            write(session, who, _role(who), entry, now=now)
    return await _shown(parts, who, import_id)
