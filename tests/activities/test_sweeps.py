"""The delivery sweep and the daily anchor on a real database: what was left lying is carried, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.sweeps import Sweeps
from contracts import names
from contracts.change_sets import ChangeSetStart, Decision
from contracts.commands import CommandKind
from contracts.sweeps import AnchorRequest, SweepReport, SweepRequest
from db import desk_said
from db.queries import change_sets
from db.queries.change_sets import NewChangeSet, NewDecision
from db.queries.submissions import lease
from gateways.anchors import AnchorDamaged, FolderAnchors
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from tests.apart import MORNING, Apart, a_database_apart
from tests.bodies import Body

LATER = MORNING + timedelta(seconds=30)


@pytest.fixture
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


def sweeps(apart: Apart, folder: Path) -> Sweeps:
    engine: Any = apart.engine
    return Sweeps(apart.database, apart.sweeper, engine, apart.states, FolderAnchors(folder), runs=apart.engine)


async def sweep(apart: Apart, folder: Path, now: datetime = LATER, batch: int = 100) -> SweepReport:
    return await sweeps(apart, folder).deliver_pending(SweepRequest(now=now, batch=batch))


async def note(apart: Apart, body: Body, complaint: UUID) -> UUID:
    return await apart.say(body, complaint, CommandKind.ADD_NOTE, desk_said.AddNote(words="Rang back."))


def states(apart: Apart, complaint: UUID) -> list[str]:
    found = apart.rows("select state from submission where complaint_id = %s order by seq", complaint)
    return [row[0] for row in found]


async def propose(apart: Apart, body: Body) -> UUID:
    new = NewChangeSet(
        id=uuid4(), organisation_id=body.id, scope="organisation", nation="england", day=date(2028, 3, 3), name="Move",
        opens=False, reason="-", source=None, proposed_by=body.person("handler"), proposed_at=MORNING,
        idempotency_key=uuid4().hex, body_hash="0" * 64,
    )  # fmt: skip
    async with apart.database.tenant(body.id, MORNING) as session:
        return (await change_sets.propose(session, new)).change_set.id


async def test_what_was_left_lying_is_delivered_in_order_for_every_organisation(apart: Apart, tmp_path: Path) -> None:
    one, other = apart.body(), apart.body()
    first, second = await apart.log(one, deliver=False), await apart.log(other, deliver=False)
    await note(apart, one, first)
    report = await sweep(apart, tmp_path)
    assert (report.delivered, report.still_pending, report.skipped) == (3, 0, 0)
    assert states(apart, first) == ["applied", "applied"]
    assert states(apart, second) == ["applied"]
    assert [each.seq for each in apart.engine.delivered if each.complaint_id == first] == [1, 2]
    assert (await sweep(apart, tmp_path)).delivered == 0


async def test_what_is_younger_than_five_seconds_is_left_to_its_door(apart: Apart, tmp_path: Path) -> None:
    complaint = await apart.log(apart.body(), deliver=False)
    assert (await sweep(apart, tmp_path, MORNING + timedelta(seconds=4))).delivered == 0
    assert states(apart, complaint) == ["pending"]
    assert (await sweep(apart, tmp_path, MORNING + timedelta(seconds=5))).delivered == 1


async def test_what_another_sweep_holds_is_left_to_it_until_its_lease_ends(apart: Apart, tmp_path: Path) -> None:
    body = apart.body()
    complaint = await apart.log(body, deliver=False)
    async with apart.database.tenant(body.id, LATER) as session:
        assert await lease(session, complaint, LATER, timedelta(seconds=30))
    assert (await sweep(apart, tmp_path)).delivered == 0
    assert (await sweep(apart, tmp_path, LATER + timedelta(seconds=31))).delivered == 1


async def test_a_row_that_another_sweep_has_locked_is_skipped_and_not_waited_for(apart: Apart, tmp_path: Path) -> None:
    body = apart.body()
    complaint = await apart.log(body, deliver=False)
    async with apart.database.tenant(body.id, LATER) as session:
        assert await lease(session, complaint, LATER, timedelta(seconds=30))
        report = await sweep(apart, tmp_path)
    assert (report.delivered, report.skipped, report.still_pending) == (0, 1, 1)


async def test_an_engine_that_is_away_leaves_everything_pending_and_the_next_batch_goes_on(
    apart: Apart, tmp_path: Path
) -> None:
    body = apart.body()
    complaints = [await apart.log(body, deliver=False) for _ in range(3)]
    apart.engine.away = True
    report = await sweep(apart, tmp_path, batch=2)
    assert (report.delivered, report.still_pending) == (0, 2)
    apart.engine.away = False
    # Those never tried go first, so that a batch of the unlucky does not hold up the others.
    assert (await sweep(apart, tmp_path, batch=2)).delivered == 1
    assert (await sweep(apart, tmp_path, LATER + timedelta(minutes=1), batch=2)).delivered == 2
    assert [states(apart, complaint) for complaint in complaints] == [["applied"]] * 3


async def test_a_queued_notice_without_a_workflow_is_started_after_a_minute(apart: Apart, tmp_path: Path) -> None:
    await apart.log(apart.body())
    apart.engine.notices.clear()
    ((notice_id,),) = apart.rows("select id from notice where state = 'queued'")
    assert (await sweep(apart, tmp_path)).notices_started == 0
    assert (await sweep(apart, tmp_path, MORNING + timedelta(seconds=61))).notices_started == 1
    assert [start.notice_id for start in apart.engine.notices] == [notice_id]
    apart.engine.running_ids.add(names.notice_workflow_id(notice_id))
    assert (await sweep(apart, tmp_path, MORNING + timedelta(seconds=61))).notices_started == 0


async def test_a_change_set_without_a_workflow_is_started_and_one_that_waits_is_told_its_decision(
    apart: Apart, tmp_path: Path
) -> None:
    body = apart.body()
    change_set = await propose(apart, body)
    assert (await sweep(apart, tmp_path)).change_sets == 1
    assert apart.engine.change_sets == [ChangeSetStart(organisation_id=body.id, change_set_id=change_set)]
    apart.engine.running_ids.add(names.change_set_workflow_id(change_set))
    apart.rows("update change_set set state = 'awaiting_approval'")
    assert (await sweep(apart, tmp_path)).change_sets == 0
    decision = NewDecision(
        decision_id=uuid4(), approved=True, decided_by=body.person("complaints_manager"), decided_at=MORNING
    )
    async with apart.database.tenant(body.id, MORNING) as session:
        assert await change_sets.record_decision(session, change_set, decision) is None
    assert (await sweep(apart, tmp_path)).change_sets == 1
    assert apart.engine.decisions == [Decision(decision_id=decision.decision_id, approved=True)]


async def test_the_heads_of_all_chains_are_kept_once_for_each_local_day(apart: Apart, tmp_path: Path) -> None:
    one, other = apart.body(), apart.body()
    complaints = {await apart.log(one), await apart.log(other)}
    # Half past midnight in London, still the day before in UTC.
    night = datetime(2028, 6, 30, 23, 30, tzinfo=UTC)
    report = await sweeps(apart, tmp_path).export_anchor(AnchorRequest(now=night))
    assert (report.day, report.heads) == (date(2028, 7, 1), 2)
    await apart.log(one)
    again = await sweeps(apart, tmp_path).export_anchor(AnchorRequest(now=night))
    assert again == report
    kept = await FolderAnchors(tmp_path).read(date(2028, 7, 1))
    assert {head.complaint_id for head in kept.heads} == complaints
    heads = apart.rows("select id, event_seq, event_head from complaint where id = any(%s)", list(complaints))
    assert {(head.complaint_id, head.seq, head.head) for head in kept.heads} == set(heads)
    assert await FolderAnchors(tmp_path).days() == (date(2028, 7, 1),)


def touch_up(folder: Path, change: bytes) -> None:
    (path,) = folder.iterdir()
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content.replace(change, change + b"9", 1))


@pytest.mark.parametrize("change", [b'"seq":', b"sha256", b"\n"])
async def test_an_anchor_that_was_touched_says_so(apart: Apart, tmp_path: Path, change: bytes) -> None:
    await apart.log(apart.body())
    await sweeps(apart, tmp_path).export_anchor(AnchorRequest(now=MORNING))
    touch_up(tmp_path, change)
    with pytest.raises(AnchorDamaged):
        await FolderAnchors(tmp_path).read(MORNING.date())
