"""SQL of what reports call things that an organisation names itself: its divisions and teams, its own themes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.learning import OrganisationTheme
from db.models.office import Unit


async def units(session: AsyncSession, kind: str) -> dict[str, str]:
    """Return the names of the organisation's units of a kind, by their ids as text, in the order of those."""
    rows = await session.execute(select(Unit.id, Unit.name).where(Unit.kind == kind).order_by(Unit.id))
    return {str(row.id): row.name for row in rows}


async def own_themes(session: AsyncSession) -> dict[str, str]:
    """Return the titles of the organisation's own themes, by their codes."""
    rows = await session.execute(select(OrganisationTheme.code, OrganisationTheme.title))
    return {row.code: row.title for row in rows}
