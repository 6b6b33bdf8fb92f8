"""One turn of a series at an instant of a world: until then the engine holds its first task. What it begins is there,
too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from contracts import names
from contracts.governance import Begun, TurnStart
from tests.world import World


async def turned(world: World, organisation_id: UUID, series_id: UUID, at: datetime) -> WorkflowHandle[Any, Begun]:
    """Have one turn of a series, and move the world's time there."""
    handle: WorkflowHandle[Any, Begun] = await world.client.start_workflow(
        names.GOVERNANCE_TURN,
        TurnStart(organisation_id=organisation_id, series_id=series_id),
        id=f"turn/{uuid4()}",
        task_queue=names.BULK,
        result_type=Begun,
        start_delay=at - datetime.now(UTC),
    )
    world.clock.time = at
    # What it begins keeps the time at which it began, and is moved on by whoever wants it to be.
    skipper = TimeSkipper(world.client, config=TimeSkippingConfig(disable_propagation=True))
    await skipper.fast_forward(handle, at - datetime.now(UTC) + timedelta(minutes=1))
    await handle.result()
    return handle
