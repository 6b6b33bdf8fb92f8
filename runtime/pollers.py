"""Tells which task queues a worker polls: the only proof that work will be done."""

import asyncio
import time
from datetime import datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from contracts.names import TASK_QUEUES

_RPC_TIMEOUT = timedelta(seconds=5)
_KINDS = (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)


class NoPollersError(RuntimeError):
    """Nobody polls some task queue."""


async def unattended(client: Client, *, since: datetime, build_id: str | None = None) -> tuple[str, ...]:
    """Return the task queues that no worker (of that build, if named) has polled since then."""
    found = []
    for queue in TASK_QUEUES:
        pollers = [poller for kind in _KINDS for poller in await _pollers(client, queue, kind)]
        if not any(_counts(poller, since, build_id) for poller in pollers):
            found.append(queue)
    return tuple(found)


async def wait_until_attended(client: Client, *, since: datetime, seconds: float, build_id: str | None = None) -> None:
    """Wait until every task queue is polled; say which are not when the time is over."""
    deadline = time.monotonic() + seconds
    while missing := await unattended(client, since=since, build_id=build_id):
        if time.monotonic() > deadline:
            raise NoPollersError(f"no worker polls: {', '.join(missing)}")
        await asyncio.sleep(0.2)


async def _pollers(client: Client, queue: str, kind: "TaskQueueType.ValueType") -> list[PollerInfo]:
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind),
        timeout=_RPC_TIMEOUT,
    )
    return list(answer.pollers)


def _counts(poller: PollerInfo, since: datetime, build_id: str | None) -> bool:
    if build_id is not None and poller.deployment_options.build_id != build_id:
        return False
    return poller.last_access_time.ToDatetime(tzinfo=since.tzinfo) >= since
