"""Where the content of files is kept: one port, and the folder that stands behind it by default.

An object is written once, under a key of two ids, and never changed; nothing that people typed is part of a key.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol
from uuid import UUID

CHUNK: Final = 256 * 1024


class StoreAway(Exception):
    """The store cannot be reached, or cannot take more."""


class ContentMissing(Exception):
    """There is no object under this key."""


class KeyTaken(Exception):
    """Another content is stored under this key already; it stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKey:
    """The name of an object: whose it is, and which. Two UUIDs, so that no key leads out of the store."""

    organisation_id: UUID
    file_id: UUID

    def __str__(self) -> str:
        return f"{self.organisation_id}/{self.file_id}"

    @classmethod
    def parse(cls, text: str) -> FileKey:
        """Return the key that was written as text. Raises ValueError for anything else."""
        organisation, _, file = text.partition("/")
        key = cls(organisation_id=UUID(organisation), file_id=UUID(file))
        if str(key) != text:
            raise ValueError("not a key")
        return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is stored under a key."""

    size: int
    sha256: str


class FileStore(Protocol):
    """Keep objects for good. Every method raises StoreAway when the store cannot be reached."""

    async def put(self, key: FileKey, source: BinaryIO) -> Stored:
        """Store a seekable source from its beginning, whole or not at all; the same content again is no fault.

        Raises KeyTaken when another content stands there.
        """
        ...

    def open(self, key: FileKey) -> AsyncIterator[bytes]:
        """Read an object in chunks. The first chunk raises ContentMissing when there is none."""
        ...

    async def size(self, key: FileKey) -> int | None:
        """Return how many bytes are stored under a key, or None."""
        ...


class FolderFiles:
    """Keep objects in a folder of this machine, or of a file system that several machines share."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: FileKey, source: BinaryIO) -> Stored:
        """Write beside the final name, flush to the disk, then link: a name is there only with its whole content."""
        try:
            return await asyncio.to_thread(self._put, self._path(key), source)
        except OSError as error:
            raise StoreAway from error

    async def open(self, key: FileKey) -> AsyncIterator[bytes]:
        """Read an object in chunks."""
        try:
            file = await asyncio.to_thread(self._path(key).open, "rb")
        except FileNotFoundError:
            raise ContentMissing from None
        except OSError as error:
            raise StoreAway from error
        with file:
            while chunk := await asyncio.to_thread(_read, file):
                yield chunk

    async def size(self, key: FileKey) -> int | None:
        """Return how many bytes are stored under a key, or None."""
        try:
            return (await asyncio.to_thread(self._path(key).stat)).st_size
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreAway from error

    def _path(self, key: FileKey) -> Path:
        # The end of a UUIDv7 is random, its beginning is the time: the end spreads over the folders.
        return self._root / str(key.organisation_id) / key.file_id.hex[-2:] / str(key.file_id)

    def _put(self, path: Path, source: BinaryIO) -> Stored:
        self._make_folder(path.parent)
        handle, temporary = tempfile.mkstemp(prefix=".incoming-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as target:
                stored = copy(source, target)
                target.flush()
                os.fsync(target.fileno())
            self._link(temporary, path, stored)
        finally:
            os.unlink(temporary)
        return stored

    def _make_folder(self, folder: Path) -> None:
        for each in (self._root, folder.parent, folder):
            # One by one: `parents=True` would leave the folders above open to everybody.
            each.mkdir(mode=0o700, parents=each == self._root, exist_ok=True)

    @staticmethod
    def _link(temporary: str, path: Path, stored: Stored) -> None:
        try:
            os.link(temporary, path)
        except FileExistsError:
            with path.open("rb") as there:
                if measure(there) != stored:
                    raise KeyTaken from None
            return
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(file: BinaryIO) -> bytes:
    try:
        return file.read(CHUNK)
    except OSError as error:
        raise StoreAway from error


def measure(source: BinaryIO) -> Stored:
    """Return the size and hash of a source, read from its beginning."""
    return copy(source, None)


def copy(source: BinaryIO, target: BinaryIO | None) -> Stored:
    """Copy a source from its beginning, and return what was copied."""
    digest, size = hashlib.sha256(), 0
    source.seek(0)
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return Stored(size=size, sha256=digest.hexdigest())


async def collect(store: FileStore, key: FileKey) -> Stored:
    """Read an object through, and return what it is. Raises ContentMissing when there is none."""
    digest, size = hashlib.sha256(), 0
    async for chunk in store.open(key):
        digest.update(chunk)
        size += len(chunk)
    return Stored(size=size, sha256=digest.hexdigest())
