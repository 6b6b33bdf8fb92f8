"""What people say of governance while the machine is at it: each waits for the other, and neither is turned away."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from activities import governance_told
from contracts.governance import Deed
from db.engine import Database
from db.queries import governance
from policies import governance_files
from tests.api.boards import Board
from tests.world import until

pytestmark = pytest.mark.at_once
NOON = datetime(2026, 11, 18, 10, 30, tzinfo=UTC)
_WAITING = (
    "select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid"
    " where not l.granted and a.datname = current_database()"
)


async def test_somebody_can_be_named_while_they_are_just_being_told_of_a_step(board: Board, database: Database) -> None:
    series = await board.series()
    occurrence = UUID(await board.begun(series))
    manager = {"part": "commenter", "personId": str(board.rows.person("complaints_manager"))}
    async with database.tenant(board.rows.id, NOON) as session:
        row = await governance.occurrence(session, occurrence, lock=True)
        step = await governance.open_step(session, occurrence)
        assert row is not None and step is not None
        named = asyncio.create_task(
            board.post(f"/series/{series}/members", {"members": [manager]}, "complaints_manager")
        )

        async def waits() -> bool:
            found = board.rows._connection.execute(_WAITING).fetchone()
            return named.done() or (found is not None and int(found[0]) > 0)

        await until(waits)
        assert not named.done()
        rules = governance_files.rules(row.kind, row.rules)
        assert await governance_told.tell(session, row, step, rules, Deed.OVERDUE, NOON)
    answer = await named
    assert answer.status_code == 200, answer.text
