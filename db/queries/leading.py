"""SQL of who coordinates a complaint and by when, and of what the bodies say of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.joint import Contribution, ContributionIssue
from db.models.leading import JointLead, JointLeadView, JointTimescale, JointTimescaleView


async def present(session: AsyncSession, complaint_id: UUID) -> JointLead | None:
    """Return how it stands with who leads: the last row."""
    found: JointLead | None = await session.scalar(
        select(JointLead).where(JointLead.complaint_id == complaint_id).order_by(JointLead.number.desc()).limit(1)
    )
    return found


async def history(session: AsyncSession, complaint_id: UUID) -> list[JointLead]:
    """Return every act about who leads, the first first."""
    query = select(JointLead).where(JointLead.complaint_id == complaint_id).order_by(JointLead.number)
    return list(await session.scalars(query))


async def last_views(session: AsyncSession, proposal_id: UUID) -> dict[UUID, JointLeadView]:
    """Return the last word of each body on a proposal, by contribution."""
    rows = await session.scalars(
        select(JointLeadView).where(JointLeadView.proposal_id == proposal_id).order_by(JointLeadView.number)
    )
    return {each.contribution_id: each for each in rows}


async def views(session: AsyncSession, complaint_id: UUID) -> list[JointLeadView]:
    """Return all that bodies said of who leads, in order."""
    query = select(JointLeadView).where(JointLeadView.complaint_id == complaint_id)
    return list(await session.scalars(query.order_by(JointLeadView.number)))


async def issues_by_body(session: AsyncSession, contribution_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many issues each of some bodies has now."""
    rows = await session.execute(
        select(ContributionIssue.contribution_id, func.count())
        .where(ContributionIssue.contribution_id.in_(list(contribution_ids)), ContributionIssue.removed_at.is_(None))
        .group_by(ContributionIssue.contribution_id)
    )
    return {row[0]: row[1] for row in rows}


async def present_timescale(session: AsyncSession, complaint_id: UUID) -> JointTimescale | None:
    """Return the timescale as it stands: its last version."""
    query = select(JointTimescale).where(JointTimescale.complaint_id == complaint_id)
    found: JointTimescale | None = await session.scalar(query.order_by(JointTimescale.number.desc()).limit(1))
    return found


async def timescales(session: AsyncSession, complaint_id: UUID) -> list[JointTimescale]:
    """Return every version of the timescale, the first first."""
    query = select(JointTimescale).where(JointTimescale.complaint_id == complaint_id)
    return list(await session.scalars(query.order_by(JointTimescale.number)))


async def last_timescale_views(session: AsyncSession, timescale_id: UUID) -> dict[UUID, JointTimescaleView]:
    """Return the last word of each body on a timescale, by contribution."""
    rows = await session.scalars(
        select(JointTimescaleView)
        .where(JointTimescaleView.timescale_id == timescale_id)
        .order_by(JointTimescaleView.number)
    )
    return {each.contribution_id: each for each in rows}


async def timescale_views(session: AsyncSession, complaint_id: UUID) -> list[JointTimescaleView]:
    """Return all that bodies said of the timescale, in order."""
    query = select(JointTimescaleView).where(JointTimescaleView.complaint_id == complaint_id)
    return list(await session.scalars(query.order_by(JointTimescaleView.number)))


async def bodies(session: AsyncSession, complaint_id: UUID) -> dict[UUID, Contribution]:
    """Return every body of a complaint, the released included, by contribution."""
    query = select(Contribution).where(Contribution.complaint_id == complaint_id)
    return {each.id: each for each in await session.scalars(query)}


async def next_view(
    session: AsyncSession, of: type[JointLeadView] | type[JointTimescaleView], complaint_id: UUID
) -> int:
    """Return the number of the next view on a complaint: of two, the later one has the higher."""
    query = select(func.coalesce(func.max(of.number), 0) + 1).where(of.complaint_id == complaint_id)
    return int(await session.scalar(query) or 1)
