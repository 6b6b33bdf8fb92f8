"""The SMTP gateway against a real SMTP server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP
from typing import cast
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import Envelope, Session

from gateways.mail import Attachment, MailUnavailable, OutgoingMail, Undeliverable, message_id
from gateways.smtp import SmtpGateway, SmtpServer

MAIL = OutgoingMail(
    message_id=message_id(UUID(int=7), "complaints@trust.example"),
    sender="complaints@trust.example",
    sender_name="Example NHS Trust",
    recipient="amina@home.example",
    subject="An update on your complaint",
    body="Dear Amina,\n\nAll is well.\n",
    dated=datetime(2026, 11, 22, 9, tzinfo=UTC),
)


class Inbox:
    """Keep what arrives. `answers` are given first, in order: to a recipient or to a message."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.to_recipient: list[str] = []
        self.to_message: list[str] = []
        self.to_sender: list[str] = []

    async def handle_MAIL(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_sender:
            return self.to_sender.pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient:
            return self.to_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        if self.to_message:
            return self.to_message.pop(0)
        self.envelopes.append(envelope)
        return "250 OK"

    def only(self) -> EmailMessage:
        (envelope,) = self.envelopes
        return message_from_bytes(cast("bytes", envelope.content), policy=SMTP)


def text_of(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


def raw_sender(inbox: Inbox) -> str:
    """Decode the sender without the structured parser, which puts a space between encoded words."""
    raw = message_from_bytes(cast("bytes", inbox.envelopes[0].content))
    return str(make_header(decode_header(raw["From"])))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def gateway(inbox: Inbox) -> Iterator[SmtpGateway]:
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield SmtpGateway(SmtpServer(host="127.0.0.1", port=controller.port, starttls=False))
    finally:
        controller.stop()


def send(gateway: SmtpGateway, mail: OutgoingMail) -> None:
    asyncio.run(gateway.send(mail))


def test_a_mail_arrives_with_its_id_its_words_and_one_recipient(gateway: SmtpGateway, inbox: Inbox) -> None:
    send(gateway, MAIL)
    message = inbox.only()
    assert inbox.envelopes[0].rcpt_tos == ["amina@home.example"]
    assert message["Message-ID"] == f"<notice.{UUID(int=7)}@trust.example>"
    assert message["From"] == "Example NHS Trust <complaints@trust.example>"
    assert message["Auto-Submitted"] is None
    assert text_of(message) == "Dear Amina,\n\nAll is well.\n"


def test_a_letter_arrives_beside_the_words_byte_for_byte(gateway: SmtpGateway, inbox: Inbox) -> None:
    content = bytes(range(256)) * 400
    send(
        gateway,
        replace(
            MAIL, attachment=Attachment(name="l\r\nBcc: x@y.example.pdf", media_type="application/pdf", content=content)
        ),
    )
    message = inbox.only()
    body, (attached,) = message.get_body(), list(message.iter_attachments())
    assert body is not None and text_of(cast("EmailMessage", body)) == MAIL.body
    assert (attached.get_content(), attached.get_content_type()) == (content, "application/pdf")
    assert attached.get_filename() == "l Bcc: x@y.example.pdf"
    assert message["Bcc"] is None and attached["Bcc"] is None
    assert inbox.envelopes[0].rcpt_tos == ["amina@home.example"]


def test_a_mail_nobody_released_says_it_is_automatic(gateway: SmtpGateway, inbox: Inbox) -> None:
    send(gateway, replace(MAIL, automatic=True))
    assert inbox.only()["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("words", ["مرحبا يا أمينة", "שלום", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 😀👩🏽‍⚕️", "e\u0301" * 400])
def test_words_of_any_script_arrive_as_they_were_written(gateway: SmtpGateway, inbox: Inbox, words: str) -> None:
    send(gateway, replace(MAIL, subject=words, body=f"{words}\n", sender_name=words))
    message = inbox.only()
    assert message["Subject"] == words
    assert message["From"].addresses[0].addr_spec == MAIL.sender
    assert words in raw_sender(inbox)
    assert text_of(message) == f"{words}\n"


def test_a_long_line_and_a_lone_dot_arrive_whole(gateway: SmtpGateway, inbox: Inbox) -> None:
    body = "x" * 100_000 + "\n.\nafter the dot\n"
    send(gateway, replace(MAIL, body=body))
    assert text_of(inbox.only()) == body


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028", "\x00\n"])
def test_no_subject_and_no_name_can_add_a_header(gateway: SmtpGateway, inbox: Inbox, newline: str) -> None:
    evil = f"Update{newline}Bcc: thief@evil.example"
    send(gateway, replace(MAIL, subject=evil, sender_name=evil))
    message = inbox.only()
    assert message["Bcc"] is None
    assert inbox.envelopes[0].rcpt_tos == ["amina@home.example"]
    assert "thief@evil.example" in message["Subject"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@home.example",
        "a@",
        "a b@home.example",
        "a@home.example, b@evil.example",
        "a@home.example\r\nBcc: b@evil.example",
        "a@home.example>\r\nRCPT TO:<b@evil.example",
        '"a@b"@home.example',
        "a" * 65 + "@home.example",
    ],
)
def test_a_malformed_address_is_undeliverable(gateway: SmtpGateway, inbox: Inbox, address: str) -> None:
    with pytest.raises(Undeliverable) as fault:
        send(gateway, replace(MAIL, recipient=address))
    assert fault.value.code == "address_malformed"
    assert inbox.envelopes == []


def test_a_server_that_is_busy_takes_the_mail_later(gateway: SmtpGateway, inbox: Inbox) -> None:
    inbox.to_recipient.append("451 greylisted, try later")
    with pytest.raises(MailUnavailable) as fault:
        send(gateway, MAIL)
    assert fault.value.code == "smtp_451"
    send(gateway, MAIL)
    assert len(inbox.envelopes) == 1


def test_a_refused_recipient_is_for_ever_and_is_not_named(gateway: SmtpGateway, inbox: Inbox) -> None:
    inbox.to_recipient.append("550 no such user amina@home.example")
    with pytest.raises(Undeliverable) as fault:
        send(gateway, MAIL)
    assert fault.value.code == "address_refused"
    assert "amina" not in str(fault.value)
    assert fault.value.__cause__ is None
    assert fault.value.__suppress_context__


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ("554 not wanted", Undeliverable, "message_refused"),
        ("452 disk full", MailUnavailable, "smtp_452"),
    ],
)
def test_a_refused_message_is_for_ever_only_when_the_server_says_so(
    gateway: SmtpGateway, inbox: Inbox, answer: str, kind: type[Exception], code: str
) -> None:
    inbox.to_message.append(answer)
    with pytest.raises(kind) as fault:
        send(gateway, MAIL)
    assert str(fault.value) == code


def test_a_refused_sender_waits_for_us_to_mend_it(gateway: SmtpGateway, inbox: Inbox) -> None:
    inbox.to_sender.append("550 you may not send as this sender")
    with pytest.raises(MailUnavailable) as fault:
        send(gateway, MAIL)
    assert fault.value.code == "smtp_550"


def test_a_server_that_is_away_is_waited_for() -> None:
    with pytest.raises(MailUnavailable) as fault:
        send(SmtpGateway(SmtpServer(host="127.0.0.1", port=free_port())), MAIL)
    assert fault.value.code == "smtp_away"


def test_a_server_without_the_encryption_we_ask_for_gets_no_mail(gateway: SmtpGateway, inbox: Inbox) -> None:
    server = replace(gateway._server, starttls=True)
    with pytest.raises(MailUnavailable):
        send(SmtpGateway(server), MAIL)
    assert inbox.envelopes == []


def test_a_server_that_says_nothing_is_given_up_for_now() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = int(silent.getsockname()[1])
        server = SmtpServer(host="127.0.0.1", port=port, timeout=timedelta(milliseconds=200))
        with pytest.raises(MailUnavailable) as fault:
            send(SmtpGateway(server), MAIL)
    assert fault.value.code == "smtp_timeout"


def test_a_server_setting_does_not_show_its_password() -> None:
    assert "hunter2" not in repr(SmtpServer(host="mail", username="u", password="hunter2"))


def test_a_server_that_takes_a_mail_and_never_says_good_bye_has_taken_it() -> None:
    """Tried again, it would be there twice."""

    class Leaving(Inbox):
        async def handle_QUIT(self, server: Server, session: Session, envelope: Envelope) -> str:
            await asyncio.sleep(60)
            return "221 Bye"

    inbox = Leaving()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        server = SmtpServer(host="127.0.0.1", port=controller.port, starttls=False, timeout=timedelta(seconds=2))
        send(SmtpGateway(server), MAIL)
    finally:
        controller.stop()
    assert inbox.only()["Message-ID"] == MAIL.message_id
