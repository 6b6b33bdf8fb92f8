"""The workflows of the staff's involvements, in the hands of a machine: in step with the world, and looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from contracts import names
from tests.lives.machine.look import Look
from tests.world import World

ENDED = "ended"


@dataclass(frozen=True)
class Kept:
    """What one workflow of an involvement shows: whether it lives, rests, in which state, and what it waits for."""

    running: bool
    rests: bool
    state: str | None
    next_at: datetime | None


class Keepers:
    """The workflows of the involvements of one complaint."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._joined: set[UUID] = set()

    async def look(self, look: Look) -> dict[UUID, Kept]:
        """Return what the workflow of each involvement shows, once it is in step with the world."""
        rows = look.rows("involvement")
        return {UUID(row["id"]): await self._kept(UUID(row["id"]), row["state"] == ENDED) for row in rows}

    async def pass_time(self, look: Look, length: timedelta) -> None:
        """Let time pass for all that live."""
        living = [UUID(row["id"]) for row in look.rows("involvement") if row["state"] != ENDED]
        await asyncio.gather(*(self._forward(each, length) for each in living))

    async def let_go(self, ids: Collection[UUID]) -> None:
        """End workflows that nobody looks at any more."""
        for each in ids:
            if (await self._kept(each, over=True)).running:
                await self._handle(each).terminate("the machine is done with it")

    async def _kept(self, involvement_id: UUID, over: bool) -> Kept:
        try:
            found = await self._handle(involvement_id).describe()
        except RPCError:
            return Kept(running=False, rests=over, state=None, next_at=None)
        if found.status is not WorkflowExecutionStatus.RUNNING:
            return Kept(running=False, rests=over, state=None, next_at=None)
        if involvement_id not in self._joined and not over:
            # It began at the machine's time, long before the world's, and waits for what falls due there.
            self._joined.add(involvement_id)
            await self._forward(involvement_id, self._world.clock.now() - datetime.now(UTC))
            return Kept(running=True, rests=False, state=None, next_at=None)
        raw = found.raw_description
        shown = {pair.key.name: pair.value for pair in found.typed_search_attributes}
        return Kept(
            running=True,
            rests=not raw.pending_activities and not raw.HasField("pending_workflow_task"),
            state=str(shown[names.SA_STAGE]) if names.SA_STAGE in shown else None,
            next_at=shown.get(names.SA_NEXT_DUE_AT),
        )

    async def _forward(self, involvement_id: UUID, length: timedelta) -> None:
        try:
            await self._world.skipper.fast_forward(self._handle(involvement_id), length)
        except RPCError:
            return  # it has ended meanwhile

    def _handle(self, involvement_id: UUID) -> WorkflowHandle[Any, Any]:
        return self._world.client.get_workflow_handle(names.involvement_workflow_id(involvement_id))
