"""SQL of what a parent department sees: the bodies that agreed to it, and what each of them delivered.

Whose rows these are is kept by row-level security; what is asked here is only on which side of a link the tenant is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from db.models.oversight import OversightDelivery, OversightLink


async def find(session: AsyncSession, link_id: UUID, *, held: bool = False) -> OversightLink | None:
    """Return a link of which the tenant is one side."""
    return await session.get(OversightLink, link_id, with_for_update=held, populate_existing=True)


async def every(session: AsyncSession) -> Sequence[OversightLink]:
    """Return all links of which the tenant is one side, ended or not, the newest first."""
    query = select(OversightLink).order_by(OversightLink.agreed_at.desc(), OversightLink.id)
    return (await session.scalars(query)).all()


async def live_with(session: AsyncSession, parent_id: UUID) -> OversightLink | None:
    """Return the link of the tenant with a parent that has not ended."""
    query = select(OversightLink).where(OversightLink.parent_id == parent_id, OversightLink.ended_at.is_(None))
    found: OversightLink | None = await session.scalar(query)
    return found


async def bodies_of(session: AsyncSession, parent_id: UUID) -> Sequence[OversightLink]:
    """Return the bodies that agreed that this tenant sees their aggregates, by their codes."""
    query = select(OversightLink).where(OversightLink.parent_id == parent_id, OversightLink.ended_at.is_(None))
    return (await session.scalars(query.order_by(OversightLink.body_code, OversightLink.id))).all()


async def last_of_each(session: AsyncSession, parent_id: UUID) -> dict[UUID, OversightDelivery]:
    """Return, by link, what each body delivered of the latest days."""
    latest = func.row_number().over(
        partition_by=OversightDelivery.link_id,
        order_by=(
            OversightDelivery.last_on.desc(),
            OversightDelivery.first_on.desc(),
            OversightDelivery.delivered_at.desc(),
        ),
    )
    ranked = (
        select(OversightDelivery.id, latest.label("place")).where(OversightDelivery.parent_id == parent_id).subquery()
    )
    rows = await session.scalars(
        select(OversightDelivery).join(ranked, ranked.c.id == OversightDelivery.id).where(ranked.c.place == 1)
    )
    return {each.link_id: each for each in rows}


async def about(session: AsyncSession, parent_id: UUID, first_on: date, last_on: date) -> dict[UUID, OversightDelivery]:
    """Return, by link, what each body delivered about exactly these days, with its document."""
    rows = await session.scalars(
        select(OversightDelivery)
        .where(
            OversightDelivery.parent_id == parent_id,
            OversightDelivery.first_on == first_on,
            OversightDelivery.last_on == last_on,
            OversightDelivery.superseded_at.is_(None),
        )
        .options(undefer(OversightDelivery.document))
    )
    return {each.link_id: each for each in rows}
