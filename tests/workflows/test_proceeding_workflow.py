"""Nothing kills what runs beside a complaint: failures, an absent worker across rungs, "cancel", and long lives."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from contracts import names
from contracts.acts import Act, Outcome, Parked, Verdict
from contracts.clocks import ArmedClock, RungAt
from contracts.code import Code
from contracts.failures import ErrorType
from contracts.proceedings import ProceedingAct, ProceedingKind, ProceedingLook, ProceedingStart
from runtime.workers import runner
from tests.workflows.test_involvement_workflow import fault, verdict
from tests.world import until
from workflows.keeper import LONGEST_HISTORY
from workflows.proceedings import ActionWorkflow, CandourWorkflow, EscalationWorkflow, ReferralWorkflow

CALLS: Final = ("first", "again", "second", "overdue", "responsible")
_QUARTER: Final = timedelta(minutes=15)
_SOON: Final = timedelta(minutes=5)


@dataclass(slots=True)
class Stage:
    """One proceeding in memory: its clocks, what fired, how often it was looked at, and what is to go wrong."""

    clocks: list[ArmedClock]
    ended: bool = False
    looks: int = 0
    stage: str = "received"
    fired: list[tuple[str, timedelta]] = field(default_factory=list)
    parked: list[str | None] = field(default_factory=list)
    look_faults: deque[BaseException] = field(default_factory=deque)
    rung_faults: deque[BaseException | Verdict] = field(default_factory=deque)

    @property
    def rungs(self) -> list[str]:
        return [rung for rung, _ in self.fired]

    @activity.defn(name=names.PROCEEDING_LOOK)
    async def look(self, act: ProceedingAct) -> ProceedingLook:
        if self.look_faults:
            raise self.look_faults.popleft()
        self.looks += 1
        return ProceedingLook(
            state=Code("ended" if self.ended else "asking"), about=Code("severity"), changes=self.looks,
            stage=Code(self.stage), reference=Code("RX1-1"), clocks=tuple(self.clocks),
            over=self.ended and not self.clocks,
        )  # fmt: skip

    @activity.defn(name=names.APPLY)
    async def apply(self, act: Act) -> Verdict:
        assert act.rung is not None and act.stage.value == self.stage
        if self.rung_faults:
            fault = self.rung_faults.popleft()
            if isinstance(fault, BaseException):
                raise fault
            return fault
        self.fired.append((act.rung.rung.value, act.now - act.rung.at))
        self.clocks = [
            replace(each, rungs=each.rungs[1:]) if each.clock_id == act.rung.clock_id else each for each in self.clocks
        ]
        mine = tuple(each for each in self.clocks if each.clock_id == act.rung.clock_id)
        return replace(verdict(Outcome.APPLIED), armed=mine)

    @activity.defn(name=names.PARK)
    async def park(self, parked: Parked) -> None:
        self.parked.append(None if parked.failure is None else parked.failure.value)


def a_ladder(*rungs: str, kind: str = "escalation_call_now", after: timedelta = _SOON) -> ArmedClock:
    """Return a clock whose first rung comes soon, and the others a quarter of an hour after each other."""
    start = datetime.now(UTC) + after
    ladder = tuple(RungAt(rung=Code(rung), at=start + _QUARTER * n) for n, rung in enumerate(rungs))
    return ArmedClock(clock_id=uuid4(), kind=Code(kind), generation=1, due_at=ladder[-1].at, rungs=ladder)


@dataclass(slots=True)
class Played:
    """A running proceeding on a task queue of its own."""

    client: Client
    stage: Stage
    queue: str
    start: ProceedingStart
    skipper: TimeSkipper

    @property
    def handle(self) -> WorkflowHandle[Any, Code]:
        id = names.proceeding_workflow_id(self.start.kind.value, self.start.proceeding_id)
        return self.client.get_workflow_handle(id, result_type=Code)

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        stage = self.stage
        async with Worker(
            self.client, task_queue=self.queue,
            workflows=[EscalationWorkflow, CandourWorkflow, ReferralWorkflow, ActionWorkflow],
            workflow_runner=runner(), activities=[stage.look, stage.apply, stage.park],
            graceful_shutdown_timeout=timedelta(),
        ):  # fmt: skip
            yield

    async def begin(self) -> None:
        await self.client.start_workflow(
            self.start.kind.value, self.start, id=self.handle.id, task_queue=self.queue,
        )  # fmt: skip

    async def advance(self, length: timedelta) -> None:
        await self.skipper.fast_forward(self.handle, length)

    async def signal(self) -> None:
        await self.handle.signal(names.PROCEEDING_CHANGED)

    async def comes(self, condition: Callable[[], bool]) -> None:
        async def so() -> bool:
            return condition()

        await until(so)

    async def timer(self, step: EventType.ValueType) -> None:
        """Wait until a timer was armed, or has fired."""

        async def so() -> bool:
            return any(event.event_type == step for event in (await self.handle.fetch_history()).events)

        await until(so)

    async def shown(self) -> dict[str, Any]:
        described = await self.handle.describe()
        return {pair.key.name: pair.value for pair in described.typed_search_attributes}

    async def ends(self) -> None:
        self.stage.clocks, self.stage.ended = [], True
        await self.signal()
        assert await self.handle.result() == Code("ended")


def played(client: Client, *clocks: ArmedClock, kind: ProceedingKind = ProceedingKind.ESCALATION) -> Played:
    start = ProceedingStart(organisation_id=uuid4(), complaint_id=uuid4(), proceeding_id=uuid4(), kind=kind)
    return Played(client, Stage(list(clocks)), f"proceedings-{uuid4()}", start, TimeSkipper(client))


@pytest.mark.parametrize("kind", list(ProceedingKind))
async def test_each_kind_waits_shows_what_for_fires_hears_and_ends(temporal: Client, kind: ProceedingKind) -> None:
    play = played(temporal, a_ladder("reminder", "overdue"), kind=kind)
    async with play.worker():
        await play.begin()
        await play.timer(EventType.EVENT_TYPE_TIMER_STARTED)
        assert play.stage.fired == []
        shown = await play.shown()
        assert (shown[names.SA_STAGE], shown[names.SA_REFERENCE]) == ("asking", "RX1-1")
        assert shown[names.SA_NEXT_DUE_AT].replace(microsecond=0) == (
            play.stage.clocks[0].rungs[0].at.replace(microsecond=0)
        )
        details = str(await play.handle.query("__temporal_workflow_metadata"))
        assert f"RX1-1, {kind.value} (severity)" in details and "reminder" in details
        await play.advance(_SOON + timedelta(minutes=1))
        await play.comes(lambda: play.stage.rungs == ["reminder"])
        looks = play.stage.looks
        await play.signal()
        await play.comes(lambda: play.stage.looks > looks)
        await play.ends()


async def test_calls_that_fell_due_while_no_worker_was_there_are_made_at_once_in_order_and_each_once(
    temporal: Client,
) -> None:
    play = played(temporal, a_ladder(*CALLS, after=timedelta(minutes=-40)))
    await play.begin()  # three have fallen due before any worker is there; the fourth lies ahead
    async with play.worker():
        await play.comes(lambda: play.stage.rungs == ["first", "again", "second"])
        assert [late // _QUARTER for _, late in play.stage.fired] == [2, 1, 0]
        await play.timer(EventType.EVENT_TYPE_TIMER_STARTED)
    ahead = asyncio.create_task(play.advance(_QUARTER + timedelta(minutes=6)))
    await play.timer(EventType.EVENT_TYPE_TIMER_FIRED)
    assert len(play.stage.fired) == 3
    async with play.worker():
        await ahead
        await play.comes(lambda: play.stage.rungs == list(CALLS))
        assert play.stage.parked == []
        await play.ends()


@pytest.mark.parametrize("kind", [*ErrorType, "SomethingNew"])
async def test_no_failure_of_a_look_ends_a_proceeding(temporal: Client, kind: str) -> None:
    play = played(temporal, a_ladder("first", after=timedelta(hours=1)))
    play.stage.look_faults.append(fault(kind))
    async with play.worker():
        await play.begin()
        await play.comes(lambda: not play.stage.look_faults)
        await play.advance(timedelta(minutes=11))
        await play.comes(lambda: play.stage.looks == 1)
        await play.advance(timedelta(hours=1))
        await play.comes(lambda: play.stage.rungs == ["first"])
        await play.ends()


@pytest.mark.parametrize("kind", [*ErrorType, "a type with words"])
async def test_a_call_that_fails_is_parked_holds_up_no_other_and_is_made_later(temporal: Client, kind: str) -> None:
    play = played(temporal, a_ladder("first"), a_ladder("reminder", kind="candour_assessment"))
    play.stage.rung_faults.append(fault(kind))
    async with play.worker():
        await play.begin()
        await play.advance(_SOON + timedelta(minutes=1))
        await play.comes(lambda: len(play.stage.fired) == 1)
        await play.comes(lambda: [code is not None for code in play.stage.parked] == [True])
        assert (await play.shown())[names.SA_NEEDS_ATTENTION] is True
        await play.advance(timedelta(minutes=10))
        await play.comes(lambda: sorted(play.stage.rungs) == ["first", "reminder"])
        await play.comes(lambda: play.stage.parked[-1:] == [None])

        async def attended() -> bool:
            return (await play.shown())[names.SA_NEEDS_ATTENTION] is False

        await until(attended)
        await play.ends()


async def test_a_call_waits_for_an_acknowledgement_that_was_said_before_it_fell_due(temporal: Client) -> None:
    play = played(temporal, a_ladder("overdue", "responsible"))
    play.stage.rung_faults += [verdict(Outcome.DEFERRED), verdict(Outcome.DEFERRED)]
    async with play.worker():
        await play.begin()
        await play.advance(_SOON + timedelta(seconds=5))
        await play.comes(lambda: len(play.stage.rung_faults) == 1)
        # It was acknowledged: the clock runs no more, and nobody is called.
        play.stage.clocks = []
        await play.signal()
        await play.comes(lambda: play.stage.looks >= 2)
        await play.advance(timedelta(hours=2))
        assert play.stage.fired == [] and play.stage.parked == []
        await play.ends()


async def test_the_complaint_may_end_and_the_calling_goes_on(temporal: Client) -> None:
    play = played(temporal, a_ladder("first", "again"))
    async with play.worker():
        await play.begin()
        await play.advance(_SOON + timedelta(minutes=1))
        await play.comes(lambda: play.stage.rungs == ["first"])
        play.stage.stage = "withdrawn"
        await play.signal()
        await play.comes(lambda: play.stage.looks >= 2)
        await play.advance(_QUARTER)
        await play.comes(lambda: play.stage.rungs == ["first", "again"])
        await play.ends()


async def test_cancel_changes_nothing_and_at_most_one_timer_is_armed(temporal: Client) -> None:
    play = played(temporal, a_ladder("first", "again"), a_ladder("reminder", kind="candour_assessment"))
    async with play.worker():
        await play.begin()
        await play.comes(lambda: play.stage.looks == 1)
        await play.handle.cancel()
        await play.signal()
        await play.comes(lambda: play.stage.looks >= 2)
        await play.advance(_SOON + _QUARTER + timedelta(minutes=1))
        await play.comes(lambda: len(play.stage.fired) == 3)
        await play.ends()
    armed = most = 0
    async for event in play.handle.fetch_history_events():
        armed += event.event_type == EventType.EVENT_TYPE_TIMER_STARTED
        armed -= event.event_type in (EventType.EVENT_TYPE_TIMER_FIRED, EventType.EVENT_TYPE_TIMER_CANCELED)
        most = max(most, armed)
    assert most == 1


async def test_a_long_life_goes_on_in_another_run_that_calls_when_it_is_due(temporal: Client) -> None:
    play = played(temporal, a_ladder("first", "again"))
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
        assert (await play.shown())[names.SA_STAGE] == "asking"
        await play.advance(_SOON + timedelta(minutes=1))
        await play.comes(lambda: play.stage.rungs == ["first"])
        await play.ends()
