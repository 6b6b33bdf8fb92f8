"""SQL that finds which complaints a bulk operation is about: by reference, or by what they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.complaint import Complaint
from db.queries.whose import of_team


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What complaints have in common; None leaves a question open. A team's are those of its worklist."""

    owner_id: UUID | None = None
    team_id: UUID | None = None
    stage: str | None = None
    unassigned: bool | None = None
    open: bool | None = None


async def by_reference(session: AsyncSession, organisation_id: UUID, references: Sequence[str]) -> dict[str, UUID]:
    """Return the organisation's own complaints by reference; what is not there names nothing of theirs."""
    rows = await session.execute(
        select(Complaint.reference, Complaint.id).where(
            Complaint.organisation_id == organisation_id, Complaint.reference.in_(references)
        )
    )
    return {reference: complaint_id for reference, complaint_id in rows}


async def by_filter(
    session: AsyncSession, organisation_id: UUID, chosen: Chosen, *, on: date, limit: int
) -> Sequence[UUID]:
    """Return at most `limit` of the organisation's own complaints that fit, what comes next first."""
    conditions: list[ColumnElement[bool]] = [Complaint.organisation_id == organisation_id]
    for column, value in (
        (Complaint.owner_id, chosen.owner_id),
        (Complaint.stage, chosen.stage),
        (Complaint.open, chosen.open),
    ):
        if value is not None:
            conditions.append(column == value)
    if chosen.team_id is not None:
        conditions.append(of_team(chosen.team_id, on))
    if chosen.unassigned is not None:
        conditions.append(Complaint.owner_id.is_(None) == chosen.unassigned)
    rows = await session.scalars(
        select(Complaint.id)
        .where(*conditions)
        .order_by(Complaint.next_event_at.asc().nulls_last(), Complaint.id)
        .limit(limit)
    )
    return rows.all()
