"""What falls due for a member of staff while no worker lives fires when one does: late, in order, and once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle
from temporalio.testing import TimeSkipper

from contracts import names
from tests.faults.callers import Caller, name_staff
from tests.faults.proofs import all_holds
from tests.faults.stack import Stack
from tests.faults.test_engine_away import is_heard
from tests.faults.waiting import until

# Telling them is owed within two working days: whatever days these are, its whole ladder lies within them.
LONG_DEAD = timedelta(days=14)


async def test_a_rung_that_falls_due_while_no_worker_lives_fires_once_when_one_does(
    stack: Stack, caller: Caller
) -> None:
    staff = await name_staff(caller, await caller.log())
    await until(lambda: is_heard(stack, staff), "the involvement to have heard of itself", 30)
    client = await stack.client()
    handle = client.get_workflow_handle(names.involvement_workflow_id(UUID(staff)))
    await until(lambda: rests(handle), "the involvement to wait for what is due", 30)
    await stack.kill("worker")
    passing = asyncio.create_task(TimeSkipper(client).fast_forward(handle, LONG_DEAD))
    await until(lambda: is_due(handle), "the first rung to fall due", 30)
    assert await fired(stack, staff) == []
    await stack.start("worker")
    await asyncio.wait_for(passing, 120)

    async def climbed() -> bool:
        return len(await fired(stack, staff)) >= 3

    await until(climbed, "the ladder to be climbed", 60)
    await all_holds(stack, [caller])
    rungs = await fired(stack, staff)
    assert rungs[:3] == ["reminder", "overdue", "escalation"]
    assert len(set(rungs)) == len(rungs)


async def rests(handle: WorkflowHandle[object, object]) -> bool:
    raw = (await handle.describe()).raw_description
    return not raw.pending_activities and not raw.HasField("pending_workflow_task")


async def is_due(handle: WorkflowHandle[object, object]) -> bool:
    history = await handle.fetch_history()
    return any(event.event_type == EventType.EVENT_TYPE_TIMER_FIRED for event in history.events)


async def fired(stack: Stack, staff: str) -> list[object]:
    rows = await stack.rows(
        "select f.rung from fired_rung f join clock c on c.id = f.clock_id where c.involvement_id = %s"
        " order by f.due_at, f.fired_at",
        staff,
    )
    return [row["rung"] for row in rows]
