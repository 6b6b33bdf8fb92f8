"""Nothing kills an involvement: failures, an absent worker and long lives, with a case file that fails when told to."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
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
from contracts.failures import ErrorType, Refusal
from contracts.involvements import InvolvementAct, InvolvementLook, InvolvementStart, InvolvementState
from runtime.workers import runner
from tests.world import until
from workflows.involvement import InvolvementWorkflow
from workflows.keeper import LONGEST_HISTORY

A_DAY = timedelta(days=1)


@dataclass(slots=True)
class Stage:
    """One involvement in memory: what it is owed, what fired, and what is to go wrong."""

    clocks: list[ArmedClock]
    state: InvolvementState = InvolvementState.NAMED
    looks: int = 0
    fired: list[str] = field(default_factory=list)
    parked: list[str | None] = field(default_factory=list)
    look_faults: deque[BaseException] = field(default_factory=deque)
    rung_faults: deque[BaseException | Verdict] = field(default_factory=deque)
    silent: bool = False  # verdicts do not say what follows

    def over(self) -> None:
        self.clocks, self.state = [], InvolvementState.ENDED

    @activity.defn(name=names.INVOLVEMENT_LOOK)
    async def look(self, act: InvolvementAct) -> InvolvementLook:
        if self.look_faults:
            raise self.look_faults.popleft()
        self.looks += 1
        return InvolvementLook(
            state=self.state, changes=self.looks, stage=Code("received"), reference=Code("RX1-1"),
            clocks=tuple(self.clocks), over=self.state is InvolvementState.ENDED,
        )  # fmt: skip

    @activity.defn(name=names.APPLY)
    async def apply(self, act: Act) -> Verdict:
        assert act.rung is not None
        if self.rung_faults:
            fault = self.rung_faults.popleft()
            if isinstance(fault, BaseException):
                raise fault
            return fault
        self.fired.append(act.rung.rung.value)
        self.clocks = [
            replace(each, rungs=each.rungs[1:]) if each.clock_id == act.rung.clock_id else each for each in self.clocks
        ]
        if self.silent:
            return verdict(Outcome.APPLIED)
        mine = tuple(each for each in self.clocks if each.clock_id == act.rung.clock_id)
        return replace(verdict(Outcome.APPLIED), armed=mine)

    @activity.defn(name=names.PARK)
    async def park(self, parked: Parked) -> None:
        self.parked.append(None if parked.failure is None else parked.failure.value)


def verdict(outcome: Outcome, refusal: Refusal | None = None) -> Verdict:
    return Verdict(outcome=outcome, version=1, stage=Code("received"), refusal=refusal)


def a_clock(*rungs: str, kind: str = "staff_notice", after: timedelta = A_DAY) -> ArmedClock:
    """Return a clock whose rungs follow each other, one a day."""
    start = datetime.now(UTC)
    ladder = tuple(RungAt(rung=Code(rung), at=start + after + A_DAY * n) for n, rung in enumerate(rungs))
    return ArmedClock(clock_id=uuid4(), kind=Code(kind), generation=1, due_at=ladder[-1].at, rungs=ladder)


@dataclass(slots=True)
class Played:
    """A running involvement on a task queue of its own."""

    client: Client
    stage: Stage
    queue: str
    id: UUID
    skipper: TimeSkipper

    @property
    def handle(self) -> WorkflowHandle[Any, InvolvementState]:
        return self.client.get_workflow_handle(names.involvement_workflow_id(self.id), result_type=InvolvementState)

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        stage = self.stage
        async with Worker(
            self.client, task_queue=self.queue, workflows=[InvolvementWorkflow], workflow_runner=runner(),
            activities=[stage.look, stage.apply, stage.park], graceful_shutdown_timeout=timedelta(),
        ):  # fmt: skip
            yield

    async def begin(self) -> None:
        start = InvolvementStart(organisation_id=uuid4(), complaint_id=uuid4(), involvement_id=self.id)
        await self.client.start_workflow(names.INVOLVEMENT, start, id=self.handle.id, task_queue=self.queue)

    async def advance(self, length: timedelta) -> None:
        await self.skipper.fast_forward(self.handle, length)

    async def signal(self) -> None:
        await self.handle.signal(names.INVOLVEMENT_CHANGED)

    async def comes(self, condition: Callable[[], bool]) -> None:
        async def so() -> bool:
            return condition()

        await until(so)

    async def timer(self, step: EventType.ValueType) -> None:
        """Wait until a timer was armed, or has fired."""

        async def so() -> bool:
            return any(event.event_type == step for event in (await self.handle.fetch_history()).events)

        await until(so)

    async def ends(self) -> None:
        self.stage.over()
        await self.signal()
        assert await self.handle.result() is InvolvementState.ENDED


def played(client: Client, *clocks: ArmedClock) -> Played:
    return Played(client, Stage(list(clocks)), f"involvements-{uuid4()}", uuid4(), TimeSkipper(client))


def fault(kind: str = ErrorType.NOT_FOUND) -> ApplicationError:
    return ApplicationError("words that may not matter", type=kind, non_retryable=True)


async def test_rungs_that_fell_due_while_no_worker_was_there_fire_at_once_and_in_order(temporal: Client) -> None:
    play = played(temporal, a_clock("reminder", "overdue", "escalation"))
    async with play.worker():
        await play.begin()
        await play.timer(EventType.EVENT_TYPE_TIMER_STARTED)
    ahead = asyncio.create_task(play.advance(A_DAY * 2 + timedelta(hours=1)))
    await play.timer(EventType.EVENT_TYPE_TIMER_FIRED)
    assert play.stage.fired == []
    async with play.worker():
        await ahead
        await play.comes(lambda: play.stage.fired == ["reminder", "overdue"])
        await play.ends()


@pytest.mark.parametrize("kind", [*ErrorType, "SomethingNew"])
async def test_no_failure_of_a_look_ends_an_involvement(temporal: Client, kind: str) -> None:
    play = played(temporal, a_clock("reminder"))
    play.stage.look_faults.append(fault(kind))
    async with play.worker():
        await play.begin()
        await play.comes(lambda: not play.stage.look_faults)

        async def told() -> bool:
            found = await play.handle.query("__temporal_workflow_metadata")
            return "Needs attention" in str(found)

        await until(told)
        await play.advance(timedelta(minutes=11))
        await play.comes(lambda: play.stage.looks == 1)
        await play.advance(A_DAY)
        await play.comes(lambda: play.stage.fired == ["reminder"])
        await play.ends()


@pytest.mark.parametrize("kind", [*ErrorType, "a type with words"])
async def test_a_rung_that_fails_holds_up_no_other_is_told_of_and_fires_later(temporal: Client, kind: str) -> None:
    play = played(temporal, a_clock("reminder"), a_clock("overdue", kind="staff_support"))
    play.stage.rung_faults.append(fault(kind))
    async with play.worker():
        await play.begin()
        await play.advance(A_DAY + timedelta(minutes=1))
        await play.comes(lambda: len(play.stage.fired) == 1)
        assert [code is not None for code in play.stage.parked] == [True]
        await play.advance(timedelta(minutes=10))
        await play.comes(lambda: sorted(play.stage.fired) == ["overdue", "reminder"])
        await play.comes(lambda: play.stage.parked[-1:] == [None])
        await play.ends()


async def test_a_rung_waits_for_what_was_said_before_it_fell_due(temporal: Client) -> None:
    play = played(temporal, a_clock("overdue"))
    play.stage.rung_faults += [verdict(Outcome.DEFERRED), verdict(Outcome.DEFERRED)]
    async with play.worker():
        await play.begin()
        await play.advance(A_DAY + timedelta(seconds=5))
        await play.comes(lambda: len(play.stage.rung_faults) == 1)
        assert play.stage.fired == []
        await play.advance(timedelta(minutes=1))
        await play.comes(lambda: play.stage.fired == ["overdue"])
        assert play.stage.parked == []
        await play.ends()


async def test_a_refused_rung_is_not_asked_for_again_and_again(temporal: Client) -> None:
    play = played(temporal, a_clock("overdue"))
    play.stage.rung_faults += [verdict(Outcome.REFUSED, Refusal.NO_RUNNING_CLOCK) for _ in range(50)]
    async with play.worker():
        await play.begin()
        await play.advance(A_DAY + timedelta(minutes=1))
        await play.comes(lambda: len(play.stage.rung_faults) < 50)
        assert len(play.stage.rung_faults) >= 45
        await play.ends()


@pytest.mark.parametrize(("silent", "looks"), [(False, 1), (True, 4)])
async def test_what_follows_a_rung_comes_with_its_verdict_or_else_is_looked_for(
    temporal: Client, silent: bool, looks: int
) -> None:
    play = played(temporal, a_clock("reminder", "overdue", "escalation"), a_clock("later", after=A_DAY * 9))
    play.stage.silent = silent
    async with play.worker():
        await play.begin()
        await play.advance(A_DAY * 3 + timedelta(minutes=1))
        await play.comes(lambda: play.stage.fired == ["reminder", "overdue", "escalation"])
        await play.comes(lambda: play.stage.looks == looks)
        await play.advance(A_DAY * 6)
        await play.comes(lambda: play.stage.fired[3:] == ["later"])
        await play.ends()


async def test_a_rung_that_failed_is_let_go_of_once_its_clock_runs_no_more(temporal: Client) -> None:
    play = played(temporal, a_clock("reminder"), a_clock("later", after=A_DAY * 9))
    play.stage.rung_faults.append(fault())
    async with play.worker():
        await play.begin()
        await play.advance(A_DAY + timedelta(minutes=1))
        await play.comes(lambda: len(play.stage.parked) == 1)
        del play.stage.clocks[0]
        await play.signal()
        await play.comes(lambda: play.stage.parked[1:] == [None])

        async def attended() -> bool:
            shown = (await play.handle.describe()).typed_search_attributes
            return {pair.key.name: pair.value for pair in shown}[names.SA_NEEDS_ATTENTION] is False

        await until(attended)
        await play.ends()


async def test_at_most_one_timer_is_armed_and_cancel_changes_nothing(temporal: Client) -> None:
    play = played(temporal, a_clock("reminder", "overdue"), a_clock("overdue", kind="staff_support"))
    async with play.worker():
        await play.begin()
        await play.comes(lambda: play.stage.looks == 1)
        await play.handle.cancel()
        for looks in (2, 3, 4):
            await play.signal()
            await play.comes(lambda looks=looks: play.stage.looks >= looks)  # type: ignore[misc]
        await play.advance(A_DAY * 2 + timedelta(minutes=1))
        await play.comes(lambda: len(play.stage.fired) == 3)
        await play.ends()
    armed = most = 0
    async for event in play.handle.fetch_history_events():
        armed += event.event_type == EventType.EVENT_TYPE_TIMER_STARTED
        armed -= event.event_type in (EventType.EVENT_TYPE_TIMER_FIRED, EventType.EVENT_TYPE_TIMER_CANCELED)
        most = max(most, armed)
    assert most == 1


async def test_a_long_life_goes_on_in_another_run_that_fires_what_is_due(temporal: Client) -> None:
    play = played(temporal, a_clock("reminder", "overdue"))
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
        await play.advance(A_DAY + timedelta(minutes=1))
        await play.comes(lambda: play.stage.fired == ["reminder"])
        await play.ends()
