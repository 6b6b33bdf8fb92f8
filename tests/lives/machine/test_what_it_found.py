"""What the machine found, once for all: each as short as it can be told."""

from __future__ import annotations

from datetime import timedelta

from contracts.commands import CommandKind
from db import desk_said, said
from db.involvement_said import NameStaff
from tests.bodies import Body
from tests.lives.casework import must, stands
from tests.lives.machine.life import Life
from tests.lives.machine.look import Looker
from tests.world import World


async def test_what_was_built_on_an_older_version_is_refused_after_the_end_too(world: World, standards: Body) -> None:
    complaint = await world.log(standards, email=None)
    read = (await stands(world, standards, complaint))["version"]
    withdrawn = said.Withdraw(method="call", withdrawn_on=world.clock.now().date())
    await world.say(standards, complaint, CommandKind.WITHDRAW, withdrawn)
    note = desk_said.AddNote(words="She is content.")
    stale = await world.say(standards, complaint, CommandKind.ADD_NOTE, note, if_version=read)
    assert (stale.state, stale.refusal) == ("refused", "stale_version")
    present = (await stands(world, standards, complaint))["version"]
    fresh = await world.say(standards, complaint, CommandKind.ADD_NOTE, note, if_version=present)
    assert fresh.state == "applied"


async def test_what_builds_on_the_version_that_a_rung_of_staff_made_is_applied(world: World, standards: Body) -> None:
    complaint = await world.log(standards, email=None)
    life = Life(world, standards, Looker(world, standards), complaint)
    # The complaint's own reminder would fire at that very moment, and tell its workflow of the version or not.
    by_call = said.Acknowledge(method="call", made_on=world.clock.now().date(), discussion_offered=True)
    await must(world, standards, complaint, CommandKind.ACKNOWLEDGE, by_call)
    locum = NameStaff(kind="locum", name="Lou Locum")
    await must(world, standards, complaint, CommandKind.NAME_STAFF, locum)
    await life.quiet()
    await life.pass_time(timedelta(days=1))  # the reminder to tell them fires beside the complaint's workflow
    look, *_ = await life.quiet()
    assert look.version_heard < look.version
    note = desk_said.AddNote(words="She is content.")
    stale = await world.say(standards, complaint, CommandKind.ADD_NOTE, note, if_version=look.version_heard)
    assert (stale.state, stale.refusal) == ("refused", "stale_version")
    fresh = await world.say(standards, complaint, CommandKind.ADD_NOTE, note, if_version=look.version)
    assert fresh.state == "applied"
    await life.let_go()
