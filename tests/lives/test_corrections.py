"""Lives in which a mistake is put right: late post, a day of receipt that was wrong, a complaint that never was one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from temporalio.client import WorkflowExecutionStatus

from contracts.commands import CommandKind
from db import office_said as office
from tests.bodies import Body
from tests.lives.steps import acknowledge
from tests.world import World, until


async def correct(world: World, body: Body, complaint: UUID, correction: Any, by: str = "handler") -> UUID:
    """Ask for a correction, and return its id."""
    what = office.Correct(correction=correction, reason="The envelope says so.")
    done = await world.say(body, complaint, CommandKind.CORRECT, what, by=by)
    assert done.state == "applied", done.refusal or done.last_failure
    row = await world.row(
        body, "select id from correction where complaint_id = :id and state = 'awaiting_approval'", id=complaint
    )
    found: UUID = row["id"]
    return found


async def approve(world: World, body: Body, complaint: UUID, correction: UUID, by: str) -> str | None:
    what = office.DecideCorrection(correction_id=correction, approved=True)
    return (await world.say(body, complaint, CommandKind.DECIDE_CORRECTION, what, by=by)).refusal


async def rungs(world: World, body: Body, complaint: UUID, kind: str) -> list[tuple[int, str, bool]]:
    """Return the rungs of a clock that fired, as (generation, rung, late), in order."""
    rows = await world.rows(
        body,
        "select f.generation, f.rung, f.late from fired_rung f join clock c on c.id = f.clock_id"
        " where f.complaint_id = :id and c.kind = :kind order by f.generation, f.due_at",
        id=complaint,
        kind=kind,
    )
    return [(row["generation"], row["rung"], row["late"]) for row in rows]


async def versions(world: World, body: Body, complaint: UUID) -> Sequence[Any]:
    return await world.rows(
        body,
        "select v.* from clock_version v join clock c on c.id = v.clock_id"
        " where v.complaint_id = :id and c.kind = 'acknowledgement' order by v.generation",
        id=complaint,
    )


async def test_late_post_is_overdue_on_arrival_and_a_later_day_of_receipt_keeps_the_breach(
    world: World, body: Body
) -> None:
    complaint = await world.log(body, received_on=date(2028, 2, 25))  # a Friday: due by Wednesday 1 March

    async def overdue() -> bool:
        return bool(await rungs(world, body, complaint, "acknowledgement"))

    await until(overdue)
    await world.settled(complaint)
    assert (1, "overdue", False) in await rungs(world, body, complaint, "acknowledgement")

    # The stamp was misread: it came on Tuesday the 29th, so that Friday 3 March is in time.
    asked = await correct(world, body, complaint, office.ReceiptCorrected(received_on=date(2028, 2, 29)))
    assert await approve(world, body, complaint, asked, "handler") == "same_person"
    assert await approve(world, body, complaint, asked, "complaints_manager") is None
    await world.advance_to(datetime(2028, 3, 3, 12, 0, tzinfo=UTC), complaint)
    assert (2, "reminder_2", False) in await rungs(world, body, complaint, "acknowledgement")
    assert (await acknowledge(world, body, complaint, date(2028, 3, 3))).state == "applied"
    clock = await world.row(
        body, "select * from clock where complaint_id = :id and kind = 'acknowledgement'", id=complaint
    )
    assert (clock["state"], clock["in_time"], clock["breached_at"] is not None) == ("met", True, True)
    first, second = await versions(world, body, complaint)
    assert (first["due_on"], second["due_on"]) == (date(2028, 3, 1), date(2028, 3, 3))
    assert (first["breached_at"] is not None, second["breached_at"]) == (True, None)
    assert first["proof"]["started_on"] == "2028-02-25"


async def test_an_earlier_day_of_receipt_climbs_the_new_ladder_at_once_and_not_late(world: World, body: Body) -> None:
    complaint = await world.log(body)  # Thursday 2 March: due by Tuesday the 7th
    await world.advance_to(datetime(2028, 3, 8, 12, 0, tzinfo=UTC), complaint)
    before = await rungs(world, body, complaint, "acknowledgement")
    assert [rung for _, rung, _ in before] == ["reminder_1", "reminder_2", "overdue", "escalation_1"]

    asked = await correct(world, body, complaint, office.ReceiptCorrected(received_on=date(2028, 2, 29)))
    assert await approve(world, body, complaint, asked, "complaints_manager") is None  # due by Friday the 3rd

    async def climbed() -> bool:
        return len(await rungs(world, body, complaint, "acknowledgement")) == len(before) + 3

    await until(climbed)
    after = await rungs(world, body, complaint, "acknowledgement")
    assert after[len(before) :] == [(2, "overdue", False), (2, "escalation_1", False), (2, "escalation_2", False)]
    first, second = await versions(world, body, complaint)
    assert first["breached_at"] < second["breached_at"]
    assert (first["due_on"], second["due_on"]) == (date(2028, 3, 7), date(2028, 3, 3))
    row = await world.row(body, "select next_event_at from complaint where id = :id", id=complaint)
    assert row["next_event_at"] > world.clock.time  # chased on


async def test_a_complaint_opened_in_error_ends_its_workflow_once_somebody_approves(world: World, body: Body) -> None:
    complaint = await world.log(body)
    asked = await correct(world, body, complaint, office.OpenedInError(cause="not_a_complaint"))
    await world.advance_to(datetime(2028, 3, 7, 12, 0, tzinfo=UTC), complaint)
    reminded = [rung for _, rung, _ in await rungs(world, body, complaint, "correction_approval")]
    assert reminded == ["reminder_1", "overdue", "escalation_1"]
    assert (await world.handle(complaint).describe()).status is WorkflowExecutionStatus.RUNNING

    assert await approve(world, body, complaint, asked, "responsible_person") is None
    await world.handle(complaint).result()
    assert (await world.handle(complaint).describe()).status is WorkflowExecutionStatus.COMPLETED
    row = await world.row(body, "select * from complaint where id = :id", id=complaint)
    assert (row["stage"], row["open"], row["next_event_at"]) == ("opened_in_error", False, None)
    running = await world.rows(body, "select 1 from clock where complaint_id = :id and state = 'running'", id=complaint)
    assert running == []
    # It is still on file, and what comes now is asked about.
    note = office.RecordContact(
        direction="in", channel="call", happened_at=world.clock.time, with_whom="Pat", summary="Asked why."
    )
    late = await world.say(body, complaint, CommandKind.RECORD_CONTACT, note)
    assert late.state == "applied", late.refusal or late.last_failure
    tasks = await world.rows(
        body, "select kind from task where complaint_id = :id and state = 'open' order by kind", id=complaint
    )
    assert {"late_item"} <= {task["kind"] for task in tasks}
