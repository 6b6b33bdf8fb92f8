"""A report as CSV: one line for each thing that it says, in a long form that a program or a spreadsheet can filter.

RFC 4180, UTF-8 behind a byte order mark (without which Excel reads names wrongly). No cell is run by a spreadsheet:
what could begin a formula gets an apostrophe before it (OWASP, CSV injection); `read` takes it away again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC
from typing import Final

from reports.document import Cell, Chart, Document, Figure, Row, Section, Table, Unit, Value
from reports.words import amount

# What a line is about stands in `is`: report, note, words, figure, table, cell, total, chart, limit or signal.
COLUMNS: Final = (
    "is",
    "section",
    "section_title",
    "code",
    "title",
    "row",
    "row_title",
    "column",
    "column_title",
    "value",
    "unit",
    "of",
    "suppressed",
    "since",
    "basis",
    "words",
)
Line = dict[str, str]

_BOM: Final = "\ufeff"
# At the start of a cell, and behind what some spreadsheets take for the end of one; wide forms of the signs count, too.
_START: Final = r"(^|[;\t\r\n])"
_FORMULA: Final = "[\\s\"'\u2018\u2019\ufeff\u200b]*[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20\u2212]"
_COULD_RUN: Final = re.compile(f"{_START}(?={_FORMULA})")
_WAS_GUARDED: Final = re.compile(f"{_START}'(?={_FORMULA})")


def written(document: Document) -> bytes:
    """Return a document as CSV."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in line.items()} for line in _lines(document))
    return (_BOM + out.getvalue()).encode(errors="replace")


def read(content: bytes) -> list[Line]:
    """Return the lines of a report's CSV as they were before they were guarded."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [{key: unguarded(value) for key, value in line.items()} for line in reader]


def guarded(text: str) -> str:
    """Return a text that no spreadsheet runs."""
    return _COULD_RUN.sub(r"\1'", text)


def unguarded(text: str) -> str:
    """Return the text that was guarded."""
    return _WAS_GUARDED.sub(r"\1", text)


def _cell(text: str) -> str:
    # A negative number is a number: a spreadsheet may have it as one.
    return text if text.isalnum() or amount(text) is not None else guarded(text)


def _lines(document: Document) -> Iterator[Line]:
    about = {
        "kind": document.kind,
        "rules": str(document.rules),
        "title": document.title,
        "organisation": document.organisation,
        "organisation_code": document.organisation_code,
        "first_on": document.first_on.isoformat(),
        "last_on": document.last_on.isoformat(),
        "known_until": document.known_until.astimezone(UTC).isoformat(),
        "since_at": document.since_at.astimezone(UTC).isoformat() if document.since_at else "",
    }
    yield from ({"is": "report", "code": code, "value": value, "unit": Unit.TEXT} for code, value in about.items())
    yield from ({"is": "note", "words": note} for note in document.notes)
    for section in document.sections:
        for line in _section(section):
            yield {"section": section.code, "section_title": section.title} | line


def _section(section: Section) -> Iterator[Line]:
    yield from ({"is": "words", "words": words} for words in section.words)
    for figure in section.figures:
        yield _figure(figure)
    for table in section.tables:
        yield from _table(table)
    for chart in section.charts:
        yield from _chart(chart)


def _figure(figure: Figure) -> Line:
    return {
        "is": "figure",
        "code": figure.code,
        "title": figure.title,
        "of": "" if figure.suppressed else _plain(figure.of),
        "basis": figure.basis or "",
        "words": figure.note or "",
    } | _value(figure, figure.unit)


def _table(table: Table) -> Iterator[Line]:
    named = {"code": table.code, "title": table.title}
    if table.note:
        yield {"is": "table", "words": table.note} | named
    for row in table.rows:
        yield from (named | {"is": "cell"} | cell for cell in _row(table, row))
    if table.total is not None:
        yield from (named | {"is": "total"} | cell for cell in _row(table, table.total))


def _row(table: Table, row: Row) -> Iterator[Line]:
    for column, cell in zip(table.columns, row.cells, strict=True):
        yield {
            "row": row.code,
            "row_title": row.title,
            "column": column.code,
            "column_title": column.title,
        } | _value(cell, column.unit)


def _chart(chart: Chart) -> Iterator[Line]:
    named = {"code": chart.code, "title": chart.title}
    yield {"is": "chart", "words": chart.words} | named
    if chart.limits is None:
        return
    for limit in ("centre", "lower", "upper"):
        yield named | {"is": "limit", "column": limit, "value": getattr(chart.limits, limit)}
    for position, rule in chart.limits.signals:
        yield named | {"is": "signal", "row": str(position), "value": rule, "unit": Unit.TEXT}


def _value(shown: Figure | Cell, unit: Unit) -> Line:
    """Return what is shown of a value. What is suppressed has none, whatever the document holds."""
    if shown.suppressed:
        return {"unit": unit, "suppressed": "yes"}
    return {"value": _plain(shown.value), "unit": unit, "suppressed": "no", "since": _plain(shown.since)}


def _plain(value: Value) -> str:
    return "" if value is None else str(value)
