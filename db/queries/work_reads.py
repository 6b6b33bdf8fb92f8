"""SQL that reads work for people: tasks and notices."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.complaint import Complaint
from db.models.work import Notice, Task
from db.queries.keyset import After, beyond
from db.queries.mine import Mine
from db.queries.mine import tasks_of as of_mine


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
    session: AsyncSession, mine: Mine, *, open: bool | None, after: After | None, limit: int
) -> list[tuple[Task, str | None]]:
    """Return at most `limit` tasks after a key, by the day they are due. Those of the office name no complaint."""
    conditions: list[ColumnElement[bool]] = [Task.organisation_id == mine.organisation_id, of_mine(mine)]
    if open is not None:
        conditions.append((Task.state == "open") if open else (Task.state != "open"))
    rows = await session.execute(
        select(Task, Complaint.reference)
        .outerjoin(Complaint, Complaint.id == Task.complaint_id)
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
