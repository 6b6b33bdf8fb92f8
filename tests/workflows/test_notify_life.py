"""A notice by Notify over real parts, under skipped time: taken once though its answer was lost, and followed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import SecretStr
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle

from contracts import names
from gateways.engine import connect
from gateways.sealing import Sealing, about, new_key
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from runtime.settings import Settings
from runtime.temporal import TemporalServer
from tests.apart import Apart, a_database_apart
from tests.bodies import Body, plain
from tests.gateways.notify_stub import KEY, NotifyStub, notify_stub
from tests.world import World, a_world, until

SECRETS = new_key()


@pytest.fixture(scope="module")
def own_server() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="redress-temporal-"))
    server = TemporalServer(folder, time_skipping=True)
    try:
        yield server.start().target
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def stub() -> Iterator[NotifyStub]:
    with notify_stub() as found:
        yield found


@pytest.fixture(scope="module")
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


@pytest.fixture
async def world(own_server: str, apart: Apart, stub: NotifyStub, tmp_path: Path) -> AsyncIterator[World]:
    settings = Settings(
        environment="development", state_dir=tmp_path, secrets_key=SecretStr(SECRETS), notify_url=stub.url
    )
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as opened:
        yield opened


def use_notify(apart: Apart, body: Body) -> None:
    row_id = uuid4()
    sealed = Sealing.of(SECRETS).seal(KEY, about("carrier_setting.key_sealed", row_id))
    with psycopg.connect(plain(apart.dsns.migrator)) as connection:
        connection.execute(
            "insert into carrier_setting (id, organisation_id, carrier, emails, texts, letters, email_template,"
            " key_sealed, changed_at) values (%s, %s, 'notify', true, false, false, %s, %s, now())",
            (row_id, body.id, uuid4(), sealed),
        )


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
    use_notify(apart, body)
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
