"""What needs attention is found: nothing while all is well, and each thing that is not as it should be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import names
from contracts.commands import CommandKind
from db import desk_said
from gateways.engine import EngineAway
from runtime.attention import AttentionReport, Kind, attention_report
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from tests.apart import MORNING, Apart, a_database_apart
from tests.bodies import Body

SOON = MORNING + timedelta(seconds=30)


class AwayEngine:
    """Give no answer."""

    async def running(self, workflow_type: str, budget: timedelta) -> frozenset[str]:
        raise EngineAway

    async def is_running(self, workflow_id: str, budget: timedelta) -> bool:
        raise EngineAway

    async def schedules(self, budget: timedelta) -> frozenset[str]:
        raise EngineAway


class LaggingEngine:
    """Run what it is told, and list something else."""

    def __init__(self, *, lists: set[str], runs: set[str]) -> None:
        self.lists, self.runs = lists, runs
        self.described = 0

    async def running(self, workflow_type: str, budget: timedelta) -> frozenset[str]:
        return frozenset(self.lists)

    async def is_running(self, workflow_id: str, budget: timedelta) -> bool:
        self.described += 1
        return workflow_id in self.runs

    async def schedules(self, budget: timedelta) -> frozenset[str]:
        return frozenset()


@pytest.fixture
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


async def at_once(seconds: float) -> None:
    """Let a moment pass without waiting for it."""


async def report(apart: Apart, engine: Any = None, now: Any = SOON) -> AttentionReport:
    return await attention_report(apart.sweeper, engine or apart.engine, now, pause=at_once)


async def a_running_complaint(apart: Apart, body: Body | None = None) -> Any:
    complaint = await apart.log(body or apart.body())
    apart.engine.running_ids.add(names.complaint_workflow_id(complaint))
    return complaint


def kinds(found: AttentionReport) -> list[tuple[str, Any]]:
    return [(item.kind.value, item.complaint_id) for item in found.exceptions]


async def test_when_all_is_well_there_is_nothing(apart: Apart) -> None:
    await a_running_complaint(apart)
    found = await report(apart)
    assert (found.open_complaints, found.exceptions) == (1, ())
    assert set(found.counts) == {kind.value for kind in Kind} and not any(found.counts.values())


async def test_an_open_complaint_without_a_workflow_is_named(apart: Apart) -> None:
    complaint = await a_running_complaint(apart)
    apart.engine.running_ids.clear()
    found = await report(apart)
    assert kinds(found) == [("no_workflow", complaint)]
    assert found.counts["no_workflow"] == 1
    codes = found.exceptions[0].codes()
    assert set(codes) == {"kind", "organisation", "complaint", "reference", "since"}


async def test_a_list_that_lags_behind_is_not_believed_and_nothing_healthy_is_described(apart: Apart) -> None:
    new, healthy = await a_running_complaint(apart), await a_running_complaint(apart)
    ended = names.complaint_workflow_id(uuid4())
    ids = {names.complaint_workflow_id(each) for each in (new, healthy)}
    engine = LaggingEngine(lists={names.complaint_workflow_id(healthy), ended}, runs=ids)
    assert (await report(apart, engine)).exceptions == ()
    assert engine.described == 2


async def test_a_workflow_without_an_open_complaint_is_named_unless_it_is_being_opened(apart: Apart) -> None:
    stray, coming = uuid4(), await apart.log(apart.body(), deliver=False)
    apart.engine.running_ids |= {names.complaint_workflow_id(each) for each in (stray, coming)}
    assert kinds(await report(apart)) == [("stray_workflow", stray)]


async def test_an_engine_that_is_away_is_one_exception_and_the_records_are_still_looked_at(apart: Apart) -> None:
    complaint = await a_running_complaint(apart)
    apart.rows("update complaint set attention = 'parked'")
    assert kinds(await report(apart, AwayEngine())) == [("needs_attention", complaint), ("engine_away", None)]


async def test_a_rung_that_did_not_fire_is_named_after_two_minutes(apart: Apart) -> None:
    complaint = await a_running_complaint(apart)
    ((at,),) = apart.rows("select next_event_at from complaint")
    apart.rows("update notice set state = 'handed_over'")
    assert kinds(await report(apart, now=at + timedelta(minutes=2))) == []
    assert kinds(await report(apart, now=at + timedelta(minutes=2, seconds=1))) == [("late_next_event", complaint)]


async def test_an_open_complaint_for_which_nothing_comes_next_is_named(apart: Apart) -> None:
    complaint = await a_running_complaint(apart)
    apart.rows("update complaint set next_event_at = null")
    assert kinds(await report(apart)) == [("no_next_event", complaint)]


async def test_an_owner_who_left_is_named_when_nobody_stands_in(apart: Apart) -> None:
    body = apart.body()
    complaint = await a_running_complaint(apart, body)
    apart.rows("update complaint set owner_id = %s", body.person("handler"))
    apart.rows("update person set active = false where id = %s", body.person("handler"))
    assert kinds(await report(apart)) == []
    apart.rows("update appointment set ends_on = %s where role = 'complaints_manager'", MORNING.date())
    assert kinds(await report(apart)) == []
    apart.rows(
        "update appointment set ends_on = %s where role = 'complaints_manager'", MORNING.date() - timedelta(days=1)
    )
    assert kinds(await report(apart)) == [("no_owner", complaint), ("vacant_office", None)]


async def test_what_was_said_and_is_neither_applied_nor_refused_is_named_after_a_minute(apart: Apart) -> None:
    body = apart.body()
    complaint = await a_running_complaint(apart, body)
    await apart.say(body, complaint, CommandKind.ADD_NOTE, desk_said.AddNote(words="Rang."))
    assert kinds(await report(apart, now=MORNING + timedelta(minutes=1))) == []
    late = await report(apart, now=MORNING + timedelta(minutes=1, seconds=1))
    assert kinds(late) == [("late_submission", complaint)]
    assert (late.exceptions[0].detail, late.exceptions[0].since) == ("add_note", MORNING)
    apart.rows("update submission set state = 'parked' where state = 'pending'")
    assert kinds(await report(apart)) == [("parked_submission", complaint)]


async def test_a_complaint_that_was_never_opened_is_named_by_what_was_said(apart: Apart) -> None:
    complaint = await apart.log(apart.body(), deliver=False)
    assert kinds(await report(apart, now=MORNING + timedelta(minutes=2))) == [("late_submission", complaint)]


async def test_a_notice_queued_for_more_than_four_days_is_named_and_a_held_one_after_a_month(apart: Apart) -> None:
    complaint = await a_running_complaint(apart)
    apart.rows("update complaint set next_event_at = %s", MORNING + timedelta(days=60))
    for hold, days in ((False, 4), (True, 31)):
        apart.rows("update complaint set hold = %s", hold)
        assert kinds(await report(apart, now=MORNING + timedelta(days=days))) == []
        late = await report(apart, now=MORNING + timedelta(days=days, seconds=1))
        assert kinds(late) == [("stuck_notice", complaint)]


async def test_a_change_of_calendar_that_no_machine_carries_on_is_named(apart: Apart) -> None:
    body = apart.body()
    apart.rows(
        "insert into change_set (id, organisation_id, scope, nation, day, name, opens, reason, state, revision,"
        " proposed_by, proposed_at, idempotency_key, body_hash, examined, moved) values (gen_random_uuid(), %s,"
        " 'organisation', 'england', '2028-03-03', 'Move', false, '-', 'proposed', 0, %s, %s, 'k', '', 0, 0)",
        *(body.id, body.person("handler"), MORNING),
    )
    assert kinds(await report(apart)) == []
    assert kinds(await report(apart, now=MORNING + timedelta(hours=2))) == [("stuck_change_set", None)]
    apart.rows("update change_set set state = 'awaiting_approval'")
    assert kinds(await report(apart, now=MORNING + timedelta(hours=2))) == []


async def test_an_office_that_nobody_holds_is_named(apart: Apart) -> None:
    body = apart.body()
    await a_running_complaint(apart, body)
    apart.rows("update appointment set ends_on = '2021-01-01' where role = 'responsible_person'")
    (vacant,) = (await report(apart)).exceptions
    assert (vacant.kind, vacant.organisation_id, vacant.detail) == (
        Kind.VACANT_OFFICE,
        body.id,
        "responsible_person",
    )


def away(apart: Apart, body: Body, person: UUID, cover: UUID | None) -> None:
    apart.rows(
        "insert into absence (id, organisation_id, person_id, starts_on, ends_on, cover_id, cancelled)"
        " values (gen_random_uuid(), %s, %s, %s, %s, %s, false)",
        *(body.id, person, MORNING.date(), MORNING.date(), cover),
    )


async def test_an_owner_who_is_away_is_named_unless_a_cover_the_teams_lead_or_a_deputy_stands_in(apart: Apart) -> None:
    body = apart.body()
    complaint = await a_running_complaint(apart, body)
    manager, handler = body.person("complaints_manager"), body.person("handler")
    away(apart, body, manager, None)  # who owns it, too
    assert kinds(await report(apart)) == [("no_owner", complaint)]
    assert kinds(await report(apart, now=SOON - timedelta(days=1))) == []
    apart.rows(
        "insert into appointment (id, organisation_id, person_id, role, starts_on)"
        " values (gen_random_uuid(), %s, %s, 'deputy_complaints_manager', '2021-01-01')",
        *(body.id, handler),
    )
    assert kinds(await report(apart)) == []
    away(apart, body, handler, body.person("investigator"))
    assert kinds(await report(apart)) == []
    apart.rows("update person set active = false where id = %s", body.person("investigator"))
    assert kinds(await report(apart)) == [("no_owner", complaint)]
    apart.rows("update absence set cover_id = %s where person_id = %s", body.person("operator"), manager)
    assert kinds(await report(apart)) == []


async def test_a_complaint_in_the_unassigned_queue_is_somebodys_while_the_manager_or_the_teams_lead_is_there(
    apart: Apart,
) -> None:
    body = apart.body()
    complaint = await a_running_complaint(apart, body)
    apart.rows("update complaint set owner_id = null")
    assert kinds(await report(apart)) == []
    away(apart, body, body.person("complaints_manager"), None)
    assert kinds(await report(apart)) == [("no_owner", complaint)]
    ((unit,),) = apart.rows(
        "insert into unit (id, organisation_id, kind, code, name, active)"
        " values (gen_random_uuid(), %s, 'team', 'a', 'A team', true) returning id",
        body.id,
    )
    apart.rows(
        "insert into appointment (id, organisation_id, person_id, role, unit_id, starts_on)"
        " values (gen_random_uuid(), %s, %s, 'team_lead', %s, '2021-01-01')",
        *(body.id, body.person("handler"), unit),
    )
    assert kinds(await report(apart)) == [("no_owner", complaint)]
    apart.rows("update complaint set team_id = %s", unit)
    assert kinds(await report(apart)) == []
