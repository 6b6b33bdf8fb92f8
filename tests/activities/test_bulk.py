"""The steps of a bulk operation on a real database: one submission per complaint, an outcome per item, exports."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from temporalio.exceptions import ApplicationError

from activities.bulk import Bulk, caller_of
from contracts.bulk import BulkAct, BulkStanding, BulkState, ItemState
from contracts.commands import CommandKind
from db import desk_said, said
from db.office_said import SendUpdate
from db.queries import bulk as rows
from db.queries.bulk import NewBulk
from db.said import to_body
from gateways.delivery import Delivered, Delivery
from gateways.files import FileKey, FolderFiles
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from tests.apart import MORNING, Apart, a_database_apart
from tests.bodies import Body

NOTE = desk_said.AddNote(words="The ward has moved to the north wing.")


@pytest.fixture(scope="module")
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


@pytest.fixture(autouse=True)
def engine_is_here(apart: Apart) -> None:
    apart.engine.away = False


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    return FolderFiles(tmp_path / "files")


@pytest.fixture
def steps(apart: Apart, files: FolderFiles) -> Bulk:
    return Bulk(apart.database, apart.engine, apart.states, files)


async def ask(
    apart: Apart, body: Body, kind: CommandKind | None, what: Any, complaints: list[UUID], **changes: Any
) -> BulkAct:
    """Ask for an operation as the complaints manager; without a kind for an export."""
    new = NewBulk(
        id=uuid4(),
        organisation_id=body.id,
        kind=kind.value if kind else "export",
        params=to_body(kind, what) if kind else {},
        complaints=complaints,
        asked_by=body.person("complaints_manager"),
        role="complaints_manager",
        asked_at=MORNING,
        caller="complaints_manager",
        route="/v1/bulk",
        idempotency_key=uuid4().hex,
        body_hash="0" * 64,
    )
    async with apart.database.tenant(body.id, MORNING) as session:
        stored = await rows.ask(session, replace(new, **changes))
    return BulkAct(organisation_id=body.id, operation_id=stored.operation.id, now=MORNING)


async def all_of(steps: Bulk, act: BulkAct) -> BulkStanding:
    while (await steps.page(act)).waiting:
        pass
    return await steps.settle(act)


def outcomes(apart: Apart, act: BulkAct) -> list[tuple[str, str | None, int]]:
    return apart.rows(
        "select state, coalesce(refusal, failure), attempt from bulk_item where operation_id = %s order by n",
        act.operation_id,
    )


def said_by(apart: Apart, act: BulkAct) -> list[Any]:
    return apart.rows(
        "select id, complaint_id, state, person_id, role, kind from submission where caller = %s order by complaint_id",
        caller_of(act.operation_id),
    )


def owner(apart: Apart, complaint: UUID) -> UUID | None:
    ((found,),) = apart.rows("select owner_id from complaint where id = %s", complaint)
    return found  # type: ignore[no-any-return]


async def acknowledged(apart: Apart, body: Body) -> UUID:
    complaint = await apart.log(body)
    what = said.Acknowledge(method="call", made_on=MORNING.date(), discussion_offered=True)
    await apart.say(body, complaint, CommandKind.ACKNOWLEDGE, what)
    await apart.deliver(body, complaint)
    return complaint


async def withdrawn(apart: Apart, body: Body) -> UUID:
    complaint = await apart.log(body)
    what = said.Withdraw(method="call", withdrawn_on=MORNING.date())
    await apart.say(body, complaint, CommandKind.WITHDRAW, what)
    await apart.deliver(body, complaint)
    return complaint


async def test_every_complaint_is_told_once_by_the_person_who_asked_however_often_a_page_is_repeated(
    apart: Apart, steps: Bulk
) -> None:
    body = apart.body()
    complaints = [await apart.log(body) for _ in range(5)]
    handler = body.person("handler")
    assign = desk_said.Assign(owner_id=handler, handover="From the north team.")
    act = await ask(apart, body, CommandKind.ASSIGN, assign, complaints)
    small = Bulk(apart.database, apart.engine, apart.states, FolderFiles(Path("/nowhere")), page_size=2)
    first = await small.page(act)
    assert (first.total, first.waiting, first.done, first.state) == (5, 3, 2, BulkState.RUNNING)
    ended = await all_of(steps, act)
    assert (ended.state, ended.done) == (BulkState.DONE, 5)
    assert await steps.page(act) == await steps.settle(act) == ended
    told = said_by(apart, act)
    assert [(row[1], row[2]) for row in told] == [(complaint, "applied") for complaint in sorted(complaints)]
    assert {(row[3], row[4]) for row in told} == {(body.person("complaints_manager"), "complaints_manager")}
    assert {row[0] for row in told} == {uuid5(act.operation_id, f"{complaint}/1") for complaint in complaints}
    assert {owner(apart, complaint) for complaint in complaints} == {handler}


async def test_a_complaint_that_is_the_new_owners_already_is_done_without_a_word(apart: Apart, steps: Bulk) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    assign = desk_said.Assign(owner_id=body.person("complaints_manager"))
    act = await ask(apart, body, CommandKind.ASSIGN, assign, [complaint])
    assert (await all_of(steps, act)).state is BulkState.DONE
    assert said_by(apart, act) == []


async def test_what_is_refused_has_its_code_and_makes_the_operation_incomplete_until_it_is_done(
    apart: Apart, steps: Bulk
) -> None:
    body = apart.body()
    good, ended, early = await acknowledged(apart, body), await withdrawn(apart, body), await apart.log(body)
    update = SendUpdate(subject="How things stand", body="We are still waiting for the ward's account.")
    act = await ask(apart, body, CommandKind.SEND_UPDATE, update, [good, ended, early])
    standing = await all_of(steps, act)
    assert (standing.state, standing.done, standing.refused) == (BulkState.INCOMPLETE, 1, 2)
    assert outcomes(apart, act) == [
        ("done", None, 1), ("refused", "complaint_closed", 1), ("refused", "not_in_this_stage", 1),
    ]  # fmt: skip
    what = said.Acknowledge(method="call", made_on=MORNING.date(), discussion_offered=True)
    await apart.say(body, early, CommandKind.ACKNOWLEDGE, what)
    await apart.deliver(body, early)
    await again(apart, body, act, "responsible_person")
    assert (await all_of(steps, act)).state is BulkState.INCOMPLETE
    assert outcomes(apart, act) == [("done", None, 1), ("refused", "complaint_closed", 2), ("done", None, 2)]
    assert len(said_by(apart, act)) == 5
    who = {row[0]: row[3] for row in said_by(apart, act)}
    assert who[uuid5(act.operation_id, f"{early}/2")] == body.person("responsible_person")


async def again(apart: Apart, body: Body, act: BulkAct, by: str) -> None:
    async with apart.database.tenant(body.id, MORNING) as session:
        operation = await rows.find(session, act.operation_id, lock=True)
        assert operation is not None
        await rows.try_again(session, operation, by=body.person(by), role=by, now=MORNING)


async def test_notes_reach_complaints_that_have_ended(apart: Apart, steps: Bulk) -> None:
    body = apart.body()
    complaints = [await withdrawn(apart, body), await apart.log(body)]
    act = await ask(apart, body, CommandKind.ADD_NOTE, NOTE, complaints)
    assert (await all_of(steps, act)).state is BulkState.DONE


async def test_an_operation_does_not_end_while_the_engine_is_away_and_ends_when_it_is_back(
    apart: Apart, steps: Bulk
) -> None:
    body = apart.body()
    complaints = [await apart.log(body) for _ in range(3)]
    act = await ask(apart, body, CommandKind.ADD_NOTE, NOTE, complaints)
    apart.engine.away = True
    away = await all_of(steps, act)
    assert (away.state, away.said, away.waiting) == (BulkState.RUNNING, 3, 0)
    apart.engine.away = False
    assert (await steps.settle(act)).state is BulkState.DONE
    assert len(said_by(apart, act)) == 3


async def test_what_was_parked_has_failed_and_is_delivered_again_not_said_twice(
    apart: Apart, steps: Bulk, files: FolderFiles
) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    act = await ask(apart, body, CommandKind.ADD_NOTE, NOTE, [complaint])

    class Broken:
        async def deliver(self, pending: Any, budget: timedelta) -> Delivered:
            return Delivered(delivery=Delivery.PARKED, failure="parked")

        deliver_afterwards = deliver

    standing = await all_of(Bulk(apart.database, Broken(), apart.states, files), act)
    assert (standing.state, standing.failed) == (BulkState.INCOMPLETE, 1)
    assert outcomes(apart, act) == [("failed", "parked", 1)]
    await again(apart, body, act, "complaints_manager")
    assert (await all_of(steps, act)).state is BulkState.DONE
    assert [row[2] for row in said_by(apart, act)] == ["applied"]
    notes = apart.rows("select words from note where complaint_id = %s", complaint)
    assert notes == [(NOTE.words,)]


async def test_a_note_that_was_applied_after_all_is_not_said_again(apart: Apart, steps: Bulk) -> None:
    """The worker died after the act was committed and before anybody was told."""
    body = apart.body()
    complaint = await apart.log(body)
    act = await ask(apart, body, CommandKind.ADD_NOTE, NOTE, [complaint])
    apart.engine.away = True
    await steps.page(act)
    apart.engine.away = False
    assert await apart.deliver(body, complaint) == 1
    assert (await steps.page(act)).done == 1
    assert (await steps.settle(act)).state is BulkState.DONE
    assert len(said_by(apart, act)) == 1


class Dying:
    """Deliver so many, then die with the worker: before the act is applied, or after and with nobody told."""

    def __init__(self, apart: Apart, deliveries: int, *, applied: bool) -> None:
        self._apart, self._left, self._applied = apart, deliveries, applied
        self.worker: asyncio.Task[BulkStanding] | None = None

    async def deliver(self, pending: Any, budget: timedelta) -> Delivered:
        self._left -= 1
        if self._left == 0 and self.worker is not None:
            if self._applied:
                await self._apart.engine.deliver(pending, budget)
            self.worker.cancel()
            await asyncio.sleep(0)
        return await self._apart.engine.deliver(pending, budget)

    deliver_afterwards = deliver


async def test_a_worker_that_dies_in_the_middle_again_and_again_loses_nothing_and_says_nothing_twice(
    apart: Apart, steps: Bulk, files: FolderFiles
) -> None:
    body = apart.body()
    complaints = [await apart.log(body) for _ in range(30)]
    act = await ask(apart, body, CommandKind.ADD_NOTE, NOTE, complaints)
    for deliveries, applied in ((1, False), (4, True), (2, False)):
        engine = Dying(apart, deliveries, applied=applied)
        engine.worker = asyncio.create_task(Bulk(apart.database, engine, apart.states, files).page(act))
        with pytest.raises(asyncio.CancelledError):
            await engine.worker
    unsettled = {row[0] for row in outcomes(apart, act)}
    assert "waiting" in unsettled and "said" in unsettled
    ended = await all_of(steps, act)
    assert (ended.state, ended.done) == (BulkState.DONE, 30)
    notes = apart.rows("select complaint_id, count(*) from note where complaint_id = any(%s) group by 1", complaints)
    assert sorted(notes) == [(complaint, 1) for complaint in sorted(complaints)]


async def test_the_person_who_asked_said_it_when_they_asked(apart: Apart, steps: Bulk) -> None:
    body = apart.body()
    act = await ask(apart, body, CommandKind.ADD_NOTE, NOTE, [await apart.log(body)])
    await all_of(steps, replace(act, now=MORNING + timedelta(days=1)))
    ((at,),) = apart.rows("select received_at from submission where caller = %s", caller_of(act.operation_id))
    assert at == MORNING


async def test_an_operation_of_another_organisation_is_not_found(apart: Apart, steps: Bulk) -> None:
    body, stranger = apart.body(), apart.body()
    act = await ask(apart, body, CommandKind.ADD_NOTE, NOTE, [await apart.log(body)])
    for step in (steps.page, steps.settle):
        with pytest.raises(ApplicationError, match="no such operation"):
            await step(replace(act, organisation_id=stranger.id))
    assert outcomes(apart, act) == [(ItemState.WAITING, None, 0)]


async def test_the_database_refuses_an_item_of_another_organisations_complaint(apart: Apart) -> None:
    body, stranger = apart.body(), apart.body()
    theirs = await apart.log(stranger)
    with pytest.raises(Exception, match="fk_bulk_item_own_complaint"):
        await ask(apart, body, CommandKind.ADD_NOTE, NOTE, [theirs])


async def test_an_export_writes_each_case_whole_and_changes_none(apart: Apart, steps: Bulk, files: FolderFiles) -> None:
    body = apart.body()
    complaints = [await acknowledged(apart, body), await withdrawn(apart, body)]
    before = apart.rows("select id, version, event_head from complaint where id = any(%s) order by id", complaints)
    act = await ask(apart, body, None, None, complaints)
    assert (await all_of(steps, act)).state is BulkState.DONE
    assert await all_of(steps, act)
    found = apart.rows("select stored_key, size from bulk_item where operation_id = %s order by n", act.operation_id)
    for complaint, (key, size) in zip(complaints, found, strict=True):
        content = b"".join([chunk async for chunk in files.open(FileKey.parse(key))])
        assert len(content) == size
        document = json.loads(content)
        assert document["complaint"]["id"] == str(complaint)
        assert document["words"][0]["narrative"] == "Nine hours."
        assert document["parties"][0]["email"] == "pat@example.org"
        assert {clock["kind"] for clock in document["clocks"]} >= {"acknowledgement"}
        assert all(version["proof"] for version in document["clockVersions"])
        assert document["events"][0]["kind"] == "complaint.logged"
    after = apart.rows("select id, version, event_head from complaint where id = any(%s) order by id", complaints)
    assert after == before and said_by(apart, act) == []
    ledger = apart.rows("select kind, actor_id, data from office_event where subject_id = %s", act.operation_id)
    assert ledger == [("export.made", body.person("complaints_manager"), {"cases": 2, "failed": 0})]


async def test_a_case_that_moved_on_between_two_tries_of_an_export_is_written_as_it_then_is(
    apart: Apart, steps: Bulk, files: FolderFiles
) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    act = await ask(apart, body, None, None, [complaint])
    await steps.page(act)
    # As if the worker had died before it wrote down what it had stored.
    apart.rows("update bulk_item set state = 'waiting', stored_key = null where operation_id = %s", act.operation_id)
    await apart.say(body, complaint, CommandKind.ADD_NOTE, NOTE)
    await apart.deliver(body, complaint)
    assert (await all_of(steps, act)).state is BulkState.DONE
    ((key,),) = apart.rows("select stored_key from bulk_item where operation_id = %s", act.operation_id)
    content = b"".join([chunk async for chunk in files.open(FileKey.parse(key))])
    assert json.loads(content)["notes"][0]["words"] == NOTE.words


async def test_one_case_that_cannot_be_written_holds_up_no_other(apart: Apart, files: FolderFiles) -> None:
    body = apart.body()
    complaints = [await apart.log(body) for _ in range(3)]
    act = await ask(apart, body, None, None, complaints)

    class Picky(FolderFiles):
        left = 1

        async def put(self, key: FileKey, source: Any) -> Any:
            if self.left:
                self.left -= 1
                raise ValueError("cannot be written")
            return await super().put(key, source)

    standing = await all_of(Bulk(apart.database, apart.engine, apart.states, Picky(files._root)), act)
    assert (standing.state, standing.done, standing.failed) == (BulkState.INCOMPLETE, 2, 1)
    await again(apart, body, act, "complaints_manager")
    assert (await all_of(Bulk(apart.database, apart.engine, apart.states, files), act)).state is BulkState.DONE
