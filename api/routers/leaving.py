"""People who leave: their last day is announced, or the announcement is cancelled."""

from __future__ import annotations

import asyncio
from uuid import UUID

import structlog
from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.office_desk import A_CHANGE, Desk, DeskDep, Entry, row, wrong
from api.openapi import A_WRITE, answers, problems
from api.problems import Problem
from api.schemas.leaving import LeavingDetail, LeavingSaid
from contracts.leavers import LeaverStart, LeaverState
from db.models.office import Leaver
from db.queries import leavers, office, people

router = APIRouter(prefix="/v1/people/{person_id}/leaving", tags=["organisation"])
_log = structlog.get_logger(__name__)


@router.post(
    "",
    operation_id="announceLeaving",
    status_code=201,
    responses=answers(201, LeavingDetail, "It is stored; cases and actions go to the successor, if there is one.")
    | problems(*A_CHANGE, "already_leaving"),
)
async def announce_leaving(desk: DeskDep, person_id: UUID, body: LeavingSaid) -> Response:
    """Announce a person's last day. Their account ends after it, once no open case and no action is theirs."""

    async def make(session: AsyncSession) -> Entry:
        leaver = await _announce(session, desk, person_id, body)
        data = {"person_id": str(person_id), "last_day": body.last_day.isoformat()}
        if body.successor_id is not None:
            data["successor_id"] = str(body.successor_id)
        return Entry(kind="leaver.announced", subject_id=leaver.id, data=data)

    shown = await desk.change(body, person_id, make=make, show=_shown)
    await _tell(desk, shown.id)
    return reply(shown, 201, {})


async def _announce(session: AsyncSession, desk: Desk, person_id: UUID, said: LeavingSaid) -> Leaver:
    await desk.person(session, person_id)
    if said.last_day < desk.today:
        raise wrong("/lastDay", "date_in_past", "The last day may not be in the past.")
    if await leavers.announced_for(session, person_id) is not None:
        raise Problem("already_leaving")
    if said.successor_id is not None:
        await _check_successor(session, person_id, said.successor_id, said)
    leaver = Leaver(
        id=uuid7(),
        organisation_id=desk.who.organisation_id,
        person_id=person_id,
        last_day=said.last_day,
        successor_id=said.successor_id,
        state=LeaverState.ANNOUNCED.value,
        announced_at=desk.now,
    )
    session.add(leaver)
    await session.flush()
    return leaver


async def _check_successor(session: AsyncSession, person_id: UUID, successor_id: UUID, said: LeavingSaid) -> None:
    """Raise a problem for a successor who could not take the cases."""
    if successor_id == person_id:
        raise wrong("/successorId", "same_person", "Another person takes the cases.")
    if await people.active_person(session, successor_id) is None:
        raise wrong("/successorId", "unknown_person", "This is nobody who works here.")
    leaves = await leavers.announced_for(session, successor_id)
    if leaves is not None and leaves.last_day <= said.last_day:
        raise wrong("/successorId", "leaves_too", "The successor leaves no later.")


@router.post(
    "/cancellation",
    operation_id="cancelLeaving",
    responses=answers(200, LeavingDetail, "The person stays. Cases that were handed over stay where they are.")
    | problems(*A_WRITE, "not_found"),
)
async def cancel_leaving(desk: DeskDep, person_id: UUID) -> Response:
    """Cancel the announcement of a person's last day."""

    async def make(session: AsyncSession) -> Entry:
        leaver = await leavers.announced_for(session, person_id, lock=True)
        if leaver is None:
            raise Problem("not_found")
        leaver.state, leaver.ended_at = LeaverState.CANCELLED.value, desk.now
        await leavers.end_tasks(session, leaver.id, desk.now, done=False)
        return Entry(kind="leaver.cancelled", subject_id=leaver.id, data={"person_id": str(person_id)})

    shown = await desk.change(None, person_id, make=make, show=_shown)
    await _tell(desk, shown.id)
    return reply(shown, 200, {})


async def _shown(session: AsyncSession, leaver_id: UUID) -> LeavingDetail:
    leaver = await row(session, Leaver, leaver_id)
    return LeavingDetail.with_cases(
        leaver,
        await office.count_open_cases(session, leaver.person_id),
        await office.count_open_actions(session, leaver.person_id),
    )


async def _tell(desk: Desk, leaver_id: UUID) -> None:
    """Start the workflow of a leaving, or have it look again. One that cannot be reached now is left to the sweep."""
    start = LeaverStart(organisation_id=desk.who.organisation_id, leaver_id=leaver_id)
    try:
        async with asyncio.timeout(desk.parts.verdict_budget.total_seconds()):
            await desk.parts.engine.tell_leaver(start)
    except Exception as error:  # noqa: BLE001 - whatever it is, the sweep stands behind it
        _log.warning("start.left_to_sweep", leaver=str(leaver_id), failure=type(error).__name__)
