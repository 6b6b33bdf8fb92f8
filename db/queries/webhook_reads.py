"""SQL of subscriptions as their owners see them: the list, the log of what was sent, and what is sent once more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.webhooks import DeliveryState, SubscriptionState
from db.models.complaint import Complaint
from db.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookSubscription
from db.queries.keyset import After
from db.queries.webhooks import NewDelivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How a subscription does: what waits and since when, what is dead, and when something last arrived."""

    queued: int
    dead: int
    waiting_since: datetime | None
    last_delivered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which deliveries: of one state, of one event, of events between two instants."""

    state: DeliveryState | None = None
    event_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One delivery of the log, the reference that it is about, and every attempt."""

    delivery: WebhookDelivery
    reference: str | None
    attempts: Sequence[WebhookAttempt]


async def subscriptions(
    session: AsyncSession,
    *,
    caller: str | None,
    state: SubscriptionState | None,
    after: After | None,
    limit: int,
) -> Sequence[WebhookSubscription]:
    """Return subscriptions of the tenant, the newest first; with `caller`, those that one subject made."""
    key = tuple_(WebhookSubscription.created_at, WebhookSubscription.id)
    rows = await session.scalars(
        select(WebhookSubscription)
        .where(
            true() if caller is None else WebhookSubscription.caller == caller,
            true() if state is None else WebhookSubscription.state == state.value,
            true() if after is None else key < tuple_(after.value, after.id),
        )
        .order_by(WebhookSubscription.created_at.desc(), WebhookSubscription.id.desc())
        .limit(limit)
    )
    return rows.all()


async def count_open(session: AsyncSession) -> int:
    """Count the subscriptions of the tenant's own systems that have not ended."""
    query = select(func.count()).where(
        WebhookSubscription.state != SubscriptionState.ENDED.value, WebhookSubscription.partner_id.is_(None)
    )
    return int(await session.scalar(query) or 0)


async def figures(session: AsyncSession, subscription_id: UUID) -> Figures:
    """Return how a subscription does."""
    queued = WebhookDelivery.state == DeliveryState.QUEUED.value
    found = (
        await session.execute(
            select(
                func.count().filter(queued),
                func.count().filter(WebhookDelivery.state == DeliveryState.DEAD.value),
                func.min(WebhookDelivery.queued_at).filter(queued),
                func.max(WebhookDelivery.settled_at).filter(WebhookDelivery.state == DeliveryState.DELIVERED.value),
            ).where(WebhookDelivery.subscription_id == subscription_id)
        )
    ).one()
    return Figures(queued=found[0], dead=found[1], waiting_since=found[2], last_delivered_at=found[3])


async def log(
    session: AsyncSession, subscription_id: UUID, wanted: Wanted, *, before: int | None, limit: int
) -> list[Logged]:
    """Return what was to be sent to a receiver, the latest first, a page at a time."""
    rows = (
        await session.execute(
            select(WebhookDelivery, Complaint.reference)
            .outerjoin(Complaint, Complaint.id == WebhookDelivery.complaint_id)
            .where(
                *_of(subscription_id, wanted),
                true() if before is None else WebhookDelivery.n < before,
            )
            .order_by(WebhookDelivery.n.desc())
            .limit(limit)
        )
    ).all()
    attempts = await _attempts(session, [row[0].id for row in rows])
    return [Logged(delivery=row[0], reference=row[1], attempts=attempts[row[0].id]) for row in rows]


async def _attempts(session: AsyncSession, deliveries: Sequence[UUID]) -> dict[UUID, list[WebhookAttempt]]:
    found: dict[UUID, list[WebhookAttempt]] = defaultdict(list)
    rows = await session.scalars(
        select(WebhookAttempt)
        .where(WebhookAttempt.delivery_id.in_(deliveries))
        .order_by(WebhookAttempt.delivery_id, WebhookAttempt.number)
    )
    for row in rows:
        found[row.delivery_id].append(row)
    return found


async def known_events(session: AsyncSession, subscription_id: UUID, events: Sequence[UUID]) -> frozenset[UUID]:
    """Return which of some events were ever to be sent to a receiver."""
    rows = await session.scalars(
        select(WebhookDelivery.event_id).where(
            WebhookDelivery.subscription_id == subscription_id, WebhookDelivery.event_id.in_(events)
        )
    )
    return frozenset(rows)


async def to_replay(
    session: AsyncSession, subscription_id: UUID, *, events: Sequence[UUID] | None, wanted: Wanted, limit: int
) -> list[NewDelivery]:
    """Return what was to be sent to a receiver before, in its order, but for what waits to be sent anyhow."""
    other = aliased(WebhookDelivery)
    waits = (
        select(other.id)
        .where(
            other.subscription_id == subscription_id,
            other.event_id == WebhookDelivery.event_id,
            other.state == DeliveryState.QUEUED.value,
        )
        .exists()
    )
    rows = await session.scalars(
        select(WebhookDelivery)
        .where(
            *_of(subscription_id, wanted),
            WebhookDelivery.replay_id.is_(None),
            true() if events is None else WebhookDelivery.event_id.in_(events),
            ~waits,
        )
        .order_by(WebhookDelivery.n)
        .limit(limit)
    )
    return [_again(row) for row in rows]


async def end_queued(session: AsyncSession, subscription_id: UUID, now: datetime) -> None:
    """Give up what waits to be sent to a receiver that has ended its subscription."""
    await session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.subscription_id == subscription_id, WebhookDelivery.state == DeliveryState.QUEUED.value)
        .values(state=DeliveryState.DEAD.value, settled_at=now, failure="subscription_ended")
    )


async def send_at_once(session: AsyncSession, subscription_id: UUID, now: datetime) -> None:
    """Let what waits to be sent be tried again at once."""
    await session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.subscription_id == subscription_id, WebhookDelivery.state == DeliveryState.QUEUED.value)
        .values(next_at=now)
    )


def _of(subscription_id: UUID, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[Any] = [WebhookDelivery.subscription_id == subscription_id]
    if wanted.state is not None:
        conditions.append(WebhookDelivery.state == wanted.state.value)
    if wanted.event_id is not None:
        conditions.append(WebhookDelivery.event_id == wanted.event_id)
    if wanted.since is not None:
        conditions.append(WebhookDelivery.occurred_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(WebhookDelivery.occurred_at < wanted.until)
    return conditions


def _again(row: WebhookDelivery) -> NewDelivery:
    return NewDelivery(**{name: getattr(row, name) for name in NewDelivery.__slots__})
