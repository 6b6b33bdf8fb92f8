"""Ladders handed over a few rungs at a time, over real PostgreSQL: whatever fires, something is left to fire."""

from __future__ import annotations

from datetime import datetime

from contracts.acts import Verdict
from tests.activities.office_desk import Desk


def handed_over(verdict: Verdict) -> list[str]:
    """Return the rungs of the one clock that a verdict hands over."""
    (clock,) = verdict.armed
    return [rung.rung.value for rung in clock.rungs]


async def climb(desk: Desk, kind: str, rung: str) -> list[str]:
    """Have a rung fire at its time, or now where that is past; return the rungs that are handed over."""
    at = datetime.fromisoformat(next(each["at"] for each in desk.clock(kind)["rungs"] if each["rung"] == rung))
    desk.at(max(at, desk.apart.engine.now))
    return handed_over(await desk.fire(kind, rung))


async def test_a_rung_that_fires_long_after_those_behind_it_hands_over_what_has_not_fired_yet(desk: Desk) -> None:
    first, *others = [each["rung"] for each in desk.clock("acknowledgement")["rungs"]]
    for rung in others:  # the first is parked meanwhile
        left = await climb(desk, "acknowledgement", rung)
    for _ in range(4):
        left = await climb(desk, "acknowledgement", left[0])
    assert left == ["chase_5"]
    # Resumed, it takes the place of the clock in the workflow: what it hands over is all that the workflow then has.
    assert await climb(desk, "acknowledgement", first) == ["chase_5"]


async def test_a_rung_that_is_parked_between_others_stays_in_the_way_of_none(desk: Desk) -> None:
    rungs = [each["rung"] for each in desk.clock("relevant_period")["rungs"]]
    assert await climb(desk, "relevant_period", rungs[1]) == rungs[2:6]
    assert await climb(desk, "relevant_period", rungs[0]) == rungs[2:6]
