"""SQL of tiers: which were asked for, whom each bars, and the days from which windows count."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.act import CaseEvent
from db.models.casework import CaseRole
from db.models.complaint import Complaint
from db.models.tiers import TierBar, TierStep
from db.queries.escalations import complained_about

# What gives a complaint an owner.
_OWNED: Final = ("complaint.logged", "complaint.imported", "owner.assigned")


async def steps_of(session: AsyncSession, complaint_id: UUID) -> list[TierStep]:
    """Return the tiers that were asked for, in the order in which they were."""
    found = await session.scalars(
        select(TierStep).where(TierStep.complaint_id == complaint_id).order_by(TierStep.said_at, TierStep.id)
    )
    return list(found)


async def entered_at(session: AsyncSession, complaint_id: UUID, tier: str | None) -> datetime | None:
    """Return the instant at which a complaint entered the tier it stands in; None in the first."""
    if tier is None:
        return None
    found: datetime | None = await session.scalar(
        select(TierStep.said_at).where(TierStep.complaint_id == complaint_id, TierStep.tier == tier)
    )
    return found


async def is_barred(session: AsyncSession, complaint_id: UUID, tier: str | None, person_id: UUID) -> bool:
    """Say whether somebody may not handle a complaint in a tier, because they did before."""
    if tier is None:
        return False
    found = await session.scalar(
        select(TierBar.id).where(
            TierBar.complaint_id == complaint_id, TierBar.tier == tier, TierBar.person_id == person_id
        )
    )
    return found is not None


async def investigators_of(session: AsyncSession, complaint_id: UUID) -> set[UUID]:
    """Return everybody who has investigated a complaint or decided it."""
    found = await session.scalars(select(CaseRole.person_id).where(CaseRole.complaint_id == complaint_id))
    return set(found)


async def owners_of(session: AsyncSession, complaint_id: UUID) -> set[UUID]:
    """Return everybody who has owned a complaint, by its events: whoever gave it away handled it all the same."""
    found = await session.scalars(
        select(CaseEvent.data).where(CaseEvent.complaint_id == complaint_id, CaseEvent.kind.in_(_OWNED))
    )
    owners = [json.loads(data).get("owner_id") for data in found]
    return {UUID(owner) for owner in owners if owner is not None}


async def not_apart(session: AsyncSession, complaint: Complaint) -> frozenset[UUID]:
    """Return to whom nobody says how it was: whoever ever owned, investigated or decided a complaint, and the staff
    complained about; nobody in a small body, of one or two.
    """
    if complaint.small_body:
        return frozenset()
    dealt = await investigators_of(session, complaint.id) | await owners_of(session, complaint.id)
    dealt |= set() if complaint.owner_id is None else {complaint.owner_id}
    return await complained_about(session, complaint.id) | dealt


async def present_roles(session: AsyncSession, complaint_id: UUID) -> list[CaseRole]:
    """Return who has a part in a case now."""
    found = await session.scalars(
        select(CaseRole).where(CaseRole.complaint_id == complaint_id, CaseRole.ends_on.is_(None))
    )
    return list(found)


async def last_at(session: AsyncSession, complaint_id: UUID, kinds: tuple[str, ...]) -> datetime | None:
    """Return the instant of the latest event of some kinds."""
    at_us: int | None = await session.scalar(
        select(CaseEvent.at_us)
        .where(CaseEvent.complaint_id == complaint_id, CaseEvent.kind.in_(kinds))
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    )
    return None if at_us is None else datetime.fromtimestamp(at_us / 1_000_000, UTC)
