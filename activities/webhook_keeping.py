"""Tidies, once a day, what is kept of webhooks: neither a log nor a pause grows without end. It tells no receiver."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from activities.webhooks import ask
from db.engine import Database, SweeperDatabase
from db.queries import webhook_keeping, webhooks

LONGEST_PAUSE: Final = timedelta(days=30)
_AT_ONCE: Final = 2_000
_log = logging.getLogger(__name__)


async def tidy_webhooks(sweeper: SweeperDatabase, database: Database, now: datetime) -> None:
    """Tidy for every organisation that ever subscribed. What fails is left to the next day, and ends nothing."""
    async with sweeper.session() as session:
        organisations = await webhook_keeping.subscribers(session)
    for each in organisations:
        try:
            await _tidy(database, each, now)
        except Exception as failure:  # noqa: BLE001 - beside what the caller is for
            _log.error("webhooks of %s were not tidied: %s", each, type(failure).__name__)


async def _tidy(database: Database, organisation_id: UUID, now: datetime) -> None:
    async with database.tenant(organisation_id, now) as session:
        for each in await webhook_keeping.give_up_paused(session, now - LONGEST_PAUSE, now):
            subscription = await webhooks.find(session, each, lock=True)
            if subscription is not None:
                await ask(session, subscription, uuid5(each, f"{webhook_keeping.PAUSED_TOO_LONG}/{now:%Y-%m-%d}"), now)
    forgotten = _AT_ONCE
    while forgotten == _AT_ONCE:
        async with database.tenant(organisation_id, now) as session:
            forgotten = await webhook_keeping.forget(session, _AT_ONCE)
