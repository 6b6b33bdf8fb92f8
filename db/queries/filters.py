"""SQL of saved filters: one's own, and those that are shared within the organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.organisation import Person
from db.models.search import SavedFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFilter:
    """A filter to be kept, and the request that asked for it."""

    id: UUID
    organisation_id: UUID
    person_id: UUID
    name: str
    shared: bool
    query: dict[str, Any]
    saved_at: datetime
    idempotency_key: str
    body_hash: str


async def keep(session: AsyncSession, new: NewFilter) -> SavedFilter | None:
    """Keep a filter, or return the one that the same key kept; None when the person has one of that name."""
    stored = insert(SavedFilter).values(
        id=new.id,
        organisation_id=new.organisation_id,
        person_id=new.person_id,
        name=new.name,
        shared=new.shared,
        query=new.query,
        removed=False,
        saved_at=new.saved_at,
        idempotency_key=new.idempotency_key,
        body_hash=new.body_hash,
    )
    await session.execute(stored.on_conflict_do_nothing())
    found: SavedFilter | None = await session.scalar(
        select(SavedFilter).where(
            SavedFilter.organisation_id == new.organisation_id,
            SavedFilter.person_id == new.person_id,
            SavedFilter.idempotency_key == new.idempotency_key,
        )
    )
    return found


async def is_taken(session: AsyncSession, person_id: UUID, name: str, but: UUID) -> bool:
    """Say whether a person has another filter of a name."""
    found = await session.scalar(
        select(SavedFilter.id).where(
            SavedFilter.person_id == person_id, SavedFilter.name == name, ~SavedFilter.removed, SavedFilter.id != but
        )
    )
    return found is not None


async def filters_for(session: AsyncSession, person_id: UUID | None) -> list[tuple[SavedFilter, str]]:
    """Return a person's own filters and all shared ones by name, each with the name of whose it is."""
    rows = await session.execute(
        select(SavedFilter, Person.name)
        .join(Person, Person.id == SavedFilter.person_id)
        .where(~SavedFilter.removed, _visible(person_id))
        .order_by(SavedFilter.name, SavedFilter.id)
    )
    return [(row[0], row[1]) for row in rows]


async def find_filter(
    session: AsyncSession, filter_id: UUID, person_id: UUID | None, *, locked: bool = False
) -> SavedFilter | None:
    """Return a filter that a person may use: their own, or a shared one."""
    query = select(SavedFilter).where(SavedFilter.id == filter_id, ~SavedFilter.removed, _visible(person_id))
    found: SavedFilter | None = await session.scalar(query.with_for_update() if locked else query)
    return found


def _visible(person_id: UUID | None) -> Any:
    return or_(SavedFilter.shared, SavedFilter.person_id == person_id)
