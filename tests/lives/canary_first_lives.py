"""Lives under the first version of the procedure in which everything is said that has words; and an import."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from contracts import names
from contracts.commands import CommandKind
from contracts.imports import ImportDecision, ImportStart
from db import desk_said, office_said, promise_said, said
from db.consent_said import RecordConsent
from db.procedure_said import MoveProcedure
from tests.lives.markers import A_NUMBER, MARKER, W, marker
from tests.lives.planted import Migrator, Planted, put_file
from tests.moving import decide, hand_in
from tests.world import MORNING, until

DAY: Final = MORNING.date()
BUDGET: Final = timedelta(seconds=20)


async def a_first_life(planted: Planted, migrator: Migrator) -> None:
    """Say what the first version of the procedure knows, with markers, up to the end and beyond it."""
    world, body, say = planted.world, planted.body, planted.say
    complaint = await planted.log()
    no_offer = said.Acknowledge(method="call", made_on=DAY, discussion_offered=False, words=W)
    await say(complaint, CommandKind.ACKNOWLEDGE, no_offer, state="refused")
    acknowledged = said.Acknowledge(method="call", made_on=DAY, discussion_offered=True, words=W)
    await say(complaint, CommandKind.ACKNOWLEDGE, acknowledged)
    discussed = said.RecordDiscussion(result="accepted", recorded_on=DAY, words=W)
    await say(complaint, CommandKind.RECORD_DISCUSSION, discussed)
    period = said.SetResponsePeriod(
        basis="agreed", respond_by=date(2028, 4, 14), update_every_days=14, agreed_with=W, agreed_on=DAY
    )
    await say(complaint, CommandKind.SET_RESPONSE_PERIOD, period)
    for draft in await planted.drafts(complaint):
        await say(complaint, CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=draft, subject=W, body=W))
    extended = said.Extend(
        clock="response_period", respond_by=date(2028, 5, 12), reason=W, agreed_with=W, agreed_on=DAY
    )
    await say(complaint, CommandKind.EXTEND, extended)
    await say(complaint, CommandKind.RECORD_UPDATE, said.RecordUpdate(method="call", given_on=DAY, words=W))
    await say(complaint, CommandKind.ASSIGN, desk_said.Assign(owner_id=body.person("investigator"), handover=W))
    await say(complaint, CommandKind.ADD_NOTE, desk_said.AddNote(words=W))
    file_id = put_file(migrator, body, complaint)
    await say(complaint, CommandKind.ATTACH_FILE, desk_said.AttachFile(file_id=file_id))
    restricted = office_said.MarkFile(file_id=file_id, disclosure="restricted", reason=W)
    await say(complaint, CommandKind.MARK_FILE, restricted)
    rules = desk_said.SetContactRules(stop_contact=False, hold=False, reason=W)
    await say(complaint, CommandKind.SET_CONTACT_RULES, rules)
    await mistakes_put_right(planted, complaint)
    # Both are other people than was thought: what the one agreed to for the other has to be asked for anew.
    agreed = RecordConsent(
        scope="represent", giver_id=await planted.party(complaint, "affected"), basis="statutory", given_on=DAY,
        recipient_id=await planted.party(complaint),
    )  # fmt: skip
    await say(complaint, CommandKind.RECORD_CONSENT, agreed)
    await world.advance(timedelta(days=15), complaint)  # reminders, and a draft of an update
    response = said.Respond(letter=W, signed_by=body.person("responsible_person"), outcome="upheld")
    await say(complaint, CommandKind.RESPOND, response, by="responsible_person")
    for draft in await planted.drafts(complaint):
        await say(complaint, CommandKind.DISCARD_NOTICE, desk_said.DiscardNotice(notice_id=draft, reason=W))
    task = "select id from task where complaint_id = :id and state = 'open' and kind = 'close_or_continue'"
    done = desk_said.CompleteTask(task_id=(await planted.row(task, complaint))["id"], words=W)
    await say(complaint, CommandKind.COMPLETE_TASK, done)
    await say(complaint, CommandKind.CLOSE, said.Close(words=W))
    await world.handle(complaint).result()
    after = desk_said.CompleteTask(task_id=uuid4(), words=W)
    await say(complaint, CommandKind.COMPLETE_TASK, after, state="refused")


async def mistakes_put_right(planted: Planted, complaint: UUID) -> None:
    """Log a contact, send an update, and correct what can be corrected, with markers in all of it."""
    contact = office_said.RecordContact(
        direction="in",
        channel="call",
        happened_at=planted.world.clock.now(),
        with_whom=W,
        summary=W,
        promised=W,
        promised_by=DAY,
    )
    await planted.say(complaint, CommandKind.RECORD_CONTACT, contact)
    await _promised(planted, complaint)
    await planted.say(complaint, CommandKind.SEND_UPDATE, office_said.SendUpdate(subject=W, body=W))
    notice = "select id from notice where complaint_id = :id and audience = 'complainant' order by drafted_at limit 1"
    parties = await planted.rows("select id from party where complaint_id = :id", complaint)
    corrections: list[Any] = [
        office_said.LetterMisdirected(notice_id=(await planted.row(notice, complaint))["id"], went_to=W),
        *(
            office_said.PartyCorrected(
                party_id=party["id"], cause="wrong_person", name=W, address=W, phone=W, nhs_number=A_NUMBER,
                email=f"{MARKER}.partycorrectedemail@example.com",
            )
            for party in parties
        ),
        office_said.CodingCorrected(channel="oral"),
        office_said.OpenedInError(cause="other_organisation", belongs_to=W),
    ]  # fmt: skip
    for correction in corrections:
        await planted.say(complaint, CommandKind.CORRECT, office_said.Correct(correction=correction, reason=W))
    pending = "select id from correction where complaint_id = :id and state = 'awaiting_approval'"
    asked = (await planted.row(pending, complaint))["id"]
    rejected = office_said.DecideCorrection(correction_id=asked, approved=False, reason=W)
    await planted.say(complaint, CommandKind.DECIDE_CORRECTION, rejected, by="complaints_manager")


async def a_failing_notice(planted: Planted) -> None:
    """A receipt to an address that no gateway takes, and a person who takes the complaint back."""
    complaint = await planted.log(email=f"{MARKER} @ nowhere")

    async def told() -> bool:
        sql = "select 1 from task where complaint_id = :id and kind = 'notice_failed'"
        return bool(await planted.rows(sql, complaint))

    await until(told)
    withdrawn = said.Withdraw(method="call", withdrawn_on=DAY, words=W)
    await planted.say(complaint, CommandKind.WITHDRAW, withdrawn)


async def a_moved_complaint(planted: Planted) -> None:
    moved = MoveProcedure(version=2, reason=W)
    await planted.say(await planted.log(), CommandKind.MOVE_PROCEDURE, moved, by="complaints_manager")


async def an_import(planted: Planted) -> None:
    """A complaint from another system, through its own workflow."""
    world, body = planted.world, planted.body
    words = ("source_reference", "summary", "narrative", "desired_outcome", "agreed_with")
    row = {name: marker(f"ImportCase.{name}") for name in words} | {
        "stage": "closer_look", "channel": "written", "received_on": "2028-02-01", "acknowledged_on": "2028-02-02",
        "basis": "agreed", "period_set_on": "2028-02-03", "respond_by": "2028-05-01", "owner": "handler",
        "complainant_name": f"{MARKER} Imported", "complainant_email": f"{MARKER}@example.org",
    }  # fmt: skip
    columns = "\n".join(f'{name} = "{name}"' for name in row)
    mapping = f'source_system = "old-desk"\nformat = "jsonl"\n[columns]\n{columns}\n'.encode()
    content = json.dumps(row).encode()
    now = world.clock.now()
    import_id = await hand_in(world.database, body, content, now, switch_on=date(2028, 4, 3), mapping=mapping)
    planted.others.append(names.import_workflow_id(import_id))
    start, ahead = ImportStart(organisation_id=body.id, import_id=import_id), now - datetime.now(UTC)
    handle = await world.client.start_workflow(
        names.IMPORT, start, id=names.import_workflow_id(import_id), task_queue=names.BULK, start_delay=ahead
    )
    await world.skipper.fast_forward(handle, ahead)
    await until(lambda: _is(planted, import_id, "checked"))
    decision = ImportDecision(decision_id=await decide(world.database, body, import_id, now), go=True)
    await world.engine.decide_import(import_id, decision, BUDGET)
    await until(lambda: _is(planted, import_id, "done"))
    opened = await world.row(body, "select id from complaint where import_id = :id", id=import_id)
    planted.complaints.append(opened["id"])


async def _is(planted: Planted, import_id: UUID, state: str) -> bool:
    row = await planted.world.row(planted.body, "select state, totals from import_batch where id = :id", id=import_id)
    assert not row["totals"].get("quarantined"), "the row is a good one"
    return bool(row["state"] == state)


async def _promised(planted: Planted, complaint: UUID) -> None:
    """Promise twice: one is kept, and comes round again; both are let go of."""
    for made in (
        promise_said.MakePromise(kind="call", what=W, due_on=DAY),
        promise_said.MakePromise(kind="update", what=W, every_days=7),
    ):
        await planted.say(complaint, CommandKind.MAKE_PROMISE, made)
    said_ = "select id from promise where complaint_id = :id and source = 'said' order by kind desc"
    first, second = (row["id"] for row in await planted.rows(said_, complaint))
    kept = promise_said.KeepPromise(promise_id=first, kept_on=DAY, words=W)
    await planted.say(complaint, CommandKind.KEEP_PROMISE, kept)
    for each in (first, second):
        over = promise_said.ReleasePromise(promise_id=each, because="overtaken", words=W)
        await planted.say(complaint, CommandKind.RELEASE_PROMISE, over)
