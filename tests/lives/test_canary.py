"""Words stay in PostgreSQL: markers are put where people's words and names go, and looked for everywhere else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.service import RPCError

from contracts import names
from contracts.commands import Command, CommandKind
from contracts.submissions import Pending
from db import office_said, said
from tests.bodies import Body, make_body
from tests.world import MORNING, World, until

Migrator = psycopg.Connection[tuple[object, ...]]
DAY = MORNING.date()
MARKER = "Kanarienvogel"
BUDGET = timedelta(seconds=20)


@pytest.fixture
def body(dsns: Any, migrator: Migrator) -> Body:
    """An organisation whose people have marked names and addresses too."""
    made = make_body(dsns.migrator)
    migrator.execute(
        "update person set name = %s || name, email = %s || email where organisation_id = %s",
        (f"{MARKER} ", MARKER, made.id),
    )
    return made


@dataclass(slots=True)
class Planted:
    """The complaints that carry markers."""

    world: World
    body: Body
    complaints: list[UUID] = field(default_factory=list)

    async def say(self, complaint: UUID, kind: CommandKind, what: said.Said, state: str = "applied", **how: Any) -> Any:
        row = await self.world.say(self.body, complaint, kind, what, **how)
        assert row.state == state, (kind, row.state, row.refusal, row.last_failure)
        return row

    async def log(self, **changes: Any) -> UUID:
        """Log a complaint with a marker in every field that holds words."""
        party = said.PartySaid(
            role="complainant",
            name=f"{MARKER} Name",
            email=changes.pop("email", f"{MARKER}@example.org"),
            phone=f"{MARKER} 020",
            address=f"1 {MARKER} Street",
        )
        affected = said.PartySaid(role="affected", name=f"{MARKER} Mother", born_on=date(1931, 5, 6))
        complaint = await self.world.log(
            self.body,
            parties=(party, affected),
            summary=f"{MARKER} summary",
            narrative=f"{MARKER} narrative",
            desired_outcome=f"{MARKER} outcome",
            **changes,
        )
        self.complaints.append(complaint)
        return complaint

    async def drafts(self, complaint: UUID) -> list[UUID]:
        rows = await self.world.rows(
            self.body, "select id from notice where complaint_id = :id and state = 'draft'", id=complaint
        )
        return [row["id"] for row in rows]


async def a_whole_life(planted: Planted, migrator: Migrator) -> None:
    """Say everything that can be said, with markers, up to the end and beyond it."""
    world, body = planted.world, planted.body
    complaint = await planted.log()
    words = f"{MARKER} words"
    say = planted.say
    await say(
        complaint,
        CommandKind.ACKNOWLEDGE,
        said.Acknowledge(method="call", made_on=DAY, discussion_offered=False, words=words),
        state="refused",
    )
    acknowledged = said.Acknowledge(method="call", made_on=DAY, discussion_offered=True, words=words)
    await say(complaint, CommandKind.ACKNOWLEDGE, acknowledged)
    discussed = said.RecordDiscussion(result="accepted", recorded_on=DAY, words=words)
    await say(complaint, CommandKind.RECORD_DISCUSSION, discussed)
    period = said.SetResponsePeriod(
        basis="agreed", respond_by=date(2028, 4, 14), update_every_days=14, agreed_with=words, agreed_on=DAY
    )
    await say(complaint, CommandKind.SET_RESPONSE_PERIOD, period)
    for draft in await planted.drafts(complaint):
        await say(complaint, CommandKind.RELEASE_NOTICE, said.ReleaseNotice(notice_id=draft, subject=words, body=words))
    extended = said.Extend(
        clock="response_period", respond_by=date(2028, 5, 12), reason=words, agreed_with=words, agreed_on=DAY
    )
    await say(complaint, CommandKind.EXTEND, extended)
    updated = said.RecordUpdate(method="call", given_on=DAY, words=words)
    await say(complaint, CommandKind.RECORD_UPDATE, updated)
    owner = said.Assign(owner_id=body.person("investigator"), handover=words)
    await say(complaint, CommandKind.ASSIGN, owner)
    await say(complaint, CommandKind.ADD_NOTE, said.AddNote(words=words))
    file_id = put_file(migrator, body, complaint)
    await say(complaint, CommandKind.ATTACH_FILE, said.AttachFile(file_id=file_id))
    rules = said.SetContactRules(stop_contact=False, hold=False, reason=words)
    await say(complaint, CommandKind.SET_CONTACT_RULES, rules)
    await mistakes_put_right(planted, complaint)
    await world.advance(timedelta(days=15), complaint)  # reminders, and a draft of an update
    response = said.Respond(letter=words, signed_by=body.person("responsible_person"), outcome="upheld")
    await say(complaint, CommandKind.RESPOND, response, by="responsible_person")
    for draft in await planted.drafts(complaint):
        await say(complaint, CommandKind.DISCARD_NOTICE, said.DiscardNotice(notice_id=draft, reason=words))
    await say(complaint, CommandKind.CLOSE, said.Close(words=words))
    await world.handle(complaint).result()
    after = said.CompleteTask(task_id=uuid4(), words=words)
    await say(complaint, CommandKind.COMPLETE_TASK, after, state="refused")


async def mistakes_put_right(planted: Planted, complaint: UUID) -> None:
    """Log a contact, send an update, and correct what can be corrected, with markers in all of it."""
    words, now = f"{MARKER} words", planted.world.clock.now()
    contact = office_said.RecordContact(
        direction="in", channel="call", happened_at=now, with_whom=words, summary=words, promised=words, promised_by=DAY
    )
    await planted.say(complaint, CommandKind.RECORD_CONTACT, contact)
    await planted.say(complaint, CommandKind.SEND_UPDATE, office_said.SendUpdate(subject=words, body=words))
    parties = await planted.world.rows(planted.body, "select id from party where complaint_id = :id", id=complaint)
    corrections: list[Any] = [
        *(
            office_said.PartyCorrected(
                party_id=party["id"], cause="wrong_person", name=words, address=words, email=f"{MARKER}@example.com"
            )
            for party in parties
        ),
        office_said.CodingCorrected(channel="oral"),
        office_said.OpenedInError(cause="other_organisation", belongs_to=words),
    ]
    for correction in corrections:
        await planted.say(complaint, CommandKind.CORRECT, office_said.Correct(correction=correction, reason=words))
    (asked,) = await planted.world.rows(
        planted.body, "select id from correction where complaint_id = :id and state = 'awaiting_approval'", id=complaint
    )
    rejected = office_said.DecideCorrection(correction_id=asked["id"], approved=False, reason=words)
    await planted.say(complaint, CommandKind.DECIDE_CORRECTION, rejected, by="complaints_manager")


def put_file(migrator: Migrator, body: Body, complaint: UUID) -> UUID:
    file_id = uuid4()
    migrator.execute(
        "insert into case_file (id, organisation_id, complaint_id, name, media_type, size, sha256, content, attached,"
        " added_at, submission_id) values (%s, %s, %s, %s, 'text/plain', 3, %s, 'abc', false, %s, %s)",
        (file_id, body.id, complaint, f"{MARKER}.txt", "0" * 64, MORNING, uuid4()),
    )
    return file_id


async def a_failing_notice(planted: Planted) -> None:
    """A receipt to an address that no gateway takes, and a person who takes the complaint back."""
    complaint = await planted.log(email=f"{MARKER} @ nowhere")

    async def told() -> bool:
        rows = await planted.world.rows(
            planted.body, "select 1 from task where complaint_id = :id and kind = 'notice_failed'", id=complaint
        )
        return bool(rows)

    await until(told)
    withdrawn = said.Withdraw(method="call", withdrawn_on=planted.world.clock.time.date(), words=f"{MARKER} words")
    await planted.say(complaint, CommandKind.WITHDRAW, withdrawn)


async def a_parked_act(planted: Planted, migrator: Migrator) -> None:
    """An act that is parked, then tried again and again with an exception whose text holds a marker."""
    world, body = planted.world, planted.body
    complaint, submission = await planted.log(), uuid4()
    command = Command(submission_id=submission, kind=CommandKind.ADD_NOTE, said_at=world.clock.now())
    pending = Pending(organisation_id=body.id, complaint_id=complaint, seq=9, delivery=0, command=command)
    assert (await world.engine.deliver(pending, BUDGET)).failure == "parked"
    note = said.AddNote(words=f"{MARKER} words")
    await world.say(body, complaint, CommandKind.ADD_NOTE, note, submission_id=submission, deliver=False)
    # A body of another shape: the exception quotes what it found there.
    spoilt = "jsonb_build_object('words', jsonb_build_array(body->>'words'))"
    migrator.execute(f"update submission set body = {spoilt} where id = %s", (submission,))
    resuming = asyncio.create_task(world.engine.resume(complaint, uuid4(), BUDGET))

    async def failing() -> bool:
        pending = (await world.handle(complaint).describe()).raw_description.pending_activities
        return any(each.attempt > 1 and each.HasField("last_failure") for each in pending)

    await until(failing)
    migrator.execute(
        "update submission set body = jsonb_build_object('words', body->'words'->>0) where id = %s", (submission,)
    )
    assert (await resuming).applied == 1


@pytest.fixture
def kept(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Every line that anything logs, tracebacks with it, before any redactor has seen it."""
    with caplog.at_level(logging.INFO):
        yield caplog


def lines_with_markers(kept: pytest.LogCaptureFixture) -> list[str]:
    return [line for line in kept.text.splitlines() if MARKER in line]


async def workflows(planted: Planted) -> list[WorkflowHandle[Any, Any]]:
    """Return every workflow that the planted complaints had to do with."""
    ids = [names.complaint_workflow_id(each) for each in planted.complaints]
    for complaint in planted.complaints:
        rows = await planted.world.rows(planted.body, "select id from notice where complaint_id = :id", id=complaint)
        ids += [names.notice_workflow_id(row["id"]) for row in rows]
        rows = await planted.world.rows(planted.body, "select id from submission where complaint_id = :i", i=complaint)
        ids += [names.afterwards_workflow_id(complaint, row["id"]) for row in rows]
    return [planted.world.client.get_workflow_handle(each) for each in ids]


async def seen_in_the_engine(planted: Planted) -> dict[str, bytes]:
    """Return all that the engine keeps of these workflows: histories, memos, search attributes, summaries."""
    found = {}
    for handle in await workflows(planted):
        try:
            history = await handle.fetch_history()
        except RPCError:
            continue  # a letter that waits for a person, or nothing said after the end
        description = (await handle.describe()).raw_description
        found[handle.id] = b"".join(event.SerializeToString() for event in history.events)
        found[f"{handle.id} described"] = description.SerializeToString()
    return found


async def marked_in_the_engine(planted: Planted) -> list[str]:
    return [name for name, raw in (await seen_in_the_engine(planted)).items() if MARKER.encode() in raw]


async def marked_events(planted: Planted) -> list[str]:
    rows = await planted.world.rows(planted.body, "select row_to_json(e)::text as row from case_event e")
    assert rows
    return [row["row"] for row in rows if MARKER in row["row"]]


async def test_no_word_and_no_name_leaves_postgresql(
    world: World, body: Body, migrator: Migrator, kept: pytest.LogCaptureFixture
) -> None:
    planted = Planted(world, body)
    await a_whole_life(planted, migrator)
    await a_failing_notice(planted)
    marked = await world.rows(body, "select 1 from complaint_words where narrative like :m", m=f"%{MARKER}%")
    assert len(marked) == 2, "the markers are where they belong"
    engine = await seen_in_the_engine(planted)
    kinds = {workflow_id.split("/")[0] for workflow_id in engine}
    assert kinds == {"complaint", "notice"} and any("afterwards" in workflow_id for workflow_id in engine)
    assert await marked_in_the_engine(planted) == []
    assert await marked_events(planted) == []
    assert "UNDELIVERABLE" in kept.text and lines_with_markers(kept) == []


async def test_the_text_of_an_exception_does_not_reach_the_engine(world: World, body: Body, migrator: Migrator) -> None:
    planted = Planted(world, body)
    await a_parked_act(planted, migrator)
    assert await marked_in_the_engine(planted) == []
    assert await marked_events(planted) == []


async def test_the_text_of_an_exception_is_not_logged(
    world: World, body: Body, migrator: Migrator, kept: pytest.LogCaptureFixture
) -> None:
    planted = Planted(world, body)
    await a_parked_act(planted, migrator)
    assert lines_with_markers(kept) == []


async def test_the_search_finds_what_it_looks_for(world: World, body: Body) -> None:
    """A marker where none belongs, in the id of a workflow's update, is found in its history."""
    planted = Planted(world, body)
    complaint = await planted.log()
    command = Command(submission_id=uuid4(), kind=CommandKind.ADD_NOTE, said_at=MORNING)
    with pytest.raises(WorkflowUpdateFailedError):  # no such submission: parked
        await world.handle(complaint).execute_update(names.SUBMIT, command, id=MARKER)
    assert await marked_in_the_engine(planted) != []
