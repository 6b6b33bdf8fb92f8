"""SQL that reads work for people: tasks and notices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.complaint import Complaint
from db.models.work import Notice, Task
from db.queries.keyset import After, beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedTasks:
    """Whose tasks are wanted: an assignee's own, those of roles that nobody has taken, or both."""

    organisation_id: UUID
    assignee_id: UUID | None = None
    roles: Collection[str] = ()
    everybody: bool = False
    open: bool | None = True


async def tasks_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[Task, str]]:
    """Return a complaint's tasks, oldest first, each with the complaint's reference."""
    rows = await session.execute(
        select(Task, Complaint.reference)
        .join(Complaint, Complaint.id == Task.complaint_id)
        .where(Task.complaint_id == complaint_id)
        .order_by(Task.raised_at, Task.id)
    )
    return [(row[0], row[1]) for row in rows]


async def tasks_for(
    session: AsyncSession, wanted: WantedTasks, *, after: After | None, limit: int
) -> list[tuple[Task, str]]:
    """Return at most `limit` tasks after a key, by the day they are due."""
    conditions: list[ColumnElement[bool]] = [Task.organisation_id == wanted.organisation_id]
    if wanted.open is not None:
        conditions.append((Task.state == "open") if wanted.open else (Task.state != "open"))
    if not wanted.everybody:
        whose: list[ColumnElement[bool]] = [and_(Task.assignee_id.is_(None), Task.role.in_(list(wanted.roles)))]
        if wanted.assignee_id is not None:
            whose.append(Task.assignee_id == wanted.assignee_id)
        conditions.append(or_(*whose))
    rows = await session.execute(
        select(Task, Complaint.reference)
        .join(Complaint, Complaint.id == Task.complaint_id)
        .where(*conditions, beyond(Task.due_on, Task.id, after))
        .order_by(Task.due_on.asc().nulls_last(), Task.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


async def notices_of(session: AsyncSession, complaint_id: UUID) -> list[Notice]:
    """Return a complaint's notices, oldest first."""
    found = await session.scalars(
        select(Notice).where(Notice.complaint_id == complaint_id).order_by(Notice.drafted_at, Notice.id)
    )
    return list(found)
