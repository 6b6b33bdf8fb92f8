"""SMTP is dead while clocks run: no rung waits for it, every notice waits and arrives."""

from __future__ import annotations

from datetime import timedelta

from tests.faults.callers import Caller, today, together
from tests.faults.proofs import all_holds
from tests.faults.stack import Row, Stack
from tests.faults.waiting import until

LATE_POST = 4
# What fell due before the complaint was even logged, of a ladder that begins a month ago.
CLIMBED = {"overdue", "escalation_1", "escalation_2"}
ON_TIME = timedelta(seconds=20)


async def test_no_clock_waits_for_the_mail_and_no_notice_is_lost_with_it(stack: Stack, caller: Caller) -> None:
    stack.postbox.close()
    before = set(stack.postbox.arrived)
    received = (today() - timedelta(days=30)).isoformat()

    async def log() -> None:
        await caller.log(receivedOn=received)

    await together(*(log() for _ in range(LATE_POST)))

    async def all_climbed() -> bool:
        return len(await fired(stack, caller)) == LATE_POST * len(CLIMBED)

    await until(all_climbed, "every overdue and escalation", 60)
    for rung in await fired(stack, caller):
        assert rung["rung"] in CLIMBED
        assert rung["waited"] < ON_TIME, rung  # type: ignore[operator]
    # One receipt and one prompt for each rung: all of them wait, for none was taken.
    states = await stack.rows(
        "select state, count(*) as number from notice where organisation_id = %s group by state", caller.body.id
    )
    assert [(row["state"], row["number"]) for row in states] == [("queued", LATE_POST * (1 + len(CLIMBED)))]
    assert set(stack.postbox.arrived) == before

    stack.postbox.open()
    await all_holds(stack, [caller])
    assert len(set(stack.postbox.arrived) - before) == LATE_POST * (1 + len(CLIMBED))


async def fired(stack: Stack, caller: Caller) -> list[Row]:
    """Return every rung that fired, and how long after it was due and its complaint was logged."""
    return await stack.rows(
        "select f.rung, f.fired_at - greatest(f.due_at, c.logged_at) as waited from fired_rung f"
        " join complaint c on c.id = f.complaint_id where f.organisation_id = %s",
        caller.body.id,
    )
