"""What is said while the act before it is still in hand: nobody can know yet whether it is lawful."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from contracts.code import Code
from contracts.commands import CommandKind
from contracts.submissions import Pending
from gateways.delivery import Delivery
from gateways.engine import Engine
from tests.fake_case_file import FakeCase
from tests.theatre import ORGANISATION, Theatre, a_command, a_theatre
from tests.world import until


@pytest.fixture(scope="module")
async def theatre(temporal: Client) -> AsyncIterator[Theatre]:
    """One stage for this file."""
    async with a_theatre(temporal) as opened:
        yield opened


async def in_hand(theatre: Theatre, complaint: UUID, case: FakeCase, kind: CommandKind) -> asyncio.Task[str]:
    """Say something, and wait until the case file has been asked and keeps silent."""
    case.gate = asyncio.Event()
    asked = len(case.asked)
    said = asyncio.create_task(theatre.answer(complaint, kind))

    async def taken() -> bool:
        return len(case.asked) > asked

    await until(taken)
    return said


async def accepted(theatre: Theatre, complaint: UUID, number: int) -> None:
    async def counted() -> bool:
        return (await theatre.events(complaint)).count("WORKFLOW_EXECUTION_UPDATE_ACCEPTED") == number

    await until(counted)


async def test_what_the_act_in_hand_makes_lawful_is_not_refused_before_its_verdict_is_known(theatre: Theatre) -> None:
    case = FakeCase()
    complaint = await theatre.open(case)
    first = await in_hand(theatre, complaint, case, CommandKind.ACKNOWLEDGE)
    then = asyncio.create_task(theatre.answer(complaint, CommandKind.RECORD_DISCUSSION))
    await accepted(theatre, complaint, 3)
    assert case.gate is not None
    case.gate.set()
    assert (await first, await then) == ("applied", "applied")
    assert (await theatre.happening(complaint)).stage == Code("acknowledged")


async def test_what_waits_behind_the_last_act_is_answered_and_the_workflow_ends(theatre: Theatre) -> None:
    case = FakeCase()
    complaint = await theatre.open(case)
    last = await in_hand(theatre, complaint, case, CommandKind.WITHDRAW)
    pending = Pending(
        organisation_id=ORGANISATION,
        complaint_id=complaint,
        seq=3,
        delivery=0,
        command=a_command(CommandKind.ADD_NOTE),
    )
    behind = asyncio.create_task(Engine(theatre.client).deliver(pending, timedelta(seconds=20)))
    await accepted(theatre, complaint, 3)
    assert case.gate is not None
    case.gate.set()
    assert await last == "applied"
    # Closed, not refused: what still concerns an ended complaint is delivered by another way.
    assert (await behind).delivery is Delivery.CLOSED
    await theatre.handle(complaint).result()
    assert (await theatre.handle(complaint).describe()).status is WorkflowExecutionStatus.COMPLETED
