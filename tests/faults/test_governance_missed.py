"""The engine is away while series fall due: they catch up when it is back, each occurrence once, and say so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from temporalio.client import ScheduleIntervalSpec, ScheduleSpec, ScheduleUpdate, ScheduleUpdateInput

from contracts import names
from policies.calendars import add_months
from tests.bodies import plain
from tests.faults.callers import Caller, today
from tests.faults.grave import of_role
from tests.faults.proofs import all_holds
from tests.faults.stack import Stack
from tests.faults.waiting import until

_EVERY = timedelta(seconds=3)
_MISSED = 2


async def test_a_quarterly_and_a_yearly_series_that_fell_due_while_the_engine_was_away_catch_up_once_each(
    stack: Stack, caller: Caller
) -> None:
    """Three months pass in the series, by another day of its first; the engine's own schedule misses its turns, too."""
    office = of_role(caller, "complaints_manager")
    quarterly, yearly = (
        await set_up(office, "quarterly", "board_report"),
        await set_up(office, "yearly", "annual_report"),
    )
    await until(lambda: are_scheduled(stack, quarterly, yearly), "both to have their schedules", 60)
    client = await stack.client()
    schedule = client.get_schedule_handle(names.governance_schedule_id(UUID(quarterly)))

    def often(found: ScheduleUpdateInput) -> ScheduleUpdate:
        # As production has it, but for when: nobody waits a quarter of a year here.
        found.description.schedule.spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=_EVERY)])
        return ScheduleUpdate(schedule=found.description.schedule)

    await schedule.update(often)

    async def knocks() -> bool:
        """Say whether the engine took up what was changed: before, nothing of it could be missed."""
        return (await schedule.describe()).info.num_actions > 1

    await until(knocks, "the schedule to knock often", 60)
    await stack.kill("temporal")
    away = now()
    await moved_back(stack, quarterly, yearly)
    await until(lambda: has_passed(away + _MISSED * _EVERY), "turns to fall due that the engine does not see", 30)
    assert await stack.value("select count(*) from governance where organisation_id = %s", caller.body.id) == 0
    back = now()
    await stack.start("temporal")

    async def caught_up() -> bool:
        """Say whether the engine took a turn that fell due while it was away."""
        recent = (await schedule.describe()).info.recent_actions
        return any(away < each.scheduled_at < back for each in recent)

    await until(caught_up, "the engine to catch up", 60)

    await until(lambda: has_begun(stack, quarterly, 2), "what the quarters missed to begin", 90)
    knock = client.get_schedule_handle(names.governance_schedule_id(UUID(yearly)))
    for _ in range(3):  # however often it knocks
        await knock.trigger()
    await until(lambda: has_begun(stack, yearly, 1), "what the year missed to begin", 90)
    assert (await schedule.describe()).info.num_actions_missed_catchup_window == 0
    await until(lambda: all_ask(stack, caller, 3), "all to be compiled and circulated", 120)
    for each in (quarterly, yearly):
        assert (await office.say("ending", f"/v1/governance/series/{each}/ending", {})).status == 200
    await until(lambda: are_scheduled(stack, quarterly, yearly), "their schedules to be taken away", 60)
    found = await stack.rows(
        "select series_id, number, late from governance where organisation_id = %s order by series_id, number",
        caller.body.id,
    )
    assert sorted((str(row["series_id"]), row["number"], row["late"]) for row in found) == sorted(
        [(quarterly, 1, True), (quarterly, 2, True), (yearly, 1, True)]
    )
    told = [mail[0][1] for mail in stack.postbox.arrived.values() if "a step is yours" in mail[0][1]]
    assert sum(each.endswith("(begun late)") for each in told) >= 3, (
        "whoever it is circulated to is told that it is late"
    )
    await all_holds(stack, [caller])


def now() -> datetime:
    return datetime.now(UTC)


async def has_passed(instant: datetime) -> bool:
    return now() > instant


async def set_up(office: Caller, rhythm: str, kind: str) -> str:
    """Set up a series whose first turn comes tomorrow."""
    people = (("commenter", "senior_leader"), ("approver", "responsible_person"), ("chair", "responsible_person"))
    members = [{"part": part, "personId": str(office.body.person(role))} for part, role in people]
    tomorrow = (today() + timedelta(days=1)).isoformat()
    body = {"kind": kind, "rhythm": rhythm, "anchorOn": tomorrow, "members": members}
    answer = await office.say("series", "/v1/governance/series", body)
    assert answer.status == 201, answer
    return str(answer.body["id"])


async def moved_back(stack: Stack, *series: str) -> None:
    """Let the first turn of some series have come three months ago and two days: late, at whatever hour it is."""
    dsn = plain(stack.settings.need("database_dsn_migrator"))
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        day = add_months(today(), -3) - timedelta(days=2)
        for each in series:
            await connection.execute("update governance_series set anchor_on = %s where id = %s", (day, each))


async def are_scheduled(stack: Stack, *series: str) -> bool:
    asked = "select count(*) from governance_series where id = any(%s) and scheduled = changes"
    return await stack.value(asked, list(series)) == len(series)


async def has_begun(stack: Stack, series: str, number: int) -> bool:
    return await stack.value("select count(*) from governance where series_id = %s", series) == number


async def all_ask(stack: Stack, caller: Caller, number: int) -> bool:
    """Say whether each has somebody who was told by e-mail that its first step is theirs."""
    asked = (
        "select count(*) from governance_reminder where organisation_id = %s and rung = 'opened' and mailed is not null"
    )
    return bool((await stack.value(asked, caller.body.id) or 0) >= number)
