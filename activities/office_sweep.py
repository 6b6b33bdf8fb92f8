"""The part of the sweep that starts bulk operations and leavings whose workflow does not run."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from contracts import names
from contracts.bulk import BulkStart
from contracts.leavers import LeaverStart
from db.engine import SweeperDatabase
from db.queries import attention_bulk
from db.queries.attention_bulk import Owned
from gateways.running import Runs


class Starter(Protocol):
    """Start the workflows of what concerns many complaints."""

    async def start_bulk(self, start: BulkStart) -> None:
        """Start the workflow of a bulk operation."""
        ...

    async def tell_leaver(self, start: LeaverStart) -> None:
        """Start the workflow of a leaving."""
        ...


async def start_idle(
    sweeper: SweeperDatabase, runs: Runs, engine: Starter, *, before: datetime, limit: int, budget: timedelta
) -> int:
    """Start what was asked for by an instant and does not run, so many at most; return how many. Raises EngineAway."""
    async with sweeper.session() as session:
        operations = await attention_bulk.running_bulk(session, before=before)
        leavers = await attention_bulk.announced_leavers(session, before=before)

    async def bulk(each: Owned) -> None:
        await engine.start_bulk(BulkStart(organisation_id=each.organisation_id, operation_id=each.id))

    async def leaver(each: Owned) -> None:
        await engine.tell_leaver(LeaverStart(organisation_id=each.organisation_id, leaver_id=each.id))

    running = await runs.running(names.BULK_OPERATION, budget) if operations else frozenset[str]()
    idle = [(bulk, each) for each in operations if names.bulk_workflow_id(each.id) not in running]
    running = await runs.running(names.LEAVER, budget) if leavers else frozenset[str]()
    idle += [(leaver, each) for each in leavers if names.leaver_workflow_id(each.id) not in running]
    # Of what is idle, not of what there is: a leaving runs for months, and those before it must not hide a new one.
    for start, each in idle[:limit]:
        await start(each)
    return len(idle[:limit])
