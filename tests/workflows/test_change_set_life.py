"""A change of calendar and the sweeps over real parts: a server, a database and workers of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client, ScheduleOverlapPolicy

from contracts import names
from contracts.change_sets import ChangeSetStart, ChangeSetState, Decision
from contracts.commands import CommandKind
from db import desk_said
from db.queries import change_sets
from db.queries.change_sets import NewChangeSet, NewDecision
from gateways.anchors import FolderAnchors
from gateways.engine import connect
from runtime.attention import attention_report
from runtime.schedules import ensure_schedules
from runtime.settings import Settings
from runtime.verifying import verify
from tests.apart import Apart
from tests.bodies import Body
from tests.world import World, a_world, until


@pytest.fixture(scope="module")
async def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(environment="development", state_dir=tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="module")
async def world(own_server: str, apart: Apart, settings: Settings) -> AsyncIterator[World]:
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as opened:
        yield opened


async def due(world: World, body: Body, complaint: UUID) -> date:
    row = await world.row(
        body, "select due_on from clock where complaint_id = :id and kind = 'acknowledgement'", id=complaint
    )
    found: date = row["due_on"]
    return found


async def propose(world: World, body: Body) -> UUID:
    new = NewChangeSet(
        id=uuid4(), organisation_id=body.id, scope="nation", nation="england", day=date(2028, 3, 3),
        name="A day of mourning", opens=False, reason="Proclaimed.", source="The London Gazette",
        proposed_by=body.person("operator"), proposed_at=world.clock.now(), idempotency_key=uuid4().hex,
        body_hash="0" * 64,
    )  # fmt: skip
    async with world.database.tenant(body.id, world.clock.now()) as session:
        change_set = (await change_sets.propose(session, new)).change_set
    await world.engine.start_change_set(ChangeSetStart(organisation_id=body.id, change_set_id=change_set.id))
    return change_set.id


async def stands(world: World, body: Body, change_set: UUID, state: ChangeSetState) -> bool:
    async with world.database.tenant(body.id, world.clock.now()) as session:
        found = await change_sets.find(session, change_set)
    assert found is not None
    return found.state == state


async def test_a_nations_day_is_approved_and_every_complaint_takes_its_new_dates_through_its_workflow(
    world: World, apart: Apart, settings: Settings
) -> None:
    one, other = apart.body(), apart.body()
    complaints = [(one, await world.log(one)), (other, await world.log(other))]
    change_set = await propose(world, one)
    await until(lambda: stands(world, one, change_set, ChangeSetState.AWAITING_APPROVAL))
    assert [await due(world, *each) for each in complaints] == [date(2028, 3, 7)] * 2
    decision = NewDecision(
        decision_id=uuid4(), approved=True, decided_by=one.person("complaints_manager"), decided_at=world.clock.now()
    )
    async with world.database.tenant(one.id, world.clock.now()) as session:
        assert await change_sets.record_decision(session, change_set, decision) is None
    outcome = await world.engine.decide_change_set(
        change_set, Decision(decision_id=decision.decision_id, approved=True), timedelta(seconds=20)
    )
    assert (outcome.state, outcome.refusal) == (ChangeSetState.APPLYING, None)
    handle = world.client.get_workflow_handle(names.change_set_workflow_id(change_set))

    async def applied() -> bool:
        if await stands(world, one, change_set, ChangeSetState.APPLIED):
            return True
        await world.skipper.fast_forward(handle, timedelta(minutes=1))
        return False

    await until(applied)
    assert [await due(world, *each) for each in complaints] == [date(2028, 3, 8)] * 2
    for body, complaint in complaints:
        happening = await world.engine.happening(complaint, timedelta(seconds=10))
        assert happening.next_rung is not None
        row = await world.row(body, "select next_event_at from complaint where id = :id", id=complaint)
        assert row["next_event_at"] == happening.next_rung.at
    report = await attention_report(world.sweeper, world.engine, world.clock.now())
    assert (report.open_complaints, report.exceptions) == (2, ())
    evidence = await verify(world.database, world.sweeper, FolderAnchors(settings.anchors), world.clock.now())
    assert evidence.findings == []


async def test_a_terminated_workflow_is_named_in_the_report(world: World, apart: Apart) -> None:
    complaint = await world.log(apart.body())
    await world.handle(complaint).terminate()
    report = await attention_report(world.sweeper, world.engine, world.clock.now())
    assert [(item.kind, item.complaint_id) for item in report.exceptions] == [("no_workflow", complaint)]


async def test_the_schedules_are_made_once_and_what_they_start_delivers_what_was_left_lying(
    world: World, apart: Apart
) -> None:
    body = apart.body()
    complaint = await world.log(body)
    # Long enough ago by the server's clock, by which schedules run.
    note = await apart.say(
        body,
        complaint,
        CommandKind.ADD_NOTE,
        desk_said.AddNote(words="Rang."),
        received_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    assert await ensure_schedules(world.client)
    assert await ensure_schedules(world.client)
    handle = world.client.get_schedule_handle(names.DELIVERY_SCHEDULE)
    await handle.trigger()

    async def delivered() -> bool:
        return (await world.submission(body, note)).state == "applied"

    await until(delivered)
    sweep = (await handle.describe()).schedule
    assert sweep.policy.overlap is ScheduleOverlapPolicy.SKIP
    assert [each.every for each in sweep.spec.intervals] == [timedelta(seconds=20)]
    anchor = (await world.client.get_schedule_handle(names.ANCHOR_SCHEDULE).describe()).schedule
    assert anchor.spec.time_zone_name == "Europe/London"
    await handle.pause()
    assert await ensure_schedules(world.client)
    assert (await handle.describe()).schedule.state.paused


async def test_the_nightly_anchor_is_written_by_its_schedule(world: World, settings: Settings) -> None:
    assert await ensure_schedules(world.client)
    await world.client.get_schedule_handle(names.ANCHOR_SCHEDULE).trigger()
    store = FolderAnchors(settings.anchors)

    async def written() -> bool:
        return len(await store.days()) == 1

    await until(written)
    (day,) = await store.days()
    assert {head.seq for head in (await store.read(day)).heads} - {0}


async def test_an_engine_that_is_away_is_waited_for_and_then_left_to_the_next_start() -> None:
    nobody: Client = await connect("127.0.0.1:9", "default")
    assert not await ensure_schedules(nobody, attempts=2, pause=0)
