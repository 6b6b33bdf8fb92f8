"""Finds what stands beside complaints and nobody keeps, or keeps too late: involvements of staff, contributions of
bodies, proceedings. Each of which something is awaited has one running workflow of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import names
from db.engine import SweeperDatabase
from db.queries import attention_joint, attention_proceedings, attention_staff
from db.queries.attention_joint import Contributing
from db.queries.attention_proceedings import Beside
from db.queries.attention_staff import Involved
from gateways.running import Runs

# What happened less long ago is still being told.
PATIENCE: Final = timedelta(minutes=2)
BUDGET: Final = timedelta(seconds=20)
AT_ONCE: Final = 16
# More than this are believed as they stand: then the engine has lost its data.
MOST_CONFIRMED: Final = 500
_MOMENT: Final = 1.0

Row = TypeVar("Row", Involved, Contributing, Beside)


class _Query(Protocol[Row]):
    async def __call__(self, session: AsyncSession, *, before: datetime) -> list[Row]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort(Generic[Row]):
    """One sort of what stands beside complaints: its rows, and the type and the id of the workflow of each."""

    live: _Query[Row]
    late: _Query[Row]
    workflow: Callable[[Row], str]
    id: Callable[[Row], UUID]
    workflow_id: Callable[[Row], str]


STAFF: Final[Sort[Involved]] = Sort(
    live=attention_staff.live,
    late=attention_staff.late,
    workflow=lambda each: names.INVOLVEMENT,
    id=lambda each: each.involvement_id,
    workflow_id=lambda each: names.involvement_workflow_id(each.involvement_id),
)
BODIES: Final[Sort[Contributing]] = Sort(
    live=attention_joint.live,
    late=attention_joint.late,
    workflow=lambda each: names.CONTRIBUTION,
    id=lambda each: each.contribution_id,
    workflow_id=lambda each: names.contribution_workflow_id(each.contribution_id),
)
PROCEEDINGS: Final[Sort[Beside]] = Sort(
    live=attention_proceedings.live,
    late=attention_proceedings.late,
    workflow=lambda each: each.kind,
    id=lambda each: each.proceeding_id,
    workflow_id=lambda each: names.proceeding_workflow_id(each.kind, each.proceeding_id),
)


async def unkept(
    sort: Sort[Row],
    sweeper: SweeperDatabase,
    runs: Runs,
    now: datetime,
    pause: Callable[[float], Awaitable[None]],
) -> list[Row]:
    """Return those that have no running workflow, and still have none a moment later. Raises EngineAway."""
    missing = await _missing(sort, sweeper, runs, now)
    if not missing:
        return []
    await pause(_MOMENT)
    if len(missing) > MOST_CONFIRMED:
        return await _missing(sort, sweeper, runs, now)
    room = asyncio.Semaphore(AT_ONCE)

    async def one(each: Row) -> bool:
        async with room:
            return await runs.is_running(sort.workflow_id(each), BUDGET)

    alive = await asyncio.gather(*(one(each) for each in missing))
    still = {sort.id(each) for each in await _live(sort, sweeper, now)}
    return [each for each, runs_now in zip(missing, alive, strict=True) if not runs_now and sort.id(each) in still]


async def _missing(sort: Sort[Row], sweeper: SweeperDatabase, runs: Runs, now: datetime) -> list[Row]:
    found, running = await _live(sort, sweeper, now), set[str]()
    for workflow in sorted({sort.workflow(each) for each in found}):
        running |= await runs.running(workflow, BUDGET)
    return [each for each in found if sort.workflow_id(each) not in running]


async def _live(sort: Sort[Row], sweeper: SweeperDatabase, now: datetime) -> list[Row]:
    async with sweeper.session() as session:
        return await sort.live(session, before=now - PATIENCE)
