"""A part over real workers, between two organisations of one installation: told, said, refused, died, released."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from activities.heartbeats import EVERY
from contracts import names
from contracts.joint import JointPartStart
from db.joint_messages import Approved, Released
from gateways.engine import connect
from runtime.settings import Settings
from tests.activities.joint_bodies import invitation
from tests.apart import Apart
from tests.lives.test_history_budget import A_PAYLOAD, A_ROUND, events_of, payloads
from tests.taking_part import Joined, join
from tests.world import World, a_world, until

ANSWER = {"number": 2, "did": "We looked.", "found": "It was so.", "conclusion": "upheld", "remedy": None}


@pytest.fixture(scope="module")
async def living(own_server: str, apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    settings = Settings(environment="development", state_dir=tmp_path_factory.mktemp("state"))
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as opened:
        yield opened


@pytest.fixture
def world(living: World) -> World:
    """Now, for once: the workflow of a part, and the case that it opens, begin at the machine's own time."""
    living.clock.time = datetime.now(UTC) + timedelta(seconds=20)
    return living


@pytest.fixture
async def joined(world: World, apart: Apart) -> Joined:
    return await join(world, apart, apart.body(), apart.body())


async def test_a_part_lives_from_invitation_to_release(joined: Joined) -> None:
    on = joined.world.clock.now().date()
    await joined.tell(
        invitation(received_on=on, accept_by=on + timedelta(days=7), contribute_by=on + timedelta(days=30))
    )
    assert (await joined.heard(1))["stage"] == "received"
    await joined.say("accept", contact="Sam", senior_lead="Kim")
    assert await joined.brought(1) == [("accept", None)]
    await joined.say("submission", "responsible_person", issues=[ANSWER])
    assert [kind for kind, _ in await joined.brought(2)] == ["accept", "submission"]
    await joined.tell(Approved(round=1))
    assert (await joined.heard(2))["stage"] == "approved"
    description = await joined.handle.describe()
    assert description.status.name == "RUNNING"
    own = await joined.world.row(
        joined.body, "select c.reference from complaint c join joint_part p on p.complaint_id = c.id"
    )
    shown = await shown_once(joined.handle, names.SA_STAGE, "approved")
    assert (shown[names.SA_ORGANISATION], shown[names.SA_REFERENCE]) == (str(joined.body.id), own["reference"])
    assert shown[names.SA_NEEDS_ATTENTION] is False
    assert timedelta(hours=23) < shown[names.SA_NEXT_DUE_AT] - datetime.now(UTC) <= timedelta(days=1)
    await joined.tell(Released(cause="done"))
    await joined.handle.result()
    part = await joined.part()
    assert part is not None and (part["stage"], part["ended_cause"]) == ("closed", "done")


async def test_cancel_in_the_engine_ends_no_part(joined: Joined) -> None:
    await joined.tell(invitation(received_on=joined.world.clock.now().date()))
    await joined.heard(1)
    await joined.handle.cancel()
    await joined.say("accept", contact="Sam", senior_lead="Kim")
    assert await joined.brought(1) == [("accept", None)]
    assert (await joined.handle.describe()).status.name == "RUNNING"


async def test_what_nobody_was_told_of_is_found_by_the_daily_look(joined: Joined) -> None:
    await joined.tell(invitation(received_on=joined.world.clock.now().date()))
    await joined.heard(1)

    await at_rest(joined.handle)
    told = joined.world.engine.tell_joint_part
    joined.world.engine.tell_joint_part = _nothing  # type: ignore[method-assign]
    try:
        await joined.tell(Approved(round=1))
    finally:
        joined.world.engine.tell_joint_part = told  # type: ignore[method-assign]
    await joined.world.skipper.fast_forward(joined.handle, timedelta(days=1, minutes=1))
    await joined.heard(2)


async def test_a_message_heard_or_brought_costs_little_history(joined: Joined) -> None:
    await joined.tell(invitation(received_on=joined.world.clock.now().date()))
    await joined.heard(1)
    costs = []
    for step in ("heard", "brought"):
        await at_rest(joined.handle)
        before = len(await events_of(joined.handle))
        if step == "heard":
            await joined.tell(Approved(round=1))
            await joined.heard(2)
        else:
            await joined.say("accept", contact="Sam", senior_lead="Kim")
            await joined.brought(1)
        await at_rest(joined.handle)
        costs.append(len(await events_of(joined.handle)) - before)
    # What we bring is an act of the lead's, which tells us to look again: two rounds.
    heard, brought = costs
    assert heard <= A_ROUND and brought <= 2 * A_ROUND, costs
    assert max(size for event in await events_of(joined.handle) for size in payloads(event)) <= A_PAYLOAD


async def at_rest(handle: Any) -> None:
    """Wait until a workflow waits."""

    async def so() -> bool:
        raw = (await handle.describe()).raw_description
        return not raw.pending_activities and not raw.HasField("pending_workflow_task")

    await until(so)


async def test_a_part_that_we_have_no_credential_for_needs_attention_and_is_tried_again(world: World) -> None:
    start = JointPartStart(organisation_id=uuid4(), contribution_id=uuid4(), partner_id=uuid4())
    await world.engine.tell_joint_part(start)
    id = names.joint_part_workflow_id(start.organisation_id, start.contribution_id)
    shown = await shown_once(world.client.get_workflow_handle(id), names.SA_NEEDS_ATTENTION, True)
    assert shown[names.SA_ORGANISATION] == str(start.organisation_id)
    assert shown[names.SA_NEXT_DUE_AT] > datetime.now(UTC)


async def shown_once(handle: Any, name: str, value: Any) -> dict[str, Any]:
    """Return the search attributes of a workflow, once one of them has a value."""
    found: dict[str, Any] = {}

    async def so() -> bool:
        description = await handle.describe()
        found.update({pair.key.name: pair.value for pair in description.typed_search_attributes})
        return bool(found.get(name) == value)

    await until(so)
    return found


async def test_a_worker_that_dies_in_a_step_is_replaced_within_seconds(joined: Joined) -> None:
    await joined.tell(invitation(received_on=joined.world.clock.now().date()))
    await joined.heard(1)
    steps = [
        event.activity_task_scheduled_event_attributes
        for event in (await joined.handle.fetch_history()).events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    assert {step.activity_type.name for step in steps} == {names.JOINT_PART_PULL, names.JOINT_PART_PUSH}
    # Its heart beats oftener than that, however long the step takes.
    assert all(2 * EVERY < step.heartbeat_timeout.ToTimedelta() <= timedelta(seconds=15) for step in steps)


async def _nothing(start: JointPartStart) -> None:
    """Be lost."""
