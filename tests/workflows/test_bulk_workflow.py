"""The workflow of a bulk operation on the real server: order, waiting, faults, a worker that dies, trying again."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from contracts import names
from contracts.bulk import BulkAct, BulkStanding, BulkStart, BulkState
from contracts.failures import ErrorType
from gateways.engine import connect
from gateways.starting import Starting
from runtime.ports import any_free
from runtime.temporal import TemporalServer
from runtime.workers import runner
from tests.world import until
from workflows.bulk import FIRST_LOOK, BulkWorkflow
from workflows.patience import AFTER_FAULT

RUNNING = BulkStanding(state=BulkState.RUNNING, total=3)
TOLD = BulkStanding(state=BulkState.RUNNING, total=3, said=3)
DONE = BulkStanding(state=BulkState.DONE, total=3, done=3)
INCOMPLETE = BulkStanding(state=BulkState.INCOMPLETE, total=3, done=2, refused=1)


def waiting(number: int) -> BulkStanding:
    return BulkStanding(state=BulkState.RUNNING, total=number, waiting=number)


@dataclass
class FakeBulk:
    """Answer from scripts; an exception in a script is raised. The last answer is given for ever."""

    page_script: list[Any] = field(default_factory=lambda: [TOLD])
    settle_script: list[Any] = field(default_factory=lambda: [DONE])
    asked: list[tuple[str, BulkAct]] = field(default_factory=list)
    hangs: asyncio.Event | None = None

    def _answer(self, step: str, script: list[Any], act: BulkAct) -> Any:
        self.asked.append((step, act))
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def steps(self) -> list[str]:
        return [step for step, _ in self.asked]

    @activity.defn(name=names.BULK_PAGE)
    async def page(self, act: BulkAct) -> BulkStanding:
        if self.hangs is not None:
            self.asked.append(("hangs", act))
            await self.hangs.wait()
        return self._answer("page", self.page_script, act)  # type: ignore[no-any-return]

    @activity.defn(name=names.BULK_SETTLE)
    async def settle(self, act: BulkAct) -> BulkStanding:
        return self._answer("settle", self.settle_script, act)  # type: ignore[no-any-return]


def worker_of(client: Client, queue: str, fake: FakeBulk) -> Worker:
    return Worker(
        client,
        task_queue=queue,
        workflows=[BulkWorkflow],
        activities=[fake.page, fake.settle],
        workflow_runner=runner(),
        graceful_shutdown_timeout=timedelta(),
    )


@dataclass
class Stage:
    """One operation, and what a test does with it."""

    client: Client
    handle: WorkflowHandle[Any, Any]
    fake: FakeBulk
    queue: str

    async def advance(self, length: timedelta) -> None:
        with suppress(RPCError):  # it ended meanwhile
            await TimeSkipper(self.client).fast_forward(self.handle, length)

    async def asked(self, step: str, times: int = 1) -> None:
        async def often_enough() -> bool:
            return self.fake.steps.count(step) >= times

        await until(often_enough)

    async def ends(self) -> BulkState:
        async def ended() -> bool:
            if (await self.handle.describe()).status is not WorkflowExecutionStatus.RUNNING:
                return True
            await self.advance(timedelta(minutes=1))
            return False

        await until(ended)
        state: BulkState = await self.handle.result()
        return state


@asynccontextmanager
async def on_stage(client: Client, fake: FakeBulk) -> AsyncIterator[Stage]:
    queue, operation_id = f"bulk-{uuid4()}", uuid4()
    async with worker_of(client, queue, fake):
        yield await begin(client, queue, operation_id, fake)


async def begin(client: Client, queue: str, operation_id: UUID, fake: FakeBulk) -> Stage:
    handle = await client.start_workflow(
        names.BULK_OPERATION,
        BulkStart(organisation_id=UUID(int=1), operation_id=operation_id),
        id=names.bulk_workflow_id(operation_id),
        task_queue=queue,
        result_type=BulkState,
    )
    return Stage(client, handle, fake, queue)


async def test_all_pages_are_said_before_it_is_asked_what_became_of_them(temporal: Client) -> None:
    fake = FakeBulk(page_script=[waiting(80), waiting(40), TOLD])
    async with on_stage(temporal, fake) as stage:
        assert await stage.ends() is BulkState.DONE
    assert fake.steps == ["page", "page", "page", "settle"]


async def test_it_ends_only_when_every_outcome_is_known_and_says_what_it_came_to(temporal: Client) -> None:
    fake = FakeBulk(settle_script=[TOLD, TOLD, INCOMPLETE])
    async with on_stage(temporal, fake) as stage:
        assert await stage.ends() is BulkState.INCOMPLETE
    looks = [act.now for step, act in fake.asked if step == "settle"]
    assert looks[1] - looks[0] >= FIRST_LOOK and looks[2] - looks[1] >= 2 * FIRST_LOOK


async def test_what_was_asked_to_be_tried_again_meanwhile_is_said_before_the_end(temporal: Client) -> None:
    fake = FakeBulk(page_script=[TOLD, TOLD], settle_script=[waiting(1), DONE])
    async with on_stage(temporal, fake) as stage:
        assert await stage.ends() is BulkState.DONE
    assert fake.steps == ["page", "settle", "page", "settle"]


@pytest.mark.parametrize("step", ["page", "settle"])
@pytest.mark.parametrize("kind", [ErrorType.NOT_FOUND, ErrorType.REFUSED, ErrorType.MISCONFIGURED])
async def test_no_failure_of_a_step_ends_an_operation(temporal: Client, step: str, kind: ErrorType) -> None:
    broken = ApplicationError("x", type=kind, non_retryable=True)
    fake = FakeBulk()
    (fake.page_script if step == "page" else fake.settle_script).insert(0, broken)
    async with on_stage(temporal, fake) as stage:
        await stage.asked(step)
        await stage.advance(AFTER_FAULT)
        assert await stage.ends() is BulkState.DONE
    assert fake.steps.count(step) == 2


async def test_a_cancellation_in_the_engine_ends_nothing_half_done(temporal: Client) -> None:
    fake = FakeBulk(settle_script=[TOLD, DONE])
    async with on_stage(temporal, fake) as stage:
        await stage.asked("settle")
        await stage.handle.cancel()
        assert await stage.ends() is BulkState.DONE


async def test_a_page_whose_worker_died_is_done_by_the_next_worker(temporal: Client) -> None:
    """The first worker takes the page and is never heard of again."""
    dead, queue, operation_id = FakeBulk(hangs=asyncio.Event()), f"bulk-{uuid4()}", uuid4()
    fake = FakeBulk()
    async with worker_of(temporal, queue, dead):
        stage = await begin(temporal, queue, operation_id, dead)
        await stage.asked("hangs")
        # A worker that stops cancels its activities, which the engine hears: one that dies says nothing. Either way
        # the page is not answered for.
    async with worker_of(temporal, queue, fake):
        stage.fake = fake
        assert await stage.ends() is BulkState.DONE
    assert fake.steps == ["page", "settle"]


async def test_a_long_operation_begins_new_runs_and_goes_on(temporal: Client) -> None:
    fake = FakeBulk(page_script=[*(waiting(number) for number in range(99, 0, -1)), TOLD])
    async with on_stage(temporal, fake) as stage:
        assert await stage.ends() is BulkState.DONE
        last = await temporal.get_workflow_handle(stage.handle.id).describe()
    assert fake.steps == ["page"] * 100 + ["settle"]
    assert last.run_id != stage.handle.first_execution_run_id


@pytest.fixture
def own_server() -> Iterator[str]:
    """A server of its own: here the real task queue is used, and nobody else may work on it."""
    with tempfile.TemporaryDirectory(prefix="redress-temporal-") as folder:
        server = TemporalServer(Path(folder), port=any_free(), ui_port=any_free())
        try:
            yield server.start().target
        finally:
            server.stop()


async def test_an_operation_that_ended_is_started_again_and_one_that_runs_is_left_alone(own_server: str) -> None:
    temporal = await connect(own_server, "default", lazy=False)
    start = BulkStart(organisation_id=UUID(int=1), operation_id=uuid4())
    engine = Starting(temporal)
    fake = FakeBulk(settle_script=[INCOMPLETE])
    handle = temporal.get_workflow_handle(names.bulk_workflow_id(start.operation_id), result_type=BulkState)

    async def runs() -> int:
        query = f"WorkflowId = '{handle.id}'"
        return len([each async for each in temporal.list_workflows(query)])

    await engine.start_bulk(start)
    await engine.start_bulk(start)
    async with worker_of(temporal, names.BULK, fake):
        assert await handle.result() is BulkState.INCOMPLETE
        assert fake.steps == ["page", "settle"]
        await engine.start_bulk(start)

        async def twice() -> bool:
            return fake.steps == ["page", "settle"] * 2 and await runs() == 2

        await until(twice)


async def test_an_operator_reads_how_far_it_is(temporal: Client) -> None:
    standing = BulkStanding(state=BulkState.RUNNING, total=300, said=180, done=118, refused=2)
    fake = FakeBulk(page_script=[standing], settle_script=[standing])
    async with on_stage(temporal, fake) as stage:
        await stage.asked("settle")

        async def told() -> bool:
            details = (await stage.handle.describe()).raw_description.pending_activities
            return not details

        await until(told)
        shown = await stage.handle.query("__temporal_workflow_metadata")
        assert "118 of 300 done, 2 refused or failed" in str(shown)
        await stage.handle.terminate()
