"""The life of one bulk operation: every complaint is told, page by page, then what became of each is waited for.

How far it is stands in PostgreSQL alone, so that a worker may die anywhere. No failure of a step ends this workflow:
it waits, and tries the step again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.bulk import Bulk
    from contracts import names
    from contracts.bulk import BulkAct, BulkStanding, BulkStart, BulkState

from workflows.patience import do_patiently, has_grown, tell

STEP_TIMEOUT: Final = timedelta(minutes=2)
HEARTBEAT_TIMEOUT: Final = timedelta(seconds=15)  # a worker that died is replaced this soon
FIRST_LOOK: Final = timedelta(seconds=15)
LONGEST_LOOK: Final = timedelta(minutes=30)
LONGEST_HISTORY: Final = 500


@workflow.defn(name=names.BULK_OPERATION)
class BulkWorkflow:
    """Own one bulk operation."""

    @workflow.init
    def __init__(self, start: BulkStart) -> None:
        self._start = start

    @workflow.run
    async def run(self, start: BulkStart) -> BulkState:
        """Live until every item is settled, across as many runs as it takes."""
        while True:
            try:
                await self._say_to_all()
                standing = await self._settle()
            except asyncio.CancelledError:
                # "Cancel" was pressed in the engine. What was asked for goes on: half of it may be done.
                continue
            tell(f"**{standing.state.value}**: {_counts(standing)}", "Nothing is awaited any more.")
            return standing.state

    async def _say_to_all(self) -> None:
        """Pass over the items that wait, a page at a time."""
        while (standing := await self._step(Bulk.page, "Tell a page of complaints")).waiting:
            tell(f"**Running**: {_counts(standing)}", f"{standing.waiting} complaint(s) are still to be told.")
            self._perhaps_begin_a_new_run()

    async def _settle(self) -> BulkStanding:
        """Wait until what became of every item is known."""
        look = FIRST_LOOK
        while (standing := await self._step(Bulk.settle, "What became of them?")).state is BulkState.RUNNING:
            tell(f"**Running**: {_counts(standing)}", f"{standing.said} complaint(s) have not answered yet.")
            if standing.waiting == 0:
                await workflow.sleep(look, summary="Look again for complaints that have not answered")
                look = min(look * 2, LONGEST_LOOK)
            else:
                await self._say_to_all()  # it was asked to try again meanwhile
            self._perhaps_begin_a_new_run()
        return standing

    async def _step(self, step: Callable[[Any, BulkAct], Any], summary: str) -> BulkStanding:
        """Do one step; one that fails for good is done again later, and until then needs attention."""
        standing: BulkStanding = await do_patiently(
            step, self._act, summary, timeout=STEP_TIMEOUT, heartbeat=HEARTBEAT_TIMEOUT
        )
        return standing

    def _act(self) -> BulkAct:
        return BulkAct(
            organisation_id=self._start.organisation_id,
            operation_id=self._start.operation_id,
            now=workflow.now(),
        )

    def _perhaps_begin_a_new_run(self) -> None:
        """Begin a new run before the history grows long."""
        if has_grown(LONGEST_HISTORY):
            workflow.continue_as_new(self._start)


def _counts(standing: BulkStanding) -> str:
    wrong = standing.refused + standing.failed
    return f"{standing.done} of {standing.total} done" + (f", {wrong} refused or failed" if wrong else "")
