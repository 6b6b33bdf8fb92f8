"""How far up its own ladder a contributing body was reminded: as high as any clock that still runs has climbed."""

from __future__ import annotations

from typing import Final

from activities.acts.case import Case
from db.models.clock import ClockRow
from db.models.joint import Contribution
from db.queries import involvements, joint
from policies.clocks import REMIND_BODY

_LEVELS: Final = ("contact", "complaints_manager", "responsible_person")


def climb(row: Contribution, level: str) -> None:
    """Put a body at a level, if that is higher than where it stands."""
    if row.level is None or _LEVELS.index(level) > _LEVELS.index(row.level):
        row.level = level


async def come_down(case: Case, clock: ClockRow) -> None:
    """Let a body come down to what its other clocks have climbed to: one of them was met, was stopped or is renewed."""
    if clock.contribution_id is None:
        return
    row = await case.session.get(Contribution, clock.contribution_id)
    if row is None or row.level is None:
        return
    await case.session.flush()
    running = [each for each in await joint.running_clocks(case.session, row.id) if each.id != clock.id]
    fired = await involvements.fired(case.session, [each.id for each in running])
    row.level = None
    for each in running:
        for rung in each.rungs:
            if (each.id, each.generation, rung["rung"]) in fired:
                for level in (deed.removeprefix(REMIND_BODY) for deed in rung["does"] if deed.startswith(REMIND_BODY)):
                    climb(row, level)
