"""Nothing kills a contribution: an absent worker, failures and long lives, with a case file that fails when told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from contracts import names
from contracts.acts import Act, Outcome, Parked, Verdict
from contracts.clocks import ArmedClock, RungAt
from contracts.code import Code
from contracts.failures import ErrorType
from contracts.joint import ContributionAct, ContributionLook, ContributionStart, ContributionState
from runtime.workers import runner
from tests.world import until
from workflows.contribution import ContributionWorkflow
from workflows.keeper import LONGEST_HISTORY

A_DAY = timedelta(days=1)


@dataclass(slots=True)
class Stage:
    """One contribution in memory: what is awaited, what fired, and how often it was looked at."""

    clocks: list[ArmedClock]
    state: ContributionState = ContributionState.INVITED
    looks: int = 0
    fired: list[str] = field(default_factory=list)
    parked: list[str | None] = field(default_factory=list)
    faults: int = 0

    @activity.defn(name=names.CONTRIBUTION_LOOK)
    async def look(self, act: ContributionAct) -> ContributionLook:
        self.looks += 1
        return ContributionLook(
            state=self.state, changes=self.looks, stage=Code("received"), reference=Code("RX1-1"), body=Code("A81001"),
            clocks=tuple(self.clocks), over=self.state is ContributionState.RELEASED and not self.clocks,
        )  # fmt: skip

    @activity.defn(name=names.APPLY)
    async def apply(self, act: Act) -> Verdict:
        assert act.rung is not None
        if self.faults:
            self.faults -= 1
            raise ApplicationError("it went wrong", type=ErrorType.NOT_FOUND, non_retryable=True)
        self.fired.append(act.rung.rung.value)
        self.clocks = [replace(each, rungs=each.rungs[1:]) for each in self.clocks]
        return Verdict(outcome=Outcome.APPLIED, version=1, stage=Code("received"), armed=tuple(self.clocks))

    @activity.defn(name=names.PARK)
    async def park(self, parked: Parked) -> None:
        self.parked.append(None if parked.failure is None else parked.failure.value)


@dataclass(slots=True)
class Played:
    """A running contribution on a task queue of its own."""

    client: Client
    stage: Stage
    queue: str
    id: UUID
    skipper: TimeSkipper

    @property
    def handle(self) -> WorkflowHandle[Any, ContributionState]:
        return self.client.get_workflow_handle(names.contribution_workflow_id(self.id), result_type=ContributionState)

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        stage = self.stage
        async with Worker(
            self.client, task_queue=self.queue, workflows=[ContributionWorkflow], workflow_runner=runner(),
            activities=[stage.look, stage.apply, stage.park], graceful_shutdown_timeout=timedelta(),
        ):  # fmt: skip
            yield

    async def begin(self) -> None:
        start = ContributionStart(organisation_id=uuid4(), complaint_id=uuid4(), contribution_id=self.id)
        await self.client.start_workflow(names.CONTRIBUTION, start, id=self.handle.id, task_queue=self.queue)

    async def signal(self) -> None:
        await self.handle.signal(names.CONTRIBUTION_CHANGED)

    async def comes(self, condition: Callable[[], bool]) -> None:
        async def so() -> bool:
            return condition()

        await until(so)

    async def timer(self, step: EventType.ValueType) -> None:
        """Wait until a timer was armed, or has fired."""

        async def so() -> bool:
            return any(event.event_type == step for event in (await self.handle.fetch_history()).events)

        await until(so)


def played(client: Client, *rungs: str) -> Played:
    """Return a contribution with one clock, whose rungs follow each other, one a day."""
    start = datetime.now(UTC)
    ladder = tuple(RungAt(rung=Code(rung), at=start + A_DAY * (n + 1)) for n, rung in enumerate(rungs))
    clock = ArmedClock(clock_id=uuid4(), kind=Code("body_acceptance"), generation=1, due_at=ladder[-1].at, rungs=ladder)
    return Played(client, Stage([clock]), f"contribution-{uuid4()}", uuid4(), TimeSkipper(client))


async def test_rungs_that_fell_due_while_no_worker_was_there_fire_in_order_once_it_is_back(temporal: Client) -> None:
    play = played(temporal, "reminder", "overdue", "escalation")
    async with play.worker():
        await play.begin()
        await play.timer(EventType.EVENT_TYPE_TIMER_STARTED)
    skip = asyncio.create_task(play.skipper.fast_forward(play.handle, A_DAY * 2 + timedelta(minutes=1)))
    await play.timer(EventType.EVENT_TYPE_TIMER_FIRED)
    assert play.stage.fired == []
    async with play.worker():
        await play.comes(lambda: play.stage.fired == ["reminder", "overdue"])
        await skip
        # Released, but for what it still owes: only with that gone it is over.
        play.stage.state = ContributionState.RELEASED
        await play.signal()
        await play.comes(lambda: play.stage.looks == 2)
        play.stage.clocks = []
        await play.signal()
        assert await play.handle.result() is ContributionState.RELEASED


async def test_a_rung_that_fails_is_told_of_and_fires_later_and_cancel_ends_nothing(temporal: Client) -> None:
    play = played(temporal, "reminder")
    play.stage.faults = 1
    async with play.worker():
        await play.begin()
        await play.comes(lambda: play.stage.looks == 1)
        await play.handle.cancel()
        await play.skipper.fast_forward(play.handle, A_DAY + timedelta(minutes=1))
        await play.comes(lambda: len(play.stage.parked) == 1)
        await play.skipper.fast_forward(play.handle, timedelta(minutes=11))
        await play.comes(lambda: play.stage.fired == ["reminder"] and play.stage.parked[-1] is None)
        play.stage.state, play.stage.clocks = ContributionState.RELEASED, []
        await play.signal()
        await play.handle.result()


async def test_a_long_life_goes_on_in_another_run_that_fires_what_is_due(temporal: Client) -> None:
    play = played(temporal, "reminder")
    async with play.worker():
        await play.begin()
        await play.comes(lambda: play.stage.looks == 1)
        first = (await play.handle.describe()).run_id
        for told in range(2, LONGEST_HISTORY):
            await play.signal()
            await play.comes(lambda told=told: play.stage.looks >= told)  # type: ignore[misc]
            if told % 10 == 0 and (await play.handle.describe()).run_id != first:
                break
        else:
            raise AssertionError("no new run began")
        await play.skipper.fast_forward(play.handle, A_DAY + timedelta(minutes=1))
        await play.comes(lambda: play.stage.fired == ["reminder"])
        play.stage.state, play.stage.clocks = ContributionState.RELEASED, []
        await play.signal()
        await play.handle.result()
