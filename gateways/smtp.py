"""Mail by SMTP. Decides which refusals are for ever and which are only for now; logs nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import aiosmtplib

from gateways.mail import MailUnavailable, OutgoingMail, Undeliverable, compose

_PERMANENT = range(500, 600)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where and how to hand over mail. `timeout` bounds a whole mail, not one line of the talk."""

    host: str
    port: int = 587
    username: str | None = None
    password: str | None = None
    starttls: bool = True
    timeout: timedelta = timedelta(seconds=30)

    def __repr__(self) -> str:
        return f"SmtpServer(host={self.host!r}, port={self.port})"


class SmtpGateway:
    """Hand mail over to an SMTP server, one connection for each mail."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def send(self, mail: OutgoingMail) -> None:
        """Hand over one mail. Raises Undeliverable for ever, MailUnavailable for this time.

        Only what speaks of this recipient or this message is for ever. A login, a sender or a
        certificate that is refused is ours to mend, and every mail would fail with it: they wait.
        """
        message, taken = compose(mail), False
        try:
            async with (
                asyncio.timeout(self._server.timeout.total_seconds()),
                self._client() as smtp,
            ):
                await smtp.send_message(message, sender=mail.sender, recipients=[mail.recipient])
                taken = True
        except (aiosmtplib.SMTPException, OSError) as failed:
            # A server that took it, and then says good-bye badly or not at all, has it.
            if not taken:
                raise _fault(failed, mail) from None

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            start_tls=server.starttls,
            timeout=server.timeout.total_seconds(),
        )


def _fault(failed: Exception, mail: OutgoingMail) -> Exception:
    """Return what a failure of a server, or of the way to it, says of this mail."""
    match failed:
        case aiosmtplib.SMTPRecipientsRefused():
            return _refusal(failed.recipients[0].code, "address_refused")
        case aiosmtplib.SMTPDataError():
            return _refusal(failed.code, "message_refused")
        case aiosmtplib.SMTPNotSupported():
            return _unsupported(mail)
        case aiosmtplib.SMTPResponseException():
            return MailUnavailable(f"smtp_{failed.code}")
        case TimeoutError():
            return MailUnavailable("smtp_timeout")
    return MailUnavailable("smtp_away")


def _refusal(code: int, fault: str) -> Exception:
    return Undeliverable(fault) if code in _PERMANENT else MailUnavailable(f"smtp_{code}")


def _unsupported(mail: OutgoingMail) -> Exception:
    """Tell an address it cannot carry (SMTPUTF8, RFC 6531) from a server without STARTTLS."""
    if mail.recipient.isascii() and mail.sender.isascii():
        return MailUnavailable("smtp_unsupported")
    return Undeliverable("address_unsupported")
