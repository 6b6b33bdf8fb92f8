"""Moving in: many complaints at every stage, a worker killed in the middle, the dates counted twice.

They are 1,500 unless `REDRESS_TEST_IMPORT_ROWS` says otherwise; with 5,000 it takes a minute and a half.

The second count knows nothing of `policies` or of the `holidays` library: plain dates, and the closed days that the
Ministry of Justice's package ships.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment, TimeSkipper

from activities.notices import Notices
from contracts import names
from contracts.imports import ImportDecision, ImportStart, ImportState
from contracts.notices import NoticeAct, NoticeState
from gateways.engine import Engine, connect
from gateways.mailbox import MailboxGateway
from gateways.running import EngineRuns
from gateways.typst_letters import TypstTypesetter
from runtime.database_roles import DatabaseDsns
from runtime.ports import any_free
from runtime.postgres import PostgresAddress
from runtime.settings import Settings
from runtime.temporal import TemporalServer
from tests.apart import Apart, a_database_apart
from tests.bodies import Body
from tests.moving import Row, as_csv, decide, hand_in, many, spoiled
from tests.world import MORNING, World, a_world, until

ROWS = int(os.environ.get("REDRESS_TEST_IMPORT_ROWS", "1500"))
FEW = 400
TODAY = MORNING.date()
SWITCH = date(2028, 4, 3)
LONDON = ZoneInfo("Europe/London")
PATIENCE = 300.0
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def own_server() -> Iterator[TemporalServer]:
    folder = Path(tempfile.mkdtemp(prefix="redress-temporal-"))
    server = TemporalServer(folder, time_skipping=True, port=any_free(), ui_port=any_free())
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


@pytest.fixture(scope="module")
def settings(own_server: TemporalServer, apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        environment="development",
        state_dir=tmp_path_factory.mktemp("state"),
        temporal_address=own_server.start().target,
        database_dsn_app=apart.dsns.app,
        database_dsn_sweeper=apart.dsns.sweeper,
    )


@pytest.fixture(scope="module")
async def client(settings: Settings) -> Client:
    return await connect(settings.temporal_address, "default", lazy=False)


# The second count.


def _open_days() -> list[date]:
    shipped = json.loads((files("govuk_bank_holidays") / "bank-holidays.json").read_text(encoding="utf-8"))
    closed = {date.fromisoformat(event["date"]) for event in shipped["england-and-wales"]["events"]}
    every_day = (date(2024, 1, 1) + timedelta(days=n) for n in range(1827))
    return [day for day in every_day if day.isoweekday() < 6 and day not in closed]


OPEN_DAYS = _open_days()


def working_days_after(day: date, count: int) -> date:
    return OPEN_DAYS[bisect_right(OPEN_DAYS, day) + count - 1]


def six_months_from(day: date) -> date:
    """Step to the first day that no longer belongs to the six months; the day before it is the last."""
    last = day
    while (last.year - day.year) * 12 + last.month - day.month < 6 or (
        (last.year - day.year) * 12 + last.month - day.month == 6 and last.day < day.day
    ):
        last += timedelta(days=1)
    return last - timedelta(days=1)


def running_of(row: Row) -> dict[str, date]:
    """Return the clocks that run for an open row, with the day each is due."""
    stage, due = row["stage"], {}
    if stage == "received":
        due["acknowledgement"] = working_days_after(row["received_on"], 3)
    if stage in ("received", "acknowledged", "closer_look"):
        due["relevant_period"] = row.get("relevant_until") or six_months_from(row["received_on"])
    if stage == "acknowledged":
        due["settle_period"] = working_days_after(row["acknowledged_on"], 5)
    if stage == "closer_look":
        due["response_period"] = row["respond_by"]
        told = max(row["period_set_on"], row.get("last_update_on") or row["period_set_on"])
        update = told + timedelta(days=row.get("update_every_days") or 14)
        due["next_update"] = OPEN_DAYS[bisect_left(OPEN_DAYS, update)]
    if stage == "responded":
        due["closing"] = working_days_after(row["responded_on"], 20)
    if not row["owner"]:
        due["allocation"] = working_days_after(TODAY, 1)
    return due


def acknowledged_in_time(row: Row) -> bool | None:
    if not row.get("acknowledged_on"):
        return None
    return bool(row["acknowledged_on"] <= working_days_after(row["received_on"], 3))


def ends(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=LONDON).astimezone(UTC)


# The life.


async def begin(world: World, body: Body, content: bytes) -> UUID:
    """Hand a file in and start its import at the world's time."""
    import_id = await hand_in(world.database, body, content, world.clock.now(), switch_on=SWITCH)
    ahead = world.clock.now() - datetime.now(UTC)
    handle = await world.client.start_workflow(
        names.IMPORT,
        ImportStart(organisation_id=body.id, import_id=import_id),
        id=names.import_workflow_id(import_id),
        task_queue=names.BULK,
        start_delay=ahead,
    )
    await world.skipper.fast_forward(handle, ahead)
    return import_id


async def state_of(world: World, body: Body, import_id: UUID) -> str:
    row = await world.row(body, "select state from import_batch where id = :id", id=import_id)
    return str(row["state"])


async def imported(world: World, body: Body, import_id: UUID) -> int:
    sql = "select count(*) as n from import_row where import_id = :id and state = 'imported'"
    return int((await world.row(body, sql, id=import_id))["n"])


async def reached(world: World, body: Body, import_id: UUID, state: ImportState) -> None:
    async with asyncio.timeout(PATIENCE):
        while await state_of(world, body, import_id) != state:  # noqa: ASYNC110  what is awaited is another process's
            await asyncio.sleep(0.2)


async def go(world: World, body: Body, content: bytes) -> UUID:
    """Hand a file in, have it checked, and say that its good rows are to be imported."""
    import_id = await begin(world, body, content)
    await reached(world, body, import_id, ImportState.CHECKED)
    decision = await decide(world.database, body, import_id, world.clock.now())
    said = ImportDecision(decision_id=decision, go=True)
    await world.engine.decide_import(import_id, said, timedelta(seconds=60))
    return import_id


@asynccontextmanager
async def a_worker(settings: Settings) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker of its own process, which does not outlive the test."""
    environment = {**os.environ, **settings.as_environment(), "REDRESS_LOG_LEVEL": "ERROR"}
    worker = await asyncio.create_subprocess_exec(sys.executable, "worker.py", env=environment, cwd=ROOT)
    try:
        yield worker
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()


@dataclass(frozen=True)
class MovedIn:
    """An organisation that has moved in."""

    world: World
    body: Body
    import_id: UUID
    good: list[Row]
    mailbox: Path

    async def read(self, sql: str) -> Sequence[Any]:
        return await self.world.rows(self.body, sql, id=self.import_id)


@dataclass(frozen=True)
class Stage:
    """Who has moved in: one in the hands of a worker that was killed on the way, and one of many complaints after it.

    While the engine learns that the worker is dead, the others are imported.
    """

    interrupted: MovedIn
    at_death: int
    whole: MovedIn


@pytest.fixture(scope="module")
async def stage(apart: Apart, client: Client, settings: Settings) -> AsyncIterator[Stage]:
    few, rows = many(FEW, TODAY, open_share=0.1), many(ROWS, TODAY, open_share=0.2)
    file = spoiled(rows, every=50)
    good = [row for row, as_sent in zip(rows, file, strict=True) if row == as_sent]
    first, second = apart.body(), apart.body()
    async with a_worker(settings) as worker, a_stage(client, apart, settings) as world:
        interrupted = await go(world, first, as_csv(few))
        async with asyncio.timeout(PATIENCE):
            while await imported(world, first, interrupted) < FEW // 5:  # noqa: ASYNC110  as above
                await asyncio.sleep(0.05)
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
        at_death = await imported(world, first, interrupted)
    async with a_worker(settings), a_world(client, apart.database, apart.sweeper, settings) as world:
        began = asyncio.get_running_loop().time()
        import_id = await go(world, second, as_csv(file))
        await reached(world, second, import_id, ImportState.DONE)
        print(f"{ROWS} rows in {asyncio.get_running_loop().time() - began:.0f} s")
        await reached(world, first, interrupted, ImportState.DONE)
        mailbox = settings.mailbox_dir
        yield Stage(
            MovedIn(world, first, interrupted, few, mailbox),
            at_death,
            MovedIn(world, second, import_id, good, mailbox),
        )


@pytest.fixture
def moved_in(stage: Stage) -> MovedIn:
    return stage.whole


@asynccontextmanager
async def a_stage(client: Client, apart: Apart, settings: Settings) -> AsyncIterator[World]:
    """A world whose workers are another process."""
    yield World(
        client=client,
        skipper=TimeSkipper(client),
        database=apart.database,
        sweeper=apart.sweeper,
        engine=Engine(client),
        mailbox=MailboxGateway(settings.mailbox_dir),
    )


async def totals_agree(moved_in: MovedIn, rows: int) -> None:
    """Look that every good row is one complaint, said and applied once, and every other one was set aside."""
    (row,) = await moved_in.read("select totals, ended_at from import_batch where id = :id")
    still_open = sum(row["stage"] not in ("closed", "withdrawn") for row in moved_in.good)
    assert row["totals"] == {
        "rows": rows, "staged": 0, "good": 0, "quarantined": rows - len(moved_in.good), "imported": len(moved_in.good),
        "failed": 0, "open": still_open, "ended": len(moved_in.good) - still_open, "missing": 0,
    }  # fmt: skip
    (counts,) = await moved_in.read(
        "select count(*) as complaints, count(distinct source_reference) as sources, count(distinct reference) as refs,"
        " (select count(*) from submission where caller = 'import/' || :id) as said,"
        " (select count(*) from submission where state <> 'applied') as pending,"
        " (select count(*) from verdict where applied_at is not null) as verdicts"
        " from complaint where import_id = :id"
    )
    assert set(counts.values()) == {len(moved_in.good), 0} and counts["pending"] == 0


async def test_the_totals_of_the_file_the_quarantine_and_the_complaints_agree(moved_in: MovedIn) -> None:
    await totals_agree(moved_in, ROWS)


async def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(stage: Stage) -> None:
    assert FEW // 5 <= stage.at_death < FEW, "the worker was to be killed in the middle"
    await totals_agree(stage.interrupted, FEW)


async def test_nobody_hears_of_it(stage: Stage, moved_in: MovedIn) -> None:
    for each in (stage.whole, stage.interrupted):
        (row,) = await each.read("select count(*) as n from notice where :id is not null")
        assert row["n"] == 0
    assert not moved_in.mailbox.exists() or list(moved_in.mailbox.iterdir()) == []


async def test_every_clock_that_runs_is_due_on_the_day_that_an_independent_count_gives(moved_in: MovedIn) -> None:
    found = await moved_in.read(
        "select c.source_reference, k.kind, k.due_on, k.due_at, k.breached_at from complaint c"
        " join clock k on k.complaint_id = c.id where c.import_id = :id and k.state = 'running'"
    )
    due: dict[str, dict[str, date]] = {}
    for row in found:
        due.setdefault(row["source_reference"], {})[row["kind"]] = row["due_on"]
        assert row["due_at"] == ends(row["due_on"])
        assert row["breached_at"] == (ends(row["due_on"]) if row["due_on"] < TODAY else None)
    still_open = [row for row in moved_in.good if row["stage"] not in ("closed", "withdrawn")]
    assert {row["source_reference"]: running_of(row) for row in still_open} == due
    assert len(due) > ROWS // 6


async def test_what_was_acknowledged_is_judged_as_an_independent_count_judges_it(moved_in: MovedIn) -> None:
    found = await moved_in.read(
        "select c.source_reference, k.in_time from complaint c join clock k on k.complaint_id = c.id"
        " where c.import_id = :id and k.kind = 'acknowledgement'"
    )
    judged = {row["source_reference"]: row["in_time"] for row in found}
    assert judged == {row["source_reference"]: acknowledged_in_time(row) for row in moved_in.good}
    assert set(judged.values()) == {True, False, None}


async def test_every_open_complaint_runs_and_has_something_next_and_no_ended_one_runs(stage: Stage) -> None:
    sql = "select id, open, next_event_at from complaint where import_id = :id"
    found = [*await stage.whole.read(sql), *await stage.interrupted.read(sql)]
    running: frozenset[str] = frozenset()

    async def listed() -> bool:  # the engine's list lags behind
        nonlocal running
        running = await EngineRuns(stage.whole.world.engine).running(names.COMPLAINT, timedelta(seconds=30))
        return len(running) == sum(bool(row["open"]) for row in found)

    await until(listed)
    assert running == {names.complaint_workflow_id(row["id"]) for row in found if row["open"]}
    for row in found:
        assert (row["next_event_at"] is not None and row["next_event_at"] > MORNING) is row["open"]


async def test_the_workflow_of_each_stage_knows_what_falls_due_next(moved_in: MovedIn) -> None:
    found = await moved_in.read(
        "select distinct on (stage) id, stage, version, next_event_at from complaint where import_id = :id and open"
        " order by stage, id"
    )
    assert len(found) == 4
    for row in found:
        happening = await moved_in.world.engine.happening(row["id"], timedelta(seconds=20))
        assert (str(happening.stage), happening.version) == (row["stage"], row["version"])
        assert happening.next_rung is not None and happening.next_rung.at == row["next_event_at"]
        assert happening.plan is not None


async def test_a_rung_before_the_switch_date_asks_silently_and_one_after_it_sends_its_prompt(moved_in: MovedIn) -> None:
    world, body = moved_in.world, moved_in.body
    (row,) = await moved_in.read(
        "select c.id from complaint c join clock k on k.complaint_id = c.id where c.import_id = :id and"
        " c.stage = 'received' and k.kind = 'acknowledgement' and k.due_on < '2028-02-01' and c.owner_id is not null"
        " order by c.received_on, c.id limit 1"
    )
    complaint = row["id"]
    await world.skipper.fast_forward(world.handle(complaint), world.clock.now() - datetime.now(UTC))
    await world.advance_to(datetime(2028, 3, 10, 12, 0, tzinfo=UTC), complaint)  # the first chase was on 9 March
    silent = await world.rows(body, "select state from notice where complaint_id = :id", id=complaint)
    events = await world.rows(body, "select kind from case_event where complaint_id = :id order by seq", id=complaint)
    tasks = await world.rows(body, "select kind from task where complaint_id = :id", id=complaint)
    assert silent == []
    assert "notice.kept_silent" in {event["kind"] for event in events}
    assert "escalation.acknowledgement" in {task["kind"] for task in tasks}
    await world.advance_to(datetime(2028, 4, 10, 12, 0, tzinfo=UTC), complaint)
    sql = "select id, state from notice where complaint_id = :id and person_id is not null order by id"
    prompts = await world.rows(body, sql, id=complaint)
    assert prompts
    # The workflow of a notice keeps real time, by which the switch date lies ahead: it waits. By the world's it goes.
    notice = prompts[0]["id"]
    carrying = NoticeAct(organisation_id=body.id, complaint_id=complaint, notice_id=notice, now=datetime.now(UTC))
    carrier = Notices(world.database, world.mailbox, "complaints@example.org", TypstTypesetter())
    assert (await ActivityEnvironment().run(carrier.send, carrying)).state is NoticeState.QUEUED
    assert not moved_in.mailbox.exists()
    carried = await ActivityEnvironment().run(carrier.send, replace(carrying, now=world.clock.now()))
    assert carried.state is NoticeState.HANDED_OVER
    assert len(list(moved_in.mailbox.iterdir())) == 1
