"""A report as data: sections of figures, tables and charts. The same document gives the same bytes, whoever writes it.

Numbers are whole, or decimals written out as text: nothing here is a float. What is too small to be shown is
`suppressed`, and its value is not in the document at all.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from pydantic import TypeAdapter

# Whole, or a decimal written out ("4.5"); None where there is nothing to be counted.
Value = int | str | None


class Unit(StrEnum):
    """What a value is of."""

    COUNT = "count"
    PERCENT = "percent"
    DAYS = "days"
    MINUTES = "minutes"
    POUNDS = "pounds"
    SCORE = "score"  # from 1 to 5
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. `basis` is the text that asks for it; `opens`: the complaints behind it can be looked at.

    `of` is what a percentage is of, as a count. `since` is the value as it is known later, where that was asked for.
    """

    code: str
    title: str
    value: Value = None
    unit: Unit = Unit.COUNT
    of: int | None = None
    basis: str | None = None
    note: str | None = None
    opens: bool = False
    suppressed: bool = False
    since: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table."""

    code: str
    title: str
    unit: Unit = Unit.COUNT


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value of a table, or that it is not shown. `figure` is the code by which it can be opened."""

    value: Value = None
    suppressed: bool = False
    figure: str | None = None
    since: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table: its code, what it is called, and a cell for each column."""

    code: str
    title: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; `head` is what its rows are."""

    code: str
    title: str
    head: str
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    total: Row | None = None
    note: str | None = None


class ChartKind(StrEnum):
    """How a table is drawn."""

    BARS = "bars"
    XMR = "xmr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The lines of a process behaviour chart: centre and natural process limits, and which points are signals.

    `signals` name the point by its position and the rule that it breaks, in the order of the points.
    """

    centre: str
    lower: str
    upper: str
    signals: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture of one column of the table that stands beside it, in words for whoever does not see it."""

    code: str
    title: str
    kind: ChartKind
    table: str
    column: str
    words: str
    limits: Limits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section, in the order in which it is read: words, figures, tables, and charts of the tables."""

    code: str
    title: str
    words: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report of one organisation, about a stretch of days, by what was known before an instant.

    `rules` is the version of the rules that it was counted by. `since_at` is set where values as known later stand
    beside those that were known then.
    """

    kind: str
    rules: int
    title: str
    organisation: str
    organisation_code: str
    first_on: date
    last_on: date
    known_until: datetime
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = ()
    since_at: datetime | None = None


_DOCUMENT = TypeAdapter(Document)


def canonical(document: Document) -> bytes:
    """Return the one JSON text of a document."""
    until, since = document.known_until.astimezone(UTC), document.since_at
    same = replace(document, known_until=until, since_at=None if since is None else since.astimezone(UTC))
    plain = _DOCUMENT.dump_python(same, mode="json")
    return (json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def read(content: bytes) -> Document:
    """Return the document of its JSON text."""
    return _DOCUMENT.validate_json(content)


def sha256(document: Document) -> str:
    """Return what tells a document from every other one, as hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()
