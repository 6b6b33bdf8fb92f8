"""SQL of webhooks on their way: who wants an event, what is sent next to a receiver, what came of an attempt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.webhooks import DeliveryState, SubscriptionState
from db.models.complaint import Complaint
from db.models.organisation import Organisation
from db.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookSubscription
from db.models.work import Task
from db.queries.attention import Waiting

TASK: Final = "webhooks_failed"
_MOST_COUNTED: Final = 10_000
_QUEUED_FOR: Final = "webhooks queued for"  # in a session's info: subscriptions to be woken after the commit
_DUE = text("""
    select organisation_id, subscription_id, due_at from sweep_webhook where due_at <= :before
    order by due_at, subscription_id limit :limit
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """An event to be told. `reference` comes from the complaint at sending."""

    event_id: UUID
    complaint_id: UUID | None
    type: str
    occurred_at: datetime
    stage: str | None
    version: int | None
    about: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A subscription that has something to send."""

    organisation_id: UUID
    subscription_id: UUID


async def open_subscriptions(session: AsyncSession) -> Sequence[tuple[UUID, frozenset[str]]]:
    """Return the subscriptions of the tenant that have not ended, each with the types that it wants; none is all.

    Those of other bodies are not among them: they hear nothing of cases.
    """
    rows = await session.execute(
        select(WebhookSubscription.id, WebhookSubscription.types)
        .where(WebhookSubscription.state != SubscriptionState.ENDED.value, WebhookSubscription.partner_id.is_(None))
        .order_by(WebhookSubscription.created_at, WebhookSubscription.id)
    )
    return [(row[0], frozenset(row[1])) for row in rows]


async def queue(
    session: AsyncSession,
    organisation_id: UUID,
    subscription_id: UUID,
    events: Iterable[NewDelivery],
    now: datetime,
    replay_id: UUID | None = None,
) -> None:
    """Queue events for one subscription in their order, and have it woken after the commit."""
    rows = [
        {
            "id": uuid5(replay_id or subscription_id, str(each.event_id)),
            "replay_id": replay_id,
            "organisation_id": organisation_id,
            "subscription_id": subscription_id,
            **{name: getattr(each, name) for name in each.__slots__},
            "state": DeliveryState.QUEUED.value,
            "attempts": 0,
            "queued_at": now,
            "next_at": now,
        }
        for each in events
    ]
    if rows:
        # Nothing is queued twice, and telling others is no reason for an act to fail.
        await session.execute(upsert(WebhookDelivery).on_conflict_do_nothing(), rows)
        session.info.setdefault(_QUEUED_FOR, set()).add(subscription_id)


def to_wake(session: AsyncSession) -> frozenset[UUID]:
    """Return the subscriptions for which this session has queued something."""
    return frozenset(session.info.get(_QUEUED_FOR, ()))


async def due(session: AsyncSession, *, before: datetime, limit: int) -> list[Due]:
    """Return, over the sweeper's view, the active subscriptions whose next event was due by an instant."""
    rows = await session.execute(_DUE, {"before": before, "limit": limit})
    return [Due(organisation_id=row[0], subscription_id=row[1]) for row in rows]


async def stuck(session: AsyncSession, *, before: datetime) -> list[Waiting]:
    """Return, over the sweeper's view, the active subscriptions whose next event should have left long ago."""
    rows = await session.execute(_DUE, {"before": before, "limit": _MOST_COUNTED})
    return [
        Waiting(
            organisation_id=row[0],
            complaint_id=None,
            reference=None,
            since=row[2],
            state="active",
            detail=f"webhooks.{row[1]}",
        )
        for row in rows
    ]


async def find(session: AsyncSession, subscription_id: UUID, *, lock: bool = False) -> WebhookSubscription | None:
    """Return one subscription of the tenant as it stands."""
    return await session.get(WebhookSubscription, subscription_id, populate_existing=True, with_for_update=lock)


async def head(session: AsyncSession, subscription_id: UUID) -> WebhookDelivery | None:
    """Return what is sent next: the first in order of what is queued."""
    found: WebhookDelivery | None = await session.scalar(
        select(WebhookDelivery)
        .where(WebhookDelivery.subscription_id == subscription_id, WebhookDelivery.state == DeliveryState.QUEUED.value)
        .order_by(WebhookDelivery.n)
        .limit(1)
    )
    return found


async def count_queued(session: AsyncSession, subscription_id: UUID) -> int:
    """Count what waits to be sent, as far as anybody needs to know."""
    some = (
        select(WebhookDelivery.n)
        .where(WebhookDelivery.subscription_id == subscription_id, WebhookDelivery.state == DeliveryState.QUEUED.value)
        .limit(_MOST_COUNTED)
    )
    return int(await session.scalar(select(func.count()).select_from(some.subquery())) or 0)


async def delivery(session: AsyncSession, delivery_id: UUID, *, lock: bool = False) -> WebhookDelivery | None:
    """Return one delivery of the tenant as it stands."""
    return await session.get(WebhookDelivery, delivery_id, populate_existing=True, with_for_update=lock)


async def names_of(session: AsyncSession, row: WebhookDelivery) -> tuple[str, str | None]:
    """Return the code of the organisation, and the reference of the complaint that a delivery is about."""
    organisation = await session.get_one(Organisation, row.organisation_id)
    if row.complaint_id is None:
        return organisation.code, None
    return organisation.code, (await session.get_one(Complaint, row.complaint_id)).reference


def note_attempt(
    session: AsyncSession, row: WebhookDelivery, at: datetime, outcome: str, status: int | None, milliseconds: int
) -> None:
    """Write one attempt to send, and count it."""
    row.attempts += 1
    session.add(
        WebhookAttempt(
            id=uuid5(row.id, f"attempt/{row.attempts}"),
            organisation_id=row.organisation_id,
            delivery_id=row.id,
            number=row.attempts,
            at=at,
            outcome=outcome,
            status=status,
            milliseconds=milliseconds,
        )
    )


async def open_task(session: AsyncSession, subscription_id: UUID) -> Task | None:
    """Return the open task about a receiver that does not receive."""
    found: Task | None = await session.scalar(
        select(Task).where(Task.subject_id == subscription_id, Task.kind == TASK, Task.state == "open").limit(1)
    )
    return found


async def end_task(session: AsyncSession, subscription_id: UUID, now: datetime) -> None:
    """End the task about a receiver: somebody has done something about it."""
    await session.execute(
        update(Task)
        .where(Task.subject_id == subscription_id, Task.kind == TASK, Task.state == "open")
        .values(state="done", ended_at=now)
    )
