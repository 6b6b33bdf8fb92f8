"""SQL of deaths that are known of."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.bereavement import Bereavement


async def is_told_of(session: AsyncSession, party_id: UUID) -> bool:
    """Say whether somebody told of the death of a party since the complaint came."""
    return await session.scalar(select(Bereavement.id).where(Bereavement.party_id == party_id)) is not None
