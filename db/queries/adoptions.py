"""SQL of adoptions: which procedure an organisation follows, and with which figures."""

from __future__ import annotations

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
