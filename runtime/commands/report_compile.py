"""`redress reports compile`: has a report compiled and kept, and writes it to a file in the format that is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from runtime.commands.api_calls import ApiCalls, CommandError

FORMATS = ("json", "csv", "html", "pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A report that is wanted: its kind, its days, and until when it is known; in a format, in a file."""

    kind: str
    first: str
    last: str
    known_until: str | None = None
    format: str = "json"
    out: Path | None = None
    key: str | None = None


def compiled(calls: ApiCalls, wish: Wish) -> Iterator[str]:
    """Compile a report, write it, and tell what became of it. Raises CommandError."""
    if wish.format not in FORMATS:
        raise CommandError(f"no such format: {wish.format}. There are: {', '.join(FORMATS)}")
    body: dict[str, Any] = {"kind": wish.kind, "from": wish.first, "until": wish.last}
    if wish.known_until is not None:
        body["knownUntil"] = wish.known_until
    shown = calls.post("/v1/reports", body, key=wish.key or f"reports-compile-{uuid4()}")
    content = calls.content(f"/v1/reports/{shown['id']}/document", format=wish.format)
    out = wish.out or Path(f"{shown['kind']}-{shown['from']}-to-{shown['until']}.{wish.format}")
    try:
        out.write_bytes(content)
    except OSError as fault:
        raise CommandError(f"cannot write {out}: {fault.strerror}. The report is kept: {shown['id']}") from None
    yield f"{shown['kind']}, {shown['from']} to {shown['until']}, known until {shown['knownUntil']}"
    yield f"{out} ({len(content):,} bytes); kept as {shown['id']}, sha256 of its JSON {shown['sha256']}"
