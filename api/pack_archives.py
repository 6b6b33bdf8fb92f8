"""The archive of an evidence pack: made once, of what its act wrote down and of letters and files that never change.

Nothing in it says when or where it was made: of equal parts the bytes are equal.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final, cast
from uuid import UUID, uuid5

import structlog

from api.pack_index import Index
from api.pack_zip import PackZip
from api.parts import Parts
from api.problems import Problem
from db.models.pack import EvidencePack
from db.queries.copies import keep_copy, kept_copy, letter_words
from db.queries.files import attached_file
from db.queries.packs import content_of, keep_archive
from gateways.files import ContentMissing, FileKey, StoreAway, Stored, measure
from gateways.typesetting import CannotTypeset

_IN_MEMORY: Final = 8 * 1024 * 1024
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A chronology, as a typesetter is given it: nobody's letter, and of the day it was assembled."""

    organisation: str
    reference: str
    subject: str
    body: str
    dated: datetime
    recipient: str | None = None
    address: str | None = None
    draft: bool = False
    large_print: bool = False


async def made(parts: Parts, pack: EvidencePack) -> EvidencePack:
    """Return a pack whose archive is made and kept. Raises a problem when something it is made of is away."""
    if pack.state == "made":
        return pack
    with _spooled() as target:
        await _Making(parts, pack, target).fill()
        stored = await asyncio.to_thread(measure, target)
        # Another content would be another object: nothing stored is ever replaced.
        key = FileKey(organisation_id=pack.organisation_id, file_id=uuid5(pack.id, stored.sha256))
        try:
            await parts.files.put(key, target)
        except StoreAway:
            raise Problem("storage_unavailable") from None
    now = parts.clock.now()
    async with parts.database.tenant(pack.organisation_id, now) as session:
        return await keep_archive(
            session, pack.id, sha256=stored.sha256, size=stored.size, archive_key=str(key), now=now
        )


class _Making:
    """One archive in the making."""

    def __init__(self, parts: Parts, pack: EvidencePack, target: BinaryIO) -> None:
        self._parts, self._pack = parts, pack
        self._zip = PackZip(target)

    async def fill(self) -> None:
        """Write every part, and then what there is."""
        async with self._parts.database.tenant(self._pack.organisation_id, self._parts.clock.now()) as session:
            content: dict[str, Any] = json.loads(await content_of(session, self._pack.id))
        await self._chronology(content)
        for path, words in sorted(content["texts"].items()):
            await self._zip.text(path, words)
        for letter in content["letters"]:
            await self._letter(letter)
        for file in content["files"]:
            await self._file(file)
        index = Index(content=content, pack=self._pack, parts=self._zip.written, missing=self._zip.missing)
        await asyncio.to_thread(self._zip.close, index.files())

    async def _chronology(self, content: dict[str, Any]) -> None:
        several = len(content["chronology"]) > 1
        for number, body in enumerate(content["chronology"], 1):
            path = f"01-chronology-{number}.pdf" if several else "01-chronology.pdf"
            sheet = _Sheet(
                organisation=content["organisation"],
                reference=content["reference"],
                subject="Chronology" + (f", part {number}" if several else ""),
                body=body,
                dated=self._pack.asked_at,
            )
            try:
                typeset = await self._parts.typesetter.typeset(sheet)
            except CannotTypeset as fault:
                self._fault(path, fault.code)
                continue
            await self._zip.bytes(path, typeset.content)

    async def _letter(self, letter: dict[str, Any]) -> None:
        """Put a letter in as it was sent: the copy that is kept, or that is made now, as for whoever reads it first."""
        path, notice_id = letter["path"], UUID(letter["id"])
        if letter["words"] is not None:
            await self._zip.text(path, letter["words"])
            return
        now = self._parts.clock.now()
        async with self._parts.database.tenant(self._pack.organisation_id, now) as session:
            copy = await kept_copy(session, self._pack.complaint_id, notice_id)
            words = await letter_words(session, self._pack.complaint_id, notice_id)
        if copy is None and words is not None:
            try:
                typeset = await self._parts.typesetter.typeset(words)
            except CannotTypeset as fault:
                self._fault(path, fault.code)
                await self._zip.text(f"{path}.txt", f"{words.subject}\n\n{words.body}")
                return
            async with self._parts.database.tenant(self._pack.organisation_id, now) as session:
                copy = await keep_copy(
                    session, words, typeset.content, sheet=typeset.sheet, program=typeset.program, now=now
                )
        if copy is None or not copy.whole:
            self._fault(path, "content_damaged")
            return
        await self._zip.bytes(path, copy.content)

    async def _file(self, file: dict[str, Any]) -> None:
        """Put a file in. One that was found to be restricted since does not leave with a pack made before that."""
        path, file_id = file["path"], UUID(file["id"])
        async with self._parts.database.tenant(self._pack.organisation_id, self._parts.clock.now()) as session:
            row = await attached_file(session, self._pack.complaint_id, file_id)
        if row is None:
            self._fault(path, "content_missing")
            return
        if row[0].disclosure == "restricted" and not self._pack.include_restricted:
            self._fault(path, "restricted_since")
            return
        with _spooled() as content:
            try:
                await self._fetch(row[0].stored_key, row[1], content)
            except ContentMissing:
                self._fault(path, "content_missing")
                return
            except StoreAway:
                raise Problem("storage_unavailable") from None
            if await asyncio.to_thread(measure, content) != Stored(size=file["size"], sha256=file["sha256"]):
                self._fault(path, "content_damaged")
                return
            await self._zip.stream(path, content)

    async def _fetch(self, stored_key: str | None, in_row: bytes | None, target: BinaryIO) -> None:
        if stored_key is None:
            target.write(in_row or b"")
            return
        async for chunk in self._parts.files.open(FileKey.parse(stored_key)):
            await asyncio.to_thread(target.write, chunk)

    def _fault(self, path: str, why: str) -> None:
        _log.error("pack.part_missing", pack_id=str(self._pack.id), part=path.partition("/")[0], failure=why)
        self._zip.missing.append({"path": path, "why": why})


@contextmanager
def _spooled() -> Iterator[BinaryIO]:
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as target:
        yield cast(BinaryIO, target)
