"""Fills the figures and tables of a definition with what was counted: the same way in every report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from activities.reporting.titles import Titles
from db.queries import report_figures
from db.queries.report_figures import FIGURES, Found, can_open, opens
from db.queries.report_scope import Scope
from policies.reporting.definition_files import ColumnRule, Definition, FigureRule, SectionRule, TableRule
from policies.reporting.percent import percent
from policies.reporting.periods import PERIODS, period_title, stretch
from policies.reporting.report_words import FIXED
from reports.document import Cell, Column, Document, Figure, Row, Section, Table, Unit

Counts = Mapping[str, Found]
Told = Mapping[tuple[str, str], Counts]


def document(definition: Definition, scope: Scope, titles: Titles, sections: Iterable[Section]) -> Document:
    """Return the document of a definition with its sections."""
    return Document(
        kind=definition.kind,
        rules=definition.version,
        title=definition.title,
        organisation=titles.organisation,
        organisation_code=titles.organisation_code,
        first_on=scope.first_on,
        last_on=scope.last_on,
        known_until=scope.known_until,
        sections=tuple(sections),
        notes=definition.notes,
    )


async def counts_of(session: AsyncSession, scope: Scope, sections: Iterable[SectionRule]) -> Counts:
    """Count every figure of some sections at once: those of the registry; the rest their builders know."""
    wanted: list[str] = []
    for rule in sections:
        wanted += (code for figure in rule.figures for code in (figure.counted, figure.of) if code is not None)
    return await report_figures.count(session, scope, (code for code in wanted if code in FIGURES))


def figures(rule: SectionRule, counts: Counts) -> tuple[Figure, ...]:
    """Return the figures of a section, in its order."""
    return tuple(figure(each, counts, rule.basis) for each in rule.figures)


def figure(rule: FigureRule, counts: Counts, basis: str | None = None) -> Figure:
    """Return one figure: a number, or a share of another."""
    value = counts[rule.counted]
    of = None if rule.of is None else _whole(counts[rule.of])
    return Figure(
        code=rule.code,
        title=rule.title,
        value=value if of is None else percent(_whole(value), of),
        unit=Unit(rule.unit),
        of=of,
        basis=rule.basis or basis,
        note=rule.note,
        opens=can_open(rule.counted),
    )


def told_apart(sections: Iterable[SectionRule]) -> list[tuple[str, str]]:
    """Return what the tables of some sections count, and by what they tell it apart."""
    every = [each for rule in sections for each in rule.tables if each.by is not None]
    return [(code, str(table.by)) for table in every for each in table.columns for code in _counted(each)]


async def tables(session: AsyncSession, scope: Scope, rule: SectionRule, titles: Titles) -> tuple[Table, ...]:
    """Return those tables of a section that are told apart by something."""
    return tables_of(scope, rule, titles, await report_figures.grouped_many(session, scope, told_apart([rule])))


def tables_of(scope: Scope, rule: SectionRule, titles: Titles, found: Told) -> tuple[Table, ...]:
    """Return the same from what was counted already."""
    told = [each for each in rule.tables if each.by is not None]
    return tuple(table_of(each, found, titles, _stretch(each, scope)) for each in told)


def table_of(rule: TableRule, found: Told, titles: Titles, codes: Sequence[str] | None = None) -> Table:
    """Return a table from what was counted; its rows are those codes, or else all that occur, the most first."""
    by = str(rule.by)
    if codes is None:
        codes = ordered(rule, found, titles)
    rows = tuple(
        Row(
            code=code,
            title=called(rule, titles, code),
            cells=tuple(_cell(each, by, code, found) for each in rule.columns),
        )
        for code in codes
    )
    return bare_table(rule, rows, _total(rule, found) if rule.total else None)


def bare_table(rule: TableRule, rows: Iterable[Row], total: Row | None = None, note: str | None = None) -> Table:
    """Return a table with rows that somebody else made."""
    columns = tuple(Column(code=each.code, title=each.title, unit=Unit(each.unit)) for each in rule.columns)
    return Table(
        code=rule.code,
        title=rule.title,
        head=rule.head,
        columns=columns,
        rows=tuple(rows),
        total=total,
        note=note or rule.note,
    )


def ordered(rule: TableRule, found: Told, titles: Titles) -> list[str]:
    """Return the codes that occur: in time where they are days, else the most first, then by what they are called."""
    by = str(rule.by)
    counted = [found[code, by] for each in rule.columns for code in _counted(each)]
    codes = {code for counts in counted for code in counts}
    if by in PERIODS:
        return sorted(codes)
    first = counted[0]
    return sorted(codes, key=lambda code: (-_weight(first.get(code)), called(rule, titles, code), code))


def called(rule: TableRule, titles: Titles, code: str) -> str:
    """Return what a row of a table is called."""
    if rule.by in PERIODS:
        return period_title(code)
    return titles.of(rule.titles or str(rule.by), code)


def section(rule: SectionRule, **parts: tuple[object, ...]) -> Section:
    """Return a section of its rule with what was made of it."""
    return Section(code=rule.code, title=rule.title, words=rule.words, **parts)  # type: ignore[arg-type]


def _cell(rule: ColumnRule, by: str, code: str, found: Told) -> Cell:
    counted = rule.counts or rule.code
    value = found[counted, by].get(code)
    figure = opens(counted, by, code) if can_open(counted) else None
    if rule.of is not None:
        value = percent(_whole(value), _whole(found[rule.of, by].get(code)))
    elif rule.unit == "count":
        value = value or 0
    return Cell(value=value, figure=figure)


def _total(rule: TableRule, found: Told) -> Row:
    """Return the sum of the rows; a share is of the sums, and what is not a count has none."""
    by = str(rule.by)

    def all_of(code: str) -> int:
        return sum(_whole(value) for value in found[code, by].values())

    cells = []
    for each in rule.columns:
        counted = each.counts or each.code
        if each.of is not None:
            cells.append(Cell(value=percent(all_of(counted), all_of(each.of)), figure=counted))
        else:
            cells.append(Cell(value=all_of(counted), figure=counted) if each.unit == "count" else Cell())
    return Row(code="total", title="All", cells=tuple(cells))


def _stretch(rule: TableRule, scope: Scope) -> list[str] | None:
    """Return the rows of a table that stand in an order of their own, with those that count nothing."""
    if rule.by == "waited":
        return list(FIXED["waited"])
    return stretch(rule.by, scope.first_on, scope.last_on) if rule.by in PERIODS else None


def _counted(rule: ColumnRule) -> tuple[str, ...]:
    counted = rule.counts or rule.code
    return (counted,) if rule.of is None else (counted, rule.of)


def _whole(value: Found) -> int:
    return int(value or 0)


def _weight(value: Found) -> Decimal:
    return Decimal(value or 0)
