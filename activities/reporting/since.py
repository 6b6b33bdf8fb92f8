"""Sets beside each value of a document what it is as known later. Nothing of what the document says is changed.

What was not there then, a theme that came up since, stands at the end of its table with nothing but the later value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from reports.document import Cell, Column, Document, Figure, Row, Section, Table, Value

Coded = TypeVar("Coded", Section, Figure, Table, Row)


def beside(document: Document, later: Document, at: datetime) -> Document:
    """Return a document with the values of the same one as it was compiled later."""
    known = _by_code(later.sections)
    sections = tuple(_section(each, known.get(each.code)) for each in document.sections)
    return replace(document, sections=sections, since_at=at)


def _section(section: Section, later: Section | None) -> Section:
    if later is None:
        return section
    figures, tables = _by_code(later.figures), _by_code(later.tables)
    return replace(
        section,
        figures=tuple(_figure(each, figures.get(each.code)) for each in section.figures),
        tables=tuple(_table(each, tables.get(each.code)) for each in section.tables),
    )


def _figure(figure: Figure, later: Figure | None) -> Figure:
    return figure if later is None or figure.suppressed else replace(figure, since=later.value)


def _table(table: Table, later: Table | None) -> Table:
    if later is None:
        return table
    columns = [column.code for column in later.columns]
    known = {row.code: _values(row, columns) for row in later.rows}
    there = {row.code for row in table.rows}
    new = tuple(_new_row(row, table.columns, known[row.code]) for row in later.rows if row.code not in there)
    rows = tuple(_row(row, table.columns, known.get(row.code, {})) for row in table.rows) + new
    total = table.total
    if total is not None and later.total is not None:
        total = _row(total, table.columns, _values(later.total, columns))
    return replace(table, rows=rows, total=total)


def _row(row: Row, columns: tuple[Column, ...], known: Mapping[str, Value]) -> Row:
    cells = zip(row.cells, columns, strict=True)
    return replace(row, cells=tuple(_cell(cell, known.get(column.code)) for cell, column in cells))


def _cell(cell: Cell, known: Value) -> Cell:
    # What is not shown says nothing of what came of it, either.
    return cell if cell.suppressed else replace(cell, since=known)


def _new_row(row: Row, columns: tuple[Column, ...], known: Mapping[str, Value]) -> Row:
    return replace(row, cells=tuple(Cell(since=known.get(column.code)) for column in columns))


def _values(row: Row, columns: Iterable[str]) -> dict[str, Value]:
    return {column: cell.value for column, cell in zip(columns, row.cells, strict=True)}


def _by_code(several: Iterable[Coded]) -> dict[str, Coded]:
    return {each.code: each for each in several}
