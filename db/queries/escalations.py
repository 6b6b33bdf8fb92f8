"""SQL of escalations in the hands of an act: which are open, whom they were asked of, and what stands about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.severities import GRAVE
from db.models.complaint import Complaint
from db.models.escalation import (
    Escalation,
    EscalationAgain,
    EscalationCall,
    EscalationDecision,
    EscalationLook,
)
from db.models.involvement import Involvement
from db.models.office import Unit
from db.models.proceeding import Proceeding
from db.models.work import Task

_NOT_ABOUT_THEM: Final = "not_concerned"
Open = tuple[Escalation, Proceeding]


async def acknowledged(session: AsyncSession, complaint_id: UUID) -> bool:
    """Say whether a senior acknowledged an escalation of a complaint for its severity, or one as serious as that."""
    found = await session.scalar(
        select(Escalation.id)
        .where(
            Escalation.complaint_id == complaint_id,
            Escalation.acknowledged_at.is_not(None),
            or_(Escalation.cause == "severity", Escalation.level.in_(GRAVE)),
        )
        .limit(1)
    )
    return found is not None


async def open_of(session: AsyncSession, complaint_id: UUID) -> list[Open]:
    """Return the escalations of a complaint that have not ended, the oldest first."""
    rows = await session.execute(
        select(Escalation, Proceeding)
        .join(Proceeding, Proceeding.id == Escalation.id)
        .where(Escalation.complaint_id == complaint_id, Proceeding.ended_on.is_(None))
        .order_by(Escalation.raised_at, Escalation.id)
    )
    return [(row[0], row[1]) for row in rows]


async def open_about(session: AsyncSession, complaint_id: UUID, cause: str, subject_id: UUID | None) -> Open | None:
    """Return the open escalation of a complaint for a cause, about one subject or about none: the last, if several."""
    for row, proceeding in reversed(await open_of(session, complaint_id)):
        if (row.cause, row.subject_id) == (cause, subject_id):
            return row, proceeding
    return None


async def calls_of(session: AsyncSession, escalation_id: UUID) -> list[EscalationCall]:
    """Return whom an escalation was asked of, in order."""
    rows = await session.scalars(
        select(EscalationCall).where(EscalationCall.escalation_id == escalation_id).order_by(EscalationCall.number)
    )
    return list(rows)


async def last_decision(session: AsyncSession, escalation_id: UUID) -> EscalationDecision | None:
    """Return what was decided last about an escalation."""
    found: EscalationDecision | None = await session.scalar(
        select(EscalationDecision)
        .where(EscalationDecision.escalation_id == escalation_id)
        .order_by(EscalationDecision.number.desc())
        .limit(1)
    )
    return found


async def next_number(
    session: AsyncSession,
    table: type[EscalationCall | EscalationAgain | EscalationDecision | EscalationLook],
    escalation_id: UUID,
) -> int:
    """Return the number of the next call, decision or look of an escalation, or of what more was heard."""
    query = select(func.coalesce(func.max(table.number), 0) + 1).where(table.escalation_id == escalation_id)
    return int(await session.scalar(query) or 1)


async def complained_about(session: AsyncSession, complaint_id: UUID) -> frozenset[UUID]:
    """Return who of the organisation is, or was, complained about in a complaint, whether they were told or not."""
    rows = await session.scalars(
        select(Involvement.person_id).where(
            Involvement.complaint_id == complaint_id,
            Involvement.person_id.is_not(None),
            Involvement.ended_cause.is_distinct_from(_NOT_ABOUT_THEM),
        )
    )
    return frozenset(each for each in rows if each is not None)


async def units_of(session: AsyncSession, complaint: Complaint) -> list[UUID]:
    """Return the division of a complaint, or that of its team, and then the team."""
    team = await session.get(Unit, complaint.team_id) if complaint.team_id is not None else None
    division = complaint.division_id or (team.division_id if team is not None else None)
    return [each for each in (division, complaint.team_id) if each is not None]


async def open_task(session: AsyncSession, escalation_id: UUID, kind: str, person_id: UUID) -> Task | None:
    """Return the open task of a kind that somebody has about an escalation."""
    found: Task | None = await session.scalar(
        select(Task).where(
            Task.subject_id == escalation_id,
            Task.kind == kind,
            Task.assignee_id == person_id,
            Task.state == "open",
        )
    )
    return found


async def end_tasks_of(session: AsyncSession, escalation_id: UUID, person_id: UUID, at: datetime) -> None:
    """Take away what somebody was asked about an escalation."""
    await session.execute(
        update(Task)
        .where(Task.subject_id == escalation_id, Task.assignee_id == person_id, Task.state == "open")
        .values(state="superseded", ended_at=at)
    )


async def end_calls(session: AsyncSession, escalation_id: UUID, values: dict[str, Any], person_id: UUID) -> int:
    """Write what came of the calls of somebody that nothing came of yet; return how many these were."""
    done = await session.execute(
        update(EscalationCall)
        .where(
            and_(
                EscalationCall.escalation_id == escalation_id,
                EscalationCall.person_id == person_id,
                EscalationCall.outcome == "called",
            )
        )
        .values(**values)
        .returning(EscalationCall.id)
    )
    return len(done.all())
