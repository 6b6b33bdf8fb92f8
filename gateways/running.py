"""What runs, as the engine's list of workflows has it. The list lags behind: confirm before you act on it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Protocol

from temporalio.client import Client
from temporalio.service import RPCError

from gateways.engine import Engine, EngineAway

_PAGE = 1000


class Runs(Protocol):
    """Tell what runs."""

    async def running(self, workflow_type: str, budget: timedelta) -> frozenset[str]:
        """Return the ids of the workflows of a type that run. Raises EngineAway."""
        ...

    async def is_running(self, workflow_id: str, budget: timedelta) -> bool:
        """Say whether one workflow runs, from the engine's own record. Raises EngineAway."""
        ...

    async def schedules(self, budget: timedelta) -> frozenset[str]:
        """Return the ids of all schedules there are. The list lags behind. Raises EngineAway."""
        ...


class EngineRuns:
    """Tell what runs on the engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def running(self, workflow_type: str, budget: timedelta) -> frozenset[str]:
        """Return the ids of the workflows of a type that run. Raises EngineAway."""
        try:
            async with asyncio.timeout(budget.total_seconds()):
                return await _listed(self._engine.client, workflow_type)
        except (TimeoutError, RPCError, RuntimeError) as error:
            raise EngineAway from error

    async def is_running(self, workflow_id: str, budget: timedelta) -> bool:
        """Say whether one workflow runs, from the engine's own record. Raises EngineAway."""
        return await self._engine.is_running(workflow_id, budget)

    async def schedules(self, budget: timedelta) -> frozenset[str]:
        """Return the ids of all schedules there are. The list lags behind. Raises EngineAway."""
        try:
            async with asyncio.timeout(budget.total_seconds()):
                return await self._engine.scheduled_series()
        except (TimeoutError, RPCError, RuntimeError) as error:
            raise EngineAway from error


async def _listed(client: Client, workflow_type: str) -> frozenset[str]:
    query = f"WorkflowType = '{workflow_type}' AND ExecutionStatus = 'Running'"
    return frozenset([found.id async for found in client.list_workflows(query, page_size=_PAGE)])
