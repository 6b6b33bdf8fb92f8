"""The order of things in the life of a complaint: what is heard first, what is refused, what is said twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from contracts import names
from contracts.code import Code
from contracts.commands import CommandKind
from contracts.complaint import CommandOutcome, Start
from contracts.failures import Refusal
from contracts.submissions import Pending
from gateways.delivery import Delivery
from gateways.engine import Engine
from tests.fake_case_file import FakeCase, a_clock
from tests.theatre import ORGANISATION, Theatre, a_command, a_theatre
from tests.world import until

A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
async def theatre(temporal: Client) -> AsyncIterator[Theatre]:
    """One stage for this file."""
    async with a_theatre(temporal) as opened:
        yield opened


async def blocked(theatre: Theatre, case: FakeCase) -> asyncio.Event:
    """Make the case file wait before its next answer; return what lets it go on."""
    case.gate = gate = asyncio.Event()
    return gate


async def test_what_the_plan_forbids_is_refused_before_anything_is_written(theatre: Theatre) -> None:
    complaint = await theatre.open()
    before = await theatre.events(complaint)
    assert await theatre.answer(complaint, CommandKind.CLOSE) == "REFUSED not_in_this_stage"
    assert await theatre.events(complaint) == before


async def test_nothing_but_logging_opens_a_complaint(theatre: Theatre) -> None:
    complaint = await theatre.begin()
    assert await theatre.answer(complaint, CommandKind.ADD_NOTE) == "REFUSED no_such_complaint"
    assert await theatre.answer(complaint, CommandKind.LOG) == "applied"
    assert await theatre.answer(complaint, CommandKind.LOG) == "REFUSED not_in_this_stage"


async def test_of_two_that_both_pass_the_validator_the_main_line_refuses_the_second(theatre: Theatre) -> None:
    case = FakeCase()
    complaint = await theatre.open(case)
    gate = await blocked(theatre, case)
    asked = len(case.asked)
    both = [asyncio.create_task(theatre.answer(complaint, CommandKind.ACKNOWLEDGE)) for _ in range(2)]

    async def both_are_in() -> bool:
        accepted = (await theatre.events(complaint)).count("WORKFLOW_EXECUTION_UPDATE_ACCEPTED")
        return len(case.asked) > asked and accepted == 3

    await until(both_are_in)
    gate.set()
    assert sorted(await asyncio.gather(*both)) == ["REFUSED not_in_this_stage", "applied"]
    assert case.said() == [CommandKind.LOG, CommandKind.ACKNOWLEDGE]


async def test_a_stale_version_is_refused_and_the_present_one_is_not(theatre: Theatre) -> None:
    complaint = await theatre.open()
    version = (await theatre.happening(complaint)).version
    assert await theatre.answer(complaint, CommandKind.ADD_NOTE, if_version=version - 1) == "REFUSED stale_version"
    assert await theatre.answer(complaint, CommandKind.ADD_NOTE, if_version=version) == "applied"
    assert await theatre.answer(complaint, CommandKind.ADD_NOTE, if_version=version) == "REFUSED stale_version"


async def test_a_refusal_of_the_case_file_reaches_the_caller_with_its_code(theatre: Theatre) -> None:
    case = FakeCase(refusals={CommandKind.ACKNOWLEDGE: Refusal.DISCUSSION_NOT_OFFERED})
    complaint = await theatre.open(case)
    assert await theatre.answer(complaint, CommandKind.ACKNOWLEDGE) == "REFUSED discussion_not_offered"
    assert case.parked == []
    assert (await theatre.happening(complaint)).stage == Code("received")


@pytest.mark.parametrize(
    ("said_after_due", "order"),
    [(-AN_HOUR / 2, ["note", "r"]), (timedelta(), ["note", "r"]), (AN_HOUR / 2, ["r", "note"])],
)
async def test_of_what_was_said_and_what_fell_due_the_earlier_goes_first(
    theatre: Theatre, said_after_due: timedelta, order: list[str]
) -> None:
    due = datetime.now(UTC) - AN_HOUR
    # While the handover is applied, a note comes in; with the handover comes a rung that is due already.
    case = FakeCase(arms={CommandKind.ASSIGN: (a_clock(due - A_DAY, rungs=("r",)),)})
    complaint = await theatre.open(case)
    gate = await blocked(theatre, case)
    asked = len(case.asked)
    busy = asyncio.create_task(theatre.answer(complaint, CommandKind.ASSIGN))

    async def taken() -> bool:
        return len(case.asked) > asked

    await until(taken)
    note = asyncio.create_task(theatre.answer(complaint, CommandKind.ADD_NOTE, said_at=due + said_after_due))

    async def note_is_in() -> bool:
        return (await theatre.events(complaint)).count("WORKFLOW_EXECUTION_UPDATE_ACCEPTED") == 3

    await until(note_is_in)
    gate.set()
    assert [await busy, await note] == ["applied", "applied"]

    async def both_are_applied() -> bool:
        return len(case.applied) == 4

    await until(both_are_applied)
    assert ["note" if act.command else str(act.rung and act.rung.rung) for act in case.applied[2:]] == order


async def test_a_deferred_rung_is_asked_for_again_and_fires(theatre: Theatre) -> None:
    case = FakeCase(deferrals=2)
    complaint = await theatre.open(case)
    await theatre.advance(complaint, A_DAY + AN_HOUR)

    async def fired() -> bool:
        return case.fired() == ["reminder_1"]

    await until(fired)
    asks = [act.now for act in case.asked if act.rung]
    assert len(asks) == 3
    assert all(later - sooner >= timedelta(seconds=20) for sooner, later in pairwise(asks))
    await theatre.advance(complaint, A_DAY)
    assert case.fired() == ["reminder_1", "overdue"]


async def test_rungs_that_are_late_fire_in_the_order_in_which_they_fell_due(theatre: Theatre) -> None:
    past = datetime.now(UTC) - 10 * A_DAY
    first = a_clock(past, rungs=("a1", "a2"), every=2 * A_DAY)
    second = a_clock(past, rungs=("b1", "b2"), every=3 * A_DAY)
    case = FakeCase(clocks=(second, first))
    complaint = await theatre.open(case)
    await theatre.settled(complaint)
    assert case.fired() == ["a1", "b1", "a2", "b2"]
    # Each says when it should have fired, so that the case file can call it late.
    assert all(act.rung.at < act.now for act in case.applied if act.rung)


async def test_a_new_generation_of_a_clock_takes_the_place_of_the_old_one(theatre: Theatre) -> None:
    now = datetime.now(UTC)
    old = a_clock(now, rungs=("old",))
    new = a_clock(now + A_DAY, rungs=("new",), clock_id=old.clock_id, generation=2)
    case = FakeCase(clocks=(old,), arms={CommandKind.ACKNOWLEDGE: (new,)})
    complaint = await theatre.open(case)
    await theatre.say(complaint, CommandKind.ACKNOWLEDGE)
    await theatre.advance(complaint, 2 * A_DAY + AN_HOUR)
    assert case.fired() == ["new"]


async def test_more_than_ten_updates_in_flight_are_all_applied_once(theatre: Theatre) -> None:
    case = FakeCase()
    complaint = await theatre.open(case)
    gate = await blocked(theatre, case)
    engine = Engine(theatre.client)
    waiting = [
        Pending(
            organisation_id=ORGANISATION,
            complaint_id=complaint,
            seq=seq,
            delivery=0,
            command=a_command(CommandKind.ADD_NOTE),
        )
        for seq in range(15)
    ]
    # The door waits a little, is told nothing, and leaves the rest to the sweep.
    first = await asyncio.gather(*(engine.deliver(each, timedelta(seconds=1)) for each in waiting))
    assert {each.delivery for each in first} == {Delivery.WAITING}
    gate.set()
    again = await asyncio.gather(*(engine.deliver(each, timedelta(seconds=60)) for each in waiting))
    assert {each.delivery for each in again} == {Delivery.APPLIED}
    assert case.said() == [CommandKind.LOG, *[CommandKind.ADD_NOTE] * 15]


async def test_an_update_that_comes_with_the_start_is_heard(theatre: Theatre) -> None:
    complaint = uuid4()
    command = a_command(CommandKind.LOG)
    start: WithStartWorkflowOperation[Any, None] = WithStartWorkflowOperation(
        names.COMPLAINT,
        Start(organisation_id=ORGANISATION, complaint_id=complaint),
        id=names.complaint_workflow_id(complaint),
        task_queue=theatre.queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    outcome: CommandOutcome = await theatre.client.execute_update_with_start_workflow(
        names.SUBMIT,
        command,
        start_workflow_operation=start,
        id=str(command.submission_id),
        result_type=CommandOutcome,
    )
    assert (outcome.version, outcome.stage) == (1, Code("received"))


@pytest.mark.parametrize("same_update", [True, False])
async def test_the_same_submission_twice_is_applied_once(theatre: Theatre, same_update: bool) -> None:
    case = FakeCase()
    complaint = await theatre.open(case)
    said = uuid4()
    answers = await asyncio.gather(
        *(
            theatre.say(complaint, CommandKind.ADD_NOTE, id=said, update_id=str(said) if same_update else f"{said}/{n}")
            for n in range(3)
        )
    )
    assert len(set(answers)) == 1
    assert case.said() == [CommandKind.LOG, CommandKind.ADD_NOTE]
    assert (await theatre.happening(complaint)).version == 2


async def test_what_is_said_again_after_the_stage_moved_on_does_not_move_it_back(theatre: Theatre) -> None:
    case = FakeCase()
    complaint = await theatre.open(case)
    said = uuid4()
    await theatre.say(complaint, CommandKind.ACKNOWLEDGE, id=said)
    again = await theatre.answer(complaint, CommandKind.ACKNOWLEDGE, id=said, update_id=f"{said}/1")
    assert again == "REFUSED not_in_this_stage"
    assert (await theatre.happening(complaint)).stage == Code("acknowledged")


async def test_a_finished_complaint_ends_and_answers_nobody(theatre: Theatre) -> None:
    complaint = await theatre.open()
    await theatre.say(complaint, CommandKind.WITHDRAW)
    await theatre.handle(complaint).result()
    engine = Engine(theatre.client)
    pending = Pending(
        organisation_id=ORGANISATION,
        complaint_id=complaint,
        seq=3,
        delivery=0,
        command=a_command(CommandKind.ADD_NOTE),
    )
    assert (await engine.deliver(pending, timedelta(seconds=60))).delivery is Delivery.CLOSED
