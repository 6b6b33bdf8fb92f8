"""Tells the engine, while a long step is under way, that its worker is alive: one that died is replaced soon."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from temporalio import activity

EVERY: Final = timedelta(seconds=4)


@asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Beat for as long as the step takes; outside an activity there is nobody to be told."""
    if not activity.in_activity():
        yield
        return
    heart = asyncio.create_task(_beat())
    try:
        yield
    finally:
        heart.cancel()


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(EVERY.total_seconds())
