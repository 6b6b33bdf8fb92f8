"""Everything that runs for one joint complaint, at both sides, and the time that it shares."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError

from tests.world import World, until


class Company:
    """Everything that runs for one joint complaint, at both sides, at the world's time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ids: set[str] = set()
        self._met: set[str] = set()

    async def keep_up(self) -> None:
        """Bring whatever has begun at the machine's time to the world's, until all of it rests."""
        while True:
            running = await self._running()
            new = [(workflow, run) for workflow, run in running.items() if run not in self._met]
            ahead = self.world.clock.now() - datetime.now(UTC)
            await asyncio.gather(*(self._forward(workflow, ahead) for workflow, _ in new))
            self._met |= {run for _, run in new}
            await asyncio.gather(*(self._rests(workflow) for workflow in running))
            if not new:
                return

    def known(self, described: WorkflowExecutionDescription) -> None:
        """Take one for being at the world's time already."""
        self._met.add(described.raw_description.workflow_execution_info.first_run_id)

    async def to(self, day: date, hour: int = 10, minute: int = 0) -> None:
        """Move everything to an instant, in lock-step."""
        instant = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
        await self.keep_up()
        while self.world.clock.time < instant:
            step = min(instant - self.world.clock.time, timedelta(days=3))
            running = await self._running()
            await asyncio.gather(*(self._forward(workflow, step) for workflow in running))
            self.world.clock.time += step
            await self.keep_up()

    async def _running(self) -> dict[str, str]:
        """Return those that run, each with what tells one life of it from the next."""
        found = {}
        for workflow in sorted(self.ids):
            try:
                described = await self.world.client.get_workflow_handle(workflow).describe()
            except RPCError:
                continue
            if described.status is WorkflowExecutionStatus.RUNNING:
                found[workflow] = described.raw_description.workflow_execution_info.first_run_id
        return found

    async def _forward(self, workflow: str, length: timedelta) -> None:
        await self.world.skipper.fast_forward(self.world.client.get_workflow_handle(workflow), length)

    async def _rests(self, workflow: str) -> None:
        async def quiet() -> bool:
            raw = (await self.world.client.get_workflow_handle(workflow).describe()).raw_description
            return not raw.pending_activities and not raw.HasField("pending_workflow_task")

        await until(quiet)
