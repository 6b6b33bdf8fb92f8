"""What a mail is, what a mail gateway promises, and how a mail is made into a message.

Nothing in a mail can add a header or a recipient. Addresses and words must not reach a log or an
exception from here: failures are codes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Protocol
from uuid import UUID

# Narrower than RFC 5322 on purpose: nothing that could end an address, quote it or start another.
_ADDRESS = re.compile(r'[^\s@<>()\[\]\\,;:"]{1,64}@[^\s@<>()\[\]\\,;:"]{1,253}')


class Undeliverable(Exception):
    """No retry will deliver this mail. `code` says why and holds no words and no address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MailUnavailable(Exception):
    """The mail was not taken this time; another attempt may succeed. `code` holds no words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a mail. `media_type` is a type and a subtype, without parameters."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """One mail to one person. `message_id` is the same each time, so receivers can drop repeats.

    `automatic` says that no person released it, so that nobody's out-of-office reply answers it.
    """

    message_id: str
    sender: str
    recipient: str
    subject: str
    body: str
    dated: datetime
    sender_name: str = ""
    automatic: bool = False
    attachment: Attachment | None = None


class MailGateway(Protocol):
    """Hand mail over to whatever carries it."""

    async def send(self, mail: OutgoingMail) -> None:
        """Hand over one mail. Raises Undeliverable for ever, MailUnavailable for this time."""
        ...


def message_id(notice_id: UUID, sender: str) -> str:
    """Return the Message-ID of a notice, angle brackets included."""
    domain = sender.rpartition("@")[2]
    if not domain.isascii() or not _ADDRESS.fullmatch(f"notice@{domain}"):
        domain = "localhost"
    return f"<notice.{notice_id}@{domain}>"


def compose(mail: OutgoingMail) -> EmailMessage:
    """Return the message as it goes out. Raises Undeliverable when it cannot be made."""
    sender = _address(mail.sender, "sender_malformed", one_line(mail.sender_name))
    recipient = _address(mail.recipient, "address_malformed")
    message = EmailMessage(policy=SMTP)
    try:
        message["Message-ID"] = one_line(mail.message_id)
        message["Date"] = mail.dated
        message["From"] = sender
        message["To"] = recipient
        message["Subject"] = one_line(mail.subject)
        if mail.automatic:
            message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.body, charset="utf-8", cte="quoted-printable")
        if mail.attachment is not None:
            attach(message, mail.attachment)
        message.as_bytes(policy=SMTP.clone(utf8=True))
    except (MessageError, ValueError):
        # A lone surrogate, for one: it cannot be written as UTF-8, today or tomorrow.
        raise Undeliverable("message_malformed") from None
    return message


def attach(message: EmailMessage, attachment: Attachment) -> None:
    """Put a file beside the text of a message."""
    kind, _, subtype = attachment.media_type.partition("/")
    part = EmailMessage(policy=SMTP)
    name = one_line(attachment.name)
    part.set_content(attachment.content, maintype=kind, subtype=subtype, disposition="attachment", filename=name)
    del part["MIME-Version"]  # which only a whole message has
    message.make_mixed()
    message.attach(part)


def one_line(text: str) -> str:
    """Return the text on one line, without control characters, so that it cannot end a header."""
    spaced = " ".join(text.split())
    return "".join(sign for sign in spaced if unicodedata.category(sign) != "Cc")


def _address(address: str, fault: str, name: str = "") -> Address:
    if not _ADDRESS.fullmatch(address):
        raise Undeliverable(fault)
    local, _, domain = address.partition("@")
    try:
        return Address(display_name=name, username=local, domain=domain)
    except (MessageError, ValueError, IndexError):
        raise Undeliverable(fault) from None
