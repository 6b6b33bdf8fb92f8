"""Reads a return as a test does: its tables, figures and rows; and sets it beside what was counted a second time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from activities.reporting import ko41
from activities.reporting.titles import load_titles
from db.engine import Database
from db.queries.report_scope import Scope
from reports.document import Document, Row, Table
from tests.bodies import Body
from tests.reporting.ko41_worlds import FIRST, LAST
from tests.reporting.recount import Recount

NOW = datetime(2028, 6, 1, 9, 0, tzinfo=UTC)
BUILD = {"ko41a": ko41.build_ko41a, "ko41b": ko41.build_ko41b}
PARTS = ("age_band", "complainant_status", "service_area", "subject", "profession", "clinical")
COLUMNS = ("brought", "new", "upheld", "partially_upheld", "not_upheld", "resolved", "carried")


def a_scope(body: Body, first: date = FIRST, last: date = LAST, known: datetime = NOW) -> Scope:
    return Scope(organisation_id=body.id, first_on=first, last_on=last, known_until=known)


async def returned(database: Database, scope: Scope, kind: str = "ko41a", rules: int = 1) -> Document:
    async with database.tenant(scope.organisation_id, NOW) as session:
        titles = await load_titles(session, scope.organisation_id, scope.last_on, rules)
        return await BUILD[kind](session, scope, titles)


def tables(document: Document) -> dict[str, Table]:
    return {table.code: table for section in document.sections for table in section.tables}


def figure(document: Document, code: str) -> Any:
    return next(each.value for section in document.sections for each in section.figures if each.code.endswith(code))


def values(row: Row | None) -> tuple[Any, ...]:
    assert row is not None
    return tuple(cell.value for cell in row.cells)


def summary(document: Document, site: str | None = None) -> dict[str, Any]:
    table = tables(document)["summary"]
    row = table.total if site is None else next(row for row in table.rows if row.code == site)
    return dict(zip(COLUMNS, values(row), strict=True))


def part(document: Document, name: str, column: str = "all") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for code, table in tables(document).items():
        if code == name or (code.startswith(f"{name}_") and code.removeprefix(f"{name}_").isdigit()):
            codes = [each.code for each in table.columns]
            if column in codes:
                found |= {row.code: row.cells[codes.index(column)].value for row in table.rows}
    return found


def assert_alike(document: Document, site: str | None, counted: Recount) -> None:
    assert summary(document, site) == {column: counted.summary[column] for column in COLUMNS}
    for name in PARTS:
        shown = part(document, name, site or "all")
        if shown:
            assert {code: count for code, count in shown.items() if count} == {
                code: count for code, count in counted.parts[name].items() if count and code in shown
            }, (site, name)


def all_rows(table: Table) -> Sequence[Row]:
    return (*table.rows, *([table.total] if table.total else []))
