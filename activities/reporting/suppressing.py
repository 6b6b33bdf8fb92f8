"""Takes out of a document what is too small to be shown outside, and what would give it away.

Which counts those are is decided in policies/reporting/suppression.py; here is what a document's figures and cells have
to do with one another: the sums of its definition, the totals of its tables, the wholes of its shares, and of how many
a median or a score is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal

from policies.reporting.definition_files import ColumnRule, Definition, FigureRule, SumRule, TableRule
from policies.reporting.periods import PERIODS
from policies.reporting.series import Shown, laid
from policies.reporting.suppression import Adding, Sum, hidden, is_small
from reports.document import Cell, Chart, Column, Document, Figure, Row, Section, Table, Unit, Value

Ruled = tuple[Document, Definition]
ALWAYS_SHOWN = "always_shown"
_TOTAL = ""
# Rows in an order that has nothing to do with how many there are: of time, or of the statements of an instrument.
_OF_THEMSELVES = (*PERIODS, "part")


@dataclass(slots=True, kw_only=True)
class _Known:
    """The counts of a document by key, how they add up, and which counts each other value gives away."""

    counts: dict[str, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    told_by: dict[str, tuple[str, ...]] = field(default_factory=dict)
    always: list[str] = field(default_factory=list)


def suppressed(
    document: Document, rules: Definition, beside: Iterable[Ruled] = (), published: Iterable[Ruled] = ()
) -> Document:
    """Return the document as it may be shown outside: of the same document always the same, and of that one itself.

    `beside` are others about the same that may be laid beside it, with all their counts; `published` are those about
    other days that anybody has, as they were shown.
    """
    shown = [_shown(*each) for each in published]
    known = _known(document, rules)
    _lay_beside(known, document, shown)
    concealed = hidden(known.counts, known.sums, known.always) | _together((document, rules), beside, shown)
    gone = {key for key in known.counts if key in concealed}
    for key, counts in known.told_by.items():
        if any(each in concealed or is_small(known.counts.get(each, 0)) for each in counts):
            gone.add(key)
    figures, tables = _figure_rules(rules), _table_rules(rules)
    return replace(document, sections=tuple(_section(each, figures, tables, gone) for each in document.sections))


def tells(one: Ruled, published: Iterable[Ruled]) -> bool:
    """Say whether a document as it is shown would tell a small count to whoever has those about other days, too."""
    mine = _shown(*one)
    beside = laid(mine, [_shown(*each) for each in published])
    # A small count that it shows, as the law demands, is told by itself and not by another.
    always = [*_known(*one).always, *(key for key, count in mine.counts.items() if is_small(count)), *beside.known]
    return not hidden({**mine.counts, **beside.known}, beside.sums, always).isdisjoint(mine.counts)


def _shown(document: Document, rules: Definition) -> Shown:
    counts, gone = _known(document, rules).counts, frozenset(_concealed(document, _figure_rules(rules)))
    return Shown(kind=document.kind, first_on=document.first_on, last_on=document.last_on, counts=counts, hidden=gone)


def _concealed(document: Document, figures: Mapping[str, FigureRule]) -> Iterator[str]:
    """Return the keys of the counts that a document names and does not show."""
    for section in document.sections:
        yield from (_figure_key(each.code, figures) for each in section.figures if _is_gone(each, each.unit))
        for table in section.tables:
            yield from (_key(table, row, each.code) for row, each, cell in _every(table) if _is_gone(cell, each.unit))


def _is_gone(shown: Figure | Cell, unit: Unit) -> bool:
    return shown.suppressed and unit is Unit.COUNT


def _lay_beside(known: _Known, document: Document, published: Sequence[Shown]) -> None:
    """Take up what whoever lays a document beside those that are published can subtract."""
    mine = Shown(kind=document.kind, first_on=document.first_on, last_on=document.last_on, counts=known.counts)
    beside = laid(mine, published)
    known.sums += beside.sums
    known.counts = {**known.counts, **beside.known}
    known.always = [*known.always, *beside.known]


def _together(one: Ruled, others: Iterable[Ruled], published: Sequence[Shown]) -> frozenset[str]:
    """Return what has to be hidden for whoever lays documents beside each other: whichever of them is compiled."""
    every = sorted((one, *others), key=lambda each: each[0].kind)
    if len(every) == 1:
        return frozenset()
    found = [_known(*each) for each in every]
    for known, (document, _) in zip(found, every, strict=True):
        _lay_beside(known, document, published)
    counts = {key: value for each in found for key, value in each.counts.items()}
    sums = [each for known in found for each in known.sums]
    return hidden(counts, sums, [key for each in found for key in each.always])


def _known(document: Document, rules: Definition) -> _Known:
    known = _Known()
    figures, tables = _figure_rules(rules), _table_rules(rules)
    for section in document.sections:
        for figure in section.figures:
            _count(known, _figure_key(figure.code, figures), figure.unit, figure.value)
        for table in section.tables:
            _cells(known, table, tables.get(table.code))
    for section in document.sections:
        for figure in section.figures:
            _told_by_figure(known, figure, figures)
    for each in rules.sums:
        known.sums += _sums(each, document, figures)
    known.always = [_figure_key(code, figures) for code in rules.codes.get(ALWAYS_SHOWN, ())]
    return known


def _count(known: _Known, key: str, unit: Unit, value: Value) -> None:
    if unit is Unit.COUNT and isinstance(value, int):
        known.counts[key] = value


def _told_by_figure(known: _Known, figure: Figure, rules: Mapping[str, FigureRule]) -> None:
    rule = rules.get(figure.code)
    if figure.unit in (Unit.COUNT, Unit.TEXT) or figure.value is None or rule is None:
        return
    key = f"value/{figure.code}"
    if figure.unit is Unit.PERCENT and figure.of is not None:
        of = f"figure/{rule.of}"
        known.counts.setdefault(of, figure.of)
        known.told_by[key] = _share(known, f"figure/{rule.counted}", of, figure.value)
    elif rule.base is not None:
        known.told_by[key] = (_figure_key(rule.base, rules),)


def _share(known: _Known, part: str, of: str, value: Value) -> tuple[str, ...]:
    """Say which counts a share tells: its whole, and its part, which follows from both."""
    whole = known.counts[of]
    if part not in known.counts:
        known.counts[part] = int((Decimal(str(value)) * whole / 100).to_integral_value(ROUND_HALF_EVEN))
    known.sums.append(Sum(whole=of, parts=(part,), adding=Adding.PART))
    return part, of


def _cells(known: _Known, table: Table, rule: TableRule | None) -> None:
    columns = {each.code: each for each in rule.columns} if rule is not None else {}
    for row, column, cell in _every(table):
        _count(known, _key(table, row, column.code), column.unit, cell.value)
    for row, column, cell in _every(table):
        if column.unit not in (Unit.COUNT, Unit.TEXT) and cell.value is not None and column.code in columns:
            found = _told_by_cell(known, table, row, columns[column.code], columns)
            known.told_by[_key(table, row, column.code)] = found
    if table.total is not None:
        rows = [row.code for row in table.rows]
        for column in table.columns:
            parts = tuple(_key(table, row, column.code) for row in rows)
            known.sums.append(Sum(whole=_key(table, _TOTAL, column.code), parts=parts))


def _told_by_cell(
    known: _Known, table: Table, row: str, rule: ColumnRule, columns: Mapping[str, ColumnRule]
) -> tuple[str, ...]:
    """Say which counts of its row a share, a median or a score tells. Raises ValueError where they are not there."""
    if rule.base is not None:
        return (_key(table, row, rule.base),)
    counted = {each.counts or each.code: each.code for each in columns.values() if each.unit == "count"}
    part, of = counted.get(rule.counts or rule.code), counted.get(rule.of or "")
    if part is None or of is None:
        raise ValueError(f"{table.code}: {rule.code}: the counts that it is of are not beside it")
    keys = (_key(table, row, part), _key(table, row, of))
    known.sums.append(Sum(whole=keys[1], parts=keys[:1], adding=Adding.PART))
    return keys


def _sums(rule: SumRule, document: Document, figures: Mapping[str, FigureRule]) -> Iterator[Sum]:
    adding = Adding(rule.adding)
    if rule.table is None:
        parts = tuple(_figure_key(each, figures) for each in rule.parts)
        yield Sum(whole=_figure_key(rule.whole, figures), parts=parts, adding=adding)
        return
    for table in (each for part in document.sections for each in part.tables if each.code == rule.table):
        rows = [row.code for row in table.rows]
        if rule.column is not None:
            cells = tuple(_key(table, row, rule.column) for row in rows)
            yield Sum(whole=_figure_key(rule.whole, figures), parts=cells, adding=adding)
            continue
        for row in (*rows, _TOTAL) if table.total is not None else rows:
            cells = tuple(_key(table, row, each) for each in rule.parts)
            yield Sum(whole=_key(table, row, rule.whole), parts=cells, adding=adding)


def _section(
    section: Section, figures: Mapping[str, FigureRule], rules: Mapping[str, TableRule], gone: set[str]
) -> Section:
    tables = tuple(_table(each, gone, rules.get(each.code)) for each in section.tables)
    spoilt = {(table.code, column.code) for table in tables for _, column, cell in _every(table) if cell.suppressed}
    return replace(
        section,
        figures=tuple(_figure(each, figures, gone) for each in section.figures),
        tables=tables,
        charts=tuple(_chart(each, spoilt) for each in section.charts),
    )


def _figure(figure: Figure, rules: Mapping[str, FigureRule], gone: set[str]) -> Figure:
    key = _figure_key(figure.code, rules) if figure.unit is Unit.COUNT else f"value/{figure.code}"
    return replace(figure, value=None, of=None, suppressed=True) if key in gone else figure


def _table(table: Table, gone: set[str], rule: TableRule | None) -> Table:
    rows = tuple(_row(table, row, row.code, gone) for row in table.rows)
    if rule is None or rule.by not in _OF_THEMSELVES:
        rows = _by_what_is_shown(rows)
    return replace(table, rows=rows, total=None if table.total is None else _row(table, table.total, _TOTAL, gone))


def _by_what_is_shown(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Put the rows whose first value is not shown at the end: between two others, the most first, they tell it."""
    last = [row for row in rows if row.cells and row.cells[0].suppressed]
    first = [row for row in rows if not (row.cells and row.cells[0].suppressed)]
    return (*first, *sorted(last, key=lambda row: (row.title, row.code)))


def _row(table: Table, row: Row, code: str, gone: set[str]) -> Row:
    cells = zip(table.columns, row.cells, strict=True)
    return replace(
        row,
        cells=tuple(
            replace(cell, value=None, suppressed=True) if _key(table, code, column.code) in gone else cell
            for column, cell in cells
        ),
    )


def _chart(chart: Chart, spoilt: set[tuple[str, str]]) -> Chart:
    # A centre and its limits are worked out from every point: from those that are not shown, too.
    return replace(chart, limits=None) if (chart.table, chart.column) in spoilt else chart


def _every(table: Table) -> Iterator[tuple[str, Column, Cell]]:
    """Return each cell with the code of its row and its column, those of the total under no code."""
    coded = [(row.code, row) for row in table.rows]
    for code, row in coded if table.total is None else [*coded, (_TOTAL, table.total)]:
        for column, cell in zip(table.columns, row.cells, strict=True):
            yield code, column, cell


def _key(table: Table, row: str, column: str) -> str:
    return f"{table.code}/{row}/{column}"


def _figure_key(code: str, rules: Mapping[str, FigureRule]) -> str:
    """Return the key of what a figure counts: two figures of one count are one."""
    rule = rules.get(code)
    return f"figure/{code if rule is None else rule.counted}"


def _figure_rules(rules: Definition) -> dict[str, FigureRule]:
    return {each.code: each for part in rules.sections for each in part.figures}


def _table_rules(rules: Definition) -> dict[str, TableRule]:
    return {each.code: each for part in rules.sections for each in part.tables}
