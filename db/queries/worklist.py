"""SQL of the worklist: complaints by what comes next or by day of receipt, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.clock import ClockRow
from db.models.complaint import Complaint, ComplaintWords
from db.models.organisation import Person
from db.queries.clocks import overdue_at
from db.queries.keyset import After, beyond

Sort = Literal["nextEvent", "receivedOn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a worklist is narrowed to; None leaves a question open. `due_before` is a local date."""

    organisation_id: UUID
    now: datetime
    stage: str | None = None
    owner_id: UUID | None = None
    team: str | None = None
    waiting_on: str | None = None
    reference: str | None = None
    open: bool | None = None
    overdue: bool | None = None
    needs_attention: bool | None = None
    due_before: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a worklist. `due_at` is the earliest end of a running clock."""

    complaint: Complaint
    summary: str | None
    owner_name: str | None
    overdue: bool
    due_at: datetime | None


async def worklist(
    session: AsyncSession,
    wanted: Wanted,
    *,
    sort: Sort,
    after: After | None,
    limit: int,
) -> list[Line]:
    """Return at most `limit` lines after a key."""
    key = Complaint.next_event_at if sort == "nextEvent" else Complaint.received_on
    due_at = (
        select(func.min(ClockRow.due_at))
        .where(ClockRow.complaint_id == Complaint.id, ClockRow.state == "running")
        .scalar_subquery()
    )
    query = (
        select(Complaint, ComplaintWords.summary, Person.name, _overdue(wanted.now), due_at)
        .outerjoin(ComplaintWords, ComplaintWords.complaint_id == Complaint.id)
        .outerjoin(Person, Person.id == Complaint.owner_id)
        .where(*_conditions(wanted), beyond(key, Complaint.id, after))
        .order_by(key.asc().nulls_last(), Complaint.id)
        .limit(limit)
    )
    rows = await session.execute(query)
    return [
        Line(
            complaint=row[0],
            summary=row[1],
            owner_name=row[2],
            overdue=row[3],
            due_at=row[4],
        )
        for row in rows
    ]


def _overdue(now: datetime) -> ColumnElement[bool]:
    return exists().where(ClockRow.complaint_id == Complaint.id, overdue_at(now))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Complaint.organisation_id == wanted.organisation_id]
    for column, value in (
        (Complaint.stage, wanted.stage),
        (Complaint.owner_id, wanted.owner_id),
        (Person.team, wanted.team),
        (Complaint.waiting_on, wanted.waiting_on),
        (Complaint.reference, wanted.reference),
        (Complaint.open, wanted.open),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.needs_attention is not None:
        needs = Complaint.attention.is_not(None)
        conditions.append(needs if wanted.needs_attention else ~needs)
    if wanted.overdue is not None:
        late = _overdue(wanted.now)
        conditions.append(late if wanted.overdue else ~late)
    if wanted.due_before is not None:
        conditions.append(
            exists().where(
                ClockRow.complaint_id == Complaint.id,
                ClockRow.state == "running",
                ClockRow.due_on < wanted.due_before,
            )
        )
    return conditions
