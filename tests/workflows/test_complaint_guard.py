"""Nothing kills a complaint: every failure, raised at every step, leaves it running and its clocks with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    Interceptor,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from contracts.code import Code
from contracts.commands import CommandKind
from contracts.failures import ErrorType
from tests.fake_case_file import FakeCase
from tests.theatre import Theatre, a_theatre
from tests.world import until

A_DAY = timedelta(days=1)


class Hasty(Interceptor):
    """Let no activity take longer than a moment: what the engine says then is a real timeout."""

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        return _HastyInbound


class _HastyInbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_HastyOutbound(outbound))


class _HastyOutbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        input.schedule_to_close_timeout = timedelta(seconds=1)
        return super().start_activity(input)


def for_ever(kind: str | None) -> ApplicationError:
    return ApplicationError("text that nobody may branch on", type=kind, non_retryable=True)


# What an activity's end can look like to the workflow, and the code under which an operator finds it.
# Timeouts and cancellation do not come from an activity but from the engine, and are tested below.
FAILURES: dict[str, tuple[Callable[[], BaseException], str]] = {
    **{kind.value: (lambda kind=kind: for_ever(kind.value), kind.value) for kind in ErrorType},  # type: ignore[misc]
    "unknown type": (lambda: for_ever("SomethingNew"), "SomethingNew"),
    "type that is no code": (lambda: for_ever("a type with words"), "application_error"),
    "no type": (lambda: for_ever(None), "ApplicationError"),
}


@pytest.fixture(scope="module")
async def theatre(temporal: Client) -> AsyncIterator[Theatre]:
    """One stage for this file."""
    async with a_theatre(temporal) as opened:
        yield opened


async def for_each_failure(act: Callable[[str, Callable[[], BaseException], str], Any]) -> None:
    await asyncio.gather(*(act(name, make, code) for name, (make, code) in FAILURES.items()))


async def lives_on(theatre: Theatre, complaint: UUID) -> None:
    """Assert that a complaint still does all that a complaint does, to its end."""
    assert await theatre.is_running(complaint)
    assert (await theatre.happening(complaint)).parked == 0
    assert await theatre.answer(complaint, CommandKind.ADD_NOTE) == "applied"
    assert await theatre.answer(complaint, CommandKind.WITHDRAW) == "applied"
    await theatre.handle(complaint).result()


async def test_no_failure_of_opening_ends_a_complaint(theatre: Theatre) -> None:
    async def act(name: str, make: Callable[[], BaseException], code: str) -> None:
        complaint = await theatre.begin()
        case = theatre.case(complaint)
        case.faults.append(make())
        assert await theatre.answer(complaint, CommandKind.LOG) == "PARKED", name
        assert await theatre.is_running(complaint), name
        assert [parked.failure for parked in case.parked] == [Code(code)], name
        assert (await theatre.happening(complaint)).parked == 1
        resumed = await theatre.resume(complaint)
        assert (resumed.applied, resumed.parked) == (1, 0), name
        assert [parked.failure for parked in case.parked] == [Code(code), None], name
        await lives_on(theatre, complaint)

    await for_each_failure(act)


async def test_no_failure_of_a_command_ends_a_complaint_or_stops_its_clocks(theatre: Theatre) -> None:
    async def act(name: str, make: Callable[[], BaseException], code: str) -> None:
        complaint = await theatre.open()
        case = theatre.case(complaint)
        case.faults.append(make())
        assert await theatre.answer(complaint, CommandKind.ACKNOWLEDGE) == "PARKED", name
        assert case.parked[-1].failure == Code(code), name
        await theatre.advance(complaint, A_DAY + timedelta(hours=1))
        assert case.fired() == ["reminder_1"], name
        assert await theatre.answer(complaint, CommandKind.ADD_NOTE) == "applied", name
        assert (await theatre.resume(complaint)).applied == 1, name
        assert case.said()[-1] is CommandKind.ACKNOWLEDGE, name
        assert (await theatre.happening(complaint)).stage == Code("acknowledged"), name
        await lives_on(theatre, complaint)

    await for_each_failure(act)


async def test_no_failure_of_a_rung_ends_a_complaint_or_stops_the_next_rung(theatre: Theatre) -> None:
    async def act(name: str, make: Callable[[], BaseException], code: str) -> None:
        complaint = await theatre.open()
        case = theatre.case(complaint)
        case.faults.append(make())
        await theatre.advance(complaint, A_DAY + timedelta(hours=1))
        assert case.parked[-1].failure == Code(code), name
        assert case.fired() == [], name
        await theatre.advance(complaint, A_DAY)
        assert case.fired() == ["overdue"], name
        assert (await theatre.resume(complaint)).applied == 1, name
        assert case.fired() == ["overdue", "reminder_1"], name
        await lives_on(theatre, complaint)

    await for_each_failure(act)


async def test_no_failure_of_asking_for_help_ends_a_complaint(theatre: Theatre) -> None:
    async def act(name: str, make: Callable[[], BaseException], code: str) -> None:
        complaint = await theatre.open()
        case = theatre.case(complaint)
        case.faults.append(for_ever("X"))
        case.park_faults.append(make())
        assert await theatre.answer(complaint, CommandKind.ACKNOWLEDGE) == "PARKED", name
        assert case.parked == [], name
        assert (await theatre.happening(complaint)).parked == 1, name
        assert (await theatre.resume(complaint)).applied == 1, name
        await lives_on(theatre, complaint)

    await for_each_failure(act)


async def test_no_failure_of_a_resume_ends_a_complaint_or_forgets_the_act(theatre: Theatre) -> None:
    async def act(name: str, make: Callable[[], BaseException], code: str) -> None:
        complaint = await theatre.open()
        case = theatre.case(complaint)
        case.faults.extend([for_ever("X"), for_ever("Y"), make()])
        assert await theatre.answer(complaint, CommandKind.ACKNOWLEDGE) == "PARKED", name
        assert await theatre.answer(complaint, CommandKind.ADD_NOTE) == "PARKED", name
        # The first of the two fails again, the second is applied.
        resumed = await theatre.resume(complaint)
        assert (resumed.applied, resumed.parked) == (1, 1), name
        assert case.said() == [CommandKind.LOG, CommandKind.ADD_NOTE], name
        assert (await theatre.resume(complaint)).applied == 1, name
        assert case.said()[-1] is CommandKind.ACKNOWLEDGE, name
        await lives_on(theatre, complaint)

    await for_each_failure(act)


async def test_no_timeout_of_any_step_ends_a_complaint(temporal: Client) -> None:
    hangs = asyncio.Event()
    async with a_theatre(temporal, Hasty()) as theatre:
        complaint = await theatre.begin()
        case = theatre.case(complaint)
        case.faults.append(hangs)
        assert await theatre.answer(complaint, CommandKind.LOG) == "PARKED"
        case.faults.append(hangs)
        assert (await theatre.resume(complaint)).parked == 1
        assert (await theatre.resume(complaint)).applied == 1
        case.faults.append(hangs)
        assert await theatre.answer(complaint, CommandKind.ACKNOWLEDGE) == "PARKED"
        case.faults.append(hangs)
        await theatre.advance(complaint, A_DAY + timedelta(hours=1))
        assert {parked.failure for parked in case.parked if parked.failure} == {Code("TimeoutError")}
        assert (await theatre.resume(complaint)).applied == 2
        assert case.fired() == ["reminder_1"]
        await lives_on(theatre, complaint)
        hangs.set()


async def test_a_failure_that_a_retry_mends_parks_nothing(theatre: Theatre) -> None:
    complaint = await theatre.open()
    case = theatre.case(complaint)
    case.faults.extend([ApplicationError("away", type="OperationalError"), RuntimeError("a bug of the driver")])
    assert await theatre.answer(complaint, CommandKind.ACKNOWLEDGE) == "applied"
    assert case.parked == []


@pytest.mark.parametrize(
    "payload",
    [7, "words", None, {"outcome": "applied"}, {"outcome": "applied", "version": 2, "stage": {"value": "some words"}}],
)
async def test_a_verdict_that_cannot_be_read_is_a_bug_and_not_an_end(theatre: Theatre, payload: Any) -> None:
    complaint = await theatre.open()
    case = theatre.case(complaint)
    case.faults.append(payload)
    waiting = asyncio.create_task(theatre.answer(complaint, CommandKind.ACKNOWLEDGE))

    async def failing() -> bool:
        return "WORKFLOW_TASK_FAILED" in await theatre.events(complaint)

    await until(failing)
    assert await theatre.is_running(complaint)
    assert case.said() == [CommandKind.LOG]
    waiting.cancel()
    await theatre.handle(complaint).terminate()


async def test_cancelling_it_in_the_engine_does_not_end_a_complaint(theatre: Theatre) -> None:
    complaint = await theatre.open()
    await theatre.handle(complaint).cancel()
    await theatre.settled(complaint)
    await theatre.advance(complaint, A_DAY + timedelta(hours=1))
    assert theatre.case(complaint).fired() == ["reminder_1"]
    await lives_on(theatre, complaint)


async def test_cancelling_it_while_an_act_is_applied_has_the_act_applied_all_the_same(theatre: Theatre) -> None:
    case = FakeCase()
    complaint = await theatre.open(case)
    case.gate = asyncio.Event()
    asked = len(case.asked)
    saying = asyncio.create_task(theatre.answer(complaint, CommandKind.ACKNOWLEDGE))

    async def being_applied() -> bool:
        return len(case.asked) > asked

    await until(being_applied)
    await theatre.handle(complaint).cancel()
    case.gate.set()
    assert await saying == "applied"
    assert case.said() == [CommandKind.LOG, CommandKind.ACKNOWLEDGE]
    assert case.parked == []
    await lives_on(theatre, complaint)


async def test_a_cancellation_beside_a_command_loses_no_answer(theatre: Theatre) -> None:
    complaint = await theatre.open()
    answers = await asyncio.gather(
        theatre.answer(complaint, CommandKind.ACKNOWLEDGE),
        theatre.handle(complaint).cancel(),
        theatre.answer(complaint, CommandKind.ADD_NOTE),
    )
    assert [answer for answer in answers if answer is not None] == ["applied", "applied"]
    await lives_on(theatre, complaint)


async def test_a_workflow_that_leaves_the_cache_leaves_nothing_running_behind(
    temporal: Client, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_theatre(temporal, max_cached_workflows=1) as theatre:
        complaints = [await theatre.open() for _ in range(4)]
        for complaint in complaints:
            await theatre.handle(complaint).cancel()
            assert await theatre.answer(complaint, CommandKind.ADD_NOTE) == "applied"
        for complaint in complaints:
            assert await theatre.answer(complaint, CommandKind.ADD_NOTE) == "applied"
    assert [record for record in caplog.records if "evict" in record.getMessage().lower()] == []


async def test_a_parked_act_that_is_said_again_is_applied_once_and_no_longer_parked(theatre: Theatre) -> None:
    complaint = await theatre.open()
    case = theatre.case(complaint)
    case.faults.append(for_ever("X"))
    said = uuid4()
    assert await theatre.answer(complaint, CommandKind.ACKNOWLEDGE, id=said) == "PARKED"
    assert await theatre.answer(complaint, CommandKind.ACKNOWLEDGE, id=said, update_id=f"{said}/1") == "applied"
    assert (await theatre.happening(complaint)).parked == 0
    assert [parked.failure for parked in case.parked] == [Code("X"), None]
    assert case.said() == [CommandKind.LOG, CommandKind.ACKNOWLEDGE]
    await lives_on(theatre, complaint)


async def test_a_parked_rung_that_is_deferred_at_the_resume_stays_parked(theatre: Theatre) -> None:
    case = FakeCase()
    complaint = await theatre.open(case)
    case.faults.append(for_ever("X"))
    await theatre.advance(complaint, A_DAY + timedelta(hours=1))
    case.deferrals = 1
    resumed = await theatre.resume(complaint)
    assert (resumed.applied, resumed.parked) == (0, 1)
    assert (await theatre.resume(complaint)).applied == 1
    assert case.fired() == ["reminder_1"]


async def test_an_operator_sees_a_parked_act(theatre: Theatre) -> None:
    complaint = await theatre.open()
    theatre.case(complaint).faults.append(for_ever("X"))
    await theatre.answer(complaint, CommandKind.ACKNOWLEDGE)
    found = await theatre.handle(complaint).describe()
    assert found.search_attributes["RedressNeedsAttention"] == [True]
    details = await theatre.handle(complaint).query("__temporal_workflow_metadata")
    assert "needs attention" in str(details) and "resume" in str(details)
