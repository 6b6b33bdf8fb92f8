"""SQL of what is kept of webhooks: how long what was sent stands in the log, and how long a pause keeps what waits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.webhooks import DeliveryState, SubscriptionState
from db.models.webhooks import WebhookDelivery, WebhookSubscription

PAUSED_TOO_LONG = "paused_too_long"
_SUBSCRIBERS = text("select organisation_id from sweep_subscriber order by organisation_id")
_FORGET = text("select forget_webhooks(:most)")


async def subscribers(session: AsyncSession) -> list[UUID]:
    """Return, over the sweeper's view, the organisations that ever subscribed."""
    return list(await session.scalars(_SUBSCRIBERS))


async def forget(session: AsyncSession, most: int) -> int:
    """Forget some of what was settled 90 days before the session's time; return how much."""
    return int(await session.scalar(_FORGET, {"most": most}) or 0)


async def give_up_paused(session: AsyncSession, queued_before: datetime, now: datetime) -> set[UUID]:
    """Give up what has waited in a pause since before an instant; return whose that was."""
    paused = select(WebhookSubscription.id).where(WebhookSubscription.state == SubscriptionState.PAUSED.value)
    rows = await session.scalars(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.subscription_id.in_(paused),
            WebhookDelivery.state == DeliveryState.QUEUED.value,
            WebhookDelivery.queued_at < queued_before,
        )
        .values(state=DeliveryState.DEAD.value, settled_at=now, failure=PAUSED_TOO_LONG)
        .returning(WebhookDelivery.subscription_id)
    )
    return set(rows)
