"""Builds the section of the board report on what complaints are about, and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from activities.reporting import filling
from activities.reporting.board_context import Context
from activities.reporting.filling import Counts, Told
from db.queries.report_figures import opens
from policies.reporting.definition_files import SectionRule
from reports.document import Cell, Column, Row, Section, Table

_REST = "rest"
# What is counted for the one by the other.
CROSSED = ("received", "theme_place")


async def themes(context: Context, rule: SectionRule) -> Section:
    """Show the themes and the places with the most complaints, and the one by the other; the rest together."""
    found = context.told
    tables = [_longest(context, rule, code, found) for code in ("themes", "places")]
    crossed = _crossed(context, rule, found)
    return filling.section(rule, tables=(*tables, crossed))


def _longest(context: Context, rule: SectionRule, code: str, found: Told) -> Table:
    table = rule.table(code)
    by = str(table.by)
    codes = filling.ordered(table, found, context.titles)
    most = context.definition.numbers["themes"]
    shown = filling.table_of(table, found, context.titles, codes[:most])
    if not codes[most:]:
        return shown
    rest = _row(context, _REST, [Cell(value=_sum(found["received", by], codes[most:]))])
    return filling.bare_table(table, (*shown.rows, rest))


def _crossed(context: Context, rule: SectionRule, found: Told) -> Table:
    """Return themes by places; a row and a column hold together what is not shown apart."""
    most = context.definition.numbers["crossed"]
    rows = filling.ordered(rule.table("themes"), found, context.titles)
    columns = filling.ordered(rule.table("places"), found, context.titles)
    counts = found[CROSSED]
    lines = [_line(context, each, columns, most, counts) for each in rows[:most]]
    if rows[most:]:
        lines.append(_row(context, _REST, _gathered(counts, rows[most:], columns, most)))
    heads = [Column(code=each, title=context.titles.of("place", each)) for each in columns[:most]]
    if columns[most:]:
        heads.append(Column(code=_REST, title=context.definition.texts["rest"]))
    table = rule.table("themes_places")
    return Table(code=table.code, title=table.title, head=table.head, columns=tuple(heads), rows=tuple(lines))


def _line(context: Context, theme: str, columns: Sequence[str], most: int, counts: Counts) -> Row:
    cells = [
        Cell(value=counts.get(f"{theme}|{each}", 0), figure=opens("received", "theme_place", f"{theme}|{each}"))
        for each in columns[:most]
    ]
    if columns[most:]:
        cells.append(Cell(value=_sum(counts, (f"{theme}|{each}" for each in columns[most:]))))
    return Row(code=theme, title=context.titles.of("theme", theme), cells=tuple(cells))


def _gathered(counts: Counts, themes: Sequence[str], columns: Sequence[str], most: int) -> list[Cell]:
    cells = [Cell(value=_sum(counts, (f"{theme}|{each}" for theme in themes))) for each in columns[:most]]
    if columns[most:]:
        cells.append(Cell(value=_sum(counts, (f"{theme}|{each}" for theme in themes for each in columns[most:]))))
    return cells


def _row(context: Context, code: str, cells: Iterable[Cell]) -> Row:
    return Row(code=code, title=context.definition.texts["rest"], cells=tuple(cells))


def _sum(counts: Counts, codes: Iterable[str]) -> int:
    return sum(int(counts.get(code, 0) or 0) for code in codes)
