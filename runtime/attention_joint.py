"""Finds contributions of bodies that nobody keeps: each that something is awaited of has one workflow of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from contracts import names
from db.engine import SweeperDatabase
from db.queries import attention_joint
from db.queries.attention_joint import Contributing
from gateways.running import Runs
from runtime.attention_staff import AT_ONCE, BUDGET, MOST_CONFIRMED, PATIENCE

_MOMENT = 1.0


async def unkept(
    sweeper: SweeperDatabase, runs: Runs, now: datetime, pause: Callable[[float], Awaitable[None]]
) -> list[Contributing]:
    """Return those that have no running workflow, and still have none a moment later. Raises EngineAway."""
    missing = await _missing(sweeper, runs, now)
    if not missing:
        return []
    await pause(_MOMENT)
    if len(missing) > MOST_CONFIRMED:
        return await _missing(sweeper, runs, now)
    room = asyncio.Semaphore(AT_ONCE)

    async def one(each: Contributing) -> bool:
        async with room:
            return await runs.is_running(names.contribution_workflow_id(each.contribution_id), BUDGET)

    alive = await asyncio.gather(*(one(each) for each in missing))
    still = {each.contribution_id for each in await _live(sweeper, now)}
    return [
        each for each, runs_now in zip(missing, alive, strict=True) if not runs_now and each.contribution_id in still
    ]


async def _missing(sweeper: SweeperDatabase, runs: Runs, now: datetime) -> list[Contributing]:
    found = await _live(sweeper, now)
    running = await runs.running(names.CONTRIBUTION, BUDGET) if found else frozenset[str]()
    return [each for each in found if names.contribution_workflow_id(each.contribution_id) not in running]


async def _live(sweeper: SweeperDatabase, now: datetime) -> list[Contributing]:
    async with sweeper.session() as session:
        return await attention_joint.live(session, before=now - PATIENCE)
