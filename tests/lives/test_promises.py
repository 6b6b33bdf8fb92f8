"""The life of two promises over a bank holiday weekend: a call that nobody makes, and updates kept twice, then not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import promise_said as promise
from tests.bodies import Body
from tests.lives.casework import must
from tests.lives.steps import acknowledge
from tests.world import World

GOOD_FRIDAY = date(2028, 4, 14)


async def rungs(world: World, body: Body, complaint: UUID, kind: str) -> list[tuple[str, int, str, bool]]:
    """Return the rungs that fired of a promise, each with the London minute of its instant."""
    rows = await world.rows(
        body,
        "select f.rung, f.generation, to_char(f.due_at at time zone 'Europe/London', 'MM-DD HH24:MI') as at, f.late"
        " from fired_rung f join clock c on c.id = f.clock_id"
        " where f.complaint_id = :id and c.kind = :kind order by f.due_at, f.rung",
        id=complaint,
        kind=kind,
    )
    return [(row["rung"], row["generation"], row["at"][:8], row["late"]) for row in rows]


async def promised(world: World, body: Body, complaint: UUID, **values: Any) -> UUID:
    what = promise.MakePromise(**values)
    await must(world, body, complaint, CommandKind.MAKE_PROMISE, what)
    row = await world.row(
        body, "select id from promise where complaint_id = :id and kind = :kind", id=complaint, kind=what.kind
    )
    found: UUID = row["id"]
    return found


async def test_a_call_by_good_friday_is_not_made_and_updates_are_kept_twice_then_not(
    world: World, standards: Body
) -> None:
    body = standards
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    call = await promised(world, body, complaint, kind="call", what="We ring you by Friday.", due_on=GOOD_FRIDAY)
    updates = await promised(world, body, complaint, kind="update", what="An update.", every_days=14)

    async def kept(on: date) -> None:
        what = promise.KeepPromise(promise_id=updates, kept_on=on, words="Rang.")
        await must(world, body, complaint, CommandKind.KEEP_PROMISE, what)

    # Fourteen days each time: the second round runs over the night in which the clocks go forward.
    await world.advance_to(datetime(2028, 3, 15, 12, tzinfo=UTC), complaint)
    await kept(date(2028, 3, 15))
    await world.advance_to(datetime(2028, 3, 28, 12, tzinfo=UTC), complaint)
    await kept(date(2028, 3, 28))
    # Nobody keeps either any more; it is the Friday after Easter.
    await world.advance_to(datetime(2028, 4, 21, 12, tzinfo=UTC), complaint)
    assert await rungs(world, body, complaint, "promise") == [
        ("reminder", 1, "04-13 09", False),
        ("overdue", 1, "04-15 00", False),
        ("escalation", 1, "04-18 09", False),  # Saturday to Easter Monday nobody is there to be told
    ]
    assert await rungs(world, body, complaint, "promise_rhythm") == [
        ("reminder", 1, "03-15 09", False),
        ("reminder", 2, "03-28 09", False),
        ("reminder", 3, "04-10 09", False),
        ("overdue", 3, "04-12 00", False),
        ("escalation", 3, "04-12 09", False),
        ("chase_1", 3, "04-21 09", False),
    ]
    versions = await world.rows(
        body,
        "select v.due_on, v.due_at, v.in_time, v.breached_at is not null as broken, v.proof from clock_version v"
        " join clock c on c.id = v.clock_id where v.complaint_id = :id and c.kind = 'promise_rhythm'"
        " order by v.generation",
        id=complaint,
    )
    assert [(row["due_on"], row["due_at"].hour, row["in_time"], row["broken"]) for row in versions] == [
        (date(2028, 3, 16), 0, True, False),
        (date(2028, 3, 29), 23, True, False),  # midnight in London is an hour earlier by then
        (date(2028, 4, 11), 23, None, True),
    ]
    assert versions[2]["proof"]["steps"] == ["14 calendar days end on Tuesday 11 April 2028"]

    # Released: it asks for nothing more, and stays broken. The call, made at last, is kept too late.
    over = promise.ReleasePromise(promise_id=updates, because="not_wanted")
    await must(world, body, complaint, CommandKind.RELEASE_PROMISE, over)
    late = promise.KeepPromise(promise_id=call, kept_on=date(2028, 4, 19), words="Rang at last.")
    await must(world, body, complaint, CommandKind.KEEP_PROMISE, late)
    clocks = await world.rows(
        body,
        "select kind, state, in_time, breached_at is not null as broken from clock"
        " where complaint_id = :id and kind in ('promise', 'promise_rhythm') order by kind",
        id=complaint,
    )
    assert [tuple(row.values()) for row in clocks] == [
        ("promise", "met", False, True), ("promise_rhythm", "stopped", None, True),
    ]  # fmt: skip
    fired = await rungs(world, body, complaint, "promise_rhythm")
    await world.advance_to(datetime(2028, 4, 26, 12, tzinfo=UTC), complaint)
    assert await rungs(world, body, complaint, "promise_rhythm") == fired
    left = await world.rows(
        body,
        "select kind from task where complaint_id = :id and state = 'open' and kind like '%promise%'",
        id=complaint,
    )
    assert left == []
