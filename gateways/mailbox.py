"""Mail into a folder, for newcomers and pilots: each mail is a file that any program opens."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from gateways.mail import Attachment, MailUnavailable, OutgoingMail, attach, compose

_UNSAFE = re.compile(r"[^A-Za-z0-9@._-]")


class MailboxGateway:
    """Write mail as .eml files into one directory, which is made when it is first needed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def send(self, mail: OutgoingMail) -> None:
        """Write one mail, unless one with this Message-ID is there. Raises as MailGateway says."""
        message = _readable(compose(mail), mail.attachment)
        name = _UNSAFE.sub("_", mail.message_id.strip("<>"))
        try:
            await asyncio.to_thread(self._write, f"{mail.dated:%Y-%m-%d}-{name}.eml", f"*-{name}.eml", message)
        except OSError:
            raise MailUnavailable("mailbox_away") from None

    def _write(self, file_name: str, same_mail: str, message: bytes) -> None:
        """Write the whole file aside, then give it its name in one step."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(self._directory.glob(same_mail)):
            return
        handle, aside = tempfile.mkstemp(dir=self._directory, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, self._directory / file_name)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise


def _readable(message: EmailMessage, attachment: Attachment | None) -> bytes:
    """Return the message with its text in plain UTF-8 instead of quoted-printable: readable in an editor too."""
    text = message.get_body(("plain",))
    plain = EmailMessage(policy=SMTP.clone(utf8=True, max_line_length=None))
    for name, value in message.items():
        if name.lower() not in ("content-type", "content-transfer-encoding", "mime-version"):
            plain[name] = value
    plain.set_content(text.get_content() if text else "", charset="utf-8", cte="8bit")
    if attachment is not None:
        attach(plain, attachment)
    return plain.as_bytes()
