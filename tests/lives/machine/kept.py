"""The workflows beside a complaint's own, in the hands of a machine: of the staff's involvements, of bodies' parts.

Kept in step with the world, and looked at.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from contracts import names
from tests.lives.machine.look import Look, Row
from tests.world import World

ENDED, RELEASED = "ended", "released"


@dataclass(frozen=True)
class Kept:
    """What one such workflow shows: whether it lives, rests, in which state, and what it waits for."""

    running: bool
    rests: bool
    state: str | None
    next_at: datetime | None


def of_staff(look: Look) -> list[Row]:
    """Return the involvements that are not over."""
    return [row for row in look.rows("involvement") if row["state"] != ENDED]


def of_bodies(look: Look) -> list[Row]:
    """Return the contributions that are not over: not let go of, or something of theirs is still awaited."""
    awaited = {row["contribution_id"] for row in look.bodies_running}
    return [row for row in look.rows("contribution") if row["state"] != RELEASED or row["id"] in awaited]


def of_beside(look: Look) -> list[Row]:
    """Return what runs beside the complaint and is not over: not ended, or a clock of it runs."""
    awaited = {row["proceeding_id"] for row in look.beside_running}
    return [row for row in look.rows("proceeding") if row["ended_on"] is None or row["id"] in awaited]


class Keepers:
    """The workflows of the involvements in one complaint, of the contributions to it, and of what runs beside it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._joined: set[str] = set()

    async def look(self, look: Look) -> dict[UUID, Kept]:
        """Return what each workflow shows, once it is in step with the world."""
        living = _living(look)
        return {UUID(each): await self._kept(name, name not in living) for name, each in _all(look).items()}

    async def pass_time(self, look: Look, length: timedelta) -> None:
        """Let time pass for all that live."""
        await asyncio.gather(*(self._forward(each, length) for each in _living(look)))

    async def let_go(self, look: Look) -> None:
        """End workflows that nobody looks at any more."""
        for each in _all(look):
            if (await self._kept(each, over=True)).running:
                await self._handle(each).terminate("the machine is done with it")

    async def _kept(self, name: str, over: bool) -> Kept:
        try:
            found = await self._handle(name).describe()
        except RPCError:
            return Kept(running=False, rests=over, state=None, next_at=None)
        if found.status is not WorkflowExecutionStatus.RUNNING:
            return Kept(running=False, rests=over, state=None, next_at=None)
        if name not in self._joined and not over:
            # It began at the machine's time, long before the world's, and waits for what falls due there.
            self._joined.add(name)
            await self._forward(name, self._world.clock.now() - datetime.now(UTC))
            return Kept(running=True, rests=False, state=None, next_at=None)
        raw = found.raw_description
        shown = {pair.key.name: pair.value for pair in found.typed_search_attributes}
        return Kept(
            running=True,
            rests=not over and not raw.pending_activities and not raw.HasField("pending_workflow_task"),
            state=str(shown[names.SA_STAGE]) if names.SA_STAGE in shown else None,
            next_at=shown.get(names.SA_NEXT_DUE_AT),
        )

    async def _forward(self, name: str, length: timedelta) -> None:
        try:
            await self._world.skipper.fast_forward(self._handle(name), length)
        except RPCError:
            return  # it has ended meanwhile

    def _handle(self, name: str) -> WorkflowHandle[Any, Any]:
        return self._world.client.get_workflow_handle(name)


def _all(look: Look) -> dict[str, str]:
    """Return the ids of what is kept, by the ids of the workflows that keep it."""
    return _named(look.rows("involvement"), look.rows("contribution"), look.rows("proceeding"))


def _living(look: Look) -> dict[str, str]:
    return _named(of_staff(look), of_bodies(look), of_beside(look))


def _named(staff: list[Row], bodies: list[Row], beside: list[Row]) -> dict[str, str]:
    names_of = {names.involvement_workflow_id(UUID(row["id"])): row["id"] for row in staff}
    names_of |= {names.proceeding_workflow_id(row["kind"], UUID(row["id"])): row["id"] for row in beside}
    return names_of | {names.contribution_workflow_id(UUID(row["id"])): row["id"] for row in bodies}
