"""SQL of the one draft of several bodies: each sharing of it, who read it, and what was said of it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.models.complaint import Party
from db.models.joint import Contribution
from db.models.joint_draft import JointComment, JointDraft, JointDraftReader
from db.models.organisation import Person


async def shares_of(session: AsyncSession, complaint_id: UUID) -> list[JointDraft]:
    """Return every sharing of a complaint's drafts, in order."""
    query = select(JointDraft).where(JointDraft.complaint_id == complaint_id).order_by(JointDraft.number)
    return list(await session.scalars(query))


async def share_of_notice(session: AsyncSession, notice_id: UUID) -> JointDraft | None:
    """Return the sharing that a letter to the person is."""
    found: JointDraft | None = await session.scalar(select(JointDraft).where(JointDraft.notice_id == notice_id))
    return found


async def is_with_person(session: AsyncSession, complaint_id: UUID, sources_sha256: str) -> bool:
    """Say whether a draft of what stands in this one is on its way to the person already, or was with them."""
    query = select(JointDraft.id).where(
        JointDraft.complaint_id == complaint_id,
        JointDraft.audience == "person",
        JointDraft.sources_sha256 == sources_sha256,
    )
    return await session.scalar(query.limit(1)) is not None


async def readers_of(session: AsyncSession, complaint_id: UUID) -> list[JointDraftReader]:
    """Return every body with which a draft of a complaint was shared."""
    query = select(JointDraftReader).where(JointDraftReader.complaint_id == complaint_id)
    return list(await session.scalars(query.order_by(JointDraftReader.id)))


async def reader(session: AsyncSession, share_id: UUID, contribution_id: UUID) -> JointDraftReader | None:
    """Return a body as a reader of a draft."""
    found: JointDraftReader | None = await session.scalar(
        select(JointDraftReader).where(
            JointDraftReader.joint_draft_id == share_id, JointDraftReader.contribution_id == contribution_id
        )
    )
    return found


async def comments_of(session: AsyncSession, complaint_id: UUID) -> list[JointComment]:
    """Return what was said of a complaint's drafts, in order."""
    query = select(JointComment).where(JointComment.complaint_id == complaint_id).order_by(JointComment.number)
    return list(await session.scalars(query))


async def unweighed(session: AsyncSession, share_ids: Collection[UUID]) -> list[JointComment]:
    """Return the comments on some sharings that nobody has weighed: those that say something."""
    query = select(JointComment).where(
        JointComment.joint_draft_id.in_(list(share_ids)),
        JointComment.used.is_(None),
        or_(JointComment.words.is_not(None), JointComment.agrees.is_(False)),
    )
    return list(await session.scalars(query.order_by(JointComment.number)))


async def lines_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[JointComment, str | None, str | None]]:
    """Return what was said of a complaint's drafts, with the name of whose it is and of who weighed it."""
    weigher = aliased(Person)
    rows = await session.execute(
        select(JointComment, Contribution.name, Party.name, weigher.name)
        .outerjoin(Contribution, Contribution.id == JointComment.contribution_id)
        .outerjoin(Party, Party.id == JointComment.party_id)
        .outerjoin(weigher, weigher.id == JointComment.used_by)
        .where(JointComment.complaint_id == complaint_id)
        .order_by(JointComment.number)
    )
    return [(row[0], row[1] or row[2], row[3]) for row in rows]
