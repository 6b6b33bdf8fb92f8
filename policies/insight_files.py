"""Reads what is counted beside complaints, from CSV or item by item: strictly, with every fault and where it stands.

What a cell holds is data, whatever a spreadsheet would make of it, and is never repeated in the words of a fault.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from policies.acting import knows_theme
from policies.code_lists import load_codes

MOST_ROWS: Final = 20_000
MOST_FAULTS: Final = 100
COLUMNS: Final = ("source", "theme", "place", "month", "count", "score")
_NEEDED: Final = frozenset({"source", "theme", "month"})
SOURCES: Final = ("incident", "claim", "compliment", "staff_survey", "feedback", "other")
SCORED: Final = "staff_survey"
_FIRST: Final = date(2009, 4, 1)
_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_COUNT: Final = re.compile(r"[0-9]{1,7}", re.ASCII)
_SCORE: Final = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?", re.ASCII)
_MOST_SCORE: Final = 10
_LONGEST_CODE: Final = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One number of one month. `subject` is the theme under which it is seen beside complaints."""

    source: str
    theme: str
    subject: str
    place: str | None
    month: date
    unit: str
    number: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong, and where: the line of a file or the place of an item, and the column, as far as there is one."""

    line: int
    column: str | None
    code: str
    words: str


Read = tuple[list[Counted], list[Fault]]
_Wrong = tuple[str | None, str, str]


def read_csv(content: bytes, today: date, own: Collection[str]) -> Read:
    """Return the rows of a file, or its faults: with any fault there is nothing to take in."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return [], [Fault(line=line, column=None, code="not_utf8", words="This is not written in UTF-8.")]
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(lines, None)
    except csv.Error:
        return [], [_unreadable(1)]
    wrong = _header(header)
    if header is None or wrong:
        return [], [Fault(line=1, column=column, code=code, words=words) for column, code, words in wrong]
    return read_rows(_cells(lines, header), today, own)


def read_rows(rows: Iterable[tuple[int, Mapping[str, str] | None]], today: date, own: Collection[str]) -> Read:
    """Return rows of cells, each with its line, as what they count, or every fault that they have."""
    found: list[Counted] = []
    faults: list[Fault] = []
    seen: dict[tuple[object, ...], int] = {}
    for n, (line, cells) in enumerate(rows, start=1):
        if n > MOST_ROWS:
            words = f"At most {MOST_ROWS} rows are taken in at once."
            return [], [Fault(line=line, column=None, code="too_many_rows", words=words)]
        if cells is None:
            faults.append(_unreadable(line))
            continue
        row, wrong = _read(cells, today, own)
        if row is not None:
            first = seen.setdefault((row.source, row.theme, row.place, row.month), line)
            if first != line:
                wrong = [(None, "said_twice", f"The same source, theme, place and month stand at {first}, too.")]
            found.append(row)
        faults += (Fault(line=line, column=column, code=code, words=words) for column, code, words in wrong)
        if len(faults) >= MOST_FAULTS:
            break
    if not found and not faults:
        faults.append(Fault(line=1, column=None, code="no_rows", words="There are no rows."))
    return ([], faults[:MOST_FAULTS]) if faults else (found, [])


def _cells(lines: Any, header: list[str]) -> Iterator[tuple[int, Mapping[str, str] | None]]:
    """Yield each row with the line that it begins on; None where it is not one of so many cells, or cannot be read."""
    while True:
        begins = lines.line_num + 1
        try:
            row = next(lines)
        except StopIteration:
            return
        except csv.Error:
            # Where a quote is wrong nobody can say where the next row begins.
            yield begins, None
            return
        if row:
            yield begins, dict(zip(header, row, strict=True)) if len(row) == len(header) else None


def _header(header: list[str] | None) -> list[_Wrong]:
    if header is None:
        return [(None, "no_rows", "There are no rows.")]
    if not set(header) <= set(COLUMNS) or len(set(header)) != len(header):
        known = ", ".join(COLUMNS)
        return [(None, "columns_unknown", f"The first line names columns once each, parted by commas, of: {known}.")]
    missing = [each for each in COLUMNS if each in _NEEDED - set(header)]
    if not {"count", "score"} & set(header):
        missing.append("count")
    return [(each, "missing", "This column is needed.") for each in missing]


def _read(cells: Mapping[str, str], today: date, own: Collection[str]) -> tuple[Counted | None, list[_Wrong]]:
    wrong: list[_Wrong] = []
    source, theme, place = cells["source"], cells["theme"], cells.get("place") or None
    if source not in SOURCES:
        wrong.append(("source", "unknown_source", f"One of: {', '.join(SOURCES)}."))
    month = _month(cells["month"], today, wrong)
    days = (today,) if month is None else (today, month)
    if len(theme) > _LONGEST_CODE or not knows_theme(theme, days, own):
        wrong.append(
            ("theme", "unknown_theme", "A subject of the coding, with its sub-subject or without, or your own.")
        )
    if place is not None and not _knows_place(place, days):
        wrong.append(("place", "unknown_place", "The code of a site, perhaps with a ward or service after a dot."))
    unit = "score" if source == SCORED else "count"
    number = _number(cells, unit, wrong)
    if wrong or month is None or number is None:
        return None, wrong
    subject = theme if theme in own else theme.partition(".")[0]
    row = Counted(source=source, theme=theme, subject=subject, place=place, month=month, unit=unit, number=number)
    return row, []


def _month(text: str, today: date, wrong: list[_Wrong]) -> date | None:
    found = _MONTH.fullmatch(text)
    if found is None:
        wrong.append(("month", "month_unreadable", "A month is written YYYY-MM."))
        return None
    if found[1] == "0000" or not _FIRST <= (month := date(int(found[1]), int(found[2]), 1)) <= today:
        wrong.append(("month", "month_out_of_range", "A month is not before April 2009, and has begun."))
        return None
    return month


def _number(cells: Mapping[str, str], unit: str, wrong: list[_Wrong]) -> Decimal | None:
    """Return the count, or the score of a survey: the one and not the other."""
    other = "count" if unit == "score" else "score"
    if cells.get(other):
        wrong.append((other, "not_of_this_source", "A staff survey has a score, and every other source a count."))
        return None
    text = cells.get(unit) or ""
    shape = _SCORE if unit == "score" else _COUNT
    if shape.fullmatch(text) is None or (unit == "score" and Decimal(text) > _MOST_SCORE):
        words = "From 0 to 10, with at most two decimals." if unit == "score" else "A whole number, 0 to 9999999."
        wrong.append((unit, "number_unreadable" if text else "missing", words))
        return None
    return Decimal(text)


def _knows_place(place: str, days: Collection[date]) -> bool:
    """Say whether a place is written as a site is, and its ward as one is, in lists of one of the days."""
    site, dot, ward = place.partition(".")
    lists = [each for day in days for each in load_codes().in_force(day)]
    known = any(each.knows("site", site) and (not dot or each.knows("ward", ward)) for each in lists)
    return known and len(place) <= _LONGEST_CODE


def _unreadable(line: int) -> Fault:
    words = "This row cannot be read: it has too few or too many cells, or a quote that does not end."
    return Fault(line=line, column=None, code="row_unreadable", words=words)
