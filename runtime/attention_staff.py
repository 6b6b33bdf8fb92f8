"""Finds involvements of staff that nobody keeps: each that has not ended has one running workflow of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from contracts import names
from db.engine import SweeperDatabase
from db.queries import attention_staff
from db.queries.attention_staff import Involved
from gateways.running import Runs

# What happened less long ago is still being told.
PATIENCE: Final = timedelta(minutes=2)
BUDGET: Final = timedelta(seconds=20)
AT_ONCE: Final = 16
# More than this are believed as they stand: then the engine has lost its data.
MOST_CONFIRMED: Final = 500
_MOMENT: Final = 1.0


async def unkept(
    sweeper: SweeperDatabase, runs: Runs, now: datetime, pause: Callable[[float], Awaitable[None]]
) -> list[Involved]:
    """Return those that have no running workflow, and still have none a moment later. Raises EngineAway."""
    missing = await _missing(sweeper, runs, now)
    if not missing:
        return []
    await pause(_MOMENT)
    if len(missing) > MOST_CONFIRMED:
        return await _missing(sweeper, runs, now)
    room = asyncio.Semaphore(AT_ONCE)

    async def one(each: Involved) -> bool:
        async with room:
            return await runs.is_running(names.involvement_workflow_id(each.involvement_id), BUDGET)

    alive = await asyncio.gather(*(one(each) for each in missing))
    still = {each.involvement_id for each in await _live(sweeper, now)}
    return [
        each for each, runs_now in zip(missing, alive, strict=True) if not runs_now and each.involvement_id in still
    ]


async def _missing(sweeper: SweeperDatabase, runs: Runs, now: datetime) -> list[Involved]:
    found = await _live(sweeper, now)
    running = await runs.running(names.INVOLVEMENT, BUDGET) if found else frozenset[str]()
    return [each for each in found if names.involvement_workflow_id(each.involvement_id) not in running]


async def _live(sweeper: SweeperDatabase, now: datetime) -> list[Involved]:
    async with sweeper.session() as session:
        return await attention_staff.live(session, before=now - PATIENCE)
