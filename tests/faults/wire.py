"""The network between two stacks: a wire that can be cut, or that loses answers after the request has passed."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from types import TracebackType
from typing import Final

from runtime import ports

_CHUNK: Final = 65_536
_HEAD: Final = 16
_SAYING: Final = b"POST "


class Wire:
    """Carry every connection to a port of this machine, through a port of its own, until it is cut."""

    def __init__(self, to_port: int) -> None:
        self._to = to_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"wire to {to_port}", daemon=True)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.whole = True
        self.swallow = 0  # so many answers more to what was said (a POST) are lost, after the request arrived
        self.carried = 0
        self.lost = 0
        self.port = 0

    @property
    def url(self) -> str:
        """Return where the other end is reached through this wire."""
        return f"http://{ports.LOOPBACK}:{self.port}"

    def __enter__(self) -> Wire:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def cut(self) -> None:
        """End every connection, and take none until mended."""
        self.whole = False
        self._loop.call_soon_threadsafe(self._drop_all)

    def mend(self) -> None:
        """Carry again."""
        self.whole = True

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._carry, ports.LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        assert self._server is not None
        self._server.close()
        self._drop_all()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _drop_all(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()
        self._open.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The server of asyncio logs a task of its own that is cancelled as if it had failed.
        with contextlib.suppress(asyncio.CancelledError):
            await self._carried(reader, writer)

    async def _carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.whole:
            self.lost += 1
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(ports.LOOPBACK, self._to)
        except OSError:
            writer.transport.abort()
            return
        self.carried += 1
        self._open |= {writer, far_writer}
        asked = bytearray()
        there = asyncio.create_task(self._pump(reader, far_writer, asked))
        await self._pump_back(far_reader, writer, asked)
        there.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await there
        for each in (writer, far_writer):
            self._open.discard(each)
            each.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytearray) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                asked += chunk[:_HEAD]
                writer.write(chunk)
                await writer.drain()

    async def _pump_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytearray) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                if self.swallow > 0 and asked.startswith(_SAYING):
                    self.swallow -= 1
                    self.lost += 1
                    return
                writer.write(chunk)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
