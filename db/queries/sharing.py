"""SQL of learning that is shared with other bodies: what was asked and decided, and what others share with us."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.learning import Learning, LearningVersion
from db.models.sharing import LearningSharing, LearningSharingBody, SharedLearning, SharedLearningMark
from db.models.webhooks import WebhookSubscription
from db.models.work import Task
from db.queries.keyset import After

SEND, RECALL = "send_learning", "recall_learning"


async def standing(session: AsyncSession, learning_id: UUID) -> LearningVersion | None:
    """Return learning of the tenant as it stands, held against being said anew; None where there is none."""
    learning = await session.get(Learning, learning_id, with_for_update={"read": True}, populate_existing=True)
    if learning is None:
        return None
    return await version(session, learning_id, learning.version)


async def version(session: AsyncSession, learning_id: UUID, number: int) -> LearningVersion | None:
    """Return one version of learning of the tenant."""
    query = select(LearningVersion).where(LearningVersion.learning_id == learning_id, LearningVersion.number == number)
    found: LearningVersion | None = await session.scalar(query)
    return found


async def find(session: AsyncSession, sharing_id: UUID, *, held: bool = False) -> LearningSharing | None:
    """Return what was asked of the tenant's own."""
    return await session.get(LearningSharing, sharing_id, with_for_update=held, populate_existing=True)


async def listed(
    session: AsyncSession, *, learning_id: UUID | None, after: After | None, limit: int
) -> Sequence[LearningSharing]:
    """Return what the tenant asked to share, the newest first."""
    key = tuple_(LearningSharing.asked_at, LearningSharing.id)
    rows = await session.scalars(
        select(LearningSharing)
        .where(
            true() if learning_id is None else LearningSharing.learning_id == learning_id,
            true() if after is None else key < tuple_(after.value, after.id),
        )
        .order_by(LearningSharing.asked_at.desc(), LearningSharing.id.desc())
        .limit(limit)
    )
    return rows.all()


async def bodies(session: AsyncSession, sharings: Collection[UUID]) -> Sequence[LearningSharingBody]:
    """Return with whom some of it is shared."""
    query = select(LearningSharingBody).where(LearningSharingBody.sharing_id.in_(sharings))
    rows = await session.scalars(query.order_by(LearningSharingBody.code).execution_options(populate_existing=True))
    return rows.all()


async def marks(session: AsyncSession, shared: Collection[UUID]) -> Sequence[SharedLearningMark]:
    """Return what the bodies that read it made of it."""
    query = select(SharedLearningMark).where(SharedLearningMark.shared_id.in_(shared))
    return (await session.scalars(query.order_by(SharedLearningMark.at, SharedLearningMark.id))).all()


async def withdraw(session: AsyncSession, shared: Collection[UUID], now: datetime) -> None:
    """Let the bodies of this installation read it no more."""
    await session.execute(
        update(SharedLearning)
        .where(SharedLearning.id.in_(shared), SharedLearning.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )


async def with_us(
    session: AsyncSession, tenant: UUID, *, theme: str | None = None, after: After | None, limit: int
) -> Sequence[SharedLearning]:
    """Return what other bodies share with the tenant now, the newest first. What it shares itself is not among it."""
    key = tuple_(SharedLearning.shared_at, SharedLearning.id)
    rows = await session.scalars(
        select(SharedLearning)
        .where(
            SharedLearning.shared_with == tenant,
            true() if theme is None else SharedLearning.theme == theme,
            true() if after is None else key < tuple_(after.value, after.id),
        )
        .order_by(SharedLearning.shared_at.desc(), SharedLearning.id.desc())
        .limit(limit)
    )
    return rows.all()


async def one_with_us(session: AsyncSession, tenant: UUID, shared_id: UUID) -> SharedLearning | None:
    """Return what another body shares with the tenant now."""
    query = select(SharedLearning).where(SharedLearning.id == shared_id, SharedLearning.shared_with == tenant)
    found: SharedLearning | None = await session.scalar(query.execution_options(populate_existing=True))
    return found


async def for_partner(session: AsyncSession, shared_id: UUID) -> tuple[LearningSharingBody, LearningSharing] | None:
    """Return what the tenant shares with a partner, under the id that the partner was told; withdrawn or not."""
    row: Any = (
        await session.execute(
            select(LearningSharingBody, LearningSharing)
            .join(LearningSharing, LearningSharing.id == LearningSharingBody.sharing_id)
            .where(
                LearningSharingBody.id == shared_id,
                LearningSharingBody.partner_id.is_not(None),
                LearningSharing.state.in_(("approved", "withdrawn")),
            )
        )
    ).first()
    return None if row is None else (row[0], row[1])


async def end_tasks(session: AsyncSession, body_id: UUID, kind: str, now: datetime, by: UUID | None) -> None:
    """End what somebody was asked to do about a body: it is done."""
    await session.execute(
        update(Task)
        .where(Task.subject_id == body_id, Task.kind == kind, Task.state == "open")
        .values(state="done", ended_at=now, ended_by=by)
    )


async def receivers(session: AsyncSession, sharing_id: UUID, limit: int) -> list[UUID]:
    """Return the subscriptions by which partners hear of what is shared with them."""
    rows = await session.scalars(
        select(WebhookSubscription.id)
        .join(LearningSharingBody, LearningSharingBody.partner_id == WebhookSubscription.partner_id)
        .where(LearningSharingBody.sharing_id == sharing_id, WebhookSubscription.state != "ended")
        .limit(limit)
    )
    return list(rows)
