"""Scans with ClamAV's daemon, over its INSTREAM command (man clamd): a socket of TCP or of this machine.

The daemon's StreamMaxLength must be at least the largest file that is taken in: a larger stream has no verdict.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, Final

from gateways.scanning import CHUNK, Clean, Finding, Infected, ScannerAway

# Commands with the prefix z, and their replies, end with a NUL.
_SCAN: Final = b"zINSTREAM\0"
_CONNECTING: Final = timedelta(seconds=3)
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class StreamTooLong(ScannerAway):
    """The file is longer than the daemon's StreamMaxLength: a fault in its settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClamdAddress:
    """Where the daemon listens: a path of a socket, or a host and port."""

    path: str | None = None
    host: str | None = None
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> ClamdAddress:
        """Return the address written as `/path/of/socket` or `host:port`. Raises ValueError for anything else."""
        if text.startswith("/"):
            return cls(path=text)
        host, _, port = text.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError("the address of clamd is host:port, or the path of its socket")
        return cls(host=host.strip("[]"), port=int(port))

    async def connect(self) -> Streams:
        """Open a connection."""
        if self.path is not None:
            return await asyncio.open_unix_connection(self.path)
        return await asyncio.open_connection(self.host, self.port)


class ClamdScanner:
    """Ask a daemon about every file. `patience` is for one whole scan."""

    def __init__(self, address: ClamdAddress, patience: timedelta = timedelta(seconds=60)) -> None:
        self._address = address
        self._patience = patience

    @property
    def name(self) -> str:
        """Return the code that is kept with what was scanned."""
        return "clamd"

    async def scan(self, source: BinaryIO) -> Finding:
        """Stream one file to the daemon and return its verdict."""
        try:
            async with asyncio.timeout(self._patience.total_seconds()), self._connected() as (reader, writer):
                # A daemon that has had enough answers and closes in mid-stream: its answer counts, if it reaches us.
                with suppress(ConnectionError):
                    await _send(writer, source)
                reply = await reader.readuntil(b"\0")
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise ScannerAway from error
        return verdict(reply)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Streams]:
        async with asyncio.timeout(_CONNECTING.total_seconds()):
            reader, writer = await self._address.connect()
        try:
            yield reader, writer
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _send(writer: asyncio.StreamWriter, source: BinaryIO) -> None:
    """Write the command, each chunk after its length (four bytes, big-endian), and a length of zero."""
    source.seek(0)
    writer.write(_SCAN)
    while chunk := await asyncio.to_thread(source.read, CHUNK):
        writer.write(struct.pack("!L", len(chunk)) + chunk)
        await writer.drain()
    writer.write(struct.pack("!L", 0))
    await writer.drain()


def verdict(reply: bytes) -> Finding:
    """Read the daemon's reply. Raises ScannerAway for one that is no verdict."""
    text = reply.rstrip(b"\0\r\n").decode("ascii", "replace")
    if text == "stream: OK":
        return Clean()
    if text.startswith("stream: ") and text.endswith(" FOUND"):
        return Infected.named(text.removeprefix("stream: ").removesuffix(" FOUND"))
    if "size limit exceeded" in text:
        raise StreamTooLong
    raise ScannerAway
