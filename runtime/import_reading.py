"""Reads the files of an import for the API: a mapping, and rows under it, by the very policies that check them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from api.parts import ImportRead, Unreadable
from db.queries.imports import NewRow
from policies.import_files import FileError, RawRow, read_rows
from policies.import_mapping import MappingError, parse_mapping

_OUR_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")


def read_import(mapping: bytes, stream: BinaryIO) -> ImportRead:
    """Return what an import's files say. Raises Unreadable, also while rows are taken."""
    try:
        parsed = parse_mapping(mapping)
    except MappingError as error:
        # An unknown name is the caller's own text: shown only while it looks like a name of ours.
        where = "".join(f"/{part}" for part in ("mapping", *error.where.split(".")) if _OUR_NAME.fullmatch(part))
        line = "" if error.line is None else f"Line {error.line}: "
        raise Unreadable(where, "mapping_invalid", f"{line}{error.reason}.") from None
    return ImportRead(
        source_system=parsed.source_system,
        format=parsed.format,
        mapping=parsed.to_dict(),
        rows=_rows(read_rows(stream, parsed)),
    )


def _rows(found: Iterator[RawRow]) -> Iterator[NewRow]:
    try:
        for row in found:
            reasons = tuple((reason.code.value, reason.field) for reason in row.reasons)
            yield NewRow(n=row.n, cells=row.cells, reasons=reasons)
    except FileError as error:
        raise Unreadable("/file", error.code, error.reason) from None
