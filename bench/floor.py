"""The caller's side of the floor: a bare update with or without a start, and bare timers."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy

from bench.floor_workflows import BARE, QUEUE, SAY, TIMER, Row

# Started, first task scheduled, started and completed, timer started: then it is parked.
_PARKED_EVENTS = 5


class Floor:
    """Speak to the floor's workflows."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def begin(self) -> WorkflowHandle[Any, Any]:
        """Start a bare workflow with an update that inserts one row; return when it is inserted."""
        name = f"bench/{uuid4()}"
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            BARE, id=name, task_queue=QUEUE, id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING
        )
        await self._client.execute_update_with_start_workflow(SAY, Row(id=uuid4()), start_workflow_operation=start)
        return self._client.get_workflow_handle(name)

    async def say(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Insert one more row by an update."""
        await handle.execute_update(SAY, Row(id=uuid4()))

    async def park(self, due: datetime) -> WorkflowHandle[Any, float]:
        """Start a bare timer and return when it is armed."""
        handle: WorkflowHandle[Any, float] = await self._client.start_workflow(
            TIMER, due, id=f"bench/{uuid4()}", task_queue=QUEUE, result_type=float
        )
        while (await handle.describe()).history_length < _PARKED_EVENTS:  # noqa: ASYNC110  it is another process
            await asyncio.sleep(0.02)
        return handle


def tomorrow() -> datetime:
    """Return an instant that no bench lives to see, unless time is skipped."""
    return datetime.now(UTC) + timedelta(days=1)
