"""GOV.UK Notify by its own client against a server on loopback: what is for ever, for now, and never told."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from gateways.mail import MailUnavailable, Undeliverable
from gateways.notify import Account, FolderNotify, Message, code_of
from gateways.notify_client import NotifyClient
from tests.gateways.notify_stub import KEY, MARKER, NotifyStub, notify_stub

ACCOUNT = Account(key=KEY, email_template=UUID(int=7), text_template=UUID(int=8))
WORDS = "marker-of-a-letter"
PATIENCE = timedelta(seconds=2)  # with a server that hangs; one that is busy answers sooner


@pytest.fixture
def stub() -> Iterator[NotifyStub]:
    with notify_stub() as found:
        yield found


def client(stub: NotifyStub) -> NotifyClient:
    return NotifyClient(stub.url, timeout=PATIENCE)


def an_email(reference: UUID | None = None) -> Message:
    return Message(
        reference=reference or uuid4(), channel="email", recipient="pat@example.org", subject="About it", body=WORDS
    )


async def test_each_channel_goes_to_its_own_place_under_the_notice_s_id_alone(stub: NotifyStub) -> None:
    gateway = client(stub)
    email = an_email()
    text = Message(reference=uuid4(), channel="text", recipient="07700900000", body=WORDS)
    letter = Message(reference=uuid4(), channel="letter", pdf=b"%PDF-1.7 letter")
    known = [await gateway.send(ACCOUNT, each) for each in (email, text, letter)]
    assert [each["type"] for each in stub.taken] == ["email", "sms", "letter"]
    assert [each["reference"] for each in stub.taken] == [str(each.reference) for each in (email, text, letter)]
    assert [str(each.id) for each in known] == [each["id"] for each in stub.taken]
    assert stub.taken[0]["said"]["personalisation"] == {"subject": "About it", "body": WORDS}
    assert stub.taken[0]["said"]["template_id"] == str(UUID(int=7))
    assert stub.taken[1]["said"]["personalisation"] == {"body": WORDS}
    assert stub.pdf(2) == b"%PDF-1.7 letter"
    assert all(each.startswith("Bearer ") and KEY[-36:] not in each for each in stub.authorised)


@pytest.mark.parametrize(("status", "code"), [(400, "notify_refused"), (404, "notify_404")])
async def test_what_no_retry_will_mend_is_for_ever(stub: NotifyStub, status: int, code: str) -> None:
    stub.script = [status]
    with pytest.raises(Undeliverable) as caught:
        await client(stub).send(ACCOUNT, an_email())
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("step", "code"), [(403, "notify_forbidden"), (429, "notify_429"), (500, "notify_500"), (503, "notify_503")]
)
async def test_what_may_pass_is_only_for_now(stub: NotifyStub, step: int, code: str) -> None:
    stub.script = [step]
    with pytest.raises(MailUnavailable) as caught:
        await client(stub).send(ACCOUNT, an_email())
    assert caught.value.code == code


@pytest.mark.parametrize("step", ["hang", "drop", "lost"])
async def test_what_was_taken_before_the_answer_was_lost_is_found_by_its_reference(stub: NotifyStub, step: str) -> None:
    stub.script, gateway, email = [step], client(stub), an_email()
    with pytest.raises(MailUnavailable):
        await gateway.send(ACCOUNT, email)
    known = await gateway.find(ACCOUNT, email.reference)
    assert known is not None and str(known.id) == stub.taken[0]["id"] and known.status == "created"
    assert await gateway.find(ACCOUNT, uuid4()) is None


async def test_a_server_that_is_not_there_is_away() -> None:
    with pytest.raises(MailUnavailable):
        await NotifyClient("http://127.0.0.1:9", timeout=timedelta(seconds=1)).send(ACCOUNT, an_email())


async def test_no_log_and_no_failure_holds_a_word_an_address_a_key_or_what_notify_said(
    stub: NotifyStub, caplog: pytest.LogCaptureFixture
) -> None:
    stub.script = [400, 500]
    told = ""
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("urllib3").setLevel(logging.INFO)  # it names paths at DEBUG, and nothing of a message
        for _ in range(2):
            with pytest.raises((Undeliverable, MailUnavailable)) as caught:
                await client(stub).send(ACCOUNT, an_email())
            told += repr(caught.value) + repr(caught.value.__cause__) + repr(caught.value.__suppress_context__)
    told += caplog.text + repr(ACCOUNT) + repr(an_email())
    assert not [each for each in (WORDS, MARKER, KEY, KEY[-36:], "pat@example.org", stub.url) if each in told]


async def test_without_a_template_nothing_is_sent(stub: NotifyStub) -> None:
    with pytest.raises(Undeliverable) as caught:
        await client(stub).send(Account(key=KEY), an_email())
    assert (caught.value.code, stub.taken) == ("no_template", [])


@pytest.mark.parametrize("key", ["", "x", "-"])
async def test_what_is_no_key_is_for_ever(stub: NotifyStub, key: str) -> None:
    with pytest.raises(Undeliverable):
        await client(stub).send(Account(key=key, email_template=UUID(int=7)), an_email())


def test_a_status_of_notify_becomes_a_code_whatever_it_is() -> None:
    assert code_of("permanent-failure") == "permanent_failure"
    assert {code_of(each) for each in (None, "", "a b", "é", "x" * 41, "a\nb")} == {"unknown"}


async def test_the_folder_of_a_newcomer_takes_each_message_once(tmp_path: Path) -> None:
    folder, email = FolderNotify(tmp_path), an_email()
    assert await folder.find(ACCOUNT, email.reference) is None
    once, again = await folder.send(ACCOUNT, email), await folder.send(ACCOUNT, email)
    assert once == again == await folder.find(ACCOUNT, email.reference)
    (written,) = os.listdir(tmp_path)
    assert written == f"{email.reference}.json"
