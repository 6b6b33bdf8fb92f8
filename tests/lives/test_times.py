"""Whole lives where the calendar hurts: Christmas and New Year in Scotland, and the night in which summer time begins.

Every rung comes at its hour on the clock on the wall: nine in the morning, and overdue at local midnight.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.commands import CommandKind
from db import casework_said as casework
from db import desk_said, said
from db.tier_said import Escalate
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body
from tests.lives import casework as steps
from tests.lives.casework import must
from tests.world import World

LONDON = ZoneInfo("Europe/London")
# So much later than nine a nudge may come: they are spread, so that not all wake at once.
SPREAD = timedelta(minutes=10)
ON_TIME = timedelta(minutes=1)


async def hours(world: World, body: Body, complaint: UUID, clock: str) -> list[tuple[str, str]]:
    """Return when the rungs of a clock fired by the clock on the wall, each at the hour from which it is spread."""
    rows = await world.rows(
        body,
        "select f.rung, f.due_at, f.fired_at, f.late from fired_rung f join clock c on c.id = f.clock_id"
        " where f.complaint_id = :id and c.kind = :clock order by f.due_at",
        id=complaint,
        clock=clock,
    )
    found = []
    for row in rows:
        assert not row["late"], row["rung"]
        assert timedelta() <= row["fired_at"] - row["due_at"] < ON_TIME, row["rung"]
        local = row["due_at"].astimezone(LONDON)
        hour = local.replace(minute=0, second=0, microsecond=0)
        assert local - hour < (SPREAD if row["rung"] != "overdue" else timedelta(microseconds=1)), row["rung"]
        found.append((row["rung"], f"{hour:%a %d %b %H:%M}"))
    return found


async def acknowledge(world: World, body: Body, complaint: UUID, on: date) -> str | None:
    what = said.Acknowledge(method="call", made_on=on, discussion_offered=True)
    return (await world.say(body, complaint, CommandKind.ACKNOWLEDGE, what)).refusal


async def test_in_scotland_five_working_days_reach_over_christmas_and_the_second_of_january(
    world: World, dsns: DatabaseDsns
) -> None:
    world.clock.time = datetime(2028, 12, 21, 10, 0, tzinfo=UTC)  # a Thursday
    body = make_body(dsns.migrator, follows=None, regime="spso", nation="scotland")
    complaint = await world.log(body)
    clock = (await steps.clocks(world, body, complaint))["early_resolution"]
    # 22, 27, 28 and 29 December; the first and the second of January are closed; the third.
    assert (clock["due_on"], clock["provisional"]) == (date(2029, 1, 3), True)
    await world.advance_to(datetime(2029, 1, 3, 23, 59, tzinfo=UTC), complaint)
    assert (await steps.clocks(world, body, complaint))["early_resolution"]["breached_at"] is None
    await world.advance_to(datetime(2029, 1, 5, 12, 0, tzinfo=UTC), complaint)
    assert await hours(world, body, complaint, "early_resolution") == [
        ("reminder_1", "Fri 29 Dec 09:00"),
        ("overdue", "Thu 04 Jan 00:00"),
        ("escalation_1", "Thu 04 Jan 09:00"),
    ]
    await must(world, body, complaint, CommandKind.MOVE_ON, casework.MoveOn(reason="It is not simple."))
    clocks = await steps.clocks(world, body, complaint)
    late = clocks["early_resolution"]
    assert late["in_time"] is False
    assert late["breached_at"] - datetime(2029, 1, 4, tzinfo=UTC) < ON_TIME
    assert (clocks["acknowledgement"]["due_on"], clocks["investigation"]["due_on"]) == (
        date(2029, 1, 10),
        date(2029, 2, 2),
    )
    withdrawn = said.Withdraw(method="call", withdrawn_on=date(2029, 1, 5))
    await must(world, body, complaint, CommandKind.WITHDRAW, withdrawn)
    await world.handle(complaint).result()


async def test_the_second_stage_of_a_council_keeps_its_hours_when_summer_time_begins(
    world: World, dsns: DatabaseDsns
) -> None:
    body = make_body(dsns.migrator, follows=None, regime="local_government")
    complaint = await world.log(body)
    assert await acknowledge(world, body, complaint, date(2028, 3, 2)) is None
    await steps.issues(world, body, complaint, "The bins were not emptied.")
    await steps.findings(world, body, complaint, "not_upheld")
    await steps.draft(world, body, complaint)
    await steps.sign(world, body, complaint)
    await world.advance_to(datetime(2028, 3, 3, 10, 0, tzinfo=UTC), complaint)
    asked = Escalate(tier="stage_2", asked_on=date(2028, 3, 3), method="email")
    await must(world, body, complaint, CommandKind.ESCALATE, asked)
    await must(world, body, complaint, CommandKind.ASSIGN, desk_said.Assign(owner_id=body.person("handler")))
    await world.advance_to(datetime(2028, 3, 8, 10, 0, tzinfo=UTC), complaint)
    # Stage 2 cannot have been acknowledged before it was asked for.
    assert await acknowledge(world, body, complaint, date(2028, 3, 2)) == "contradicts_record"
    assert await acknowledge(world, body, complaint, date(2028, 3, 8)) is None
    stage_2 = (await steps.clocks(world, body, complaint))["stage_2"]
    assert (stage_2["due_on"], stage_2["due_at"]) == (date(2028, 4, 5), datetime(2028, 4, 5, 23, 0, tzinfo=UTC))
    await world.advance_to(datetime(2028, 4, 12, 12, 0, tzinfo=UTC), complaint)
    assert await hours(world, body, complaint, "stage_2_acknowledgement") == [("reminder_1", "Mon 06 Mar 09:00")]
    assert await hours(world, body, complaint, "stage_2") == [
        ("reminder_1", "Wed 29 Mar 09:00"),
        ("reminder_2", "Mon 03 Apr 09:00"),
        ("overdue", "Thu 06 Apr 00:00"),
        ("escalation_1", "Thu 06 Apr 09:00"),
        ("escalation_2", "Wed 12 Apr 09:00"),
    ]
    breached = (await steps.clocks(world, body, complaint))["stage_2"]["breached_at"]
    assert breached - datetime(2028, 4, 5, 23, 0, tzinfo=UTC) < ON_TIME
    withdrawn = said.Withdraw(method="call", withdrawn_on=date(2028, 4, 12))
    await must(world, body, complaint, CommandKind.WITHDRAW, withdrawn)
    await world.handle(complaint).result()
