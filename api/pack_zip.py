"""A ZIP whose bytes are the same for the same parts in the same order, and a list of what was written to it."""

from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from gateways.files import CHUNK

# The first day that a ZIP can name: it says nothing.
_NO_DAY: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_READABLE: Final = 0o644 << 16


class PackZip:
    """Write parts one after the other. `missing` is what should be there and is not, and why."""

    def __init__(self, target: BinaryIO) -> None:
        self._archive = zipfile.ZipFile(target, "w")
        self.written: list[dict[str, Any]] = []
        self.missing: list[dict[str, str]] = []

    async def text(self, path: str, words: str) -> None:
        """Write a part that is text: deflated."""
        await asyncio.to_thread(self._write, path, io.BytesIO(words.encode()), zipfile.ZIP_DEFLATED)

    async def bytes(self, path: str, content: bytes) -> None:
        """Write a part that is in memory, as it is."""
        await asyncio.to_thread(self._write, path, io.BytesIO(content), zipfile.ZIP_STORED)

    async def stream(self, path: str, source: BinaryIO) -> None:
        """Write a part from its beginning, as it is."""
        await asyncio.to_thread(self._write, path, source, zipfile.ZIP_STORED)

    def close(self, last: Mapping[str, str]) -> None:
        """Write what lists the others, and end the archive."""
        for path, words in last.items():
            self._write(path, io.BytesIO(words.encode()), zipfile.ZIP_DEFLATED)
        self._archive.close()

    def _write(self, path: str, source: BinaryIO, method: int) -> None:
        size = source.seek(0, io.SEEK_END)
        source.seek(0)
        entry = zipfile.ZipInfo(path, _NO_DAY)
        entry.compress_type, entry.create_system, entry.external_attr = method, _UNIX, _READABLE
        entry.file_size = size
        digest = hashlib.sha256()
        with self._archive.open(entry, "w") as part:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                part.write(chunk)
        self.written.append({"path": path, "size": size, "sha256": digest.hexdigest()})
