"""The rows of an import's file, as they came: CSV or JSON lines in UTF-8. A row that cannot be read is told as such.

Nothing a row holds can end the reading of the others.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from policies.import_cells import Fault, Reason
from policies.import_mapping import Mapping

MOST_ROWS: Final = 100_000
_LONGEST_CELL: Final = 250_000  # characters; the longest narrative is 100,000
_LONGEST_LINE: Final = 2 * 1024 * 1024  # bytes of JSON; characters of a CSV row, however many lines it stands on
_SHOWN: Final = 2_000  # of a row that could not be read, so much is kept for whoever looks at it
_PLAIN: Final = (str, int, float, bool, type(None))

csv.field_size_limit(_LONGEST_CELL)


class FileError(ValueError):
    """The file as a whole cannot be taken in. `code` says why; the message is words of ours."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row: its number, counted from 1 without the header, its cells by column, and why it cannot be read."""

    n: int
    cells: dict[str, Any]
    reasons: tuple[Reason, ...] = ()


def read_rows(stream: BinaryIO, mapping: Mapping) -> Iterator[RawRow]:
    """Yield every row of a file. Raises FileError where there can be none."""
    found = _csv_rows(stream, mapping) if mapping.format == "csv" else _json_rows(stream, mapping)
    n = 0
    for cells, reasons in found:
        n += 1
        if n > MOST_ROWS:
            raise FileError("too_many_rows", f"At most {MOST_ROWS} rows are taken in at once.")
        clean, odd = _storable(cells)
        faults = (*reasons, Reason(code=Fault.CHARACTERS_UNREADABLE)) if odd else reasons
        yield RawRow(n=n, cells=clean, reasons=faults)
    if n == 0:
        raise FileError("no_rows", "The file has no rows.")


Found = tuple[dict[str, Any], tuple[Reason, ...]]


def _csv_rows(stream: BinaryIO, mapping: Mapping) -> Iterator[Found]:
    # What is no UTF-8 comes through as lone surrogates, and is found in the row where it stands.
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    lines = _Lines(text)
    try:
        reader = csv.reader(lines, delimiter=mapping.delimiter, strict=True)
        header = _header(reader, mapping)
        while True:
            lines.left = _LONGEST_LINE
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield {}, (Reason(code=Fault.ROW_UNREADABLE),)
                continue
            if row:
                yield _by_column(header, row, mapping)
    finally:
        text.detach()


class _Lines:
    """The lines of a text, as long as the row that they make is of a size: a row of commas alone would fill memory."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.left = _LONGEST_LINE

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self.left + 1)
        if not line:
            raise StopIteration
        self.left -= len(line)
        if self.left < 0:
            while line and not line.endswith(("\n", "\r")):
                line = self._text.readline(_LONGEST_LINE)
            raise csv.Error("a row beyond all measure")
        return line


def _header(reader: Iterator[list[str]], mapping: Mapping) -> list[str]:
    try:
        header = [name.strip() for name in next(reader)]
    except (StopIteration, csv.Error):
        raise FileError("no_header", "The first line names the columns.") from None
    if any("\ud800" <= sign <= "\udfff" for name in header for sign in name):
        raise FileError("not_utf8", "The file is not UTF-8.")
    for name in mapping.column_names():
        if header.count(name) != 1:
            reason = "A column that the mapping names is not in the file, or is there twice."
            raise FileError("column_missing", reason)
    return header


def _by_column(header: list[str], row: list[str], mapping: Mapping) -> Found:
    if len(row) != len(header):
        return {"row": mapping.delimiter.join(row)[:_SHOWN]}, (Reason(code=Fault.CELLS_WRONG),)
    wanted = mapping.column_names()
    return {name: cell for name, cell in zip(header, row, strict=True) if name in wanted}, ()


def _json_rows(stream: BinaryIO, mapping: Mapping) -> Iterator[Found]:
    first = True
    while line := stream.readline(_LONGEST_LINE + 1):
        if len(line) > _LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(_LONGEST_LINE)
            yield {}, (Reason(code=Fault.ROW_UNREADABLE),)
            continue
        if first:
            line, first = line.removeprefix(b"\xef\xbb\xbf"), False
        if line.strip():
            yield _json_row(line, mapping)


def _json_row(line: bytes, mapping: Mapping) -> Found:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return {"row": line.decode("utf-8", "replace")[:_SHOWN]}, (Reason(code=Fault.CHARACTERS_UNREADABLE),)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {"row": text[:_SHOWN]}, (Reason(code=Fault.ROW_UNREADABLE),)
    if not isinstance(value, dict):
        return {"row": text[:_SHOWN]}, (Reason(code=Fault.NOT_AN_OBJECT),)
    wanted = {name: value[name] for name in mapping.column_names() if name in value}
    nested = sorted(name for name, cell in wanted.items() if not isinstance(cell, _PLAIN))
    plain = {name: _text(cell) for name, cell in wanted.items() if name not in nested}
    return plain, tuple(Reason(code=Fault.VALUE_NOT_PLAIN, field=_field_of(mapping, name)) for name in nested)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _field_of(mapping: Mapping, column: str) -> str:
    return next(name for name in mapping.columns if column in mapping.columns_of(name))


def _storable(cells: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return cells that a database can hold, and whether characters had to be replaced."""
    odd, clean = False, {}
    for name, cell in cells.items():
        kept = cell.replace("\x00", "\ufffd") if "\x00" in cell else cell
        try:
            kept.encode("utf-8")
        except UnicodeEncodeError:
            kept = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in kept)
        odd = odd or kept is not cell
        clean[name] = kept
    return clean, odd
