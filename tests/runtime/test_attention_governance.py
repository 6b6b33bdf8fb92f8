"""Governance that nobody keeps is found: an occurrence without its workflow, a series without its schedule."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from contracts import names
from contracts.governance import SeriesPlan
from db.queries import governance_series
from runtime.attention import Kind, attention_report
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from tests.apart import MORNING, Apart, a_database_apart
from tests.bodies import Body
from tests.governing import Machine, set_up

SOON = MORNING + timedelta(minutes=3)


@pytest.fixture
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


async def a_series(apart: Apart, body: Body, rhythm: str = "monthly") -> UUID:
    people = {"approver": [body.person("responsible_person")], "commenter": [body.person("senior_leader")]}
    by = body.person("complaints_manager")
    return await set_up(
        apart.database, body.id, MORNING, "board_report", rhythm, MORNING.date() - timedelta(days=2), people, by=by
    )


async def scheduled(apart: Apart, body: Body, series: UUID) -> None:
    """Make its schedule, and write down that it is there."""
    async with apart.database.tenant(body.id, MORNING) as session:
        await governance_series.scheduled(session, series, 1)
    async with apart.sweeper.session() as session:
        (row,) = [each for each in await governance_series.repeated(session) if each.series_id == series]
    plan: SeriesPlan = governance_series.plan_of(series, row)
    apart.engine.series.append(plan)


async def found(apart: Apart, now: object = SOON) -> set[tuple[Kind, str | None]]:
    async def at_once(_: float) -> None:
        """Let a moment pass without waiting for it."""

    report = await attention_report(apart.sweeper, apart.engine, now, pause=at_once)  # type: ignore[arg-type]
    assert {each.reference for each in report.exceptions} <= {None}
    return {(each.kind, each.detail) for each in report.exceptions}


async def test_a_series_without_its_schedule_is_named_until_it_has_one(apart: Apart) -> None:
    body = apart.body()
    series = await a_series(apart, body)
    schedule = names.governance_schedule_id(series)
    assert await found(apart, MORNING + timedelta(minutes=1)) == set(), "the door is still making it"
    assert await found(apart) == {(Kind.LATE_SERIES_SCHEDULE, schedule), (Kind.NO_SERIES_SCHEDULE, schedule)}
    await scheduled(apart, body, series)
    assert await found(apart) == set()
    apart.engine.unscheduled += apart.engine.series  # somebody deleted it in the engine
    assert await found(apart) == {(Kind.NO_SERIES_SCHEDULE, schedule)}


async def test_what_is_begun_by_hand_and_what_has_ended_needs_no_schedule(apart: Apart) -> None:
    body = apart.body()
    for state, rhythm in (("active", "on_request"), ("ended", "monthly")):
        series = await a_series(apart, body, rhythm)
        apart.rows("update governance_series set state = %s, scheduled = changes where id = %s", state, series)
    assert await found(apart) == set()


async def test_an_occurrence_without_its_workflow_or_that_has_not_heard_is_named(apart: Apart) -> None:
    body = apart.body()
    series = await a_series(apart, body)
    await scheduled(apart, body, series)
    (occurrence,) = await Machine(apart.database).turn(body.id, series, MORNING)
    workflow = names.governance_workflow_id(occurrence)
    assert (Kind.NO_GOVERNANCE_WORKFLOW, workflow) in await found(apart)
    apart.engine.running_ids.add(workflow)
    apart.rows("update governance set heard = changes where id = %s", occurrence)
    assert await found(apart) == set()
    apart.rows("update governance set changes = changes + 1 where id = %s", occurrence)
    assert await found(apart) == {(Kind.LATE_GOVERNANCE, workflow)}


async def test_a_step_that_the_machine_cannot_do_is_named_with_what_hinders_it_until_it_is_done(apart: Apart) -> None:
    body = apart.body()
    series = await a_series(apart, body)
    await scheduled(apart, body, series)
    (occurrence,) = await Machine(apart.database).turn(body.id, series, MORNING)
    workflow = names.governance_workflow_id(occurrence)
    apart.engine.running_ids.add(workflow)
    apart.rows("update governance set heard = changes where id = %s", occurrence)
    of_step = "update governance_step set {} where occurrence_id = %s and state = 'open'"
    apart.rows(of_step.format("hindered = 'failed', tries = 1, tried_at = now()"), occurrence)
    assert await found(apart) == {(Kind.HINDERED_GOVERNANCE, f"{workflow} failed")}
    apart.rows(of_step.format("hindered = null"), occurrence)
    assert await found(apart) == set()


async def test_what_fell_due_an_hour_ago_and_has_not_begun_is_named_unless_its_series_is_paused(apart: Apart) -> None:
    body = apart.body()
    series = await a_series(apart, body)
    await scheduled(apart, body, series)
    schedule = names.governance_schedule_id(series)
    later = MORNING + timedelta(hours=2)
    assert await found(apart, later) == {(Kind.MISSED_GOVERNANCE, schedule)}
    apart.rows("update governance_series set state = 'paused' where id = %s", series)
    assert await found(apart, later) == set()
    apart.rows("update governance_series set state = 'active' where id = %s", series)
    (occurrence,) = await Machine(apart.database).turn(body.id, series, MORNING)
    apart.engine.running_ids.add(names.governance_workflow_id(occurrence))
    apart.rows("update governance set heard = changes where id = %s", occurrence)
    assert await found(apart, later) == set()
    month = await found(apart, MORNING + timedelta(days=32))
    assert month == {(Kind.MISSED_GOVERNANCE, schedule)}
