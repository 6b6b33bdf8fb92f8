"""What GOV.UK Notify promises: a message goes once under our reference, and its state can be looked up by that.

Nothing personal stands in a reference, and no failure from here holds a word, an address or a key.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID, uuid5

from gateways.mail import MailUnavailable

DELIVERED: Final = "delivered"
# What will not arrive. A letter that was sent back comes with a callback of its own.
FAILURES: Final = frozenset(
    {
        "permanent_failure",
        "temporary_failure",
        "technical_failure",
        "validation_failed",
        "virus_scan_failed",
        "cancelled",
    }
)
# A letter is in the post, and nobody will ever say more.
IN_THE_POST: Final = frozenset({"received", "accepted"})
# What Notify prints: five sheets, and an address of so many lines.
MOST_PAGES: Final = 10
ADDRESS_LINES: Final = range(3, 8)
_PAGE: Final = re.compile(rb"/Type\s*/Page\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An organisation's service at Notify, and its template of each kind."""

    key: str = field(repr=False)
    email_template: UUID | None = None
    text_template: UUID | None = None
    reply_to: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one person. A letter has a `pdf`, an e-mail a subject, a text neither."""

    reference: UUID
    channel: str
    recipient: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    body: str = field(default="", repr=False)
    pdf: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A message that Notify has: what it calls it, and how it stands, as a code."""

    id: UUID | None
    status: str


class Notify(Protocol):
    """Hand messages over to GOV.UK Notify."""

    async def send(self, account: Account, message: Message) -> Known:
        """Hand over one message. Raises Undeliverable for ever, MailUnavailable where it is not known to have gone."""
        ...

    async def find(self, account: Account, reference: UUID) -> Known | None:
        """Return what Notify knows of a message of ours; None where it has none. Raises as `send` does."""
        ...


def letter_fault(pdf: bytes, address: Sequence[str]) -> str | None:
    """Return why Notify will not print a letter, as a code: it says so itself, but only after it has taken it."""
    if len(_PAGE.findall(pdf)) > MOST_PAGES:
        return "too_many_pages"
    return None if len(address) in ADDRESS_LINES else "address_lines"


def code_of(status: object) -> str:
    """Return a status of Notify as one of our codes."""
    said = str(status or "unknown").lower().replace("-", "_")
    return said if said.isascii() and said.replace("_", "a").isalnum() and len(said) <= 40 else "unknown"


class FolderNotify:
    """Stand for Notify on a newcomer's machine: each message is a file, and has arrived as soon as it is written."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def send(self, account: Account, message: Message) -> Known:
        """Write one message, once for each reference. Raises MailUnavailable."""
        try:
            await asyncio.to_thread(self._write, message)
        except OSError:
            raise MailUnavailable("notify_away") from None
        return _known(message.reference)

    async def find(self, account: Account, reference: UUID) -> Known | None:
        """Return what is known of a message that was written."""
        there = await asyncio.to_thread(self._path(reference).exists)
        return _known(reference) if there else None

    def _path(self, reference: UUID) -> Path:
        return self._directory / f"{reference}.json"

    def _write(self, message: Message) -> None:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(message.reference)
        if path.exists():
            return
        said = {"channel": message.channel, "to": message.recipient, "subject": message.subject, "body": message.body}
        if message.pdf:
            path.with_suffix(".pdf").write_bytes(message.pdf)
        aside = path.with_suffix(".part")
        aside.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        os.replace(aside, path)


def _known(reference: UUID) -> Known:
    return Known(id=uuid5(reference, "folder"), status=DELIVERED)
