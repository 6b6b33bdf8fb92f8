"""How tables of an evidence pack are written: as CSV that no spreadsheet reads as formulas, as an accessible page, as
JSON; and which file names are safe in anybody's folder.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from html import escape
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

_LONDON: Final = ZoneInfo("Europe/London")
# What a spreadsheet takes for the beginning of a formula, whatever blanks stand before it (CWE-1236).
_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠|%]|[\t\r\n]")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_ENDING: Final = re.compile(r"[A-Za-z0-9]{1,8}")
_LONGEST_NAME: Final = 80
_STYLE: Final = (
    "body{font-family:sans-serif;max-width:70em;margin:2em auto;padding:0 1em;line-height:1.5}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #767676;padding:.4em;text-align:left;"
    "vertical-align:top;overflow-wrap:anywhere}caption{text-align:left;font-weight:bold;padding:.5em 0}"
    "pre{white-space:pre-wrap;font-family:inherit;margin:0}"
)

Table = Sequence[Sequence[Any]]


def as_csv(head: Sequence[str], rows: Table) -> str:
    """Return a table as CSV (RFC 4180). A cell that a spreadsheet would run begins with an apostrophe."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(head)
    writer.writerows([_guarded(cell(each)) for each in row] for row in rows)
    return target.getvalue()


def as_json(value: Any) -> str:
    """Return JSON that is the same for the same content."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=_plain)


def as_page(title: str, parts: Iterable[str]) -> str:
    """Return a whole page that stands alone: no script, nothing loaded from anywhere."""
    named = escape(title)
    return (
        f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{named}</title>'
        f"<style>{_STYLE}</style></head>\n<body><main><h1>{named}</h1>\n"
        + "\n".join(parts)
        + "\n</main></body></html>\n"
    )


def section(title: str, *parts: str) -> str:
    """Return one part of a page under a heading."""
    return f"<section><h2>{escape(title)}</h2>\n" + "\n".join(parts) + "</section>"


def paragraph(words: str) -> str:
    """Return words as people wrote them: lines stay lines, and nothing in them is markup."""
    return f"<pre>{escape(words)}</pre>"


def facts(pairs: Iterable[tuple[str, Any]]) -> str:
    """Return what is known as a list of terms; what is not known is left out."""
    shown = "".join(
        f"<dt><strong>{escape(name)}</strong></dt><dd>{paragraph(cell(value))}</dd>"
        for name, value in pairs
        if cell(value)
    )
    return f"<dl>{shown}</dl>"


def table(caption: str, head: Sequence[str], rows: Table) -> str:
    """Return a table whose columns say what they are to somebody who hears it read."""
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join("<tr>" + "".join(f"<td>{paragraph(cell(each))}</td>" for each in row) + "</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def cell(value: Any) -> str:
    """Return a value as it is shown: instants in London time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(_LONDON):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | Decimal | UUID):
        return str(value)
    raise TypeError(type(value).__name__)


def file_name(name: str) -> str:
    """Return a name that is safe in any folder, and leads out of none."""
    stem, dot, ending = name.rpartition(".")
    if not dot or not _ENDING.fullmatch(ending):
        stem, ending = name, ""
    safe = _UNSAFE.sub("_", stem).strip("._-")[:_LONGEST_NAME] or "file"
    return f"{safe}.{ending}" if ending else safe


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return cell(value)


def _guarded(written: str) -> str:
    return f"'{written}" if _FORMULA.match(written) else written
