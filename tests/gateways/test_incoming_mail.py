"""Mail as others write it: read as far as it can be, never believed, and never a reason to fail or to take long."""

from __future__ import annotations

import time
from email.message import EmailMessage
from uuid import UUID

import pytest

from gateways.html_text import text_of
from gateways.incoming_mail import MOST_FILES, IncomingMail, read_mail

NOTICE = UUID("019a2037-5e5b-774d-8f3f-f4f0af18ca65")
OTHER = UUID("019a2037-5e5b-774d-8f3f-f4f0af18ca66")


def mail(head: str = "", body: str | bytes = "Hello") -> IncomingMail:
    content = body if isinstance(body, bytes) else body.encode()
    lines = "From: Una Sample <una@sample.example>\nSubject: Hearing aids\nMessage-ID: <1@sample.example>\n"
    return read_mail((lines + head + "\n").encode() + content)


def test_who_it_says_it_is_from_its_subject_and_its_words_are_read() -> None:
    found = mail(body="The ward\r\nlost them.\r\n")
    assert (found.from_name, found.from_address) == ("Una Sample", "una@sample.example")
    assert (found.subject, found.message_id) == ("Hearing aids", "<1@sample.example>")
    assert found.text.strip() == "The ward\nlost them." and found.readable and found.automatic is None


def test_plain_words_are_taken_before_a_page_and_a_page_where_there_are_none() -> None:
    message = EmailMessage()
    message.set_content("plain words")
    message.add_alternative("<p>page words</p>", subtype="html")
    assert read_mail(message.as_bytes()).text == "plain words"
    message = EmailMessage()
    message.set_content("<title>x</title><p>page&nbsp;words<br>next</p><script>no()</script>", subtype="html")
    found = read_mail(message.as_bytes())
    assert found.text == "page words\nnext" and found.files == ()


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        ("Content-Type: text/plain; charset=iso-8859-1\n", b"\xe9t\xe9", "été"),
        ("Content-Type: text/plain; charset=klingon\n", b"\xffhi", "�hi"),
        ("Content-Type: text/plain; charset=idna\n", b"xx..", "xx.."),
        ("Content-Type: text/plain; charset=base64\n", b"hi", "hi"),
        ("Content-Type: text/plain; charset=utf-16\n", b"a", "�"),
        ("Content-Transfer-Encoding: base64\n", b"not base64!", None),
        ("Content-Transfer-Encoding: quoted-printable\n", b"=C3=A9 =ZZ", "é =ZZ"),
        ("", b"a\x00b\xff", "ab�"),
    ],
)
def test_what_cannot_be_decoded_is_replaced(head: str, body: bytes, text: str | None) -> None:
    found = mail(head, body)
    assert found.readable and (text is None or found.text == text)
    found.text.encode()


def test_nothing_in_a_header_ends_it() -> None:
    found = read_mail(
        b"From: =?utf-8?q?Una=0D=0ABcc:_x@y.example?= <una@sample.example>\n"
        b"Subject: =?utf-8?q?Hello=0D=0ABcc:_x@y.example=00?=\nMessage-ID: <a\xff@b>\n\nhi"
    )
    assert found.subject == "Hello Bcc: x@y.example" and found.from_address == "una@sample.example"
    assert "\n" not in (found.message_id or "")


@pytest.mark.parametrize("sender", ["", "From:\n", "From: nobody\n", "From: Una <una>\n", "From: undisclosed:;\n"])
def test_a_mail_from_nobody_is_read_all_the_same(sender: str) -> None:
    found = read_mail(f"{sender}Subject: x\n\nhi".encode())
    assert found.from_address is None and (found.text, found.subject) == ("hi", "x")


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("Auto-Submitted: auto-replied (vacation)\n", "auto_submitted"),
        ("Auto-Submitted: auto-generated; x=y\n", "auto_submitted"),
        ("Auto-Submitted: no\n", None),
        ("Precedence: Bulk\n", "bulk"),
        ("Precedence: list\n", "bulk"),
        ("Precedence: first-class\n", None),
        ("Return-Path: <>\n", "empty_return_path"),
        ("Return-Path: <una@sample.example>\n", None),
    ],
)
def test_what_a_machine_sent_is_told_by_its_headers(head: str, why: str | None) -> None:
    assert mail(head).automatic == why


def test_which_of_our_letters_it_answers_is_read_the_nearest_first() -> None:
    found = mail(
        f"References: <x@y> <notice.{OTHER}@a.example>\n <notice.{NOTICE}@a.example>\nIn-Reply-To: <z@y>\n"
        "Subject: a second one\n"
    )
    assert found.answers == (NOTICE, OTHER)
    assert read_mail(f"Message-ID: <notice.{NOTICE}@a.example>\n\n".encode()).own == NOTICE
    assert mail("In-Reply-To: <notice.not-an-id@a.example>\n").answers == ()


def test_what_looks_like_a_reference_is_found_in_the_subject() -> None:
    found = read_mail(b"Subject: Re: [ext] rx1-7k3m9qwd-c, and ACORN.2-00000000-0!\n\n")
    assert found.references == ("rx1-7k3m9qwd-c", "ACORN.2-00000000-0")


def test_the_same_mail_delivered_twice_has_one_key_and_another_under_its_message_id_has_not() -> None:
    once = mail("Received: from a\n", "Hello\r\nthere\r\n")
    assert mail("Received: from b\nDelivered-To: c\n", "Hello\nthere\n").key == once.key
    assert mail("Received: from a\n", "Something else").key != once.key
    nameless = [read_mail(f"Received: from {each}\n\nHello".encode()).key for each in "aab"]
    assert nameless[0] == nameless[1] != nameless[2]


def test_files_are_read_with_the_names_they_came_with_and_a_mail_within_stays_whole() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Forwarded"
    inner.set_content("inner words")
    inner.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="inner.pdf")
    message = EmailMessage()
    message.set_content("see attached")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="../../Bréf.pdf")
    message.add_attachment(inner)
    found = read_mail(message.as_bytes())
    assert found.text.strip() == "see attached"
    assert [(each.name, each.media_type) for each in found.files] == [
        ("../../Bréf.pdf", "application/pdf"),
        ("", "message/rfc822"),
    ]
    assert found.files[0].content == b"%PDF-" and b"inner.pdf" in found.files[1].content


def test_of_very_many_files_the_first_are_read_and_the_rest_are_counted() -> None:
    message = EmailMessage()
    message.set_content("many")
    for _ in range(MOST_FILES + 3):
        message.add_attachment(b"x", maintype="text", subtype="csv", filename="x.csv")
    found = read_mail(message.as_bytes())
    assert (len(found.files), found.left_out) == (MOST_FILES, 3)


DEEP = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20_000))
PART = b"--x\n\n\n"
HOSTILE = {
    "nothing": b"",
    "noise": b"\x00\xff\n" * 100_000,
    "deep nesting": b"From: a@b.example\n" + DEEP,
    "nested as deep as is read": b"From: a@b.example\n" + DEEP[:2_000] + b"\nwords\n" * 400_000,
    "mails in mails": b"From: a@b.example\n" + b"Content-Type: message/rfc822\n\n" * 20_000,
    "very many parts": b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n" + PART * 500_000,
    "very many headers": b"From: a@b.example\n" + b"X: y\n" * 900_000 + b"\n",
    "comments in comments": b"From: " + b"(" * 100_000 + b"\nSubject: x\n\nhi",
    "a type of comments": b"Content-Type: " + b"(" * 100_000 + b"\n\nhi",
    "very many parameters": b"Content-Type: text/plain; " + b"a*0=x;" * 100_000 + b"\n\nhi",
    "very many senders": b"From: " + b"a@b.example, " * 100_000 + b"\n\nhi",
    "encoded words": b"Subject: " + b"=?utf-8?q?" + b"=?=" * 100_000 + b"\n\nhi",
    "tags that never end": b"Content-Type: text/html\n\n" + b"<a\n" * 600_000,
    "quotes that never end": b"Content-Type: text/html\n\n" + b"<a b='" * 300_000,
    "comments that never end": b"Content-Type: text/html\n\n" + b"<!--" * 500_000,
    "sections that never end": b"Content-Type: text/html\n\n" + b"<![a>" * 300_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_a_mail_made_to_hurt_is_read_or_said_to_be_unreadable_soon(raw: bytes) -> None:
    began = time.process_time()
    found = read_mail(raw)
    assert time.process_time() - began < 8
    assert len(found.key) == 64 and len(found.text) <= 1_000_000


def test_what_cannot_be_taken_apart_still_tells_who_it_says_it_is_from() -> None:
    found = read_mail(HOSTILE["deep nesting"])
    assert not found.readable and found.from_address == "a@b.example"


def test_a_page_becomes_words_whatever_is_wrong_with_it() -> None:
    assert text_of("a &amp; b &lt;script&gt; <b>c</b>") == "a & b <script> c"
    assert text_of("<head><title>no<body>yes") == "yes"
    assert text_of("1 < 2 <!-- no --> 3 <!-- no") == "1 < 2 3"
    assert text_of("<ul><li>one<li>two</ul><p>three") == "one\ntwo\n\nthree"
