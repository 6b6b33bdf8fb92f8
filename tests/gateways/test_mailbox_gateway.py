"""The local mailbox: a folder of mails that can be opened and read."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from uuid import UUID

import pytest

from gateways.mail import Attachment, MailUnavailable, OutgoingMail, Undeliverable, message_id
from gateways.mailbox import MailboxGateway

MAIL = OutgoingMail(
    message_id=message_id(UUID(int=7), "complaints@trust.example"),
    sender="complaints@trust.example",
    recipient="amina@home.example",
    subject="مرحبا 😀",
    body="Dear أمينة,\n\nAll is well 😀 = good.\n",
    dated=datetime(2026, 11, 22, 9, tzinfo=UTC),
)
NAME = f"2026-11-22-notice.{UUID(int=7)}@trust.example.eml"


def send(directory: Path, mail: OutgoingMail) -> None:
    asyncio.run(MailboxGateway(directory).send(mail))


def test_a_mail_becomes_a_file_that_can_be_read_by_eye_and_by_mail_program(tmp_path: Path) -> None:
    send(tmp_path / "mailbox", MAIL)
    (file,) = (tmp_path / "mailbox").iterdir()
    assert file.name == NAME
    message = message_from_bytes(file.read_bytes(), policy=SMTP.clone(utf8=True))
    assert message["Subject"] == MAIL.subject
    assert message["To"] == "amina@home.example"
    assert "Dear أمينة," in file.read_text(encoding="utf-8")
    assert message.get_payload(decode=True) == MAIL.body.replace("\n", "\r\n").encode()


def test_the_same_mail_again_leaves_one_file(tmp_path: Path) -> None:
    send(tmp_path, MAIL)
    send(tmp_path, MAIL)
    send(tmp_path, replace(MAIL, dated=MAIL.dated + timedelta(days=1)))
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


def test_a_message_id_cannot_leave_the_folder(tmp_path: Path) -> None:
    send(tmp_path / "mailbox", replace(MAIL, message_id="<../../escaped/*@x>"))
    assert [path.name for path in tmp_path.iterdir()] == ["mailbox"]
    assert len(list((tmp_path / "mailbox").iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_waited_for(tmp_path: Path) -> None:
    blocked = tmp_path / "mailbox"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(MailUnavailable) as fault:
        send(blocked, MAIL)
    assert fault.value.code == "mailbox_away"


def test_words_that_are_no_unicode_text_are_undeliverable_and_leave_no_file(tmp_path: Path) -> None:
    for broken in (replace(MAIL, body="\ud800"), replace(MAIL, subject="\ud800")):
        with pytest.raises(Undeliverable) as fault:
            send(tmp_path, broken)
        assert fault.value.code == "message_malformed"
    assert list(tmp_path.iterdir()) == []


def test_what_goes_with_a_mail_is_in_the_file_and_the_words_stay_readable(tmp_path: Path) -> None:
    content = bytes(range(256)) * 50
    letter = Attachment(name="letter-EX-1.pdf", media_type="application/pdf", content=content)
    send(tmp_path, replace(MAIL, body="Dear Zoë,\n\nśćż\n", attachment=letter))
    (file,) = tmp_path.glob("*.eml")
    assert "Dear Zoë," in file.read_text(encoding="utf-8")
    message = message_from_bytes(file.read_bytes(), policy=SMTP.clone(utf8=True))
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("letter-EX-1.pdf", "application/pdf")
    assert attached.get_content() == content
