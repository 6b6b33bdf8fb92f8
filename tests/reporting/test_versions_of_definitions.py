"""A report that was kept goes by the version of its definition: compiled again, and beside what is known since."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from activities.reporting.compiling import Asked, compile_report
from activities.reporting.keeping import keep, rebuild, with_since
from db.engine import Database
from policies.reporting import definition_files
from runtime.database_roles import DatabaseDsns
from tests.bodies import make_body
from tests.reporting.facts import NOW
from tests.reporting.quarter import FIRST, LAST, THEN, Quarter


async def test_a_second_version_of_a_definition_changes_no_report_of_the_first(
    dsns: DatabaseDsns, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = make_body(dsns.migrator)
    quarter = Quarter(body.id)
    await quarter.facts.store(database)
    asked = Asked(kind="board", scope=quarter.facts.scope(FIRST, LAST, THEN))
    async with database.tenant(body.id, NOW) as session:
        report = await keep(session, asked, NOW)
        first = definition_files.load_definitions()
        board = definition_files.newest("board")
        section = replace(board.sections[0], figures=board.sections[0].figures[1:], tables=(), charts=())
        second = replace(board, version=board.version + 1, title="Another report", sections=(section,))
        monkeypatch.setattr(definition_files, "load_definitions", lambda: (*first, second))
        assert (await compile_report(session, asked))[0].title == "Another report"
        assert (await rebuild(session, report)).identical
        beside = await with_since(session, report, NOW + timedelta(hours=1))
    figures = {each.code: each for part in beside.sections for each in part.figures}
    assert figures["received"].since == figures["received"].value != 0
    assert figures["responded"].since == int(figures["responded"].value or 0) + 1, "what was written down late"


async def test_those_who_compile_at_once_do_it_one_after_the_other(dsns: DatabaseDsns, database: Database) -> None:
    body = make_body(dsns.migrator)
    quarter = Quarter(body.id)
    await quarter.facts.store(database)
    asked = Asked(kind="board", scope=quarter.facts.scope(FIRST, LAST, THEN))

    async def one() -> tuple[UUID, UUID | None, str]:
        async with database.tenant(body.id, NOW) as session:
            report = await keep(session, asked, NOW)
            return report.id, report.supersedes_id, report.sha256

    made = await asyncio.gather(*(one() for _ in range(4)))
    assert len({sha256 for *_, sha256 in made}) == 1
    assert sorted(before is None for _, before, _ in made) == [False, False, False, True]
    # Each takes the place of another one: nobody compiled beside somebody who had not kept theirs yet.
    assert len({before for _, before, _ in made}) == 4
