"""SQL of the directory of tenants, over the sweeper's views: ids, codes and references only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_ALL = text("select organisation_id, code from sweep_organisation order by code")
_OF_REFERENCE = text("select organisation_id from sweep_chain_head where reference = :reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One organisation, by its id and code."""

    id: UUID
    code: str


async def tenants(session: AsyncSession) -> Sequence[Tenant]:
    """Return every organisation, by code."""
    rows = await session.execute(_ALL)
    return [Tenant(id=row.organisation_id, code=row.code) for row in rows]


async def organisation_of(session: AsyncSession, reference: str) -> UUID | None:
    """Return whose an opened complaint is; None for a reference that names no opened one."""
    found: UUID | None = await session.scalar(_OF_REFERENCE, {"reference": reference})
    return found
