"""SQL of issues, and of the people who have a part in a case."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.casework import CaseRole, Issue


async def issues_of(session: AsyncSession, complaint_id: UUID) -> list[Issue]:
    """Return a complaint's issues in the order of their numbers, those taken back included."""
    found = await session.scalars(select(Issue).where(Issue.complaint_id == complaint_id).order_by(Issue.number))
    return list(found)


async def present_role(session: AsyncSession, complaint_id: UUID, role: str) -> CaseRole | None:
    """Return who has a part in a case now."""
    found: CaseRole | None = await session.scalar(
        select(CaseRole).where(CaseRole.complaint_id == complaint_id, CaseRole.role == role, CaseRole.ends_on.is_(None))
    )
    return found
