"""A real SMTP server of the test's own that counts what arrives, and can be away for a while."""

from __future__ import annotations

from collections import defaultdict
from email import message_from_bytes
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import Envelope, Session

from runtime.ports import LOOPBACK


class Postbox:
    """Keep every message under its Message-ID; a receiver would drop all but the first of each."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.arrived: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._controller: Controller | None = None

    @property
    def is_open(self) -> bool:
        return self._controller is not None

    def open(self) -> None:
        """Begin to take mail."""
        assert self._controller is None
        self._controller = Controller(self, hostname=LOOPBACK, port=self.port)
        self._controller.start()

    def close(self) -> None:
        """Be away: connections are refused."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        """Take a message."""
        message = message_from_bytes(cast("bytes", envelope.content))
        self.arrived[message["Message-ID"]].append((envelope.rcpt_tos[0], message["Subject"]))
        return "250 OK"
