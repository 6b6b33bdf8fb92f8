"""Meetings and reports that a report counts: what is written down late slips under none that was compiled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from activities.reporting.compiling import Asked
from activities.reporting.keeping import keep, rebuild
from db.engine import Database
from db.models.report import Report
from db.queries import governance
from reports.document import read
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body, plain
from tests.reporting.facts import NOW, Facts

FIRST, LAST = "2027-04-01", "2028-03-31"
SOON = NOW + timedelta(minutes=5)


def counted(report: Report) -> dict[str, tuple[Any, ...]]:
    """Return what a report says of meetings."""
    document = read(report.document.encode())
    table = next(each for part in document.sections for each in part.tables if each.code == "governance")
    return {row.code: tuple(cell.value for cell in row.cells) for row in table.rows}


def a_panel_of_march(dsns: DatabaseDsns, body: Body, *, done: bool) -> UUID:
    """Write that a panel began, and perhaps ended, three hours ago."""
    series, occurrence, begun = uuid4(), uuid4(), NOW - timedelta(hours=3)
    with psycopg.connect(plain(dsns.migrator)) as connection:
        connection.execute(
            "insert into governance_series (id, organisation_id, kind, rhythm, anchor_on, hour, state, changed_at,"
            " set_up_by) values (%s, %s, 'panel', 'monthly', '2027-04-01', 9, 'active', %s, %s)",
            (series, body.id, begun, body.person("complaints_manager")),
        )
        connection.execute(
            "insert into governance (id, organisation_id, series_id, kind, rules, number, first_on, last_on,"
            " nominal_on, begun_on, begun_at, late, state, ended_at, changed_at) values (%s, %s, %s, 'panel', 1, 1,"
            " '2027-04-01', '2028-03-31', '2028-03-01', '2028-03-01', %s, false, %s, %s, %s)",
            (occurrence, body.id, series, begun, "done" if done else "open", begun if done else None, begun),
        )
    return occurrence


async def test_a_meeting_that_is_written_down_late_slips_under_no_report_that_was_compiled(
    database: Database, dsns: DatabaseDsns
) -> None:
    body = make_body(dsns.migrator)
    scope = Facts(body.id).scope(FIRST, LAST, NOW)
    async with database.tenant(body.id, NOW) as session:
        first = await keep(session, Asked(kind="reg17", scope=scope), NOW)
    a_panel_of_march(dsns, body, done=True)
    later = replace(scope, known_until=SOON)
    async with database.tenant(body.id, NOW) as session:
        second = await keep(session, Asked(kind="reg17", scope=later), SOON)
        assert (await rebuild(session, first)).identical and (await rebuild(session, second)).identical
    assert counted(second) == {"panel": (1, 1, 0, 0)}


async def test_what_somebody_is_changing_holds_up_no_report_and_is_in_the_next(
    database: Database, dsns: DatabaseDsns
) -> None:
    body = make_body(dsns.migrator)
    occurrence = a_panel_of_march(dsns, body, done=False)
    scope = Facts(body.id).scope(FIRST, LAST, NOW)
    later = replace(scope, known_until=SOON)
    async with database.tenant(body.id, NOW) as held:
        await governance.occurrence(held, occurrence, lock=True)
        async with database.tenant(body.id, NOW) as session:
            first = await keep(session, Asked(kind="reg17", scope=scope), NOW)
    async with database.tenant(body.id, NOW) as session:
        second = await keep(session, Asked(kind="reg17", scope=later), SOON)
        assert (await rebuild(session, first)).identical
    assert (counted(first), counted(second)) == ({}, {"panel": (1, 0, 0, 0)})
