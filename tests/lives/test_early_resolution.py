"""Lives with an attempt at early resolution: it works, or it goes on to a closer look on the very same clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import desk_said
from db.casework_said import BeginResolution, MoveOn
from tests.bodies import Body
from tests.closer_look import resolved
from tests.lives.steps import acknowledge, fired
from tests.lives.test_history_budget import A_PAYLOAD, events, payloads
from tests.world import World

STATUTORY = ("acknowledgement", "relevant_period")


async def clock(world: World, body: Body, complaint: UUID, kind: str) -> Any:
    return await world.row(
        body, "select * from clock where complaint_id = :id and kind = :kind", id=complaint, kind=kind
    )


async def begun(world: World, body: Body) -> UUID:
    """Log and acknowledge a complaint, and begin an attempt at early resolution."""
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    begin = await world.say(body, complaint, CommandKind.BEGIN_RESOLUTION, BeginResolution(plan="Ring the ward."))
    assert begin.state == "applied", begin.refusal
    return complaint


async def test_an_attempt_that_fails_goes_on_and_no_statutory_clock_starts_anew(world: World, standards: Body) -> None:
    complaint = await begun(world, standards)
    before = {kind: await clock(world, standards, complaint, kind) for kind in STATUTORY}
    early = await clock(world, standards, complaint, "early_resolution")
    assert early["due_on"] == date(2028, 3, 16)  # ten working days after Thursday 2 March, counted by hand
    # Nobody does anything: the ladder of the attempt is climbed, two working days before and when it is over.
    await world.advance_to(datetime(2028, 3, 17, 12, 0, tzinfo=UTC), complaint)
    assert [rung for kind, rung in await fired(world, standards, complaint) if kind == "early_resolution"] == [
        *("reminder_1", "overdue", "escalation_1")
    ]
    said_no = resolved(date(2028, 3, 17), satisfied=False)
    assert (await world.say(standards, complaint, CommandKind.RESOLVE, said_no)).state == "applied"
    row = await world.row(standards, "select stage from complaint where id = :id", id=complaint)
    assert row["stage"] == "closer_look"
    early = await clock(world, standards, complaint, "early_resolution")
    assert (early["state"], early["in_time"], early["breached_at"] is not None) == ("met", False, True)
    for kind in STATUTORY:
        now = await clock(world, standards, complaint, kind)
        assert (now["generation"], now["started_on"], now["due_on"]) == (
            *(1, before[kind]["started_on"]),
            before[kind]["due_on"],
        )
    assert (await clock(world, standards, complaint, "relevant_period"))["due_on"] == date(2028, 9, 1)
    # The closer look is worked on the same six months: they still fall due on the day they always did.
    await world.advance_to(datetime(2028, 9, 2, 12, 0, tzinfo=UTC), complaint)
    assert ("relevant_period", "overdue") in await fired(world, standards, complaint)
    assert (await clock(world, standards, complaint, "relevant_period"))["generation"] == 1


async def test_an_attempt_that_works_leaves_a_summary_to_release_and_a_complaint_to_close(
    world: World, standards: Body
) -> None:
    complaint = await begun(world, standards)
    await world.advance_to(datetime(2028, 3, 8, 12, 0, tzinfo=UTC), complaint)
    done = await world.say(standards, complaint, CommandKind.RESOLVE, resolved(date(2028, 3, 7)))
    assert done.state == "applied", done.refusal
    (letter,) = await world.rows(
        standards,
        "select id, state from notice where complaint_id = :id and template = 'resolution_summary'",
        id=complaint,
    )
    assert letter["state"] == "draft"
    release = desk_said.ReleaseNotice(notice_id=letter["id"])
    assert (await world.say(standards, complaint, CommandKind.RELEASE_NOTICE, release)).state == "applied"
    running = await world.rows(
        standards, "select kind from clock where complaint_id = :id and state = 'running'", id=complaint
    )
    assert [row["kind"] for row in running] == ["closing"]
    # What is resolved and not closed is asked for, and stays open however long that takes.
    await world.advance_to(datetime(2028, 4, 7, 12, 0, tzinfo=UTC), complaint)
    assert ("closing", "overdue") in await fired(world, standards, complaint)
    late = await world.say(standards, complaint, CommandKind.MOVE_ON, MoveOn(reason="Too late."))
    assert late.refusal == "not_in_this_stage"


async def test_every_step_keeps_to_the_size_of_a_payload_and_says_nothing_in_words(
    world: World, standards: Body
) -> None:
    complaint = await begun(world, standards)
    await world.say(standards, complaint, CommandKind.RESOLVE, resolved(date(2028, 3, 2), satisfied=False))
    await world.say(standards, complaint, CommandKind.RESOLVE, resolved(date(2028, 3, 2)))
    # What opens a complaint carries its plan, and is measured elsewhere.
    history = [event for event in await events(world, complaint) if b'"plan":{' not in event.SerializeToString()]
    assert max(size for event in history for size in payloads(event)) <= A_PAYLOAD
    assert b"sorry" not in b"".join(event.SerializeToString() for event in history)
