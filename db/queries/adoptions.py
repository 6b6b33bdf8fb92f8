"""SQL of adoptions: which procedure an organisation follows, and with which figures."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.organisation import Adoption


async def adoptions_of(session: AsyncSession, organisation_id: UUID) -> list[Adoption]:
    """Return everything an organisation has adopted, the latest first."""
    found = await session.scalars(
        select(Adoption)
        .where(Adoption.organisation_id == organisation_id)
        .order_by(Adoption.adopted_from.desc(), Adoption.id.desc())
    )
    return list(found)


async def begins_on(session: AsyncSession, procedure: str, on: date) -> bool:
    """Say whether the tenant has an adoption of a procedure that begins on a day."""
    found = await session.scalar(
        select(Adoption.id).where(Adoption.procedure == procedure, Adoption.adopted_from == on)
    )
    return found is not None
