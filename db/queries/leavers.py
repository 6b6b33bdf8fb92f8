"""SQL of leavers: announce one, cancel one, see what is left to them, and end their account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.leavers import LeaverState
from contracts.proceedings import ActionState
from db.models.action import Action
from db.models.complaint import Complaint
from db.models.office import Leaver, OfficeEvent
from db.models.organisation import Person
from db.models.proceeding import Proceeding
from db.models.work import Task

HAND_OVER_TASK = "hand_over_cases"
_ANNOUNCED_KIND = "leaver.announced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """Who announced a leaving, and in which role."""

    person_id: UUID | None
    role: str


async def find(session: AsyncSession, leaver_id: UUID, *, lock: bool = False) -> Leaver | None:
    """Return one leaving of the tenant as it stands; with `lock` nobody else changes it meanwhile."""
    return await session.get(Leaver, leaver_id, populate_existing=True, with_for_update=lock)


async def announced_for(session: AsyncSession, person_id: UUID, *, lock: bool = False) -> Leaver | None:
    """Return the announced leaving of a person of the tenant."""
    query = select(Leaver).where(Leaver.person_id == person_id, Leaver.state == LeaverState.ANNOUNCED.value)
    found: Leaver | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def lock_person(session: AsyncSession, person_id: UUID) -> Person | None:
    """Return a person of the tenant; nobody is given a case of theirs, or one to them, until the transaction ends."""
    return await session.get(Person, person_id, populate_existing=True, with_for_update=True)


async def announced_by(session: AsyncSession, leaver_id: UUID) -> Announced:
    """Return who announced a leaving; nobody, where the ledger of the office does not say."""
    row = (
        await session.execute(
            select(OfficeEvent.actor_id, OfficeEvent.role)
            .where(OfficeEvent.subject_id == leaver_id, OfficeEvent.kind == _ANNOUNCED_KIND)
            .limit(1)
        )
    ).first()
    return Announced(person_id=row[0] if row else None, role=row[1] if row else "system")


async def open_cases_of(session: AsyncSession, person_id: UUID) -> Sequence[UUID]:
    """Return the open complaints that a person owns, those whose next event comes first before the others."""
    rows = await session.scalars(
        select(Complaint.id)
        .where(Complaint.owner_id == person_id, Complaint.open)
        .order_by(Complaint.next_event_at.asc().nulls_last(), Complaint.id)
    )
    return rows.all()


async def with_actions_of(session: AsyncSession, person_id: UUID) -> Sequence[UUID]:
    """Return the complaints, open or not, with actions that a person is still to do, what is due first first."""
    rows = await session.scalars(
        select(Action.complaint_id)
        .join(Proceeding, Proceeding.id == Action.id)
        .where(Action.owner_id == person_id, Proceeding.state == ActionState.OPEN.value)
        .group_by(Action.complaint_id)
        .order_by(func.min(Action.due_on), Action.complaint_id)
    )
    return rows.all()


async def open_tasks_of(session: AsyncSession, person_id: UUID) -> list[tuple[Task, UUID | None, UUID | None]]:
    """Return the open tasks that a person has, each with the owner and the team of its complaint, if it has one."""
    rows = await session.execute(
        select(Task, Complaint.owner_id, Complaint.team_id)
        .outerjoin(Complaint, Complaint.id == Task.complaint_id)
        .where(Task.assignee_id == person_id, Task.state == "open")
        .order_by(Task.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def asked_for(session: AsyncSession, leaver_id: UUID, role: str) -> Task | None:
    """Return the open task of a role about the cases of a leaver."""
    found: Task | None = await session.scalar(
        select(Task)
        .where(
            Task.subject_id == leaver_id,
            Task.kind == HAND_OVER_TASK,
            Task.role == role,
            Task.state == "open",
        )
        .limit(1)
    )
    return found


async def end_tasks(session: AsyncSession, leaver_id: UUID, now: datetime, *, done: bool) -> None:
    """End the open tasks about the cases of a leaver: as done, else as superseded."""
    await session.execute(
        update(Task)
        .where(Task.subject_id == leaver_id, Task.kind == HAND_OVER_TASK, Task.state == "open")
        .values(state="done" if done else "superseded", ended_at=now)
    )
