"""SQL of what there is to do today: open tasks, clocks that run out, and cases that nobody has.

A clock and the tasks about it are one item; so are all the tasks about a case that needs attention, or has no owner.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.offices import MANAGER
from db.models.clock import ClockRow
from db.models.complaint import Complaint, ComplaintWords
from db.models.organisation import Person
from db.models.work import Task
from db.queries.mine import Mine, tasks_of

# A clock that runs out later than this says nothing yet, unless there is a task about it.
AHEAD: Final = timedelta(days=7)
# Tasks that say no more than that nobody has the case, or that a step of it failed.
_OF_THE_CASE: Final = frozenset({"assign_owner", "needs_attention", "submission_parked"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to do. Of a clock its kind, effect and day; of tasks alone the day of the earliest."""

    id: UUID
    complaint_id: UUID | None
    due_on: date | None = None
    clock: str | None = None
    effect: str | None = None
    clock_id: UUID | None = None
    tasks: tuple[tuple[UUID, str], ...] = ()
    attention: str | None = None
    no_owner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What is shown of a complaint beside what is to be done."""

    reference: str
    stage: str
    owner_id: UUID | None
    owner_name: str | None
    summary: str | None
    severity: str | None = None


async def items_today(session: AsyncSession, mine: Mine) -> list[Item]:
    """Return everything that there is to do, in no order."""
    tasks = (await session.execute(_tasks(mine))).all()
    found = {row.id: _clock_item(row) for row in await session.execute(_clocks(mine))}
    for row in await session.execute(_cases(mine)):
        found[row.id] = Item(id=row.id, complaint_id=row.id, attention=row.attention, no_owner=row.owner_id is None)
    for task in tasks:
        _add(found, task)
    return _joined(found)


def _add(found: dict[UUID, Item], task: Any) -> None:
    """Put a task to the item that it is about, or let it be one of its own."""
    key = next(
        (key for key in (task.clock_id, task.complaint_id if task.kind in _OF_THE_CASE else None) if key in found),
        task.id,
    )
    item = found.get(key) or Item(id=task.id, complaint_id=task.complaint_id, due_on=task.due_on)
    found[key] = replace(item, tasks=(*item.tasks, (task.id, task.kind)))


def _joined(found: dict[UUID, Item]) -> list[Item]:
    """Let the clock that counts how long nobody has a case be one item with the case."""
    joined = dict(found)
    for item in found.values():
        case = joined.get(item.complaint_id) if item.complaint_id is not None else None
        if item.clock == "allocation" and case is not None and case.no_owner:
            del joined[item.id]
            tasks = (*case.tasks, *item.tasks)
            joined[case.id] = replace(item, id=case.id, tasks=tasks, attention=case.attention, no_owner=True)
    return list(joined.values())


def _clock_item(row: Any) -> Item:
    return Item(
        id=row.id,
        complaint_id=row.complaint_id,
        due_on=row.due_on,
        clock=row.kind,
        effect=row.effect,
        clock_id=row.id,
    )


def _tasks(mine: Mine) -> Any:
    return (
        select(Task.id, Task.complaint_id, Task.kind, Task.due_on, Task.clock_id)
        .where(Task.organisation_id == mine.organisation_id, Task.state == "open", tasks_of(mine))
        .order_by(Task.due_on.asc().nulls_last(), Task.id)
    )


def _clocks(mine: Mine) -> Any:
    """Return the query for the clocks of these cases that run out, and for those that tasks are about."""
    columns = (ClockRow.id, ClockRow.complaint_id, ClockRow.kind, ClockRow.effect, ClockRow.due_on)
    running = and_(ClockRow.organisation_id == mine.organisation_id, ClockRow.state == "running")
    near = (
        select(*columns)
        .join(Complaint, Complaint.id == ClockRow.complaint_id)
        .where(running, ClockRow.due_on <= mine.on + AHEAD, *_open_cases_of(mine))
    )
    asked = select(_tasks(mine).subquery().c.clock_id)
    return near.union(select(*columns).where(running, ClockRow.id.in_(asked)))


def _cases(mine: Mine) -> Any:
    """Return the query for the open cases that need attention, or that nobody owns."""
    return select(Complaint.id, Complaint.attention, Complaint.owner_id).where(
        or_(Complaint.attention.is_not(None), Complaint.owner_id.is_(None)), *_open_cases_of(mine)
    )


def _open_cases_of(mine: Mine) -> list[ColumnElement[bool]]:
    open_here: list[ColumnElement[bool]] = [
        Complaint.organisation_id == mine.organisation_id,
        Complaint.open.is_(True),
    ]
    if mine.everybody:
        return open_here
    ownerless: ColumnElement[bool] = Complaint.team_id.in_(mine.units) if mine.units else false()
    if MANAGER in mine.roles:
        ownerless = true()
    return [*open_here, or_(Complaint.owner_id.in_(mine.people), and_(Complaint.owner_id.is_(None), ownerless))]


async def faces_of(session: AsyncSession, complaints: Collection[UUID]) -> dict[UUID, Face]:
    """Return what is shown of some complaints."""
    rows = await session.execute(
        select(
            *(Complaint.id, Complaint.reference, Complaint.stage, Complaint.owner_id, Person.name),
            *(ComplaintWords.summary, Complaint.severity),
        )
        .outerjoin(Person, Person.id == Complaint.owner_id)
        .outerjoin(ComplaintWords, ComplaintWords.complaint_id == Complaint.id)
        .where(Complaint.id.in_(complaints))
    )
    return {
        row[0]: Face(
            reference=row[1], stage=row[2], owner_id=row[3], owner_name=row[4], summary=row[5], severity=row[6]
        )
        for row in rows
    }
