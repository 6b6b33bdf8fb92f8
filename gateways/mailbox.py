"""Mail into a folder, for newcomers and pilots: each mail is a file that any program opens."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from gateways.mail import MailUnavailable, OutgoingMail, compose

_UNSAFE = re.compile(r"[^A-Za-z0-9@._-]")


class MailboxGateway:
    """Write mail as .eml files into one directory, which is made when it is first needed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def send(self, mail: OutgoingMail) -> None:
        """Write one mail, unless one with this Message-ID is there. Raises as MailGateway says."""
        message = compose(mail)
        name = _UNSAFE.sub("_", mail.message_id.strip("<>"))
        try:
            await asyncio.to_thread(self._write, f"{mail.dated:%Y-%m-%d}-{name}.eml", f"*-{name}.eml", message)
        except OSError:
            raise MailUnavailable("mailbox_away") from None

    def _write(self, file_name: str, same_mail: str, message: EmailMessage) -> None:
        """Write the whole file aside, then give it its name in one step."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(self._directory.glob(same_mail)):
            return
        handle, aside = tempfile.mkstemp(dir=self._directory, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                # 8-bit: the words stay readable in an editor too.
                file.write(_readable(message))
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, self._directory / file_name)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise


def _readable(message: EmailMessage) -> bytes:
    """Return the message with its text in plain UTF-8 instead of quoted-printable."""
    text = message.get_content()
    plain = EmailMessage(policy=SMTP.clone(utf8=True, max_line_length=None))
    for name, value in message.items():
        if name.lower() not in ("content-type", "content-transfer-encoding", "mime-version"):
            plain[name] = value
    plain.set_content(text, charset="utf-8", cte="8bit")
    return plain.as_bytes()
