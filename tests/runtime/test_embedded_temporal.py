"""The launcher of Temporal against the real server."""

import asyncio
import signal
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client, WorkflowExecutionStatus

from contracts.names import SEARCH_ATTRIBUTES
from runtime.temporal import TemporalAddress, TemporalServer
from runtime.temporal_namespace import missing_search_attributes, retention


async def namespace_of(address: TemporalAddress) -> tuple[timedelta, tuple[tuple[str, str], ...]]:
    client = await Client.connect(address.target, namespace=address.namespace)
    return await retention(client), await missing_search_attributes(client)


async def begin(address: TemporalAddress) -> None:
    client = await Client.connect(address.target, namespace=address.namespace)
    await client.start_workflow("nobody.runs.this", id="kept", task_queue="nobody")


async def status(address: TemporalAddress) -> WorkflowExecutionStatus | None:
    client = await Client.connect(address.target, namespace=address.namespace)
    return (await client.get_workflow_handle("kept").describe()).status


def test_closed_cases_are_kept_and_our_search_attributes_are_known(state_dir: Path) -> None:
    assert SEARCH_ATTRIBUTES
    with TemporalServer(state_dir) as address:
        assert asyncio.run(namespace_of(address)) == (timedelta(days=30), ())


def test_an_open_workflow_survives_a_kill_at_the_same_address(state_dir: Path, stopping: ExitStack) -> None:
    server = TemporalServer(state_dir)
    stopping.callback(server.stop)
    address = server.start()
    asyncio.run(begin(address))
    process = server.process
    assert process is not None
    process.send(signal.SIGKILL)
    assert process.wait(10)

    again = server.start()

    assert again == address
    assert asyncio.run(status(again)) == WorkflowExecutionStatus.RUNNING


def test_a_server_whose_parent_was_killed_is_used_again(state_dir: Path, stopping: ExitStack) -> None:
    first = TemporalServer(state_dir)
    stopping.callback(first.stop)
    address = first.start()
    second = TemporalServer(state_dir)
    stopping.callback(second.stop)

    assert second.start() == address
    assert second.pid == first.pid

    second.stop()
    assert not first.alive
