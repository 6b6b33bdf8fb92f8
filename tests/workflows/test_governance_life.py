"""Governance on the real server: schedules, turns that were missed, reminders as time passes, faults of every step."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from temporalio.testing import TimeSkipper

from activities.governance_sweep import make_missing, see_to_series, tell_occurrences
from contracts import names
from contracts.governance import (
    GovernanceStart,
    OccurrenceState,
)
from db.queries import governance
from gateways.engine import Engine, connect
from gateways.running import EngineRuns
from policies.calendars import add_months, local_date
from tests.apart import Apart
from tests.bodies import Body
from tests.governing import Machine, Post, Press
from tests.governing_stand import Stand, now
from tests.world import until

_BUDGET = timedelta(seconds=10)


@pytest.fixture
async def stand(own_server: str, apart: Apart) -> Stand:
    client = await connect(own_server, "default", lazy=False)
    machine = Machine(apart.database, Press(), Post())
    return Stand(client=client, apart=apart, machine=machine, engine=Engine(client), skipper=TimeSkipper(client))


async def test_three_months_that_were_missed_while_no_worker_lived_begin_in_order_and_say_that_they_are_late(
    stand: Stand,
) -> None:
    body = stand.apart.body()
    anchor = add_months(local_date(now()), -3)
    series = await stand.series(body, "board_report", "monthly", anchor - timedelta(days=2))
    async with stand.working():
        begun = await stand.turn(body, series)
        assert len(begun.occurrences) == 4
        for each in begun.occurrences:
            await stand.settled(stand.occurrence(each))
        again = await stand.turn(body, series)
    assert again.occurrences == ()
    rows = stand.rows(
        "select number, late, state, first_on, heard > 0 from governance where series_id = %s order by 1", series
    )
    assert [row[:3] for row in rows] == [(number, True, "open") for number in (1, 2, 3, 4)]
    assert [row[3] for row in rows] == sorted({row[3] for row in rows}) and all(row[4] for row in rows)
    assert len(stand.machine.press.compiled) == 4


async def others(stand: Stand, series: UUID) -> frozenset[str]:
    """Return the ids of the schedules of all series but one, as the engine would."""
    rows = stand.rows("select id from governance_series where id <> %s", series)
    return frozenset(names.governance_schedule_id(row[0]) for row in rows)


async def test_a_schedule_is_made_updated_paused_and_taken_away_and_begins_what_is_due(stand: Stand) -> None:
    body = stand.apart.body()
    series = await stand.series(body, "feedback_round", "weekly", local_date(now()) - timedelta(days=8))
    handle = stand.client.get_schedule_handle(names.governance_schedule_id(series))

    async def sweep() -> None:
        await see_to_series(stand.apart.database, stand.apart.sweeper, stand.engine, now=now(), before=now(), limit=10)

    def change(sql: str) -> None:
        stand.rows(
            f"update governance_series set {sql}, changes = changes + 1, changed_at = now() where id = %s returning id",
            series,
        )

    async with stand.working():
        await sweep()
        schedule = (await handle.describe()).schedule
        (calendar,) = schedule.spec.calendars
        assert (schedule.spec.time_zone_name, calendar.hour[0].start) == ("Europe/London", 7)
        assert schedule.policy.catchup_window == timedelta(days=365) and not schedule.state.paused

        async def done() -> bool:
            found = stand.rows("select state from governance where series_id = %s", series)
            return [row[0] for row in found] == ["done", "done"]

        await until(done)
    assert stand.rows("select changes - scheduled from governance_series where id = %s", series) == [(0,)]
    change("state = 'paused', hour = 9")
    await sweep()
    schedule = (await handle.describe()).schedule
    assert schedule.state.paused and schedule.spec.calendars[0].hour[0].start == 9
    await handle.delete()
    there = await others(stand, series)
    assert await make_missing(stand.apart.sweeper, stand.engine, there) == 1
    assert (await handle.describe()).schedule.state.paused
    change("state = 'ended'")
    await sweep()
    assert await make_missing(stand.apart.sweeper, stand.engine, there) == 0


async def test_while_a_series_is_paused_nothing_begins_and_what_was_missed_comes_when_it_goes_on(stand: Stand) -> None:
    body = stand.apart.body()
    series = await stand.series(body, "feedback_round", "weekly", local_date(now()) - timedelta(days=16))
    stand.rows("update governance_series set state = 'paused' where id = %s returning id", series)
    assert await stand.machine.turn(body.id, series, now()) == ()
    stand.rows("update governance_series set state = 'active' where id = %s returning id", series)
    assert len(await stand.machine.turn(body.id, series, now())) == 3


async def test_a_board_report_is_reminded_of_chased_and_escalated_as_time_passes_and_then_comes_to_its_end(
    stand: Stand,
) -> None:
    body = stand.apart.body()
    series = await stand.series(body, "board_report", "monthly", local_date(now()))
    (occurrence,) = await stand.machine.turn(body.id, series, now() + timedelta(days=1))
    async with stand.working():
        await stand.engine.tell_governance(GovernanceStart(organisation_id=body.id, occurrence_id=occurrence))
        await stand.pass_days(occurrence, 0.001)
        assert told(stand, occurrence) == [("comment", "opened", 1)]
        await stand.pass_days(occurrence, 9.5)
        assert told(stand, occurrence)[-1] == ("comment", "reminder", 1)
        await stand.pass_days(occurrence, 2.75)  # past the end of the day after, at whatever hour this runs
        assert told(stand, occurrence)[-1] == ("comment", "overdue", 1)
        await stand.pass_days(occurrence, 5)
        assert told(stand, occurrence)[-1] == ("comment", "escalation", 1)
        tasks = stand.rows(
            "select kind, role, state, assignee_id from task where act_id = %s order by raised_at", occurrence
        )
        assert [row[:3] for row in tasks] == [
            ("governance_step", "commenter", "open"),
            ("governance_overdue", "complaints_manager", "open"),
            ("governance_escalated", "responsible_person", "open"),
        ]
        assert tasks[0][3] == body.person("senior_leader")
        for _ in ("comment", "approve", "publish", "distribute"):
            await complete(stand, body, occurrence)
        assert await stand.occurrence(occurrence).result() is OccurrenceState.DONE
    assert {row[0] for row in stand.rows("select state from task where act_id = %s", occurrence)} == {"done"}
    assert {mail.recipient for mail in stand.machine.post.sent} >= {"senior-leader@example.org"}
    assert all("Example" not in mail.body for mail in stand.machine.post.sent)


def told(stand: Stand, occurrence: UUID) -> list[tuple[str, str, int | None]]:
    rows = stand.rows(
        "select s.code, r.rung, r.mailed from governance_reminder r join governance_step s on s.id = r.step_id"
        " where r.occurrence_id = %s order by r.at, r.rung",
        occurrence,
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def complete(stand: Stand, body: Body, occurrence: UUID) -> None:
    """End the open step as the API does, and tell the workflow."""
    async with stand.apart.database.tenant(body.id, now()) as session:
        row = await governance.occurrence(session, occurrence, lock=True)
        assert row is not None
        step = await governance.open_step(session, occurrence)
        assert step is not None
        await governance.complete(session, row, step, now(), by=body.person("responsible_person"), words=None)
    await stand.engine.tell_governance(GovernanceStart(organisation_id=body.id, occurrence_id=occurrence))


async def test_what_a_workflow_did_not_hear_of_the_sweep_tells_it_and_starts_one_that_was_terminated(
    stand: Stand,
) -> None:
    body = stand.apart.body()
    series = await stand.series(body, "board_report", "monthly", local_date(now()) - timedelta(days=1))
    (occurrence,) = await stand.machine.turn(body.id, series, now())
    runs = EngineRuns(stand.engine)

    async def sweep() -> int:
        return await tell_occurrences(stand.apart.sweeper, runs, stand.engine, before=now(), limit=50, budget=_BUDGET)

    async with stand.working():
        assert await sweep() >= 1  # its turn came to nothing after the commit
        await stand.settled(stand.occurrence(occurrence))
        stand.rows("update governance set changes = changes + 1 where id = %s returning id", occurrence)
        assert await sweep() >= 1

        async def heard() -> bool:
            return bool(stand.rows("select heard = changes from governance where id = %s", occurrence)[0][0])

        await until(heard)
        await stand.occurrence(occurrence).terminate()

        async def listed_as_gone() -> bool:
            return names.governance_workflow_id(occurrence) not in await runs.running(names.GOVERNANCE, _BUDGET)

        await until(listed_as_gone)
        await sweep()
        assert (await stand.occurrence(occurrence).describe()).status == 1  # running


async def test_mail_that_is_away_is_sent_later_and_a_compiler_that_fails_holds_up_no_reminder(stand: Stand) -> None:
    body = stand.apart.body()
    series = await stand.series(body, "board_report", "monthly", local_date(now()) - timedelta(days=2))
    (occurrence,) = await stand.machine.turn(body.id, series, now() - timedelta(days=1))
    stand.machine.press.faults, stand.machine.post.away = 400, 1
    async with stand.working():
        await stand.engine.tell_governance(GovernanceStart(organisation_id=body.id, occurrence_id=occurrence))

        async def failed() -> bool:
            return stand.machine.press.faults <= 397

        await until(failed)

        async def chased() -> bool:
            return told(stand, occurrence)[:1] == [("compile", "overdue", 1)]

        await until(chased)
        stand.machine.press.faults = 0
        await stand.pass_days(occurrence, 0.01)

        async def compiled() -> bool:
            return ("comment", "opened", 1) in told(stand, occurrence)

        await until(compiled)


async def test_cancel_that_is_pressed_in_the_engine_ends_nothing(stand: Stand) -> None:
    body = stand.apart.body()
    series = await stand.series(body, "board_report", "monthly", local_date(now()) - timedelta(days=1))
    (occurrence,) = await stand.machine.turn(body.id, series, now())
    async with stand.working():
        await stand.engine.tell_governance(GovernanceStart(organisation_id=body.id, occurrence_id=occurrence))
        handle = stand.occurrence(occurrence)
        await stand.settled(handle)
        await handle.cancel()
        for _ in ("comment", "approve", "publish", "distribute"):
            await complete(stand, body, occurrence)
        assert await handle.result() is OccurrenceState.DONE
