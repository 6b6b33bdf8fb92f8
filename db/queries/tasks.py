"""SQL of tasks: end the open ones, hand them to another owner, find one that was asked for already."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.clock import ClockRow
from db.models.involvement import Involvement
from db.models.proceeding import Proceeding
from db.models.work import Task


async def end_open(
    session: AsyncSession,
    complaint_id: UUID,
    *,
    at: datetime,
    clock_id: UUID | None = None,
    notice_id: UUID | None = None,
    subject_id: UUID | None = None,
    kind: str | None = None,
    keep: Collection[str] = (),
    keep_staff: bool = False,
    done_by: UUID | None = None,
    done: bool = False,
) -> None:
    """End a complaint's open tasks, narrowed by what is given: as done by somebody, else as superseded.

    With `keep_staff` what is about a member of staff complained about, or about what runs beside the complaint, or on
    a clock of these, is left: it may outlive the complaint.
    """
    query = update(Task).where(Task.complaint_id == complaint_id, Task.state == "open", Task.kind.not_in(keep))
    if keep_staff:
        staff = select(Involvement.id).where(Involvement.complaint_id == complaint_id)
        beside = select(Proceeding.id).where(Proceeding.complaint_id == complaint_id)
        owed = select(ClockRow.id).where(
            ClockRow.complaint_id == complaint_id,
            or_(ClockRow.involvement_id.is_not(None), ClockRow.proceeding_id.is_not(None)),
        )
        query = query.where(
            or_(Task.subject_id.is_(None), and_(Task.subject_id.not_in(staff), Task.subject_id.not_in(beside))),
            or_(Task.clock_id.is_(None), Task.clock_id.not_in(owed)),
        )
    narrowed = (
        (Task.clock_id, clock_id),
        (Task.notice_id, notice_id),
        (Task.subject_id, subject_id),
        (Task.kind, kind),
    )
    for column, value in narrowed:
        if value is not None:
            query = query.where(column == value)
    await session.execute(query.values(state="done" if done else "superseded", ended_at=at, ended_by=done_by))


async def leave(session: AsyncSession, clock_id: UUID, kind: str) -> None:
    """Leave the open tasks of a kind to stand on their own: their clock is about to stop, what they ask for is not."""
    await session.execute(
        update(Task).where(Task.clock_id == clock_id, Task.kind == kind, Task.state == "open").values(clock_id=None)
    )


async def put_off(session: AsyncSession, clock_id: UUID, due_on: date) -> None:
    """Let the open tasks about a clock be due on another day, as the clock is."""
    await session.execute(update(Task).where(Task.clock_id == clock_id, Task.state == "open").values(due_on=due_on))


async def hand_to_owner(session: AsyncSession, complaint_id: UUID, owner_id: UUID | None) -> None:
    """Give the owner's open tasks to another owner, or to nobody."""
    await session.execute(
        update(Task)
        .where(Task.complaint_id == complaint_id, Task.role == "owner", Task.state == "open")
        .values(assignee_id=owner_id)
    )


async def of_nobody(session: AsyncSession, complaint_id: UUID, role: str) -> list[Task]:
    """Return a role's open tasks that nobody was found for, the oldest first."""
    rows = await session.scalars(
        select(Task)
        .where(Task.complaint_id == complaint_id, Task.role == role, Task.state == "open", Task.assignee_id.is_(None))
        .order_by(Task.raised_at, Task.id)
    )
    return list(rows)


async def is_asked(session: AsyncSession, clock_id: UUID, role: str, kind: str | None = None) -> bool:
    """Say whether a role has an open task about a clock, of one kind or of any."""
    query = select(Task.id).where(Task.clock_id == clock_id, Task.role == role, Task.state == "open")
    if kind is not None:
        query = query.where(Task.kind == kind)
    return await session.scalar(query.limit(1)) is not None


async def is_open(session: AsyncSession, complaint_id: UUID, kind: str, subject_id: UUID | None = None) -> bool:
    """Say whether a complaint has an open task of a kind, about one subject where it is named."""
    query = select(Task.id).where(Task.complaint_id == complaint_id, Task.kind == kind, Task.state == "open")
    if subject_id is not None:
        query = query.where(Task.subject_id == subject_id)
    return await session.scalar(query.limit(1)) is not None


async def was_asked_for(session: AsyncSession, complaint_id: UUID, kind: str, subject_id: UUID) -> bool:
    """Say whether a task of a kind is open about a subject, or was done; one that was taken back does not count."""
    query = select(Task.id).where(
        Task.complaint_id == complaint_id,
        Task.kind == kind,
        Task.subject_id == subject_id,
        Task.state != "superseded",
    )
    return await session.scalar(query.limit(1)) is not None


async def has_one(
    session: AsyncSession, complaint_id: UUID, kind: str, subject_id: UUID, people: Collection[UUID]
) -> bool:
    """Say whether one of some people has the open task of a kind about a subject."""
    query = select(Task.id).where(
        Task.complaint_id == complaint_id,
        Task.kind == kind,
        Task.subject_id == subject_id,
        Task.state == "open",
        Task.assignee_id.in_(list(people)),
    )
    return await session.scalar(query.limit(1)) is not None


async def was_asked_about(session: AsyncSession, notice_id: UUID, kind: str) -> bool:
    """Say whether a task of a kind was ever written about a notice."""
    query = select(Task.id).where(Task.notice_id == notice_id, Task.kind == kind)
    return await session.scalar(query.limit(1)) is not None
