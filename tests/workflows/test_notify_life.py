"""A notice by Notify over real parts, under skipped time: taken once though its answer was lost, and followed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle

from contracts import names
from gateways.engine import connect
from gateways.sealing import new_key
from runtime.settings import Settings
from tests.apart import Apart
from tests.bodies import Body
from tests.gateways.notify_stub import NotifyStub, notify_stub, switch_on_notify
from tests.world import World, a_world, until

SECRETS = new_key()


@pytest.fixture(scope="module")
def stub() -> Iterator[NotifyStub]:
    with notify_stub() as found:
        yield found


@pytest.fixture
async def world(own_server: str, apart: Apart, stub: NotifyStub, tmp_path: Path) -> AsyncIterator[World]:
    settings = Settings(
        environment="development", state_dir=tmp_path, secrets_key=SecretStr(SECRETS), notify_url=stub.url
    )
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as opened:
        yield opened


async def state_of(world: World, body: Body, notice_id: UUID) -> str:
    row = await world.row(body, "select state from notice where id = :id", id=notice_id)
    return str(row["state"])


async def forward(world: World, handle: WorkflowHandle[object, object], length: timedelta) -> None:
    await world.skipper.fast_forward(handle, length)

    async def quiet() -> bool:
        raw = (await handle.describe()).raw_description
        return not raw.pending_activities and not raw.HasField("pending_workflow_task")

    await until(quiet)


async def test_a_receipt_is_taken_once_followed_and_known_to_have_arrived(
    world: World, apart: Apart, stub: NotifyStub
) -> None:
    body = apart.body()
    switch_on_notify(apart.dsns.migrator, body, SECRETS)
    stub.script = ["lost"]  # taken, and answered with 500
    complaint_id = await world.log(body)
    row = await world.row(
        body, "select id, carrier from notice where complaint_id = :id and template = 'receipt'", id=complaint_id
    )
    assert row["carrier"] == "notify"
    handle = world.client.get_workflow_handle(names.notice_workflow_id(row["id"]))

    async def handed_over() -> bool:
        return await state_of(world, body, row["id"]) == "handed_over"

    # The retry is of the engine's own clock: five seconds, which pass.
    await until(handed_over)
    assert [each["reference"] for each in stub.taken] == [str(row["id"])] and stub.asked == 1
    await forward(world, handle, timedelta(hours=1, minutes=1))
    assert await state_of(world, body, row["id"]) == "handed_over"
    stub.taken[0]["status"] = "delivered"
    await forward(world, handle, timedelta(days=1))

    async def delivered() -> bool:
        return await state_of(world, body, row["id"]) == "delivered"

    await until(delivered)
    assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED
    assert len(stub.taken) == 1
