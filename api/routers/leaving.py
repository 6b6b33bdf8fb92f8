"""People who leave: their last day is announced, or the announcement is cancelled."""

from __future__ import annotations

import asyncio
from uuid import UUID

import structlog
from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import PlainEnvelopeDep, reply
from api.caller import Caller
from api.dates import today
from api.deps import Appointer, PartsDep
from api.door import fingerprint
from api.office_ledger import Entry, said_before, write
from api.openapi import A_WRITE, answers, problems
from api.parts import Parts
from api.permissions import Permission
from api.problems import Problem
from api.schemas.leaving import LeavingDetail, LeavingSaid
from contracts.leavers import LeaverStart, LeaverState
from db.models.office import Leaver
from db.models.organisation import Person
from db.queries import leavers, office, people

router = APIRouter(prefix="/v1/people/{person_id}/leaving", tags=["organisation"])
_log = structlog.get_logger(__name__)


@router.post(
    "",
    operation_id="announceLeaving",
    status_code=201,
    responses=answers(201, LeavingDetail, "It is stored; the cases are handed to the successor, if there is one.")
    | problems(*A_WRITE, "not_found", "person_gone", "already_leaving"),
)
async def announce_leaving(
    parts: PartsDep, who: Appointer, envelope: PlainEnvelopeDep, person_id: UUID, body: LeavingSaid
) -> Response:
    """Announce a person's last day. Their account ends after it, once no open case is theirs."""
    now, sent = parts.clock.now(), fingerprint(envelope, body, person_id)
    async with parts.database.tenant(who.organisation_id, now) as session:
        known = await said_before(session, who, envelope, sent)
        if known is None:
            leaver = await _announce(session, parts, who, person_id, body)
            data = {"person_id": str(person_id), "last_day": body.last_day.isoformat()}
            if body.successor_id is not None:
                data["successor_id"] = str(body.successor_id)
            entry = Entry(kind="leaver.announced", subject_id=leaver.id, data=data)
            write(session, who, who.acting_as(Permission.APPOINT), entry, now=now, envelope=envelope, body_hash=sent)
        else:
            leaver = await _leaver(session, known.subject_id)
        shown = await _shown(session, leaver)
    await _tell(parts, who, leaver.id)
    return reply(shown, 201, {})


async def _announce(session: AsyncSession, parts: Parts, who: Caller, person_id: UUID, said: LeavingSaid) -> Leaver:
    now = parts.clock.now()
    if await session.get(Person, person_id) is None:
        raise Problem("not_found")
    if await people.active_person(session, person_id) is None:
        raise Problem("person_gone")
    if said.last_day < today(now):
        raise Problem.invalid("body", "/lastDay", "date_in_past", "The last day may not be in the past.")
    if await leavers.announced_for(session, person_id) is not None:
        raise Problem("already_leaving")
    if said.successor_id is not None:
        await _check_successor(session, person_id, said.successor_id, said)
    leaver = Leaver(
        id=uuid7(),
        organisation_id=who.organisation_id,
        person_id=person_id,
        last_day=said.last_day,
        successor_id=said.successor_id,
        state=LeaverState.ANNOUNCED.value,
        announced_at=now,
    )
    session.add(leaver)
    await session.flush()
    return leaver


async def _check_successor(session: AsyncSession, person_id: UUID, successor_id: UUID, said: LeavingSaid) -> None:
    """Raise a problem for a successor who could not take the cases."""
    if successor_id == person_id:
        raise Problem.invalid("body", "/successorId", "same_person", "Another person takes the cases.")
    if await people.active_person(session, successor_id) is None:
        raise Problem.invalid("body", "/successorId", "unknown_person", "This is nobody who works here.")
    leaves = await leavers.announced_for(session, successor_id)
    if leaves is not None and leaves.last_day <= said.last_day:
        raise Problem.invalid("body", "/successorId", "leaves_too", "The successor leaves no later.")


async def _leaver(session: AsyncSession, leaver_id: UUID) -> Leaver:
    leaver = await leavers.find(session, leaver_id)
    if leaver is None:
        raise RuntimeError("announced, and not there")
    return leaver


@router.post(
    "/cancellation",
    operation_id="cancelLeaving",
    responses=answers(200, LeavingDetail, "The person stays. Cases that were handed over stay where they are.")
    | problems(*A_WRITE, "not_found"),
)
async def cancel_leaving(parts: PartsDep, who: Appointer, envelope: PlainEnvelopeDep, person_id: UUID) -> Response:
    """Cancel the announcement of a person's last day."""
    now, sent = parts.clock.now(), fingerprint(envelope, {}, person_id)
    async with parts.database.tenant(who.organisation_id, now) as session:
        known = await said_before(session, who, envelope, sent)
        if known is None:
            leaver = await _cancel(session, parts, person_id)
            entry = Entry(kind="leaver.cancelled", subject_id=leaver.id, data={"person_id": str(person_id)})
            write(session, who, who.acting_as(Permission.APPOINT), entry, now=now, envelope=envelope, body_hash=sent)
        else:
            leaver = await _leaver(session, known.subject_id)
        shown = await _shown(session, leaver)
    await _tell(parts, who, leaver.id)
    return reply(shown, 200, {})


async def _cancel(session: AsyncSession, parts: Parts, person_id: UUID) -> Leaver:
    leaver = await leavers.announced_for(session, person_id, lock=True)
    if leaver is None:
        raise Problem("not_found")
    now = parts.clock.now()
    leaver.state, leaver.ended_at = LeaverState.CANCELLED.value, now
    await leavers.end_tasks(session, leaver.id, now, done=False)
    await session.flush()
    return leaver


async def _shown(session: AsyncSession, leaver: Leaver) -> LeavingDetail:
    return LeavingDetail.with_cases(leaver, await office.count_open_cases(session, leaver.person_id))


async def _tell(parts: Parts, who: Caller, leaver_id: UUID) -> None:
    """Start the workflow of a leaving, or have it look again. One that cannot be reached now is left to the sweep."""
    start = LeaverStart(organisation_id=who.organisation_id, leaver_id=leaver_id)
    try:
        async with asyncio.timeout(parts.verdict_budget.total_seconds()):
            await parts.engine.tell_leaver(start)
    except Exception as error:  # noqa: BLE001 - whatever it is, the sweep stands behind it
        _log.warning("start.left_to_sweep", leaver=str(leaver_id), failure=type(error).__name__)
