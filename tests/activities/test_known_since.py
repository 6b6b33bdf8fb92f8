"""What is known since stands beside what was known, and changes nothing of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from activities.reporting.since import beside
from reports.document import Cell, Column, Document, Figure, Row, Section, Table, Value

AT = datetime(2028, 11, 1, 9, tzinfo=UTC)


def row(code: str, *values: Value, suppressed: bool = False) -> Row:
    return Row(code=code, title=code.title(), cells=tuple(Cell(value=each, suppressed=suppressed) for each in values))


def report(figure: Value, *rows: Row, total: Row | None = None, columns: str = "ab") -> Document:
    table = Table(
        code="t",
        title="Themes",
        head="Theme",
        columns=tuple(Column(code=each, title=each) for each in columns),
        rows=rows,
        total=total,
    )
    section = Section(code="s", title="S", figures=(Figure(code="f", title="F", value=figure),), tables=(table,))
    return Document(
        kind="board",
        rules=1,
        title="Board",
        organisation="Trust",
        organisation_code="RX1",
        first_on=date(2027, 4, 1),
        last_on=date(2028, 3, 31),
        known_until=datetime(2028, 4, 2, tzinfo=UTC),
        sections=(section,),
    )


def since(document: Document) -> list[tuple[str, list[Value], list[Value]]]:
    table = document.sections[0].tables[0]
    rows = [*table.rows, *([table.total] if table.total else [])]
    return [(each.code, [c.value for c in each.cells], [c.since for c in each.cells]) for each in rows]


def test_values_are_set_beside_by_their_codes_wherever_they_stand_later() -> None:
    then = report(5, row("care", 3, 1), row("food", 2, 0), total=row("all", 5, 1))
    later = report(7, row("staff", 1, 1), row("food", 4, 0), row("care", 2, 9), total=row("all", 7, 10), columns="ba")
    found = beside(then, later, AT)
    assert found.sections[0].figures[0].since == 7
    assert since(found) == [
        ("care", [3, 1], [9, 2]),
        ("food", [2, 0], [0, 4]),
        ("staff", [None, None], [1, 1]),
        ("all", [5, 1], [10, 7]),
    ]
    assert found.since_at == AT


def test_what_is_gone_since_has_nothing_beside_it() -> None:
    then = report(5, row("care", 3, 1))
    assert since(beside(then, report(5), AT)) == [("care", [3, 1], [None, None])]
    assert beside(then, replace(then, sections=()), AT).sections == then.sections


def test_what_is_not_shown_stays_so() -> None:
    then = report(5, row("care", None, None, suppressed=True))
    found = beside(then, report(6, row("care", 30, 40)), AT)
    assert found.sections[0].tables[0].rows == then.sections[0].tables[0].rows
