"""The recorded lives of the complaints office: the queue, corrections, bulk operations, leavers, imports."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import WorkflowHandle

from contracts import names
from contracts.bulk import BulkStart
from contracts.commands import CommandKind
from contracts.imports import ImportDecision, ImportStart
from contracts.leavers import LeaverStart
from db import desk_said, said
from db import office_said as office
from db.models.office import Leaver
from db.queries import bulk
from tests.bodies import Body
from tests.lives.test_corrections import approve, correct
from tests.lives.test_team_week import leaves
from tests.moving import a_row, as_csv, decide, hand_in
from tests.replay.record import Studio
from tests.world import MORNING, World, until

DAY = MORNING.date()
BUDGET = timedelta(seconds=20)


async def unassigned(studio: Studio) -> None:
    """Waits in the queue, is asked about, and gets an owner."""
    world, body = studio.world, studio.body()
    complaint = await world.log(body, owner_id=None, email=None)
    await studio.complaint("in_the_queue", complaint)
    await world.advance_to(datetime(2028, 3, 6, 12, 0, tzinfo=UTC), complaint)
    await studio.complaint("in_the_queue_overdue", complaint)
    await world.say(body, complaint, CommandKind.ASSIGN, desk_said.Assign(owner_id=body.person("handler")))
    await studio.complaint("out_of_the_queue", complaint)


async def papers(studio: Studio) -> None:
    world, body = studio.world, studio.body()
    complaint = await world.log(body, email=None)
    call = office.RecordContact(
        direction="in", channel="call", happened_at=MORNING, with_whom="Pat Example", summary="Asked how it goes.",
        promised="A call back.", promised_by=date(2028, 3, 6),
    )  # fmt: skip
    assert (await world.say(body, complaint, CommandKind.RECORD_CONTACT, call)).state == "applied"
    await studio.complaint("after_a_contact", complaint)


async def corrected(studio: Studio) -> None:
    """A date that awaits approval, is approved, and goes on on its new dates."""
    world, body = studio.world, studio.body()
    complaint = await world.log(body, email=None)
    moved = office.ReceiptCorrected(received_on=date(2028, 2, 29))
    correction = await correct(world, body, complaint, moved)
    await studio.complaint("correction_awaits_approval", complaint)
    assert await approve(world, body, complaint, correction, "complaints_manager") is None
    await studio.complaint("corrected", complaint)


async def opened_in_error(studio: Studio) -> None:
    world, body = studio.world, studio.body()
    complaint = await world.log(body, email=None)
    correction = await correct(world, body, complaint, office.OpenedInError(cause="test"))
    assert await approve(world, body, complaint, correction, "complaints_manager") is None
    await world.handle(complaint).result()
    await studio.complaint("opened_in_error", complaint)
    late = await world.say(body, complaint, CommandKind.ADD_NOTE, desk_said.AddNote(words="It was a test."))
    assert late.state == "applied"
    await studio.keep("afterwards/applied", _handle(world, names.afterwards_workflow_id(complaint, late.id)))


def _handle(world: World, workflow_id: str) -> WorkflowHandle[Any, Any]:
    return world.client.get_workflow_handle(workflow_id)


async def _asked(studio: Studio, body: Body, complaints: list[UUID], owner: UUID) -> UUID:
    world, operation = studio.world, uuid4()
    new = bulk.NewBulk(
        id=operation, organisation_id=body.id, kind="assign", complaints=complaints,
        params={"owner_id": str(owner), "handover": None, "team_id": None, "division_id": None},
        asked_by=body.person("complaints_manager"), role="complaints_manager", asked_at=world.clock.now(),
        caller="complaints_manager", route="/v1/bulk", idempotency_key=operation.hex, body_hash="0" * 64,
    )  # fmt: skip
    async with world.database.tenant(body.id, world.clock.now()) as session:
        await bulk.ask(session, new)
    await world.engine.start_bulk(BulkStart(organisation_id=body.id, operation_id=operation))
    return operation


async def bulk_operations(studio: Studio) -> None:
    """Done; incomplete; and waiting for a complaint that does not answer."""
    world, body = studio.world, studio.body()
    handler = body.person("handler")
    cases = [await world.log(body, email=None) for _ in range(3)]
    done = _handle(world, names.bulk_workflow_id(await _asked(studio, body, cases, handler)))
    await done.result()
    await studio.keep("bulk/done", done)

    # There is no such person: every complaint refuses.
    gone = _handle(world, names.bulk_workflow_id(await _asked(studio, body, cases, uuid4())))
    await gone.result()
    await studio.keep("bulk/incomplete", gone)

    # The workflow of one complaint was terminated in the engine: it answers nobody, and that is not the end.
    await world.handle(cases[0]).terminate()
    waits = _handle(world, names.bulk_workflow_id(await _asked(studio, body, cases, body.person("auditor"))))

    async def looks_again() -> bool:
        history = await waits.fetch_history()
        return any(event.HasField("timer_started_event_attributes") for event in history.events)

    await until(looks_again)
    await studio.keep("bulk/waits_for_an_answer", waits)


async def leavers(studio: Studio) -> None:
    """Waits for its next look, is cancelled, and ends."""
    world, body = studio.world, studio.body()
    complaint = await world.log(body, owner_id=body.person("handler"), email=None)
    leaver = await leaves(world, body, "handler", successor="investigator")
    handle = _handle(world, names.leaver_workflow_id(leaver))

    async def handed_over() -> bool:
        row = await world.row(body, "select owner_id from complaint where id = :id", id=complaint)
        return bool(row["owner_id"] == body.person("investigator"))

    await until(handed_over)
    await studio.keep("leaver/waits_for_its_next_look", handle)
    await world.skipper.fast_forward(handle, datetime(2028, 3, 11, 0, 5, tzinfo=UTC) - world.clock.now())
    await handle.result()
    await studio.keep("leaver/ended", handle)

    other = await leaves(world, body, "senior_leader", successor="investigator")
    async with world.database.tenant(body.id, world.clock.now()) as session:
        row = await session.get_one(Leaver, other)
        row.state = "cancelled"
    await world.engine.tell_leaver(LeaverStart(organisation_id=body.id, leaver_id=other))
    cancelled = _handle(world, names.leaver_workflow_id(other))
    await cancelled.result()
    await studio.keep("leaver/cancelled", cancelled)


async def moving_in(studio: Studio) -> None:
    """Checked and waiting; abandoned; done; and a complaint that came with it, before and after what is said to it."""
    world, body = studio.world, studio.body()
    rows = [a_row("A/1", DAY - timedelta(days=2)), a_row("A/2", DAY + timedelta(days=2))]
    for name, go in (("abandoned", False), ("done", True)):
        batch = await hand_in(world.database, body, as_csv(rows), world.clock.now(), switch_on=date(2028, 4, 3))
        ahead = world.clock.now() - datetime.now(UTC)
        handle: WorkflowHandle[Any, Any] = await world.client.start_workflow(
            names.IMPORT,
            ImportStart(organisation_id=body.id, import_id=batch),
            id=names.import_workflow_id(batch),
            task_queue=names.BULK,
            start_delay=ahead,
        )
        await world.skipper.fast_forward(handle, ahead)

        async def checked(batch: UUID = batch) -> bool:
            row = await world.row(body, "select state from import_batch where id = :id", id=batch)
            return bool(row["state"] == "checked")

        await until(checked)
        await studio.keep("import/awaits_a_decision", handle)
        decision_id = await decide(world.database, body, batch, world.clock.now(), go=go)
        decision = ImportDecision(decision_id=decision_id, go=go)
        await world.engine.decide_import(batch, decision, BUDGET)
        await handle.result()
        await studio.keep(f"import/{name}", handle)
    row = await world.row(body, "select id from complaint")
    await world.skipper.fast_forward(world.handle(row["id"]), world.clock.now() - datetime.now(UTC))
    await studio.complaint("imported", row["id"])
    call = said.Acknowledge(method="call", made_on=DAY, discussion_offered=True)
    assert (await world.say(body, row["id"], CommandKind.ACKNOWLEDGE, call)).state == "applied"
    await studio.complaint("imported_and_acknowledged", row["id"])


async def needs_attention(studio: Studio) -> None:
    """Each of the office's own workflows, asked about something that is not there: it waits to try again."""
    world, body = studio.world, studio.body()
    engine, id = world.engine, uuid4()
    await engine.start_bulk(BulkStart(organisation_id=body.id, operation_id=id))
    await engine.tell_leaver(LeaverStart(organisation_id=body.id, leaver_id=id))
    await engine.start_import(ImportStart(organisation_id=body.id, import_id=id))
    for name, workflow_id in (
        ("bulk", names.bulk_workflow_id(id)),
        ("leaver", names.leaver_workflow_id(id)),
        ("import", names.import_workflow_id(id)),
    ):
        handle = _handle(world, workflow_id)

        async def waits(handle: WorkflowHandle[Any, Any] = handle) -> bool:
            history = await handle.fetch_history()
            return any(event.HasField("timer_started_event_attributes") for event in history.events)

        await until(waits)
        await studio.keep(f"{name}/needs_attention", handle)


OFFICE_LIVES = [unassigned, papers, corrected, opened_in_error, bulk_operations, leavers, moving_in, needs_attention]
