"""The lives that are recorded: every wait that a workflow can be parked at, and every end it can come to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts import names
from contracts.change_sets import ChangeSetStart, Decision
from contracts.commands import Command, CommandKind
from contracts.complaint import Start
from contracts.submissions import Pending
from contracts.sweeps import AnchorStart, SweepStart
from db import desk_said, said
from db.queries import change_sets
from tests.bodies import Body
from tests.lives import steps
from tests.replay.office_lives import OFFICE_LIVES
from tests.replay.record import Studio
from tests.world import MORNING, until

DAY = MORNING.date()
BUDGET = timedelta(seconds=20)


async def opened_to_responded(studio: Studio) -> None:
    world, body = studio.world, studio.body()
    complaint = await world.log(body)
    await studio.complaint("opened", complaint)
    await steps.acknowledge(world, body, complaint, DAY)
    await studio.complaint("acknowledged", complaint)
    accepted = said.RecordDiscussion(result="accepted", recorded_on=DAY)
    await world.say(body, complaint, CommandKind.RECORD_DISCUSSION, accepted)
    await studio.complaint("discussed", complaint)
    await steps.agree(world, body, complaint, respond_by=date(2028, 4, 14), every=14)
    await studio.complaint("closer_look_with_a_draft", complaint)
    for draft in await steps.drafts(world, body, complaint):
        released = desk_said.ReleaseNotice(notice_id=draft["id"])
        await world.say(body, complaint, CommandKind.RELEASE_NOTICE, released)
    extended = said.Extend(
        clock="response_period", respond_by=date(2028, 5, 12), reason="Records are late.",
        agreed_with="Pat Example", agreed_on=DAY,
    )  # fmt: skip
    await world.say(body, complaint, CommandKind.EXTEND, extended)
    await studio.complaint("extended", complaint)
    await steps.respond(world, body, complaint)
    await studio.complaint("responded", complaint)
    await close(studio, body, complaint)
    await world.handle(complaint).result()
    await studio.complaint("closed", complaint)
    await afterwards(studio, body, complaint)


async def close(studio: Studio, body: Body, complaint: UUID) -> None:
    world = studio.world
    for draft in await steps.drafts(world, body, complaint):
        discarded = desk_said.DiscardNotice(notice_id=draft["id"], reason="Overtaken.")
        await world.say(body, complaint, CommandKind.DISCARD_NOTICE, discarded)
    closed = await world.say(body, complaint, CommandKind.CLOSE, said.Close())
    assert closed.state == "applied", closed.refusal


async def afterwards(studio: Studio, body: Body, complaint: UUID) -> None:
    """Something that still concerns a complaint after its end: refused, but heard."""
    unknown = desk_said.CompleteTask(task_id=uuid4())
    late = await studio.world.say(body, complaint, CommandKind.COMPLETE_TASK, unknown)
    assert late.state == "refused"
    workflow_id = names.afterwards_workflow_id(complaint, late.id)
    await studio.keep("afterwards/refused", studio.world.client.get_workflow_handle(workflow_id))


async def rungs(studio: Studio) -> None:
    world, body = studio.world, studio.body()
    complaint = await world.log(body, email=None)
    await world.advance_to(datetime(2028, 3, 3, 12, 0, tzinfo=UTC), complaint)
    await studio.complaint("after_a_reminder", complaint)
    await world.advance_to(datetime(2028, 3, 8, 6, 0, tzinfo=UTC), complaint)
    await studio.complaint("after_overdue", complaint)
    await world.advance_to(datetime(2028, 3, 20, 12, 0, tzinfo=UTC), complaint)
    await studio.complaint("after_escalations", complaint)


async def withdrawn(studio: Studio) -> None:
    world, body = studio.world, studio.body()
    complaint = await world.log(body, email=None)
    await world.say(body, complaint, CommandKind.WITHDRAW, said.Withdraw(method="call", withdrawn_on=DAY))
    await world.handle(complaint).result()
    await studio.complaint("withdrawn", complaint)


async def refused(studio: Studio) -> None:
    """Refused by the case file, not by the validator: that is in the history."""
    world, body = studio.world, studio.body()
    complaint = await world.log(body, email=None)
    early = said.Acknowledge(method="call", made_on=date(2028, 2, 1), discussion_offered=True)
    assert (await world.say(body, complaint, CommandKind.ACKNOWLEDGE, early)).state == "refused"
    await studio.complaint("refused", complaint)


async def parked_and_resumed(studio: Studio) -> None:
    """A command that overtook its own submission: there is nothing to apply, until there is."""
    world, body = studio.world, studio.body()
    complaint, submission = await world.log(body, email=None), uuid4()
    command = Command(submission_id=submission, kind=CommandKind.ADD_NOTE, said_at=MORNING)
    pending = Pending(organisation_id=body.id, complaint_id=complaint, seq=2, delivery=0, command=command)
    assert (await world.engine.deliver(pending, BUDGET)).failure == "parked"
    await studio.complaint("parked", complaint)
    note = desk_said.AddNote(words="Here it is.")
    await world.say(body, complaint, CommandKind.ADD_NOTE, note, submission_id=submission, deliver=False)
    assert (await world.engine.resume(complaint, uuid4(), BUDGET)).applied == 1
    await studio.complaint("resumed", complaint)


async def deferred(studio: Studio) -> None:
    """A rung that waits for what was said before it fell due."""
    world, body = studio.world, studio.body()
    complaint = await world.log(body, email=None)
    note = desk_said.AddNote(words="Said in time.")
    await world.say(body, complaint, CommandKind.ADD_NOTE, note, deliver=False)
    due = (await world.engine.happening(complaint, BUDGET)).next_rung
    assert due is not None
    # Not `advance`: that would wait for the rung, which waits for the note.
    await world.skipper.fast_forward(world.handle(complaint), due.at + timedelta(seconds=30) - world.clock.now())
    world.clock.time = due.at + timedelta(seconds=30)
    await studio.complaint("rung_deferred", complaint)
    await world.deliver(body, complaint)
    await world.advance(timedelta(hours=1), complaint)
    await studio.complaint("rung_fired_after_deferral", complaint)


async def cancel_pressed(studio: Studio) -> None:
    world, body = studio.world, studio.body()
    complaint = await world.log(body, email=None)
    await world.handle(complaint).cancel()
    await studio.complaint("cancel_pressed", complaint)


async def new_run(studio: Studio) -> None:
    world, body = studio.world, studio.body()
    complaint = await world.log(body, email=None)
    first = (await world.handle(complaint).describe()).run_id
    while (await world.handle(complaint).describe()).run_id == first:
        await world.say(body, complaint, CommandKind.ADD_NOTE, desk_said.AddNote(words="A note."))
        await world.settled(complaint)
    await studio.complaint("run_that_ended", complaint, first)
    await studio.complaint("run_that_began", complaint)
    await steps.acknowledge(world, body, complaint, DAY)
    await studio.complaint("run_that_went_on", complaint)


async def unopened(studio: Studio) -> None:
    """Started, and waiting for the first thing to be said."""
    complaint = uuid4()
    await studio.world.client.start_workflow(
        names.COMPLAINT,
        Start(organisation_id=studio.body().id, complaint_id=complaint),
        id=names.complaint_workflow_id(complaint),
        task_queue=names.CASES,
    )
    await studio.complaint("waits_to_be_opened", complaint)


async def _notice_of(studio: Studio, body: Body, complaint: UUID, template: str) -> Any:
    row = await studio.world.row(
        body, "select id from notice where complaint_id = :id and template = :t", id=complaint, t=template
    )
    return studio.world.client.get_workflow_handle(names.notice_workflow_id(row["id"]))


async def notices(studio: Studio) -> None:
    world, body = studio.world, studio.body()
    complaint = await world.log(body)
    receipt = await _notice_of(studio, body, complaint, "receipt")
    await receipt.result()
    await studio.keep("notice/sent", receipt)

    studio.mail.refuses = True
    other = await world.log(body)
    failed = await _notice_of(studio, body, other, "receipt")
    await failed.result()
    await studio.keep("notice/failed", failed)
    studio.mail.refuses = False

    hold = desk_said.SetContactRules(stop_contact=False, hold=True, reason="In hospital.")
    await world.say(body, complaint, CommandKind.SET_CONTACT_RULES, hold)
    await steps.acknowledge(world, body, complaint, DAY)
    await steps.agree(world, body, complaint, respond_by=date(2028, 4, 14), every=14)
    (draft,) = await steps.drafts(world, body, complaint)
    await world.say(body, complaint, CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=draft["id"]))
    held = world.client.get_workflow_handle(names.notice_workflow_id(draft["id"]))

    async def waits() -> bool:
        history = await held.fetch_history()
        return any(event.HasField("timer_started_event_attributes") for event in history.events)

    await until(waits)
    await studio.keep("notice/held", held)
    lifted = desk_said.SetContactRules(stop_contact=False, hold=False, reason="Home again.")
    await world.say(body, complaint, CommandKind.SET_CONTACT_RULES, lifted)
    await world.skipper.fast_forward(held, timedelta(hours=2))
    await held.result()
    await studio.keep("notice/held_then_sent", held)


async def change_of_calendar(studio: Studio) -> None:
    world, body = studio.world, studio.body()
    await world.log(body, email=None)
    for name, approved in (("rejected", False), ("applied", True)):
        change = await _proposed(studio, body)
        handle = world.client.get_workflow_handle(names.change_set_workflow_id(change))

        async def awaits(change: UUID = change) -> bool:
            row = await world.row(body, "select state from change_set where id = :id", id=change)
            return bool(row["state"] == "awaiting_approval")

        await until(awaits)
        await studio.keep("change_set/awaiting_approval", handle)
        decision = Decision(decision_id=uuid4(), approved=approved)
        new = change_sets.NewDecision(
            decision_id=decision.decision_id,
            approved=approved,
            decided_by=body.person("complaints_manager"),
            decided_at=world.clock.now(),
        )
        async with world.database.tenant(body.id, world.clock.now()) as session:
            assert await change_sets.record_decision(session, change, new) is None
        await world.engine.decide_change_set(change, decision, BUDGET)
        if approved:
            await world.skipper.fast_forward(handle, timedelta(hours=1))
        await handle.result()
        await studio.keep(f"change_set/{name}", handle)


async def _proposed(studio: Studio, body: Body) -> UUID:
    world, id = studio.world, uuid4()
    new = change_sets.NewChangeSet(
        id=id, organisation_id=body.id, scope="organisation", nation="england", day=date(2028, 3, 10),
        name="Move to the new building", opens=False, reason="Nobody can be reached.", source=None,
        proposed_by=body.person("operator"), proposed_at=world.clock.now(), idempotency_key=id.hex, body_hash="0" * 64,
    )  # fmt: skip
    async with world.database.tenant(body.id, world.clock.now()) as session:
        await change_sets.propose(session, new)
    await world.engine.start_change_set(ChangeSetStart(organisation_id=body.id, change_set_id=id))
    return id


async def sweeps(studio: Studio) -> None:
    client = studio.world.client
    for workflow, start, queue in (
        (names.DELIVERY_SWEEP, SweepStart(), names.DELIVERY),
        (names.ANCHOR, AnchorStart(), names.BULK),
    ):
        handle = await client.start_workflow(workflow, start, id=f"recorded/{workflow}", task_queue=queue)
        await handle.result()
        await studio.keep(f"{workflow}/finished", handle)


LIVES = [
    opened_to_responded,
    rungs,
    withdrawn,
    refused,
    parked_and_resumed,
    deferred,
    cancel_pressed,
    new_run,
    unopened,
    notices,
    change_of_calendar,
    sweeps,
    *OFFICE_LIVES,
]
