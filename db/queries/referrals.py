"""SQL of one referral in the hands of an act: its enquiries, decisions and recommendations, and what was learned."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.recommendation import Recommendation, RecommendationFile
from db.models.referral import ReferralDecision, ReferralEnquiry, ReferralLearning
from db.models.work import Notice


async def decisions_of(session: AsyncSession, referral_id: UUID) -> list[ReferralDecision]:
    """Return the decisions in a referral, in the order in which they were recorded."""
    found = await session.scalars(
        select(ReferralDecision).where(ReferralDecision.referral_id == referral_id).order_by(ReferralDecision.number)
    )
    return list(found)


async def enquiries_of(session: AsyncSession, referral_id: UUID) -> list[ReferralEnquiry]:
    """Return the enquiries of a referral, in the order in which they were recorded."""
    found = await session.scalars(
        select(ReferralEnquiry).where(ReferralEnquiry.referral_id == referral_id).order_by(ReferralEnquiry.number)
    )
    return list(found)


async def recommendations_of(session: AsyncSession, referral_id: UUID) -> list[Recommendation]:
    """Return the recommendations of a referral, by number."""
    found = await session.scalars(
        select(Recommendation).where(Recommendation.referral_id == referral_id).order_by(Recommendation.number)
    )
    return list(found)


async def files_of(session: AsyncSession, recommendation_id: UUID) -> set[UUID]:
    """Return the files that show what became of a recommendation."""
    query = select(RecommendationFile.file_id).where(RecommendationFile.recommendation_id == recommendation_id)
    return set(await session.scalars(query))


async def has_learned(session: AsyncSession, referral_id: UUID) -> bool:
    """Say whether what was learned from a referral was published."""
    query = select(ReferralLearning.id).where(ReferralLearning.referral_id == referral_id).limit(1)
    return await session.scalar(query) is not None


async def parts_of(session: AsyncSession, referral_id: UUID) -> list[UUID]:
    """Return the ids of the enquiries and recommendations of a referral: what tasks are about."""
    enquiries = await session.scalars(select(ReferralEnquiry.id).where(ReferralEnquiry.referral_id == referral_id))
    made = await session.scalars(select(Recommendation.id).where(Recommendation.referral_id == referral_id))
    return [*enquiries, *made]


async def letters_in_draft(session: AsyncSession, referral_id: UUID) -> int:
    """Return how many letters that tell of compliance still wait for somebody to release or discard them."""
    query = (
        select(func.count())
        .select_from(Recommendation)
        .join(Notice, Notice.id == Recommendation.notice_id)
        .where(Recommendation.referral_id == referral_id, Notice.state == "draft")
    )
    return int(await session.scalar(query) or 0)
