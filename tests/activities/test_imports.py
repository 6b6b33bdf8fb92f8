"""The steps of an import on a real database: check, decide, open at each stage, keep silent, look, count."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from temporalio.testing import ActivityEnvironment

from activities.import_rows import ImportRows
from activities.imports import Imports
from activities.sweeps import Sweeps
from contracts import names
from contracts.commands import CommandKind
from contracts.complaint import Start
from contracts.failures import Refusal
from contracts.imports import ImportAct, ImportOutcome, ImportState
from contracts.sweeps import SweepRequest
from db import desk_said, said
from db.office_said import Correct, ReceiptCorrected
from db.queries import imports
from db.queries.search import search
from db.queries.worklist import Wanted
from gateways.anchors import FolderAnchors
from runtime.attention import attention_report
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from runtime.verifying import verify
from tests.apart import MORNING, Apart, a_database_apart
from tests.bodies import Body, make_body
from tests.moving import Row, a_row, as_csv, decide, hand_in, many, spoiled

TODAY = MORNING.date()  # Thursday 2 March 2028
SWITCH = date(2028, 4, 3)


@pytest.fixture(scope="module")
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


@dataclass
class Beginnings:
    """Note which complaints were begun, and with what; `running` are those that run."""

    begun: list[Start] = field(default_factory=list)
    lost: set[UUID] = field(default_factory=set)
    away: bool = False

    async def begin_imported(self, start: Start) -> None:
        if self.away:
            raise RuntimeError("the engine is away")
        self.begun.append(start)

    async def running(self, workflow_type: str, budget: timedelta) -> frozenset[str]:
        begun = {start.complaint_id for start in self.begun} - self.lost
        return frozenset(names.complaint_workflow_id(each) for each in begun)

    async def is_running(self, workflow_id: str, budget: timedelta) -> bool:
        return workflow_id in await self.running(names.COMPLAINT, budget)

    async def schedules(self, budget: timedelta) -> frozenset[str]:
        return frozenset()


@dataclass
class Desk:
    """One organisation that moves in."""

    apart: Apart
    body: Body
    engine: Beginnings = field(default_factory=Beginnings)
    now: datetime = MORNING

    @property
    def steps(self) -> Imports:
        return Imports(self.apart.database, self.engine, self.engine, check_page=7, look_page=3)

    async def stage(self, rows: list[Row], *, switch_on: date = SWITCH) -> ImportAct:
        import_id = await hand_in(self.apart.database, self.body, as_csv(rows), self.now, switch_on=switch_on)
        return ImportAct(organisation_id=self.body.id, import_id=import_id, now=self.now, upto=len(rows))

    async def check(self, act: ImportAct) -> ImportState:
        while (page := await self.run(self.steps.check, act)).state is ImportState.STAGED:
            pass
        state: ImportState = page.state
        return state

    async def go(self, act: ImportAct, *, go: bool = True) -> ImportOutcome:
        decision = await decide(self.apart.database, self.body, act.import_id, self.now, go=go)
        outcome: ImportOutcome = await self.run(self.steps.enact, replace(act, decision_id=decision))
        return outcome

    async def open(self, act: ImportAct, **sizes: int) -> tuple[int, int]:
        page = await self.run(ImportRows(self.apart.database, self.engine, **sizes).rows, act)
        return page.imported, page.failed

    async def finish(self, act: ImportAct) -> ImportState:
        missing, after = 0, None
        while True:
            page = await self.run(self.steps.look, replace(act, after_id=after))
            missing, after = missing + page.missing, page.after_id
            if page.last:
                break
        outcome = await self.run(self.steps.reconcile, replace(act, missing=missing))
        state: ImportState = outcome.state
        return state

    async def move_in(self, *rows: Row, switch_on: date = SWITCH) -> list[UUID]:
        """Import some rows; return the complaints in the order of the rows."""
        act = await self.stage(list(rows), switch_on=switch_on)
        assert await self.check(act) is ImportState.CHECKED
        await self.go(act)
        assert await self.open(act) == (len(rows), 0), self.reasons(act)
        found = self.apart.rows("select complaint_id from import_row where import_id = %s order by n", act.import_id)
        return [complaint_id for (complaint_id,) in found]

    async def run(self, step: Any, act: ImportAct) -> Any:
        return await ActivityEnvironment().run(step, act)

    async def say(self, complaint: UUID, kind: CommandKind, what: said.Said, by: str = "handler") -> str:
        """Say something and apply it; return what became of it."""
        self.apart.engine.now = self.now
        person = self.body.person(by)
        submission = await self.apart.say(self.body, complaint, kind, what, person_id=person, role=by)
        await self.apart.deliver(self.body, complaint)
        ((state, refusal),) = self.apart.rows("select state, refusal from submission where id = %s", submission)
        return str(refusal or state)

    def reasons(self, act: ImportAct) -> dict[int, tuple[str, list[str]]]:
        found = self.apart.rows("select n, state, reasons from import_row where import_id = %s", act.import_id)
        return {n: (state, [reason["code"] for reason in reasons]) for n, state, reasons in found}

    def totals(self, act: ImportAct) -> dict[str, int]:
        ((found,),) = self.apart.rows("select totals from import_batch where id = %s", act.import_id)
        return dict(found)

    def clocks(self, complaint: UUID) -> dict[str, dict[str, Any]]:
        columns = ("kind", "state", "started_on", "due_on", "due_at", "met_on", "in_time", "breached_at", "rungs")
        found = self.apart.rows(f"select {', '.join(columns)} from clock where complaint_id = %s", complaint)
        return {row[0]: dict(zip(columns, row, strict=True)) for row in found}

    def events(self, complaint: UUID) -> list[str]:
        found = self.apart.rows("select kind from case_event where complaint_id = %s order by seq", complaint)
        return [kind for (kind,) in found]


@pytest.fixture
def desk(apart: Apart) -> Desk:
    return Desk(apart, apart.body())


# The dry run.


async def test_the_dry_run_writes_nothing_but_what_it_found(desk: Desk) -> None:
    act = await desk.stage(spoiled(many(20, TODAY), every=4))
    assert await desk.check(act) is ImportState.CHECKED
    assert (desk.totals(act)["rows"], desk.totals(act)["good"], desk.totals(act)["quarantined"]) == (20, 15, 5)
    assert desk.apart.rows("select 1 from complaint where organisation_id = %s", desk.body.id) == []
    assert desk.apart.rows("select 1 from submission where organisation_id = %s", desk.body.id) == []
    assert await desk.open(act) == (0, 0)  # nothing was decided


async def test_a_duplicate_is_found_across_pages_and_a_row_that_came_before_is_not_taken_again(desk: Desk) -> None:
    rows = [a_row(f"A/{n}", TODAY) for n in range(10)] + [a_row("A/0", TODAY), a_row("A/9", TODAY)]
    act = await desk.stage(rows)
    await desk.check(act)
    assert {n: codes for n, (_, codes) in desk.reasons(act).items() if codes} == {
        11: ["duplicate_in_file"], 12: ["duplicate_in_file"],
    }  # fmt: skip
    await desk.go(act)
    assert await desk.open(act) == (10, 0)
    again = await desk.stage([a_row("A/3", TODAY), a_row("A/77", TODAY)])
    await desk.check(again)
    assert desk.reasons(again) == {1: ("quarantined", ["already_imported"]), 2: ("good", [])}


async def test_an_abandoned_import_lets_go_of_its_words(desk: Desk) -> None:
    act = await desk.stage([a_row("A/1", TODAY)])
    await desk.check(act)
    assert (await desk.go(act, go=False)).state is ImportState.ABANDONED
    assert desk.apart.rows("select raw, said from import_row where import_id = %s", act.import_id) == [({}, None)]
    assert await desk.open(act) == (0, 0)


async def test_a_decision_that_was_not_written_down_is_not_enacted(desk: Desk) -> None:
    act = await desk.stage([a_row("A/1", TODAY)])
    await desk.check(act)
    outcome = await desk.run(desk.steps.enact, replace(act, decision_id=uuid4()))
    assert (outcome.state, outcome.refusal) == (ImportState.CHECKED, Refusal.NOT_AWAITING_APPROVAL)


# Each stage.


async def test_a_received_complaint_keeps_its_day_of_receipt_and_what_lies_ahead(desk: Desk) -> None:
    (complaint,) = await desk.move_in(a_row("A/1", date(2028, 3, 1)))
    clocks = desk.clocks(complaint)
    assert {kind: (clock["state"], clock["due_on"]) for kind, clock in clocks.items()} == {
        "acknowledgement": ("running", date(2028, 3, 6)),
        "relevant_period": ("running", date(2028, 8, 31)),
    }
    # The reminder of Thursday at nine has gone by in the other system; the next one is armed.
    assert next(rung["rung"] for rung in clocks["acknowledgement"]["rungs"]) == "reminder_2"
    (start,) = desk.engine.begun
    assert start.state is not None and start.state.plan is not None
    assert (start.complaint_id, str(start.state.stage), start.state.version) == (complaint, "received", 1)
    ((next_event_at, person),) = desk.apart.rows(
        "select c.next_event_at, s.person_id from complaint c join submission s on s.complaint_id = c.id"
        " where c.id = %s", complaint,
    )  # fmt: skip
    assert next_event_at == min(rung.at for clock in start.state.clocks for rung in clock.rungs)
    assert person == desk.body.person("complaints_manager")
    assert desk.events(complaint)[0] == "complaint.imported"


async def test_what_was_overdue_before_is_breached_on_its_day_and_asked_for_again(desk: Desk) -> None:
    (complaint,) = await desk.move_in(a_row("A/1", date(2027, 6, 1)))
    clocks = desk.clocks(complaint)
    assert clocks["acknowledgement"]["breached_at"] == datetime(2027, 6, 4, 23, 0, tzinfo=UTC)  # end of Friday, BST
    assert clocks["relevant_period"]["breached_at"] == datetime(2027, 12, 1, 0, 0, tzinfo=UTC)
    for clock in clocks.values():
        (rung,) = clock["rungs"]
        assert (rung["rung"], rung["to"]) == ("chase_1", "responsible_person")
        assert datetime.fromisoformat(rung["at"]).date() == date(2028, 3, 9)  # five working days on
    assert desk.apart.rows("select 1 from fired_rung where complaint_id = %s", complaint) == []
    breaches = desk.apart.rows(
        "select data::json->>'on_import' from case_event where complaint_id = %s and kind = 'clock.breached'", complaint
    )
    assert breaches == [("true",), ("true",)]
    assert desk.apart.rows("select 1 from task where complaint_id = %s", complaint) == []


async def test_an_acknowledgement_is_judged_by_its_day(desk: Desk) -> None:
    days = {"stage": "acknowledged", "discussion": "accepted"}
    in_time, late = await desk.move_in(
        a_row("A/1", date(2028, 2, 21), acknowledged_on=date(2028, 2, 24), **days),
        a_row("A/2", date(2028, 2, 21), acknowledged_on=date(2028, 2, 25), **days),
    )
    met = desk.clocks(in_time)["acknowledgement"]
    assert (met["state"], met["met_on"], met["in_time"], met["breached_at"]) == ("met", date(2028, 2, 24), True, None)
    missed = desk.clocks(late)["acknowledgement"]
    assert (missed["state"], missed["in_time"]) == ("met", False)
    assert missed["breached_at"] == datetime(2028, 2, 25, 0, 0, tzinfo=UTC)
    assert desk.clocks(late)["settle_period"]["due_on"] == date(2028, 3, 3)


async def test_a_closer_look_has_its_period_its_rhythm_and_its_longer_six_months(desk: Desk) -> None:
    (complaint,) = await desk.move_in(
        a_row(
            "A/1", date(2028, 1, 4), stage="closer_look", acknowledged_on=date(2028, 1, 5), basis="agreed",
            period_set_on=date(2028, 1, 10), respond_by=date(2028, 3, 31), update_every_days=10,
            last_update_on=date(2028, 2, 29), relevant_until=date(2028, 9, 1), relevant_agreed_on=date(2028, 1, 10),
        )
    )  # fmt: skip
    clocks = desk.clocks(complaint)
    assert {kind: (clock["state"], clock["due_on"]) for kind, clock in clocks.items()} == {
        "acknowledgement": ("met", date(2028, 1, 7)),
        "relevant_period": ("running", date(2028, 9, 1)),
        "settle_period": ("met", date(2028, 1, 12)),
        "response_period": ("running", date(2028, 3, 31)),
        "next_update": ("running", date(2028, 3, 10)),
    }
    ((rhythm,),) = desk.apart.rows("select update_every_days from complaint where id = %s", complaint)
    assert rhythm == 10


async def test_a_complaint_without_an_owner_lies_in_the_queue_with_its_clock(desk: Desk) -> None:
    (complaint,) = await desk.move_in(a_row("A/1", TODAY, owner=""))
    allocation = desk.clocks(complaint)["allocation"]
    assert (allocation["state"], allocation["started_on"], allocation["due_on"]) == (
        "running", TODAY, date(2028, 3, 3),
    )  # fmt: skip


async def test_ended_complaints_have_no_workflow_and_their_clocks_ended_on_their_days(desk: Desk) -> None:
    before = {"acknowledged_on": date(2027, 9, 2), "period_set_on": date(2027, 9, 6), "respond_by": date(2027, 10, 1)}
    closed, withdrawn = await desk.move_in(
        a_row("A/1", date(2027, 9, 1), stage="closed", responded_on=date(2027, 10, 4), outcome="upheld",
              ended_on=date(2027, 10, 8), **before),
        a_row("A/2", date(2027, 9, 1), stage="withdrawn", ended_on=date(2027, 9, 20)),
    )  # fmt: skip
    assert desk.engine.begun == []
    clocks = desk.clocks(closed)
    assert {kind: (clock["state"], clock["in_time"]) for kind, clock in clocks.items()} == {
        "acknowledgement": ("met", True), "relevant_period": ("met", True), "settle_period": ("met", True),
        "response_period": ("met", False), "next_update": ("stopped", None), "closing": ("met", True),
    }  # fmt: skip
    assert desk.clocks(withdrawn)["acknowledgement"]["breached_at"] is not None
    assert desk.clocks(withdrawn)["relevant_period"]["state"] == "stopped"
    found = desk.apart.rows(
        "select open, next_event_at, closed_at::date from complaint where id = any(%s) order by source_reference",
        [closed, withdrawn],
    )
    assert found == [(False, None, date(2027, 10, 8)), (False, None, date(2027, 9, 20))]
    note = await desk.say(closed, CommandKind.ADD_NOTE, desk_said.AddNote(words="From the old file."))
    assert note == "applied"


async def test_what_ended_elsewhere_today_did_not_end_later_than_now(desk: Desk) -> None:
    (complaint,) = await desk.move_in(a_row("A/1", TODAY, stage="withdrawn", ended_on=TODAY))
    ended = desk.apart.rows(
        "select closed_at from complaint where id = %s union select ended_at from clock where complaint_id = %s",
        complaint, complaint,
    )  # fmt: skip
    assert ended == [(MORNING,)]


async def test_the_day_of_receipt_is_not_put_after_what_was_done_elsewhere(desk: Desk) -> None:
    told = a_row("A/1", date(2028, 2, 1), last_update_on=date(2028, 2, 10))
    ended = a_row("A/2", date(2028, 2, 1), stage="withdrawn", ended_on=date(2028, 2, 10))
    for complaint in await desk.move_in(told, ended):
        for day, answer in ((date(2028, 2, 11), "contradicts_record"), (date(2028, 2, 10), "applied")):
            correction = Correct(correction=ReceiptCorrected(received_on=day), reason="The stamp says so.")
            assert await desk.say(complaint, CommandKind.CORRECT, correction) == answer


async def test_the_evidence_of_imported_complaints_holds_and_nothing_needs_attention(
    desk: Desk, apart: Apart, tmp_path: Any
) -> None:
    act = await desk.stage(many(40, TODAY))
    await desk.check(act)
    await desk.go(act)
    await desk.open(act)
    assert await desk.finish(act) is ImportState.DONE
    report = await verify(apart.database, apart.sweeper, FolderAnchors(tmp_path), MORNING)
    assert report.findings == []
    # Of this organisation: others in this database were left with less than they need.
    found = await attention_report(apart.sweeper, desk.engine, MORNING + timedelta(minutes=5), pause=_no_pause)  # type: ignore[arg-type]
    assert [item.kind for item in found.exceptions if item.organisation_id == desk.body.id] == []


# Repeats and failures.


async def test_a_page_that_is_taken_twice_opens_nothing_twice_and_begins_what_did_not_begin(desk: Desk) -> None:
    act = await desk.stage([a_row(f"A/{n}", TODAY) for n in range(5)])
    await desk.check(act)
    await desk.go(act)
    desk.engine.away = True
    with pytest.raises(ExceptionGroup):
        await desk.open(act)
    desk.engine.away = False
    assert desk.engine.begun == []
    assert await desk.open(act) == (5, 0)
    begun = {start.complaint_id: start for start in desk.engine.begun}
    assert len(begun) == 5
    assert await desk.open(act) == (5, 0)
    assert {start.complaint_id: start for start in desk.engine.begun} == begun  # the very same state
    counts = desk.apart.rows(
        "select (select count(*) from complaint where organisation_id = %s), (select count(*) from submission where"
        " organisation_id = %s), (select count(*) from verdict where organisation_id = %s)", *[desk.body.id] * 3,
    )  # fmt: skip
    assert counts == [(5, 5, 5)]
    assert await desk.finish(act) is ImportState.DONE


async def test_another_try_begins_nothing_anew_that_has_gone_on_since(desk: Desk) -> None:
    act = await desk.stage([a_row(f"A/{n}", TODAY) for n in range(2)])
    await desk.check(act)
    await desk.go(act)
    await desk.open(act)
    ended, gone_on = (start.complaint_id for start in desk.engine.begun)
    assert await desk.say(ended, CommandKind.WITHDRAW, said.Withdraw(method="call", withdrawn_on=TODAY)) == "applied"
    called = said.Acknowledge(method="call", made_on=TODAY, discussion_offered=True)
    assert await desk.say(gone_on, CommandKind.ACKNOWLEDGE, called) == "applied"
    desk.engine.begun, desk.engine.lost = [], {gone_on}  # the engine has forgotten what ended long ago
    assert await desk.open(act) == (2, 0)
    # With the state it came in, the one would live on after its end, and the other without its clocks.
    assert desk.engine.begun == []
    assert await desk.finish(act) is ImportState.INCOMPLETE
    assert desk.totals(act)["missing"] == 1


async def test_the_words_of_a_row_go_when_the_complaint_has_them(desk: Desk) -> None:
    (complaint,) = await desk.move_in(a_row("A/1", TODAY))
    rows = desk.apart.rows("select raw, said, source_reference from import_row where complaint_id = %s", complaint)
    assert rows == [({}, None, "A/1")]
    ((summary, name),) = desk.apart.rows(
        "select w.summary, p.name from complaint_words w join party p on p.complaint_id = w.complaint_id"
        " where w.complaint_id = %s", complaint,
    )  # fmt: skip
    assert (summary, name) == ("Long wait and lost notes", "Pat Example")


async def test_a_row_that_fails_is_left_behind_alone_and_taken_by_another_try(desk: Desk) -> None:
    act = await desk.stage([a_row(f"A/{n}", TODAY) for n in range(6)])
    await desk.check(act)
    await desk.go(act)
    # Somebody left between the dry run and the import.
    desk.apart.rows(
        "update import_row set said = jsonb_set(said, '{owner_id}', to_jsonb(%s::text)) where import_id = %s and n = 3",
        uuid4(), act.import_id,
    )  # fmt: skip
    assert await desk.open(act) == (5, 1)
    assert desk.reasons(act)[3] == ("failed", ["unknown_owner"])
    assert await desk.finish(act) is ImportState.INCOMPLETE
    desk.apart.rows("update import_batch set state = 'importing' where id = %s", act.import_id)
    assert await desk.open(act) == (6, 0)  # held against the organisation as it is now, it is good
    assert await desk.finish(act) is ImportState.DONE
    assert desk.totals(act) | {"missing": 0} == {
        "rows": 6, "staged": 0, "good": 0, "quarantined": 0, "imported": 6, "failed": 0, "open": 6, "ended": 0,
        "missing": 0,
    }  # fmt: skip


async def test_an_import_is_not_done_while_an_open_complaint_does_not_run_or_has_nothing_next(desk: Desk) -> None:
    act = await desk.stage([a_row(f"A/{n}", TODAY) for n in range(4)])
    await desk.check(act)
    await desk.go(act)
    await desk.open(act)
    lost = desk.engine.begun[1].complaint_id
    desk.engine.lost = {lost}
    desk.apart.rows("update complaint set next_event_at = null where id = %s", desk.engine.begun[2].complaint_id)
    assert await desk.finish(act) is ImportState.INCOMPLETE
    assert desk.totals(act)["missing"] == 2
    assert [start.complaint_id for start in desk.engine.begun].count(lost) == 2  # it was begun once more


async def test_another_organisation_sees_and_takes_nothing_of_an_import(desk: Desk, apart: Apart) -> None:
    act = await desk.stage([a_row("A/1", TODAY)])
    stranger = apart.body()
    async with apart.database.tenant(stranger.id, MORNING) as session:
        assert await imports.find(session, act.import_id) is None
        assert await imports.rows_after(session, act.import_id) == []
    # The same reference in the same system is another organisation's own affair.
    await desk.check(act)
    await desk.go(act)
    await desk.open(act)
    assert len(await Desk(apart, stranger).move_in(a_row("A/1", TODAY))) == 1


# Silence.

SENT = ("queued", "released", "handed_over", "delivered")
_NOTICE = text(
    "insert into notice (id, organisation_id, complaint_id, template, template_version, audience, channel,"
    " legal_ground, state, subject, body, act_id, drafted_at, journalled)"
    " values (:id, :body, :complaint, 'update', 1, 'complainant', 'email', 'x', :state, 's', 'b', :id, :now, false)"
)


async def put_notice(desk: Desk, complaint: UUID, state: str, now: datetime) -> UUID:
    notice = uuid4()
    async with desk.apart.database.tenant(desk.body.id, now) as session:
        values = {"id": notice, "body": desk.body.id, "complaint": complaint, "state": state, "now": now}
        await session.execute(_NOTICE, values)
    return notice


async def test_the_database_itself_sends_nothing_before_the_switch_date(desk: Desk, dsns: DatabaseDsns) -> None:
    (complaint,) = await desk.move_in(a_row("A/1", TODAY))
    last_moment = datetime(2028, 4, 2, 22, 59, 59, tzinfo=UTC)  # London is an hour ahead by then
    for state in SENT:
        with pytest.raises(DBAPIError):
            await put_notice(desk, complaint, state, last_moment)
        draft = await put_notice(desk, complaint, "draft", last_moment)
        with pytest.raises(DBAPIError):
            async with desk.apart.database.tenant(desk.body.id, last_moment) as session:
                await session.execute(text("update notice set state = :to where id = :id"), {"to": state, "id": draft})
    with pytest.raises(psycopg.errors.RestrictViolation):  # nor whom nothing else holds back
        desk.apart.rows("update notice set state = 'queued' where complaint_id = %s", complaint)
    await put_notice(desk, complaint, "queued", last_moment + timedelta(seconds=1))


async def test_the_silence_cannot_be_lifted_by_forgetting_where_a_complaint_came_from(desk: Desk) -> None:
    (complaint,) = await desk.move_in(a_row("A/1", TODAY))
    for change in ("import_id = null", "source_reference = 'x'"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            desk.apart.rows(f"update complaint set {change} where id = %s", complaint)


async def test_a_complaint_that_was_logged_here_is_not_held_back(desk: Desk) -> None:
    desk.apart.engine.now = MORNING
    complaint = await desk.apart.log(desk.body)
    await put_notice(desk, complaint, "queued", MORNING)


async def move_switch(desk: Desk, now: datetime, to: date) -> None:
    async with desk.apart.database.tenant(desk.body.id, now) as session:
        await session.execute(
            text("update import_batch set switch_on = :to where organisation_id = :body"),
            {"to": to, "body": desk.body.id},
        )


async def test_the_switch_date_moves_until_it_is_reached(desk: Desk) -> None:
    (complaint,) = await desk.move_in(a_row("A/1", TODAY))
    await move_switch(desk, MORNING, date(2028, 5, 1))
    with pytest.raises(DBAPIError):
        await put_notice(desk, complaint, "queued", datetime(2028, 4, 10, tzinfo=UTC))
    await move_switch(desk, MORNING, TODAY)
    await put_notice(desk, complaint, "queued", MORNING)
    with pytest.raises(DBAPIError):
        await move_switch(desk, MORNING, date(2028, 5, 1))


async def test_people_can_release_nothing_before_the_switch_date_and_all_of_it_after(desk: Desk) -> None:
    (complaint,) = await desk.move_in(
        a_row("A/1", date(2028, 1, 4), stage="closer_look", acknowledged_on=date(2028, 1, 5), basis="agreed",
              period_set_on=date(2028, 1, 10), respond_by=date(2028, 5, 31), update_every_days=60)
    )  # fmt: skip
    draft = await put_notice(desk, complaint, "draft", MORNING)
    desk.apart.rows("update notice set party_id = (select id from party where complaint_id = %s) where id = %s",
                    complaint, draft)  # fmt: skip
    release = desk_said.ReleaseNotice(notice_id=draft)
    respond = said.Respond(letter="Sorry.", signed_by=desk.body.person("responsible_person"), outcome="upheld")
    assert await desk.say(complaint, CommandKind.RELEASE_NOTICE, release) == "quiet_until_switch"
    assert await desk.say(complaint, CommandKind.RESPOND, respond, "responsible_person") == "quiet_until_switch"
    # Records are kept as ever.
    told = said.RecordUpdate(method="call", given_on=TODAY, words="We spoke.")
    assert await desk.say(complaint, CommandKind.RECORD_UPDATE, told) == "applied"
    desk.now = datetime(2028, 4, 3, 9, 0, tzinfo=UTC)
    assert await desk.say(complaint, CommandKind.RELEASE_NOTICE, release) == "applied"
    assert await desk.say(complaint, CommandKind.RESPOND, respond, "responsible_person") == "applied"


async def test_who_withdraws_before_the_switch_date_has_withdrawn_and_the_letter_waits(desk: Desk) -> None:
    (complaint,) = await desk.move_in(a_row("A/1", TODAY))
    withdraw = said.Withdraw(method="call", withdrawn_on=TODAY)
    assert await desk.say(complaint, CommandKind.WITHDRAW, withdraw) == "applied"
    assert desk.apart.rows("select state from notice where complaint_id = %s", complaint) == [("draft",)]
    kinds = desk.apart.rows("select kind from task where complaint_id = %s and state = 'open'", complaint)
    assert kinds == [("confirm_withdrawal",)]


# Left lying.


async def test_the_sweep_starts_an_import_that_does_not_run_and_tells_one_that_waits_its_decision(
    apart: Apart, tmp_path: Any
) -> None:
    desk, engine = Desk(apart, apart.body()), apart.engine
    act = await desk.stage([a_row("A/1", TODAY)])
    sweeps = Sweeps(apart.database, apart.sweeper, engine, apart.states, FolderAnchors(tmp_path), runs=engine)  # type: ignore[arg-type]

    async def sweep() -> None:
        await sweeps.deliver_pending(SweepRequest(now=MORNING + timedelta(minutes=1)))

    await sweep()
    assert act.import_id in {start.import_id for start in engine.imports}
    engine.running_ids.add(names.import_workflow_id(act.import_id))
    engine.imports.clear()
    await desk.check(act)
    await sweep()
    assert act.import_id not in {start.import_id for start in engine.imports}
    assert engine.import_decisions == []  # a dry run may wait for as long as people like
    decision = await decide(apart.database, desk.body, act.import_id, MORNING)
    await sweep()
    assert [each.decision_id for each in engine.import_decisions] == [decision]
    found = await attention_report(apart.sweeper, engine, MORNING + timedelta(days=2), pause=_no_pause)  # type: ignore[arg-type]
    stuck = [item.detail for item in found.exceptions if item.kind == "stuck_import"]
    assert f"import.{act.import_id}" in stuck


async def _no_pause(seconds: float) -> None:
    """Let a moment pass without waiting for it."""


async def test_it_is_found_by_the_reference_it_had_in_the_other_system(desk: Desk) -> None:
    complaint, other = await desk.move_in(a_row("PALS/2027-0042", TODAY), a_row("PALS/2027-0043", TODAY))
    wanted = Wanted(organisation_id=desk.body.id, now=MORNING, on=TODAY)
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        hits = await search(session, wanted, "PALS/2027-0042", after=None, limit=5)
    assert [hit.line.complaint.id for hit in hits] == [complaint]
    assert hits[0].line.complaint.source_reference == "PALS/2027-0042" and other != complaint


async def test_it_has_the_tasks_of_a_complaint_that_came_to_its_stage_here(desk: Desk) -> None:
    answered = {
        "acknowledged_on": TODAY - timedelta(days=28), "period_set_on": TODAY - timedelta(days=20),
        "respond_by": TODAY, "basis": "agreed", "responded_on": TODAY - timedelta(days=1), "outcome": "upheld",
    }  # fmt: skip
    unowned, responded, closed = await desk.move_in(
        a_row("T/1", TODAY, owner=""),
        a_row("T/2", TODAY - timedelta(days=30), stage="responded", **answered),
        a_row("T/3", TODAY - timedelta(days=30), stage="closed", ended_on=TODAY, **answered),
    )
    tasks = desk.apart.rows(
        "select complaint_id, kind, assignee_id, due_on from task where organisation_id = %s order by kind",
        desk.body.id,
    )
    assert tasks == [
        (unowned, "assign_owner", desk.body.person("complaints_manager"), date(2028, 3, 3)),
        (responded, "close_or_continue", desk.body.person("handler"), None),
    ]
    assert closed not in {complaint for complaint, *_ in tasks}


async def test_what_the_returns_lack_of_an_answered_complaint_is_asked_for_where_they_are_needed(
    apart: Apart,
) -> None:
    desk = Desk(apart, make_body(apart.dsns.migrator, follows=None))
    (complaint,) = await desk.move_in(
        a_row("C/1", TODAY - timedelta(days=30), stage="responded", acknowledged_on=TODAY - timedelta(days=28),
              responded_on=TODAY - timedelta(days=1), outcome="upheld")
    )  # fmt: skip
    tasks = desk.apart.rows("select kind from task where complaint_id = %s order by kind", complaint)
    assert tasks == [("close_or_continue",), ("complete_coding",)]
