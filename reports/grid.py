"""A table of a report as it is read: its headings, and the text of every cell. Every showing shows the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.document import Cell, Chart, Document, Figure, Row, Section, Table, Unit, Value
from reports.words import EMPTY, NOT_SHOWN, NOTHING, SINCE, amount, clean, heading, number, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One cell: its text, whether it is a number, and the code of the figure that can be opened from it, if any.

    `changed`: it is a value as known since, and no longer what it was.
    """

    text: str
    numeric: bool = True
    opens: str | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: what it is called, what is said of it in small, and its cells."""

    title: str
    places: tuple[Place, ...]
    small: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A whole table."""

    caption: str
    head: str
    headings: tuple[tuple[str, bool], ...]  # and whether what stands below are numbers
    lines: tuple[Line, ...]
    total: Line | None = None
    note: str | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether it lists nothing, and its total, if it has one, is of nothing."""
        places = self.total.places if self.total else ()
        return not self.lines and all(each.text in ("0", NOTHING) for each in places)


def in_order(section: Section) -> Iterator[Chart | Table]:
    """Yield charts and tables as they are read: each chart just before the table that it shows."""
    there = {table.code for table in section.tables}
    yield from (chart for chart in section.charts if chart.table not in there)
    for place, table in enumerate(section.tables):
        if table.code not in {each.code for each in section.tables[:place]}:
            yield from (chart for chart in section.charts if chart.table == table.code)
        yield table


def of_table(table: Table, document: Document) -> Grid:
    """Return a table; a column of which more is known since has a second one beside it."""
    rows = (*table.rows, *((table.total,) if table.total else ()))
    doubled = [
        document.since_at is not None and any(_since(row, number) is not None for row in rows)
        for number in range(len(table.columns))
    ]
    headings = []
    for column, twice in zip(table.columns, doubled, strict=True):
        title, numeric = heading(column.title, column.unit), column.unit is not Unit.TEXT
        headings.append((title, numeric))
        if twice:
            headings.append((f"{title} ({SINCE})", numeric))
    return Grid(
        caption=clean(table.title),
        head=clean(table.head),
        headings=tuple(headings),
        lines=tuple(_line(row, table, doubled) for row in table.rows),
        total=_line(table.total, table, doubled) if table.total else None,
        note=clean(table.note) if table.note else None if rows else EMPTY,
    )


def of_figures(figures: Sequence[Figure], caption: str, document: Document) -> Grid:
    """Return the figures of a section as a table, with what is known since in a second column.

    A basis that they all have is said once, below them.
    """
    twice = document.since_at is not None and any(each.since is not None for each in figures)
    headings = [("Value", True), (f"Value ({SINCE})", True)] if twice else [("Value", True)]
    bases = {each.basis for each in figures}
    one = next(iter(bases)) if len(bases) == 1 and len(figures) > 1 else None
    return Grid(
        caption=clean(caption),
        head="Figure",
        headings=tuple(headings),
        lines=tuple(_figure(each, twice, told=one is None) for each in figures),
        note=clean(f"Basis: {one}") if one else None,
    )


def _figure(figure: Figure, twice: bool, *, told: bool) -> Line:
    text = said(figure.value, figure.unit)
    if figure.of is not None and figure.value is not None:
        text = f"{text} of {number(figure.of)}"
    opens = figure.code if figure.opens and _leads_on(figure.value, figure.unit) else None
    places = [Place(text=text, opens=opens)]
    if twice:
        places.append(Place(text=said(figure.since, figure.unit), changed=_moved(figure)))
    if figure.suppressed:
        places = [Place(text=NOT_SHOWN) for _ in places]
    small = tuple(clean(each) for each in (figure.note, figure.basis if told else None) if each)
    return Line(title=clean(figure.title), places=tuple(places), small=small)


def _line(row: Row, table: Table, doubled: Sequence[bool]) -> Line:
    places: list[Place] = []
    for cell, column, twice in zip(row.cells, table.columns, doubled, strict=True):
        places.append(_place(cell, cell.value, column.unit, opens=cell.figure))
        if twice:
            places.append(_place(cell, cell.since, column.unit, changed=_moved(cell)))
    return Line(title=clean(row.title), places=tuple(places))


def _place(cell: Cell, value: Value, unit: Unit, *, opens: str | None = None, changed: bool = False) -> Place:
    numeric = unit is not Unit.TEXT
    if cell.suppressed:
        return Place(text=NOT_SHOWN, numeric=numeric)
    if value is None:
        return Place(text=NOTHING, numeric=numeric, changed=changed)
    shown = opens if _leads_on(value, unit) else None
    return Place(text=_short(value, unit), numeric=numeric, opens=shown, changed=changed)


def _leads_on(value: Value, unit: Unit) -> bool:
    """Tell whether there is anything behind a value: nothing stands behind a count of none."""
    return value is not None and (unit is not Unit.COUNT or amount(value) != 0)


def _short(value: Value, unit: Unit) -> str:
    """Return a value in a column whose heading says what it is of."""
    return said(value, unit) if unit in (Unit.PERCENT, Unit.POUNDS) else number(value)


def _since(row: Row, place: int) -> Value:
    return None if row.cells[place].suppressed else row.cells[place].since


def _moved(shown: Figure | Cell) -> bool:
    return shown.since is not None and shown.since != shown.value
