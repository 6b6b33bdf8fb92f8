"""Everything that runs for one complaint of the year, and where in time each of it stands."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from tests.world import World, until

LEAP = timedelta(days=20)
PATIENCE = 240.0  # seconds, where the machine does much else


@dataclass(kw_only=True)
class Position:
    """A run stood at `at` when the machine's clock said `machine`: it goes on with that clock."""

    at: datetime
    machine: datetime

    def now(self) -> datetime:
        return self.at + (datetime.now(UTC) - self.machine)


@dataclass(kw_only=True)
class Company:
    """Workflows by id. One that is new stands at the machine's time."""

    world: World
    ids: set[str] = field(default_factory=set)
    stand: dict[str, Position] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)

    async def to(self, instant: datetime) -> None:
        """Bring all that runs to an instant; what lies before it fires, in each of them in order."""
        for workflow in sorted(self.ids - self.over):
            await self._bring(workflow, instant)
        await asyncio.gather(*(self._rests(workflow) for workflow in self.ids - self.over))

    async def stands(self, instant: datetime) -> None:
        """Take those that nothing is known of for standing at an instant: they began at it."""
        for workflow in self.ids - self.over:
            if (run := await self._run(workflow)) is not None:
                self.stand.setdefault(run, Position(at=instant, machine=datetime.now(UTC)))

    async def _bring(self, workflow: str, instant: datetime) -> None:
        run = await self._run(workflow)
        if run is None:
            return
        handle = self.world.client.get_workflow_handle(workflow)
        stands = self.stand.get(run)
        if stands is None:  # it has just begun: nothing of it is due before now
            await self._forward(handle, instant - datetime.now(UTC))
            self.stand[run] = Position(at=instant, machine=datetime.now(UTC))
            return
        while (left := instant - stands.now()) > timedelta():
            step = min(left, LEAP)
            if not await self._forward(handle, step):
                return
            stands.at, stands.machine = stands.now() + step, datetime.now(UTC)

    async def _forward(self, handle: WorkflowHandle[Any, Any], step: timedelta) -> bool:
        """Let time pass for one that runs; return whether it still did."""
        try:
            await self.world.skipper.fast_forward(handle, step)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            self.over.add(handle.id)  # it ended just now
            return False
        return True

    async def _run(self, workflow: str) -> str | None:
        try:
            described = await self.world.client.get_workflow_handle(workflow).describe()
        except RPCError:
            return None  # not begun yet: it is met later
        if described.status is not WorkflowExecutionStatus.RUNNING:
            self.over.add(workflow)
            return None
        found: str = described.raw_description.workflow_execution_info.first_run_id
        return found

    async def _rests(self, workflow: str) -> None:
        async def quiet() -> bool:
            try:
                described = await self.world.client.get_workflow_handle(workflow).describe()
            except RPCError:
                return True
            raw: Any = described.raw_description
            return not raw.pending_activities and not raw.HasField("pending_workflow_task")

        await until(quiet, PATIENCE)
