"""SQL that reads escalations as they are shown: of one complaint with all that was said, open ones, and figures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.proceedings import EscalationState, ProceedingKind
from db.models.clock import ClockRow
from db.models.complaint import Complaint
from db.models.escalation import (
    Escalation,
    EscalationAgain,
    EscalationCall,
    EscalationDecision,
    EscalationLook,
)
from db.models.organisation import Person
from db.models.proceeding import Proceeding
from db.queries.keyset import After, beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An escalation, its proceeding, the reference of its complaint, and the clock that runs on it, where one does."""

    row: Escalation
    proceeding: Proceeding
    reference: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """All that was said of the escalations of one complaint, in order; and the names of those who said it."""

    calls: list[EscalationCall]
    again: list[EscalationAgain]
    decisions: list[EscalationDecision]
    looks: list[EscalationLook]
    names: dict[UUID, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many escalations of one cause and level there were, and how long acknowledging them took, in minutes."""

    cause: str
    level: str
    raised: int
    acknowledged: int
    asking: int
    median: float | None
    p90: float | None


async def lines_of(session: AsyncSession, complaint_id: UUID) -> list[Line]:
    """Return the escalations of a complaint, the oldest first."""
    rows = await session.execute(
        _lines().where(Escalation.complaint_id == complaint_id).order_by(Proceeding.number, Escalation.id)
    )
    return [Line(row=row[0], proceeding=row[1], reference=row[2], due_at=row[3]) for row in rows]


async def worklist(
    session: AsyncSession,
    organisation_id: UUID,
    *,
    states: Collection[str],
    cause: str | None,
    after: After | None,
    limit: int,
) -> list[Line]:
    """Return the escalations of an organisation in some states, the oldest first, a page at a time."""
    rows = await session.execute(
        _lines()
        .where(
            Escalation.organisation_id == organisation_id,
            Proceeding.state.in_(list(states)),
            true() if cause is None else Escalation.cause == cause,
            beyond(Escalation.raised_at, Escalation.id, after),
        )
        .order_by(Escalation.raised_at, Escalation.id)
        .limit(limit)
    )
    return [Line(row=row[0], proceeding=row[1], reference=row[2], due_at=row[3]) for row in rows]


def _lines() -> Any:
    due = (
        select(func.min(ClockRow.due_at))
        .where(ClockRow.proceeding_id == Escalation.id, ClockRow.state == "running")
        .scalar_subquery()
    )
    return (
        select(Escalation, Proceeding, Complaint.reference, due)
        .join(Proceeding, Proceeding.id == Escalation.id)
        .join(Complaint, Complaint.id == Escalation.complaint_id)
    )


async def said_of(session: AsyncSession, complaint_id: UUID) -> Said:
    """Return all that was said of the escalations of a complaint, and by whom."""

    async def those(table: Any) -> list[Any]:
        query = select(table).where(table.complaint_id == complaint_id)
        return list(await session.scalars(query.order_by(table.escalation_id, table.number)))

    calls, again = await those(EscalationCall), await those(EscalationAgain)
    decisions, looks = await those(EscalationDecision), await those(EscalationLook)
    raised = await session.execute(
        select(Escalation.raised_by, Escalation.acknowledged_by).where(Escalation.complaint_id == complaint_id)
    )
    ids = {each.person_id for each in calls} | {each.decided_by for each in decisions}
    ids |= {each.said_by for each in looks} | {person_id for row in raised for person_id in row}
    people = await session.execute(select(Person.id, Person.name).where(Person.id.in_(ids - {None})))
    names = {row[0]: row[1] for row in people}
    return Said(calls=calls, again=again, decisions=decisions, looks=looks, names=names)


async def figures(session: AsyncSession, organisation_id: UUID, first: datetime, until: datetime) -> list[Counted]:
    """Return the figures of what was raised from one instant until before another, by cause and level."""
    minutes = Escalation.minutes_to_acknowledge
    asking = Proceeding.state == EscalationState.ASKING.value
    rows = await session.execute(
        select(
            Escalation.cause,
            Escalation.level,
            func.count(),
            func.count(minutes),
            func.count().filter(asking),
            func.percentile_cont(0.5).within_group(minutes.asc()),
            func.percentile_cont(0.9).within_group(minutes.asc()),
        )
        .join(Proceeding, Proceeding.id == Escalation.id)
        .where(
            Escalation.organisation_id == organisation_id,
            Proceeding.kind == ProceedingKind.ESCALATION.value,
            Escalation.raised_at >= first,
            Escalation.raised_at < until,
        )
        .group_by(Escalation.cause, Escalation.level)
        .order_by(Escalation.cause, Escalation.level)
    )
    return [
        Counted(
            cause=row[0], level=row[1], raised=row[2], acknowledged=row[3], asking=row[4], median=row[5], p90=row[6]
        )
        for row in rows
    ]


async def overall(session: AsyncSession, organisation_id: UUID, first: datetime, until: datetime) -> tuple[Any, Any]:
    """Return the median and the 90th percentile of all minutes to acknowledgement, over causes and levels."""
    minutes = Escalation.minutes_to_acknowledge
    rows = await session.execute(
        select(
            func.percentile_cont(0.5).within_group(minutes.asc()),
            func.percentile_cont(0.9).within_group(minutes.asc()),
        ).where(
            Escalation.organisation_id == organisation_id,
            Escalation.raised_at >= first,
            Escalation.raised_at < until,
        )
    )
    found = rows.one()
    return found[0], found[1]
