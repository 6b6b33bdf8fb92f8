"""SQL of who cleared a draft of the response, office by office, and who may by the rota of seniors."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.clearance_step import ClearanceStep
from db.models.escalation import Rota
from db.models.organisation import Person
from db.models.response import ResponseDraft


async def steps_of(session: AsyncSession, draft_id: UUID) -> list[ClearanceStep]:
    """Return who cleared a draft, in order."""
    found = await session.scalars(
        select(ClearanceStep).where(ClearanceStep.draft_id == draft_id).order_by(ClearanceStep.number)
    )
    return list(found)


async def steps_of_complaint(session: AsyncSession, complaint_id: UUID) -> list[ClearanceStep]:
    """Return who cleared each draft of a complaint, the first draft first. A share does not reach so far."""
    found = await session.scalars(
        select(ClearanceStep)
        .join(ResponseDraft, ResponseDraft.id == ClearanceStep.draft_id)
        .where(ClearanceStep.complaint_id == complaint_id)
        .order_by(ResponseDraft.version, ClearanceStep.number)
    )
    return list(found)


async def is_on_rota(session: AsyncSession, person_id: UUID, on: date) -> bool:
    """Say whether somebody who works there is on the rota of seniors that day, in any place and any hours."""
    found = await session.scalar(
        select(Rota.id)
        .join(Person, Person.id == Rota.person_id)
        .where(
            Rota.person_id == person_id,
            Rota.first_on <= on,
            or_(Rota.last_on.is_(None), Rota.last_on >= on),
            Person.active,
        )
        .limit(1)
    )
    return found is not None
