"""The calendar: the days on which nobody works, and changes of it, proposed by one and decided by another."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid5

import structlog
from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import PlainEnvelopeDep, reply
from api.caller import Caller
from api.cursors import decode, encode
from api.deps import Cursor, Decider, Limit, PartsDep, Proposer, Reader
from api.door import Envelope, fingerprint
from api.openapi import A_READ, A_WRITE, ONE_READ, answers, header, problems
from api.parts import Parts
from api.permissions import Permission
from api.problems import RETRY_AFTER_SECONDS, Problem
from api.schemas.calendar import (
    CalendarShown,
    Changes,
    ChangeSaid,
    ChangeShown,
    ClosedDayShown,
    DecisionSaid,
    Items,
    ItemShown,
)
from contracts.change_sets import ChangeSetStart, ChangeSetState, Decision
from contracts.failures import Refusal
from db.models.change_set import ChangeSet
from db.queries import change_sets
from db.queries.calendars import closed_days
from db.queries.change_sets import NewChangeSet, NewDecision
from gateways.engine import EngineAway, NotRunning

router = APIRouter(prefix="/v1/calendar", tags=["organisation"])
_log = structlog.get_logger(__name__)

_DECISIONS = (Refusal.SAME_PERSON, Refusal.NOT_AWAITING_APPROVAL, Refusal.CALENDAR_MOVED_ON)


@router.get("", operation_id="getCalendar", response_model=CalendarShown, responses=problems(*A_READ))
async def get_calendar(parts: PartsDep, who: Reader, year: Annotated[int, Query(ge=2009, le=2100)]) -> CalendarShown:
    """Show the weekdays of a year on which nobody works here."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await closed_days(session, who.nation, who.organisation_id)
        revision = await change_sets.calendar_revision(session, "organisation", who.nation, who.organisation_id)
    year_shown = parts.working_year(who.nation, year, rows)
    return CalendarShown(
        nation=who.nation,
        year=year,
        revision=revision,
        published_until=year_shown.published_until,
        days=[ClosedDayShown(day=day, name=name, legal=legal) for day, name, legal in year_shown.closed],
    )


@router.post(
    "/change-sets",
    operation_id="proposeChange",
    status_code=201,
    responses=answers(201, ChangeShown, "It is stored; its dry run follows.", header("Location", "Where it is read."))
    | problems(*A_WRITE),
)
async def propose_change(parts: PartsDep, who: Proposer, envelope: PlainEnvelopeDep, body: ChangeSaid) -> Response:
    """Propose that a day be closed, or be open again."""
    _check_scope(who, body)
    now = parts.clock.now()
    new = _proposal(who, envelope, body, now)
    async with parts.database.tenant(who.organisation_id, now) as session:
        proposed = await change_sets.propose(session, new)
        if not proposed.same_body:
            raise Problem("idempotency_key_reused")
    change = proposed.change_set
    await _start(parts, change)
    return reply(ChangeShown.of(change), 201, {"Location": f"/v1/calendar/change-sets/{change.id}"})


def _check_scope(who: Caller, body: ChangeSaid) -> None:
    if body.scope == "nation":
        who.acting_as(Permission.CHANGE_NATION)
        if body.source is None:
            raise Problem.invalid("body", "/source", "missing", "A nation's change needs a source.")
    elif body.nation not in (None, who.nation):
        raise Problem.invalid("body", "/nation", "other_nation", "This organisation is of another nation.")


def _proposal(who: Caller, envelope: Envelope, body: ChangeSaid, now: datetime) -> NewChangeSet:
    assert who.person_id is not None  # `Proposer` sees to it
    return NewChangeSet(
        id=uuid7(),
        organisation_id=who.organisation_id,
        scope=body.scope,
        nation=body.nation or who.nation,
        day=body.day,
        name=body.name,
        opens=body.opens,
        reason=body.reason,
        source=body.source,
        proposed_by=who.person_id,
        proposed_at=now,
        # Keys are one person's own.
        idempotency_key=f"{who.subject}/{envelope.key}",
        body_hash=fingerprint(envelope, body),
    )


async def _start(parts: Parts, change: ChangeSet) -> None:
    """Start the workflow of a change. One that cannot be started now is started by the sweep."""
    start = ChangeSetStart(organisation_id=change.organisation_id, change_set_id=change.id)
    try:
        async with asyncio.timeout(parts.verdict_budget.total_seconds()):
            await parts.engine.start_change_set(start)
    except Exception as error:  # noqa: BLE001 - whatever it is, the sweep stands behind it
        _log.warning("start.left_to_sweep", change_set=str(change.id), failure=type(error).__name__)


@router.get("/change-sets", operation_id="listChanges", response_model=Changes, responses=problems(*A_READ))
async def list_changes(
    parts: PartsDep,
    who: Reader,
    state: ChangeSetState | None = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Changes:
    """List proposed changes, the newest first."""
    after = _after(cursor)
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await change_sets.list_change_sets(session, state=state, after=after, limit=limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return Changes(
        items=[ChangeShown.of(change) for change in rows[:limit]],
        next=None if last is None else encode("proposedAt", last.proposed_at, last.id),
    )


def _after(cursor: str | None) -> change_sets.After | None:
    key = decode(cursor, "proposedAt", datetime)
    if key is None or not isinstance(key.value, datetime):
        return None
    return change_sets.After(proposed_at=key.value, id=key.id)


@router.get(
    "/change-sets/{change_set_id}",
    operation_id="getChange",
    response_model=ChangeShown,
    responses=problems(*ONE_READ),
)
async def get_change(parts: PartsDep, who: Reader, change_set_id: UUID) -> ChangeShown:
    """Show a proposed change, and how many complaints it moves."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        return ChangeShown.of(await _change(session, change_set_id))


async def _change(session: AsyncSession, change_set_id: UUID) -> ChangeSet:
    change = await change_sets.find(session, change_set_id)
    if change is None:
        raise Problem("not_found")
    return change


@router.get(
    "/change-sets/{change_set_id}/items",
    operation_id="getChangeItems",
    response_model=Items,
    responses=problems(*ONE_READ),
)
async def get_change_items(
    parts: PartsDep,
    who: Reader,
    change_set_id: UUID,
    after: Annotated[UUID | None, Query(description="`next` of the page before.")] = None,
    limit: Limit = 100,
) -> Items:
    """Show which of our clocks a change moves, from when to when."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        await _change(session, change_set_id)
        rows = await change_sets.items(session, change_set_id, after=after, limit=limit + 1)
    return Items(
        items=[ItemShown.of(item) for item in rows[:limit]],
        next=rows[limit - 1].row.clock_id if len(rows) > limit else None,
    )


@router.post(
    "/change-sets/{change_set_id}/decision",
    operation_id="decideChange",
    responses=answers(200, ChangeShown, "The decision took effect.")
    | answers(
        202,
        ChangeShown,
        "It is stored, and takes effect when the engine is back.",
        header("Location", "Where it is read.") | header("Retry-After", "Seconds to wait."),
    )
    | problems(*A_WRITE, "not_found", *(each.value for each in _DECISIONS)),
)
async def decide_change(
    parts: PartsDep, who: Decider, envelope: PlainEnvelopeDep, change_set_id: UUID, body: DecisionSaid
) -> Response:
    """Approve or reject a proposed change."""
    decision = await _record(parts, who, envelope, change_set_id, body)
    headers = {
        "Location": f"/v1/calendar/change-sets/{change_set_id}",
        "Retry-After": str(RETRY_AFTER_SECONDS),
    }
    try:
        outcome = await parts.engine.decide_change_set(change_set_id, decision, parts.verdict_budget)
    except (EngineAway, NotRunning):
        return reply(await get_change(parts, who, change_set_id), 202, headers)
    if outcome.refusal is not None:
        raise Problem.refused(outcome.refusal, [])
    return reply(await get_change(parts, who, change_set_id), 200, {})


async def _record(parts: Parts, who: Caller, envelope: Envelope, change_set_id: UUID, body: DecisionSaid) -> Decision:
    """Write the decision down, and return it. The same key makes the same decision again."""
    assert who.person_id is not None  # `Decider` sees to it
    now = parts.clock.now()
    new = NewDecision(
        decision_id=uuid5(change_set_id, f"{who.subject}/{envelope.key}"),
        approved=body.approve,
        decided_by=who.person_id,
        decided_at=now,
        reason=body.reason,
    )
    async with parts.database.tenant(who.organisation_id, now) as session:
        change = await _change(session, change_set_id)
        if change.scope == "nation":
            who.acting_as(Permission.CHANGE_NATION)
        refusal = await change_sets.record_decision(session, change_set_id, new)
        if refusal is not None:
            raise Problem.refused(refusal, [])
        if (change.approved, change.decision_reason) != (new.approved, new.reason):
            raise Problem("idempotency_key_reused")
    return Decision(decision_id=new.decision_id, approved=new.approved)
