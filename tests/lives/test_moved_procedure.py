"""A complaint of the first version is moved to the second: its own workflow takes what only the second allows."""

from __future__ import annotations

from datetime import UTC, datetime

from contracts import names
from contracts.commands import CommandKind
from db.casework_said import BeginResolution
from db.procedure_said import MoveProcedure
from tests.bodies import Body
from tests.lives.steps import acknowledge, fired
from tests.lives.test_history_budget import A_COMMAND, events
from tests.world import World


async def test_a_moved_complaint_lives_on_by_its_new_plan_and_loses_no_clock(world: World, body: Body) -> None:
    complaint = await world.log(body, channel="oral", email=None)
    refused = await world.say(body, complaint, CommandKind.BEGIN_RESOLUTION, BeginResolution())
    assert (refused.state, refused.refusal) == ("refused", "not_in_this_stage")
    before = len(await events(world, complaint))
    move = MoveProcedure(version=2, reason="The Standards apply from today.")
    moved = await world.say(body, complaint, CommandKind.MOVE_PROCEDURE, move, by="complaints_manager")
    assert moved.state == "applied", moved.refusal
    await world.settled(complaint)
    assert len(await events(world, complaint)) - before <= A_COMMAND
    again = await world.say(body, complaint, CommandKind.MOVE_PROCEDURE, move, by="complaints_manager")
    assert again.refusal == "nothing_changes"
    happening = await world.handle(complaint).query(names.HAPPENING)
    assert happening["plan"]["version"] == 2
    await acknowledge(world, body, complaint, world.clock.time.date())
    begun = await world.say(body, complaint, CommandKind.BEGIN_RESOLUTION, BeginResolution())
    assert begun.state == "applied", (begun.refusal, begun.missing)
    # Three working days after Thursday 2 March 2028, which the version started by itself.
    await world.advance_to(datetime(2028, 3, 8, 0, 30, tzinfo=UTC), complaint)
    assert ("written_record", "overdue") in await fired(world, body, complaint)
    row = await world.row(body, "select stage, procedure_version from complaint where id = :id", id=complaint)
    assert dict(row) == {"stage": "early_resolution", "procedure_version": 2}
