"""What the machine found, once for all: each as short as it can be told."""

from __future__ import annotations

from contracts.commands import CommandKind
from db import desk_said, said
from tests.bodies import Body
from tests.lives.casework import stands
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
