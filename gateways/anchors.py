"""Keeps the heads of all chains of evidence outside the database, one file for each local day.

A file is JSON lines: a header, one line for each head, and a trailer with the SHA-256 of all that stands before
it. A day's file is written once, in one step, and never replaced.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import UUID

FORMAT: Final = 1
_PREFIX: Final = "heads-"
_SUFFIX: Final = ".jsonl"


class AnchorDamaged(Exception):
    """A day's file is not what was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoredHead:
    """The head of one chain when it was exported."""

    organisation_id: UUID
    complaint_id: UUID
    reference: str
    seq: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The heads of all chains, as they were exported on a day."""

    day: date
    at: datetime
    heads: tuple[AnchoredHead, ...]


class AnchorStore(Protocol):
    """Keep anchors where who can change the database cannot change them."""

    async def keep(self, anchor: Anchor) -> int:
        """Keep a day's anchor, unless there is one already; return how many heads the kept one holds."""
        ...

    async def days(self) -> tuple[date, ...]:
        """Return the days that have an anchor, the newest first."""
        ...

    async def read(self, day: date) -> Anchor:
        """Return a day's anchor. Raises AnchorDamaged, or FileNotFoundError."""
        ...


class FolderAnchors:
    """Keep anchors in a folder, which operators copy elsewhere or mount from elsewhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, anchor: Anchor) -> int:
        """Keep a day's anchor, unless there is one already; return how many heads the kept one holds."""
        return await asyncio.to_thread(self._keep, anchor)

    async def days(self) -> tuple[date, ...]:
        """Return the days that have an anchor, the newest first."""
        return await asyncio.to_thread(self._days)

    async def read(self, day: date) -> Anchor:
        """Return a day's anchor. Raises AnchorDamaged, or FileNotFoundError."""
        return await asyncio.to_thread(self._read, day)

    def _keep(self, anchor: Anchor) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._path(anchor.day).exists():
            _write_once(self._path(anchor.day), _text(anchor))
        return len(self._read(anchor.day).heads)

    def _days(self) -> tuple[date, ...]:
        names = [path.name for path in self._folder.glob(f"{_PREFIX}*{_SUFFIX}")]
        return tuple(sorted((day for name in names if (day := _day_of(name))), reverse=True))

    def _read(self, day: date) -> Anchor:
        return _parsed(self._path(day).read_bytes())

    def _path(self, day: date) -> Path:
        return self._folder / f"{_PREFIX}{day.isoformat()}{_SUFFIX}"


def _day_of(name: str) -> date | None:
    try:
        return date.fromisoformat(name.removeprefix(_PREFIX).removesuffix(_SUFFIX))
    except ValueError:
        return None


def _write_once(path: Path, text: str) -> None:
    """Write a file in one step that lasts; where another was quicker, its file stands."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            os.fchmod(handle, 0o440)
            file.write(text)
            file.flush()
            os.fsync(handle)
        try:
            os.link(name, path)
        except FileExistsError:
            return
        _sync_folder(path.parent)
    finally:
        Path(name).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _text(anchor: Anchor) -> str:
    body = "".join(f"{line}\n" for line in _lines(anchor))
    trailer = {"heads": len(anchor.heads), "sha256": hashlib.sha256(body.encode()).hexdigest()}
    return f"{body}{_json(trailer)}\n"


def _lines(anchor: Anchor) -> Iterator[str]:
    yield _json({"format": FORMAT, "day": anchor.day.isoformat(), "at": anchor.at.isoformat()})
    for head in anchor.heads:
        yield _json(
            {
                "organisation": str(head.organisation_id),
                "complaint": str(head.complaint_id),
                "reference": head.reference,
                "seq": head.seq,
                "head": head.head,
            }
        )


def _parsed(content: bytes) -> Anchor:
    try:
        body, _, trailer = content.rstrip(b"\n").rpartition(b"\n")
        told = json.loads(trailer)
        lines = body.decode().splitlines()
        header, heads = json.loads(lines[0]), lines[1:]
        sound = told == {"heads": len(heads), "sha256": hashlib.sha256(body + b"\n").hexdigest()}
        if not sound or header["format"] != FORMAT:
            raise AnchorDamaged
        return Anchor(
            day=date.fromisoformat(header["day"]),
            at=datetime.fromisoformat(header["at"]),
            heads=tuple(_heads(heads)),
        )
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise AnchorDamaged from error


def _heads(lines: Iterable[str]) -> Iterator[AnchoredHead]:
    for line in lines:
        found: dict[str, Any] = json.loads(line)
        yield AnchoredHead(
            organisation_id=UUID(found["organisation"]),
            complaint_id=UUID(found["complaint"]),
            reference=found["reference"],
            seq=found["seq"],
            head=found["head"],
        )


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)
