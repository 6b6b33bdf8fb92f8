"""PostgreSQL is dead for a while: callers are told so, nothing is half-done, and workflows wait and go on."""

from __future__ import annotations

import signal
from uuid import uuid4

import httpx2
from temporalio.client import WorkflowExecutionStatus

from contracts import names
from tests.faults.callers import Caller, a_complaint, long_ago, name_staff, steps, telling
from tests.faults.proofs import all_holds
from tests.faults.proofs_informed import staff_are_kept
from tests.faults.stack import Stack
from tests.faults.test_engine_away import is_opened, is_ready
from tests.faults.waiting import until


async def test_nothing_is_half_done_and_nothing_ends_while_the_database_is_away(
    stack: Stack, client: httpx2.AsyncClient, caller: Caller
) -> None:
    place = await caller.log(receivedOn=long_ago())
    await until(lambda: is_opened(caller, place), "the complaint to be opened", 30)
    staff = await name_staff(caller, place)
    said, body = steps()[0]
    # The worker stands still, so that the command is on its way to a database that is not there.
    stack.signal("worker", signal.SIGSTOP)
    assert (await caller.say(said, f"{place}/{said}", body)).status == 202
    assert (await caller.say("telling", *telling(place, staff))).status == 202
    await stack.kill("postgres")
    stack.signal("worker", signal.SIGCONT)

    key = str(uuid4())
    for path, what in ((f"{place}/notes", {"words": "Hello."}), ("/v1/complaints", a_complaint())):
        refused = await caller.post(path, what, key)
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["retry-after"]
    assert (await caller.get(place)).status_code == 503
    ready = await client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
    await until(lambda: tries_again(stack, place), "the workflow to try again", 60)

    await stack.start("postgres")
    notes = await caller.say("notes", f"{place}/notes", {"words": "Hello."}, key)
    assert notes.status in (200, 202)
    await all_holds(stack, [caller])
    await staff_are_kept(stack, caller, involved=1, promises=0)
    assert (await caller.get(place)).json()["stage"] == "acknowledged"
    await until(lambda: is_ready(client), "everything to be in good hands again", 30)


async def tries_again(stack: Stack, place: str) -> bool:
    """Say whether the one complaint that is open there runs, and tries its act a second time."""
    client = await stack.client()
    query = f"WorkflowType = '{names.COMPLAINT}' AND RedressReference = '{place.rpartition('/')[2]}'"
    found = [each.id async for each in client.list_workflows(query)]
    if not found:
        return False
    described = await client.get_workflow_handle(found[0]).describe()
    assert described.status is WorkflowExecutionStatus.RUNNING
    return any(
        activity.activity_type.name == names.APPLY and activity.attempt >= 2
        for activity in described.raw_description.pending_activities
    )
