"""Wakes the workflows of subscriptions for which something was queued: after an act's commit, and from the sweep."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from contracts.webhooks import WebhooksStart
from db.engine import SweeperDatabase
from db.queries import webhooks

_log = logging.getLogger(__name__)


class Waker(Protocol):
    """Start the workflows of subscriptions."""

    async def tell_webhooks(self, start: WebhooksStart) -> None:
        """Start the workflow of a subscription, or tell the one that runs to look."""
        ...


async def wake(engine: Waker, organisation_id: UUID, subscriptions: Iterable[UUID]) -> None:
    """Have the workflows of some subscriptions look. What was queued stays so whatever comes of it: the sweep looks."""

    async def one(subscription_id: UUID) -> None:
        start = WebhooksStart(organisation_id=organisation_id, subscription_id=subscription_id)
        try:
            await engine.tell_webhooks(start)
        except Exception as failure:  # noqa: BLE001  the verdict is given: nothing may take it back
            _log.warning("webhooks %s are left to the sweep: %s", subscription_id, type(failure).__name__)

    await asyncio.gather(*(one(each) for each in subscriptions))


async def wake_due(sweeper: SweeperDatabase, engine: Waker, *, before: datetime, limit: int) -> int:
    """Wake every subscription whose next event was due by an instant and has not left; return how many."""
    async with sweeper.session() as session:
        found = await webhooks.due(session, before=before, limit=limit)
    for each in found:
        await engine.tell_webhooks(
            WebhooksStart(organisation_id=each.organisation_id, subscription_id=each.subscription_id)
        )
    return len(found)
