"""SQL that reads actions: those of a complaint with all that hangs on them, the organisation's, and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.action import Action, ActionChange, ActionCheck, ActionDone, ActionFile, ActionLetter, ActionProgress
from db.models.clock import ClockRow
from db.models.complaint import Complaint
from db.models.proceeding import Proceeding
from db.models.work import Notice
from db.queries.keyset import After, beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An action with its proceeding, the reference of its complaint, and its clock that runs out first."""

    action: Action
    proceeding: Proceeding
    reference: str
    next_on: date | None
    clock: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter that tells of an action, and how it stands."""

    letter: ActionLetter
    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """All that hangs on the actions of one complaint."""

    changes: Sequence[ActionChange] = ()
    progress: Sequence[ActionProgress] = ()
    done: Sequence[ActionDone] = ()
    files: Sequence[ActionFile] = ()
    checks: Sequence[ActionCheck] = ()
    letters: Sequence[Letter] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Actions by what became of them by their date, and checks by what came of them, of a stretch of time."""

    actions: dict[str, int]
    checks: dict[str, int]


async def of_complaint(session: AsyncSession, complaint_id: UUID) -> list[Line]:
    """Return the actions of a complaint, in the order in which they were planned."""
    rows = await session.execute(
        _lines().where(Action.complaint_id == complaint_id).order_by(Proceeding.number, Action.id)
    )
    return [_line(row) for row in rows]


async def hanging(session: AsyncSession, complaint_id: UUID) -> Hanging:
    """Return all that hangs on the actions of a complaint, in the order in which it was said."""
    letters = await session.execute(
        select(ActionLetter, Notice)
        .join(Notice, Notice.id == ActionLetter.notice_id)
        .where(ActionLetter.complaint_id == complaint_id)
        .order_by(Notice.drafted_at, Notice.recorded_at, Notice.id)
    )
    files = select(ActionFile).where(ActionFile.complaint_id == complaint_id).order_by(ActionFile.file_id)
    return Hanging(
        changes=await _numbered(session, ActionChange, complaint_id),
        progress=await _numbered(session, ActionProgress, complaint_id),
        done=await _numbered(session, ActionDone, complaint_id),
        checks=await _numbered(session, ActionCheck, complaint_id),
        files=(await session.scalars(files)).all(),
        letters=[Letter(letter=row[0], notice=row[1]) for row in letters],
    )


async def worklist(
    session: AsyncSession,
    on: date,
    *,
    state: str | None,
    owner_id: UUID | None,
    overdue: bool | None,
    theme: str | None,
    after: After | None,
    limit: int,
) -> list[Line]:
    """Return at most `limit` actions of the organisation after a key, those first whose date comes first."""
    query = _lines()
    if state is not None:
        query = query.where(Proceeding.state == state)
    if owner_id is not None:
        query = query.where(Action.owner_id == owner_id)
    if overdue is not None:
        late = and_(Proceeding.state == "open", Action.due_on < on)
        query = query.where(late if overdue else ~late)
    if theme is not None:
        query = query.where(Action.theme == theme)
    rows = await session.execute(
        query.where(beyond(Action.due_on, Action.id, after)).order_by(Action.due_on, Action.id).limit(limit)
    )
    return [_line(row) for row in rows]


async def tally(session: AsyncSession, first: date, until: date, on: date) -> Tally:
    """Count actions by their date and what became of them as of a day, and checks by the day on which they were."""
    became = case(
        (Proceeding.ended_cause == "dropped", "dropped"),
        (Action.in_time.is_(True), "in_time"),
        (Action.in_time.is_(False), "late"),
        (Action.due_on < on, "overdue"),
        else_="open",
    )
    actions = (
        select(became, func.count())
        .select_from(Action)
        .join(Proceeding, Proceeding.id == Action.id)
        .where(Action.due_on.between(first, until))
        .group_by(became)
    )
    came = func.coalesce(ActionCheck.result, ActionCheck.kind)
    checks = select(came, func.count()).where(ActionCheck.last_on.between(first, until)).group_by(came)
    return Tally(actions=await _counted(session, actions), checks=await _counted(session, checks))


async def _counted(session: AsyncSession, query: Any) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in await session.execute(query)}


async def _numbered(session: AsyncSession, table: Any, complaint_id: UUID) -> Sequence[Any]:
    query = select(table).where(table.complaint_id == complaint_id)
    return (await session.scalars(query.order_by(table.action_id, table.number))).all()


def _lines() -> Any:
    first = (
        select(ClockRow.due_on, ClockRow.kind)
        .where(ClockRow.proceeding_id == Action.id, ClockRow.state == "running")
        .order_by(ClockRow.due_at, ClockRow.id)
        .limit(1)
        .correlate(Action)
        .lateral("first")
    )
    return (
        select(Action, Proceeding, Complaint.reference, first.c.due_on, first.c.kind)
        .join(Proceeding, Proceeding.id == Action.id)
        .join(Complaint, Complaint.id == Action.complaint_id)
        .outerjoin(first, true())
    )


def _line(row: Any) -> Line:
    return Line(action=row[0], proceeding=row[1], reference=row[2], next_on=row[3], clock=row[4])
