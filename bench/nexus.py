"""`python -m bench.nexus`: whether Temporal Nexus could carry the joint protocol between two namespaces of one cluster.

Measures one exchange in five ways on the real server, and tries what matters more: the other side away, cancelled,
terminated, replayed. Prints what it found; asserts nothing. The decision that follows is ADR 29.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from google.protobuf.duration_pb2 import Duration
from temporalio import activity
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import PendingNexusOperationState
from temporalio.api.nexus.v1 import EndpointSpec, EndpointTarget
from temporalio.api.operatorservice.v1 import CreateNexusEndpointRequest
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest, RegisterNamespaceRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.worker import Replayer, Worker

from bench import nexus_workflows as parts
from bench.nexus_workflows import AnswerWorkflow, Asked, CallerWorkflow, ChangedCallerWorkflow, ContributingHandler, Way
from runtime.temporal import NAMESPACE, TemporalServer

_BODY: Final = "body"
_EXCHANGES: Final = 30
_AWAY_SECONDS: Final = 15.0
_PORTS: Final = (17633, 18633)


class Knocking:
    """The two knocks of the joint protocol: to the other body, and back."""

    def __init__(self, lead: Client, body: Client) -> None:
        self._lead, self._body = lead, body

    @activity.defn(name=parts.ASK)
    async def ask(self, asked: Asked) -> None:
        """Start the body's workflow, or wake it."""
        await self._body.start_workflow(
            parts.ANSWER, asked, id=parts.answer_id(asked), task_queue=parts.BODY_QUEUE, start_signal="said"
        )

    @activity.defn(name=parts.KNOCK)
    async def knock(self, asked: Asked) -> None:
        """Tell the lead that there is an answer."""
        await self._lead.get_workflow_handle(parts.caller_id(asked)).signal("answered")


async def main() -> None:
    """Measure, try, print."""
    with tempfile.TemporaryDirectory(prefix="redress-nexus-") as folder:
        server = TemporalServer(Path(folder), port=_PORTS[0], ui_port=_PORTS[1])
        address = await asyncio.to_thread(server.start)
        try:
            await _try(address.target)
        finally:
            await asyncio.to_thread(server.stop)


async def _try(target: str) -> None:
    lead = await Client.connect(target, namespace=NAMESPACE, data_converter=pydantic_data_converter)
    await _make_namespace(lead)
    body = await Client.connect(target, namespace=_BODY, data_converter=pydantic_data_converter)
    async with AsyncExitStack() as workers:
        await workers.enter_async_context(_lead_worker(lead, body))
        async with _body_worker(lead, body):
            await _measure(lead, body)
            await _cancel(lead, body)
            await _new_run(lead, body)
        await _away(lead, body)
    await _replay(lead)


def _lead_worker(lead: Client, body: Client) -> Worker:
    return Worker(
        lead,
        task_queue=parts.LEAD_QUEUE,
        workflows=[CallerWorkflow, AnswerWorkflow],
        activities=[parts.look, Knocking(lead, body).ask],
    )


def _body_worker(lead: Client, body: Client) -> Worker:
    return Worker(
        body,
        task_queue=parts.BODY_QUEUE,
        workflows=[AnswerWorkflow],
        activities=[parts.look, Knocking(lead, body).knock],
        nexus_service_handlers=[ContributingHandler()],
    )


async def _make_namespace(lead: Client) -> None:
    await lead.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=_BODY, workflow_execution_retention_period=Duration(seconds=86400))
    )
    target = EndpointTarget(worker=EndpointTarget.Worker(namespace=_BODY, task_queue=parts.BODY_QUEUE))
    asked = CreateNexusEndpointRequest(spec=EndpointSpec(name=parts.ENDPOINT, target=target))
    for _ in range(50):  # the namespace is known everywhere a moment later
        try:
            await lead.operator_service.create_nexus_endpoint(asked)
            return
        except RPCError:
            await asyncio.sleep(0.2)
    raise RuntimeError("no endpoint for the other namespace")


async def _begin(lead: Client, way: Way, *, hold: bool = False) -> tuple[WorkflowHandle[Any, bool], Asked]:
    asked = Asked(id=uuid4(), way=way, hold=hold)
    handle: WorkflowHandle[Any, bool] = await lead.start_workflow(
        parts.CALLER, asked, id=parts.caller_id(asked), task_queue=parts.LEAD_QUEUE, result_type=bool
    )
    return handle, asked


async def _measure(lead: Client, body: Client) -> None:
    print(f"One exchange, {_EXCHANGES} times one after the other: milliseconds (p50), events of both sides")
    for way in Way:
        taken = []
        for _ in range(_EXCHANGES):
            began = time.monotonic()
            handle, asked = await _begin(lead, way)
            await handle.result()
            taken.append(1000 * (time.monotonic() - began))
        mine = (await handle.describe()).history_length
        theirs = await _events(lead if way is Way.CHILD else body, parts.answer_id(asked))
        print(f"  {way.value:12} {statistics.median(taken):7.0f} ms   caller {mine:3}   other {theirs:3}")


async def _cancel(lead: Client, body: Client) -> None:
    for how in ("cancelled", "terminated"):
        handle, asked = await _begin(lead, Way.NEXUS_RUN, hold=True)
        answering = body.get_workflow_handle(parts.answer_id(asked))
        await _until(lambda answering=answering: _runs(answering))
        await (handle.cancel() if how == "cancelled" else handle.terminate())
        await asyncio.sleep(3)
        described = await answering.describe()
        print(f"The lead's workflow {how}: the body's is {described.status.name if described.status else '?'}")


async def _new_run(lead: Client, body: Client) -> None:
    asked = Asked(id=uuid4(), way=Way.NEXUS_RUN, hold=True, new_run=True)
    handle: WorkflowHandle[Any, bool] = await lead.start_workflow(
        parts.CALLER, asked, id=parts.caller_id(asked), task_queue=parts.LEAD_QUEUE, result_type=bool
    )
    await handle.result()
    described = await body.get_workflow_handle(parts.answer_id(asked)).describe()
    status = described.status.name if described.status else "?"
    print(f"The lead's workflow began a new run while it waited: the body's is {status}, and nobody hears its answer")


async def _away(lead: Client, body: Client) -> None:
    for way in (Way.NEXUS_RUN, Way.KNOCK):
        handle, _ = await _begin(lead, way)
        await asyncio.sleep(_AWAY_SECONDS)
        print(f"Other side away for {_AWAY_SECONDS:.0f} s, {way.value}: {await _standing(lead, handle)}")
        began = time.monotonic()
        async with _body_worker(lead, body):
            await handle.result()
            print(f"  and when it is back: answered after {time.monotonic() - began:.1f} s")


async def _standing(lead: Client, handle: WorkflowHandle[Any, Any]) -> str:
    described = await lead.workflow_service.describe_workflow_execution(
        DescribeWorkflowExecutionRequest(namespace=NAMESPACE, execution=WorkflowExecution(workflow_id=handle.id))
    )
    events = described.workflow_execution_info.history_length
    pending = [
        f"{PendingNexusOperationState.Name(each.state)}, attempt {each.attempt},"
        f" {each.last_attempt_failure.message or 'no failure yet'}"
        for each in described.pending_nexus_operations
    ]
    return f"caller {events} events; pending: {'; '.join(pending) or 'nothing of the engine'}"


async def _replay(lead: Client) -> None:
    handle = await _last_nexus(lead)
    history = await handle.fetch_history()
    await Replayer(workflows=[CallerWorkflow], data_converter=pydantic_data_converter).replay_workflow(history)
    print(f"Replay of a caller with a Nexus operation: sound ({len(history.events)} events)")
    changed = Replayer(workflows=[ChangedCallerWorkflow], data_converter=pydantic_data_converter)
    found = await changed.replay_workflow(history, raise_on_replay_failure=False)
    print(f"Replay after the code asks for another operation: {type(found.replay_failure).__name__}")


async def _last_nexus(lead: Client) -> WorkflowHandle[Any, Any]:
    async for each in lead.list_workflows("WorkflowType = 'nexus.caller' and ExecutionStatus = 'Completed'"):
        handle = lead.get_workflow_handle(each.id, run_id=each.run_id)
        history = await handle.fetch_history()
        if any(event.HasField("nexus_operation_scheduled_event_attributes") for event in history.events):
            return handle
    raise RuntimeError("no caller with a Nexus operation")


async def _events(client: Client, workflow_id: str) -> int:
    try:
        return (await client.get_workflow_handle(workflow_id).describe()).history_length
    except RPCError:
        return 0


async def _runs(handle: WorkflowHandle[Any, Any]) -> bool:
    try:
        return (await handle.describe()).history_length > 0
    except RPCError:
        return False


async def _until(condition: Any) -> None:
    for _ in range(100):
        if await condition():
            return
        await asyncio.sleep(0.1)
    raise TimeoutError


if __name__ == "__main__":
    asyncio.run(main())
