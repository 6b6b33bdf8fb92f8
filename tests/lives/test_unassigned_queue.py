"""A complaint that names no owner lies in the unassigned queue, and is not left to lie there."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from contracts.commands import CommandKind
from db import desk_said
from tests.bodies import Body
from tests.lives.steps import fired
from tests.lives.test_history_budget import A_PAYLOAD, events, payloads
from tests.world import World


async def whose(world: World, body: Body, complaint: UUID, kind: str) -> list[UUID | None]:
    """Return who has the open tasks of a kind."""
    rows = await world.rows(
        body,
        "select assignee_id from task where complaint_id = :id and kind = :kind and state = 'open'",
        id=complaint,
        kind=kind,
    )
    return [row["assignee_id"] for row in rows]


async def test_a_complaint_without_owner_is_asked_about_until_somebody_has_it(world: World, body: Body) -> None:
    complaint = await world.log(body, owner_id=None)  # Thursday
    manager = body.person("complaints_manager")
    assert await whose(world, body, complaint, "assign_owner") == [manager]
    await world.advance_to(datetime(2028, 3, 3, 9, 30, tzinfo=UTC), complaint)
    assert ("allocation", "reminder_1") in await fired(world, body, complaint)
    await world.advance_to(datetime(2028, 3, 6, 9, 30, tzinfo=UTC), complaint)  # Monday: overdue since Friday's end
    assert [rung for clock, rung in await fired(world, body, complaint) if clock == "allocation"] == [
        "reminder_1",
        "overdue",
        "escalation_1",
    ]
    # The manager was asked when it ran out: one breach is asked of nobody above them, and nothing is asked twice.
    assert await whose(world, body, complaint, "overdue.allocation") == [manager]
    assert await whose(world, body, complaint, "escalation.allocation") == []
    given = desk_said.Assign(owner_id=body.person("handler"), handover="Please ring first.")
    assert (await world.say(body, complaint, CommandKind.ASSIGN, given, by="complaints_manager")).state == "applied"
    clock = await world.row(
        body, "select state, in_time from clock where complaint_id = :id and kind = 'allocation'", id=complaint
    )
    assert (clock["state"], clock["in_time"]) == ("met", False)
    assert await whose(world, body, complaint, "escalation.allocation") == []
    assert await whose(world, body, complaint, "assign_owner") == []
    # What waits for the owner waits for the new one.
    assert set(await whose(world, body, complaint, "reminder.acknowledgement")) == {body.person("handler")}


async def test_putting_a_case_back_into_the_queue_starts_the_clock_again(world: World, body: Body) -> None:
    complaint = await world.log(body, owner_id=body.person("handler"))
    back = desk_said.Assign(owner_id=None, handover="I know the family.")
    assert (await world.say(body, complaint, CommandKind.ASSIGN, back)).state == "applied"
    clock = await world.row(
        body, "select state, due_on from clock where complaint_id = :id and kind = 'allocation'", id=complaint
    )
    assert (clock["state"], str(clock["due_on"])) == ("running", "2028-03-03")
    assert await whose(world, body, complaint, "assign_owner") == [body.person("complaints_manager")]
    stranger = desk_said.Assign(owner_id=None, team_id=uuid4())
    refused = await world.say(body, complaint, CommandKind.ASSIGN, stranger)
    assert (refused.state, refused.refusal) == ("refused", "unknown_team")


async def test_the_opening_of_an_unassigned_complaint_keeps_to_the_size_of_a_payload(world: World, body: Body) -> None:
    complaint = await world.log(body, owner_id=None)
    sizes = [size for event in await events(world, complaint) for size in payloads(event)]
    assert max(sizes) <= A_PAYLOAD, sorted(sizes)[-5:]
