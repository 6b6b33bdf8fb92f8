"""SQL of promises: one of them, those of a complaint with how often each was kept, and figures of kept and broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clocks import Effect
from db.models.clock import ClockRow, ClockVersion
from db.models.correction import Contact
from db.models.organisation import Person
from db.models.promise import Promise, PromiseKept
from db.models.work import Task

# One promise by a day, or one that comes round.
ONCE: Final = "promise"
AGAIN: Final = "promise_rhythm"
TASK: Final = "promised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often what one kind of clock promises was kept and broken; `kept_unrecorded` was kept, and recorded late."""

    kind: str
    kept: int = 0
    broken: int = 0
    kept_unrecorded: int = 0
    running: int = 0


async def last_kept(session: AsyncSession, promise_id: UUID) -> PromiseKept | None:
    """Return the last time a promise was kept."""
    found: PromiseKept | None = await session.scalar(
        select(PromiseKept).where(PromiseKept.promise_id == promise_id).order_by(PromiseKept.number.desc()).limit(1)
    )
    return found


async def promise_about(session: AsyncSession, complaint_id: UUID, subject_id: UUID | None) -> Promise | None:
    """Return the open promise that a task is about: by its own id, or by the contact in which it was made."""
    found: Promise | None = await session.scalar(
        select(Promise).where(
            Promise.complaint_id == complaint_id,
            Promise.state == "open",
            or_(Promise.id == subject_id, Promise.contact_id == subject_id),
        )
    )
    return found


async def open_of(session: AsyncSession, complaint_id: UUID) -> list[Promise]:
    """Return the promises of a complaint that are neither kept nor released, oldest first."""
    found = await session.scalars(
        select(Promise)
        .where(Promise.complaint_id == complaint_id, Promise.state == "open")
        .order_by(Promise.said_at, Promise.id)
    )
    return list(found)


async def is_contact(session: AsyncSession, complaint_id: UUID, contact_id: UUID) -> bool:
    """Say whether a contact is in the log of a complaint."""
    found = await session.scalar(
        select(Contact.id).where(Contact.id == contact_id, Contact.complaint_id == complaint_id)
    )
    return found is not None


async def keep_tasks(session: AsyncSession, complaint_id: UUID) -> None:
    """Let the open tasks to keep a promise stand by themselves: the clocks that they are about end."""
    await session.execute(
        update(Task)
        .where(Task.complaint_id == complaint_id, Task.kind == TASK, Task.state == "open")
        .values(clock_id=None)
    )


async def promises_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[Promise, str | None]]:
    """Return the promises of a complaint, oldest first, each with the name of who made it."""
    rows = await session.execute(
        select(Promise, Person.name)
        .outerjoin(Person, Person.id == Promise.made_by)
        .where(Promise.complaint_id == complaint_id)
        .order_by(Promise.said_at, Promise.id)
    )
    return [(row[0], row[1]) for row in rows]


async def kept_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[PromiseKept, str | None]]:
    """Return each time a promise of a complaint was kept, with the name of who said so."""
    rows = await session.execute(
        select(PromiseKept, Person.name)
        .outerjoin(Person, Person.id == PromiseKept.said_by)
        .where(PromiseKept.complaint_id == complaint_id)
        .order_by(PromiseKept.promise_id, PromiseKept.number)
    )
    return [(row[0], row[1]) for row in rows]


async def clocks_of(session: AsyncSession, complaint_id: UUID) -> Sequence[tuple[ClockRow, ClockVersion]]:
    """Return the clocks of a complaint's promises with each version of them, the oldest first."""
    rows = await session.execute(
        select(ClockRow, ClockVersion)
        .join(ClockVersion, ClockVersion.clock_id == ClockRow.id)
        .where(ClockRow.complaint_id == complaint_id, ClockRow.kind.in_((ONCE, AGAIN)))
        .order_by(ClockVersion.clock_id, ClockVersion.generation)
    )
    return [(row[0], row[1]) for row in rows]


async def tallies_of(session: AsyncSession, complaint_id: UUID, on: date) -> list[Tally]:
    """Return the figures of one complaint, by kind of clock."""
    judged = _judged(ClockVersion.complaint_id == complaint_id)
    running = _running(ClockRow.complaint_id == complaint_id)
    return await _tallies(session, judged, running, _unclocked(on, Promise.complaint_id == complaint_id))


async def tallies(session: AsyncSession, organisation_id: UUID, first: date, last: date, on: date) -> list[Tally]:
    """Return the figures of an organisation, by kind of clock: of all that was due from one day to another."""
    judged = _judged(ClockVersion.organisation_id == organisation_id, ClockVersion.due_on.between(first, last))
    running = _running(ClockRow.organisation_id == organisation_id, ClockRow.due_on.between(first, last))
    unclocked = _unclocked(on, Promise.organisation_id == organisation_id, Promise.due_on.between(first, last))
    return await _tallies(session, judged, running, unclocked)


def judged_query(organisation_id: UUID, first: date, last: date) -> Any:
    """Return the query behind an organisation's figures, for whoever looks at how it is planned."""
    return _judged(ClockVersion.organisation_id == organisation_id, ClockVersion.due_on.between(first, last))


async def _tallies(session: AsyncSession, judged: Any, running: Any, unclocked: Any) -> list[Tally]:
    found: dict[str, dict[str, int]] = {}
    for query in (judged, running, unclocked):
        for row in (await session.execute(query)).mappings():
            counts = found.setdefault(row["kind"], {})
            for name in ("kept", "broken", "kept_unrecorded", "running"):
                counts[name] = counts.get(name, 0) + row.get(name, 0)
    return [Tally(kind=kind, **found[kind]) for kind in sorted(found)]


def _judged(*where: ColumnElement[bool]) -> Any:
    """Count each generation once: kept by the day it was met; else broken, where it was breached."""
    known = or_(ClockVersion.in_time.is_not(None), ClockVersion.breached_at.is_not(None))
    kept = ClockVersion.in_time.is_(True)
    return (
        select(
            ClockRow.kind,
            func.count().filter(kept).label("kept"),
            func.count().filter(ClockVersion.in_time.is_not(True)).label("broken"),
            func.count().filter(and_(kept, ClockVersion.breached_at.is_not(None))).label("kept_unrecorded"),
        )
        .join(ClockRow, ClockRow.id == ClockVersion.clock_id)
        .where(known, ClockRow.effect == Effect.PROMISE.value, *where)
        .group_by(ClockRow.kind)
    )


def _running(*where: ColumnElement[bool]) -> Any:
    return (
        select(ClockRow.kind, func.count().label("running"))
        .where(ClockRow.state == "running", ClockRow.effect == Effect.PROMISE.value, *where)
        .group_by(ClockRow.kind)
    )


def _unclocked(on: date, *where: ColumnElement[bool]) -> Any:
    """Count the promises that no clock judges: what was kept after the end, and what has run out since."""
    last = (
        select(PromiseKept.in_time)
        .where(PromiseKept.promise_id == Promise.id)
        .order_by(PromiseKept.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    kind = case((Promise.every_days.is_(None), literal_column(f"'{ONCE}'")), else_=literal_column(f"'{AGAIN}'"))
    kept = and_(Promise.state == "kept", last.is_(True))
    late = and_(Promise.state == "kept", last.is_(False))
    # Whoever lets go of a promise when its day is over has broken it all the same.
    let_go = and_(Promise.state == "released", Promise.due_on < Promise.settled_on)
    out = or_(and_(Promise.state == "open", Promise.due_on < on), let_go)
    return (
        select(
            kind.label("kind"),
            func.count().filter(kept).label("kept"),
            func.count().filter(or_(late, out)).label("broken"),
            func.count().filter(and_(Promise.state == "open", Promise.due_on >= on)).label("running"),
        )
        .where(Promise.clocked.is_(False), *where)
        .group_by(kind)
    )
