"""What a complaint costs and shows: runs that follow each other, timers that stay armed, what operators see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import TypeAdapter
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from contracts import names
from contracts.acts import Act
from contracts.code import Code
from contracts.commands import Command, CommandKind
from contracts.complaint import ComplaintState, Start
from tests.fake_case_file import PLAN, FakeCase, a_clock
from tests.theatre import ORGANISATION, Theatre, a_theatre
from tests.world import until
from workflows.complaint import LONGEST_HISTORY

A_DAY = timedelta(days=1)
LARGEST_STATE = 16 * 1024


@pytest.fixture(scope="module")
async def theatre(temporal: Client) -> AsyncIterator[Theatre]:
    """One stage for this file."""
    async with a_theatre(temporal) as opened:
        yield opened


async def run_of(theatre: Theatre, complaint: UUID) -> str | None:
    return (await theatre.handle(complaint).describe()).run_id


async def talk_until_a_new_run(theatre: Theatre, complaint: UUID) -> int:
    """Add notes until the run ends and the next one begins; return how many it took."""
    first = await run_of(theatre, complaint)
    for spoken in range(5, LONGEST_HISTORY, 5):
        notes = (theatre.answer(complaint, CommandKind.ADD_NOTE) for _ in range(5))
        assert set(await asyncio.gather(*notes)) == {"applied"}
        if await run_of(theatre, complaint) != first:
            return spoken
    raise AssertionError("no new run began")


async def carried(theatre: Theatre, complaint: UUID) -> bytes:
    """Return the input of the present run, as it stands in its history."""
    history = await theatre.handle(complaint).fetch_history()
    started = history.events[0].workflow_execution_started_event_attributes
    return started.input.payloads[0].data


async def test_a_new_run_carries_everything_on_and_hears_nothing_twice(theatre: Theatre) -> None:
    now = datetime.now(UTC)
    old = a_clock(now)
    new = a_clock(now + A_DAY, clock_id=old.clock_id, generation=2)
    case = FakeCase(clocks=(old,), arms={CommandKind.ASSIGN: (new,)})
    complaint = await theatre.open(case)
    early, armed = uuid4(), uuid4()
    await theatre.say(complaint, CommandKind.ADD_NOTE, id=early)
    # The stored verdict of this one arms the first generation once more, were it taken again.
    case.arms[CommandKind.ATTACH_FILE] = (old,)
    await theatre.say(complaint, CommandKind.ATTACH_FILE, id=armed)
    await theatre.say(complaint, CommandKind.ASSIGN)
    await theatre.say(complaint, CommandKind.ACKNOWLEDGE)
    notes = await talk_until_a_new_run(theatre, complaint)

    happening = await theatre.happening(complaint)
    assert (happening.stage, happening.version) == (Code("acknowledged"), notes + 5)
    assert happening.plan == PLAN
    assert happening.next_rung is not None and happening.next_rung.generation == 2
    assert len(await carried(theatre, complaint)) <= LARGEST_STATE

    applied = len(case.applied)
    again = await theatre.say(complaint, CommandKind.ATTACH_FILE, id=armed)
    assert again.version == 3, "the first answer again"
    await theatre.say(complaint, CommandKind.ADD_NOTE, id=early)
    assert len(case.applied) == applied
    assert await theatre.happening(complaint) == happening
    shown = (await theatre.handle(complaint).describe()).typed_search_attributes
    assert str(happening.stage) in str(shown)

    await theatre.advance(complaint, 2 * A_DAY + timedelta(hours=1))
    assert case.fired() == ["reminder_1"]
    assert await theatre.answer(complaint, CommandKind.WITHDRAW) == "applied"
    await theatre.handle(complaint).result()


def test_the_largest_state_that_a_complaint_may_carry_is_below_its_limit() -> None:
    now = datetime(2028, 3, 2, tzinfo=UTC)
    clocks = tuple(a_clock(now, rungs=tuple(f"escalation_{n}" for n in range(8))) for _ in range(8))
    act = Act(
        act_id=uuid4(),
        organisation_id=uuid4(),
        complaint_id=uuid4(),
        now=now,
        stage=Code("closer_look"),
        command=Command(submission_id=uuid4(), kind=CommandKind.SET_RESPONSE_PERIOD, said_at=now, if_version=9),
    )
    state = ComplaintState(
        organisation_id=uuid4(),
        complaint_id=uuid4(),
        plan=PLAN,
        stage=Code("closer_look"),
        clocks=clocks,
        parked=(act,) * 10,
    )
    start = Start(organisation_id=state.organisation_id, complaint_id=state.complaint_id, state=state)
    assert len(TypeAdapter(Start).dump_json(start)) <= LARGEST_STATE


async def test_a_note_leaves_the_armed_timer_alone(theatre: Theatre) -> None:
    complaint = await theatre.open()
    for _ in range(3):
        await theatre.say(complaint, CommandKind.ADD_NOTE)
    events = await theatre.events(complaint)
    assert (events.count("TIMER_STARTED"), events.count("TIMER_CANCELED")) == (1, 0)


async def test_a_clock_that_moves_moves_the_timer_once(theatre: Theatre) -> None:
    now = datetime.now(UTC)
    old = a_clock(now)
    case = FakeCase(clocks=(old,))
    case.arms[CommandKind.ASSIGN] = (a_clock(now + A_DAY, clock_id=old.clock_id, generation=2),)
    complaint = await theatre.open(case)
    await theatre.say(complaint, CommandKind.ASSIGN)
    await theatre.settled(complaint)
    events = await theatre.events(complaint)
    assert (events.count("TIMER_STARTED"), events.count("TIMER_CANCELED")) == (2, 1)


async def shown(theatre: Theatre, complaint: UUID) -> dict[str, Any]:
    found = (await theatre.handle(complaint).describe()).search_attributes
    return {name: values[0] for name, values in found.items() if name.startswith("Redress")}


async def test_operators_see_whose_it_is_where_it_stands_and_what_is_due_next(theatre: Theatre) -> None:
    complaint = await theatre.open()
    due = (await theatre.happening(complaint)).next_rung
    assert due is not None
    seen = await shown(theatre, complaint)
    assert seen == {
        names.SA_ORGANISATION: str(ORGANISATION),
        names.SA_REFERENCE: "FAKE-12345678-0",
        names.SA_PROCEDURE: "nhs-england-2009",
        names.SA_STAGE: "received",
        names.SA_OWNER: str(UUID(int=7)),
        names.SA_WAITING_ON: "owner",
        names.SA_NEXT_DUE_AT: seen[names.SA_NEXT_DUE_AT],
        names.SA_NEEDS_ATTENTION: False,
    }
    assert abs(seen[names.SA_NEXT_DUE_AT] - due.at) < timedelta(seconds=1)
    details = str(await theatre.handle(complaint).query("__temporal_workflow_metadata"))
    assert "FAKE-12345678-0" in details and "reminder_1 of acknowledgement" in details


async def test_search_attributes_are_written_only_when_they_change(theatre: Theatre) -> None:
    complaint = await theatre.open()

    async def upserts() -> int:
        await theatre.settled(complaint)
        return (await theatre.events(complaint)).count("UPSERT_WORKFLOW_SEARCH_ATTRIBUTES")

    before = await upserts()
    await theatre.say(complaint, CommandKind.ADD_NOTE)
    assert await upserts() == before
    await theatre.say(complaint, CommandKind.ACKNOWLEDGE)
    assert await upserts() == before + 1


async def test_a_finished_complaint_shows_that_nothing_is_due(theatre: Theatre) -> None:
    complaint = await theatre.open()
    await theatre.say(complaint, CommandKind.WITHDRAW)
    await theatre.handle(complaint).result()
    seen = await shown(theatre, complaint)
    assert seen[names.SA_STAGE] == "withdrawn"


async def test_every_timer_and_activity_says_what_it_is_for(theatre: Theatre) -> None:
    complaint = await theatre.open()
    await theatre.say(complaint, CommandKind.ACKNOWLEDGE)
    history = await theatre.handle(complaint).fetch_history()
    summaries = {
        EventType.Name(event.event_type): event.user_metadata.summary.data.decode().strip('"')
        for event in history.events
        if event.event_type in (EventType.EVENT_TYPE_TIMER_STARTED, EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    }
    assert summaries["EVENT_TYPE_ACTIVITY_TASK_SCHEDULED"] == "acknowledge"
    assert summaries["EVENT_TYPE_TIMER_STARTED"].startswith("reminder_1 of acknowledgement at ")


async def test_a_new_run_waits_until_every_caller_has_an_answer(theatre: Theatre) -> None:
    case = FakeCase()
    complaint = await theatre.open(case)
    await talk_until_a_new_run(theatre, complaint)

    async def is_idle() -> bool:
        return (await theatre.happening(complaint)).waiting_in_inbox == 0

    await until(is_idle)
    assert len(case.said()) == len({act.act_id for act in case.applied if act.command})
