"""Content on its way out: read in chunks, and never shown whole unless it is what was stored."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Protocol
from uuid import UUID

import structlog
from fastapi.responses import StreamingResponse

from api.attachments import disposition
from api.parts import Parts
from api.problems import Problem
from gateways.files import ContentMissing, FileKey, StoreAway

_log = structlog.get_logger(__name__)


class Kept(Protocol):
    """Something whose content is in the file store, or in its row: where, what it is called, and what it has to be."""

    @property
    def id(self) -> UUID:
        """Return its id."""
        ...

    @property
    def organisation_id(self) -> UUID:
        """Return whose it is."""
        ...

    @property
    def complaint_id(self) -> UUID:
        """Return the complaint it is of."""
        ...

    @property
    def name(self) -> str:
        """Return the name under which it is saved."""
        ...

    @property
    def media_type(self) -> str:
        """Return what it is."""
        ...

    @property
    def size(self) -> int:
        """Return how many bytes it has."""
        ...

    @property
    def sha256(self) -> str:
        """Return the hash of its content."""
        ...

    @property
    def stored_key(self) -> str | None:
        """Return the key under which it is stored."""
        ...


class ContentDamaged(Exception):
    """The content is not what was stored."""


async def download(parts: Parts, file: Kept, kept: bytes | None) -> StreamingResponse:
    """Return the response with a file's content. `kept` is the content of a row from before there was a store."""
    chunks = _proven(_in_row(kept) if kept is not None else parts.files.open(_key(file)), file)
    try:
        # What fits into one chunk is proven before the first byte leaves.
        first = await anext(chunks)
    except StoreAway:
        raise Problem("storage_unavailable") from None
    except (ContentMissing, ContentDamaged):
        raise Problem("content_damaged") from None
    headers = {"Content-Disposition": disposition(file.name), "Content-Length": str(file.size)}
    return StreamingResponse(_from(first, chunks), media_type=file.media_type, headers=headers)


def _key(file: Kept) -> FileKey:
    if file.stored_key is None:
        raise RuntimeError("a file without content")
    return FileKey.parse(file.stored_key)


async def _in_row(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


async def _proven(chunks: AsyncIterator[bytes], file: Kept) -> AsyncIterator[bytes]:
    """Pass chunks on, the last one only when all of them are what was stored.

    A response that breaks off before its declared length is no file to anybody who reads it.
    """
    digest, held = hashlib.sha256(), b""
    try:
        async for chunk in chunks:
            if held:
                yield held
            digest.update(chunk)
            held = chunk
        if digest.hexdigest() != file.sha256:
            raise ContentDamaged
    except (ContentMissing, ContentDamaged) as failure:
        _log.error(
            "file.damaged",
            organisation_id=str(file.organisation_id),
            complaint_id=str(file.complaint_id),
            file_id=str(file.id),
            failure=type(failure).__name__,
        )
        raise
    yield held
