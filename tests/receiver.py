"""A receiver of webhooks on loopback: it keeps what arrives, and answers as a test tells it to."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Arrived:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """Answer with the statuses of `plan` in turn, then with `status`."""

    port: int = 0
    status: int = 204
    extra: str = ""  # further header lines
    drip: bool = False  # answers a byte at a time, and never ends
    plan: deque[int] = field(default_factory=deque)
    arrived: list[Arrived] = field(default_factory=list)
    taken: list[Arrived] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?key=1"

    def types(self) -> list[str]:
        return [each.event["type"].removeprefix("uk.redress.") for each in self.taken]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.strip().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            request = Arrived(path=first.split(" ")[1], headers=headers, body=body)
            self.arrived.append(request)
            if self.drip:
                while True:
                    writer.write(b"H")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            status = self.plan.popleft() if self.plan else self.status
            if 200 <= status < 300:
                self.taken.append(request)
            writer.write(f"HTTP/1.1 {status} Said\r\n{self.extra}Content-Length: 0\r\n\r\n".encode())
            await writer.drain()
        writer.close()


@asynccontextmanager
async def a_receiver(*, tls: ssl.SSLContext | None = None, **how: Any) -> AsyncIterator[Receiver]:
    """Open a receiver on a free port of loopback."""
    receiver = Receiver(**how)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
