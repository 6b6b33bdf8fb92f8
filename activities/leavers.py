"""The effects of a leaving: hand over what is left, ask for an owner for it, and end the account when nothing is.

Asking is a task of the office, on the list of whoever has the role or stands in. No e-mail goes out: notices hang on
complaints, and this is about a person. What is left is handed over by bulk operations, never here.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Final, Protocol
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import handing_over
from activities.acts.case import calendars_of
from activities.acts.standing import stands_in
from contracts import names
from contracts.bulk import BulkStart
from contracts.failures import ErrorType
from contracts.leavers import LeaverAct, LeaverLook, LeaverState
from db.engine import Database
from db.models.office import Leaver, OfficeEvent
from db.models.organisation import Organisation
from db.models.work import Task
from db.queries import bulk, leavers, office
from policies.calendars import Calendar, at_local, end_of_day, local_date

_MORNING: Final = time(9)
_REMIND_DAYS_BEFORE: Final = (5, 1)
# While cases are being handed over nobody is asked for them; but not for ever.
_HANDING_OVER: Final = timedelta(hours=1)
_LOOK_SOON: Final = timedelta(minutes=15)


class BulkStarter(Protocol):
    """Start bulk operations."""

    async def start_bulk(self, start: BulkStart) -> None:
        """Start the workflow that owns a bulk operation, or leave the one that runs."""
        ...


class Leavers:
    """Carry out the steps of a leaving. Every step can be asked for again."""

    def __init__(self, database: Database, engine: BulkStarter) -> None:
        self._database = database
        self._engine = engine

    @activity.defn(name=names.LEAVER_HAND_OVER)
    async def hand_over(self, act: LeaverAct) -> LeaverLook:
        """Have the open cases handed to the successor, if there is one. Raises NOT_FOUND."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            leaver = await _found(session, act)
            look = LeaverLook(state=LeaverState(leaver.state), left=await office.count_left(session, leaver.person_id))
            begun = await handing_over.begin(session, leaver, "announced", leaver.announced_at)
        await self._start(act, begun)
        return look

    @activity.defn(name=names.LEAVER_LOOK)
    async def look(self, act: LeaverAct) -> LeaverLook:
        """See what is left to a leaver: ask for an owner when it is time, end the account when nothing is left.

        Raises NOT_FOUND.
        """
        begun: tuple[UUID, ...] = ()
        async with self._database.tenant(act.organisation_id, act.now) as session:
            leaver = await _found(session, act)
            if leaver.state != LeaverState.ANNOUNCED:
                return LeaverLook(state=LeaverState(leaver.state))
            calendar = await _calendar(session, act.organisation_id)
            gone = act.now >= end_of_day(leaver.last_day)
            if gone:
                begun = await handing_over.begin(session, leaver, str(local_date(act.now)), act.now)
                if await _end(session, act, leaver):
                    return LeaverLook(state=LeaverState.ENDED)
            left = await office.count_left(session, leaver.person_id)
            soon = await _ask(session, act, leaver, calendar, left)
            look_at = _next_look(leaver.last_day, calendar, act.now)
        await self._start(act, begun)
        return LeaverLook(
            state=LeaverState.ANNOUNCED, left=left, look_at=min(look_at, act.now + _LOOK_SOON) if soon else look_at
        )

    async def _start(self, act: LeaverAct, begun: tuple[UUID, ...]) -> None:
        # After the commit: what is without its workflow, or not told, is seen to by the next try or the sweep.
        for operation_id in begun:
            await self._engine.start_bulk(BulkStart(organisation_id=act.organisation_id, operation_id=operation_id))


async def _found(session: AsyncSession, act: LeaverAct) -> Leaver:
    leaver = await leavers.find(session, act.leaver_id, lock=True)
    if leaver is None:
        raise ApplicationError("no such leaver", type=ErrorType.NOT_FOUND, non_retryable=True)
    return leaver


async def _calendar(session: AsyncSession, organisation_id: UUID) -> Calendar:
    organisation = await session.get_one(Organisation, organisation_id)
    return (await calendars_of(session, organisation.nation, organisation_id)).organisation


def _first_reminder(last_day: date, calendar: Calendar) -> datetime:
    return at_local(calendar.add_working_days(last_day, -_REMIND_DAYS_BEFORE[0]), _MORNING)


def _next_look(last_day: date, calendar: Calendar, now: datetime) -> datetime:
    """Return when to look next: the reminders, the end of the last day, then the morning of every working day."""
    mornings = [
        *(at_local(calendar.add_working_days(last_day, -days), _MORNING) for days in _REMIND_DAYS_BEFORE),
        at_local(last_day, _MORNING),
        end_of_day(last_day),
    ]
    if ahead := [instant for instant in mornings if instant > now]:
        return min(ahead)
    today = at_local(calendar.next_open(local_date(now)), _MORNING)
    return today if today > now else at_local(calendar.add_working_days(local_date(now), 1), _MORNING)


async def _ask(session: AsyncSession, act: LeaverAct, leaver: Leaver, calendar: Calendar, left: int) -> bool:
    """Write the tasks that ask for other owners, or end them. Say whether to look again soon instead."""
    if left == 0:
        await leavers.end_tasks(session, leaver.id, act.now, done=True)
        return False
    if await bulk.is_handing_over(session, leaver.id, act.now - _HANDING_OVER):
        return True
    if act.now >= _first_reminder(leaver.last_day, calendar):
        await _task(session, act, leaver, "complaints_manager")
    if act.now >= end_of_day(leaver.last_day):
        await _task(session, act, leaver, "responsible_person")
    return False


async def _task(session: AsyncSession, act: LeaverAct, leaver: Leaver, role: str) -> None:
    """Ask a role for other owners, once a day at most; whoever has the role today is asked."""
    person = await stands_in(session, role, local_date(act.now))
    assignee_id = person.id if person else None
    if (open_task := await leavers.asked_for(session, leaver.id, role)) is not None:
        open_task.assignee_id = assignee_id
        return
    task_id = uuid5(leaver.id, f"{leavers.HAND_OVER_TASK}/{role}/{local_date(act.now)}")
    if await session.get(Task, task_id) is not None:
        return  # done by hand today though cases are left: asked again on the next working day
    session.add(
        Task(
            id=task_id,
            organisation_id=leaver.organisation_id,
            complaint_id=None,
            kind=leavers.HAND_OVER_TASK,
            role=role,
            assignee_id=assignee_id,
            due_on=leaver.last_day,
            subject_id=leaver.id,
            act_id=leaver.id,
            state="open",
            raised_at=act.now,
        )
    )


async def _pass_on(session: AsyncSession, person_id: UUID, on: date) -> None:
    """Give what somebody who has left was asked for in a role, or in place of others, to who has the role now."""
    await session.flush()
    for task, owner_id, team_id in await leavers.open_tasks_of(session, person_id):
        person = await stands_in(session, task.role, on, owner_id=owner_id, team_id=team_id, subject_id=task.subject_id)
        task.assignee_id = person.id if person else None


async def _end(session: AsyncSession, act: LeaverAct, leaver: Leaver) -> bool:
    """End the account of a leaver to whom no open case and no action is left. Say whether it is ended."""
    # Under the lock nobody can be given to them: what gives a case away holds on to the person it gives it to.
    person = await leavers.lock_person(session, leaver.person_id)
    if person is None or await office.count_left(session, leaver.person_id) > 0:
        return False
    await office.end_account(session, person, leaver.last_day, act.now)
    await leavers.end_tasks(session, leaver.id, act.now, done=True)
    await _pass_on(session, person.id, local_date(act.now))
    leaver.state, leaver.ended_at = LeaverState.ENDED.value, act.now
    session.add(
        OfficeEvent(
            id=uuid5(leaver.id, "ended"),
            organisation_id=leaver.organisation_id,
            kind="leaver.ended",
            subject_id=leaver.id,
            at=act.now,
            actor_id=None,
            role="system",
            data={"person_id": str(leaver.person_id), "last_day": leaver.last_day.isoformat()},
            caller=f"leaver/{leaver.id}",
            route=names.LEAVER_LOOK,
            idempotency_key=None,
            body_hash=hashlib.sha256(leaver.id.bytes).hexdigest(),
        )
    )
    return True
