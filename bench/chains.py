"""Real chains of evidence, many times over: one complaint led to its end by acts, then copied under other ids."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

import psycopg
from sqlalchemy import select

from activities.reporting.projecting import catch_up
from bench.measures import Measure
from contracts.commands import CommandKind
from db.engine import Database, SweeperDatabase
from db.finding_said import RecordFinding
from db.models.act import CaseEvent
from runtime.database_roles import DatabaseDsns
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart, DirectEngine
from tests.bodies import make_body
from tests.closer_look import ready_for_findings

_THURSDAY: Final = date(2028, 3, 2)
_NOW: Final = datetime(2028, 6, 1, tzinfo=UTC)
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """Copies of one chain: whose they are, and how many events they have in all."""

    organisation_id: UUID
    complaints: int
    events: int


def chains(connection: psycopg.Connection[Any], dsns: DatabaseDsns, count: int) -> Chains:
    """Lead one complaint to its end and copy its chain, as the superuser, so many times."""
    desk = asyncio.run(_led(dsns))
    events = connection.execute(
        "select seq, kind, at_us, act_id, role, data from case_event where complaint_id = %s order by seq",
        (desk.complaint,),
    ).fetchall()
    applied = connection.execute(
        "select act_id, applied_at from verdict where complaint_id = %s", (desk.complaint,)
    ).fetchall()
    with connection.transaction():
        copies = [uuid4() for _ in range(count)]
        _copy_complaints(connection, desk, copies)
        _copy_events(connection, desk, copies, events)
        with connection.cursor().copy(
            "copy verdict (act_id, organisation_id, complaint_id, verdict, applied_at) from stdin"
        ) as rows:
            for copy in copies:
                for act_id, at in applied:
                    rows.write_row((uuid5(copy, str(act_id)), desk.body.id, copy, "{}", at))
    connection.execute("vacuum analyze case_event, verdict, complaint")
    return Chains(organisation_id=desk.body.id, complaints=count + 1, events=(count + 1) * len(events))


async def fold(database: Database, made: Chains) -> list[Measure]:
    """Read the chains from their first event; beside it, what it takes to fetch the same events."""
    async with database.tenant(made.organisation_id, _NOW) as session:
        began = time.perf_counter()
        await session.execute(
            select(CaseEvent.kind, CaseEvent.at_us, CaseEvent.data).order_by(CaseEvent.complaint_id, CaseEvent.seq)
        )
        fetched = time.perf_counter() - began
    async with database.tenant(made.organisation_id, _NOW) as session:
        began = time.perf_counter()
        done = await catch_up(session, made.organisation_id, _NOW)
        folded = time.perf_counter() - began
    assert done.events == made.events, (done, made)
    note = f"{made.events:,} events of {made.complaints:,} chains · floor: the same events fetched"
    return [
        Measure(section="folding", what="read, folded, written", unit="s", redress=folded, floor=fetched, note=note),
        Measure(section="folding", what="events a second", unit="events/s", redress=made.events / folded),
    ]


async def _led(dsns: DatabaseDsns) -> Desk:
    """Lead a complaint through its closer look to a finding, and end it."""
    body = make_body(dsns.migrator, follows=None)
    database, sweeper = Database(dsns.app), SweeperDatabase(dsns.sweeper)
    try:
        engine = DirectEngine(database=database)
        desk = await a_desk(Apart(dsns=dsns, database=database, sweeper=sweeper, engine=engine), body)
        issue = await ready_for_findings(desk, _THURSDAY)
        words = dict.fromkeys(("happened", "should_have", "standard", "evidence", "reason"), "Words")
        said = RecordFinding(issue_id=issue, outcome="upheld", **words)
        await desk.must(CommandKind.RECORD_FINDING, said, by="investigator")
        await desk.withdraw()
        return desk
    finally:
        await database.close()
        await sweeper.close()


def _copy_complaints(connection: psycopg.Connection[Any], desk: Desk, copies: list[UUID]) -> None:
    names = [
        str(name)
        for (name,) in connection.execute(
            "select column_name from information_schema.columns where table_name = 'complaint'"
            " and is_generated = 'NEVER' and column_name not in ('id', 'reference')"
        )
    ]
    same = ", ".join(names)
    connection.execute(
        f"insert into complaint (id, reference, {same})"
        f" select x.id, 'C-' || upper(left(replace(x.id::text, '-', ''), 12)) || '-0', {same}"
        " from complaint, unnest(%s::uuid[]) x (id) where complaint.id = %s".encode(),
        (copies, desk.complaint),
    )


def _copy_events(
    connection: psycopg.Connection[Any], desk: Desk, copies: list[UUID], events: list[tuple[Any, ...]]
) -> None:
    """Copy every event with ids of its own, as if each copy had been told by itself. The chain's hashes are left."""
    columns = "complaint_id, seq, organisation_id, kind, at_us, act_id, role, data, prev_hash, hash"
    with connection.cursor().copy(f"copy case_event ({columns}) from stdin".encode()) as rows:
        for copy in copies:
            ids: dict[str, str] = {}
            for seq, kind, at_us, act_id, role, data in events:
                told = _ID.sub(lambda found: ids.setdefault(found[0], str(uuid5(copy, found[0]))), data)  # noqa: B023
                act = uuid5(copy, str(act_id))
                rows.write_row((copy, seq, desk.body.id, kind, at_us, act, role, told, "", f"{copy.hex}{seq:032}"))
