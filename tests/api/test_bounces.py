"""Mail that says that one of ours did not arrive: it is told to its complaint, and is no enquiry and no contact."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import FastAPI

from gateways.incoming_mail import read_mail
from tests.api.people import ACORN, BIRCH, Tokens, log
from tests.api.test_incoming_mail import Post, Rows, a_mail, a_notice

pytestmark = pytest.mark.at_once


def a_report(
    notice_id: UUID, *, action: str = "failed", status: str = "5.1.1", enclosed: str = "text/rfc822-headers"
) -> bytes:
    """Return a delivery status notification as mail servers write it (RFC 3464)."""
    parts = [
        "Content-Type: text/plain\n\nI'm sorry to have to inform you that your message could not be delivered.",
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; una@sample.example\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 no such user",
        f"Content-Type: {enclosed}\n\nMessage-ID: <notice.{notice_id}@trust.example>\n"
        "From: complaints@trust.example\nTo: una@sample.example\nSubject: Your complaint\n\nWords.",
    ]
    head = (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: complaints@trust.example\n"
        f"Subject: Undelivered Mail Returned to Sender\nMessage-ID: <{uuid4()}@mx.example>\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="between"\n\n'
    )
    whole = head + "".join(f"--between\n{part}\n" for part in parts) + "--between--\n"
    return whole.replace("\n", "\r\n").encode()


def an_old_bounce(notice_id: UUID) -> bytes:
    """Return what a server writes that knows of no reports: words, and the mail below them."""
    mail = EmailMessage()
    mail["From"] = "MAILER-DAEMON@old.example"
    mail["To"] = "complaints@trust.example"
    mail["Return-Path"] = "<>"
    mail["Subject"] = "failure notice"
    mail["Message-ID"] = f"<{uuid4()}@old.example>"
    mail.set_content(
        "Hi. This is the qmail-send program.\n<una@sample.example>:\nno mailbox here by that name\n\n"
        f"--- Below this line is a copy of the message.\n\nMessage-ID: <notice.{notice_id}@trust.example>\nTo: una\n"
    )
    return mail.as_bytes()


@pytest.fixture
async def post(client: httpx2.AsyncClient, tokens: Tokens) -> Post:
    found = Post(client, tokens)
    for organisation in (ACORN.id, BIRCH.id):
        await found.switch(organisation)
    return found


async def a_sent_notice(post: Post, app: FastAPI, migrator: Rows) -> tuple[dict[str, Any], UUID]:
    logged = await log(post.client, post.tokens, app)
    notice_id = a_notice(migrator, logged["id"])
    migrator.commit()
    return logged, notice_id


def stands(migrator: Rows, notice_id: UUID) -> tuple[str, str | None]:
    migrator.commit()
    [row] = migrator.execute("select state, failure from notice where id = %s", (notice_id,)).fetchall()
    return (row[0], row[1])


def kinds(migrator: Rows, complaint_id: str) -> list[str]:
    found = migrator.execute("select kind from submission where complaint_id = %s order by seq", (complaint_id,))
    return [row[0] for row in found.fetchall()]


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822", "old"])
async def test_a_bounce_is_told_to_its_complaint_and_is_no_enquiry(
    post: Post, app: FastAPI, migrator: Rows, kind: str
) -> None:
    logged, notice_id = await a_sent_notice(post, app, migrator)
    mail = an_old_bounce(notice_id) if kind == "old" else a_report(notice_id, enclosed=kind)
    for each in range(2):
        answer = await post.bring(mail)
        assert answer.status_code == (200 if each else 201)
        shown = answer.json()
        assert (shown["state"], shown["reason"], shown["reference"]) == ("automatic", "bounced", None)
    await app.state.parts.starts.idle()
    assert stands(migrator, notice_id) == ("failed", "bounced")
    assert kinds(migrator, logged["id"]) == ["log", "notice_outcome"]


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2"), ("delayed", "")])
async def test_what_is_only_delayed_has_not_failed(
    post: Post, app: FastAPI, migrator: Rows, action: str, status: str
) -> None:
    logged, notice_id = await a_sent_notice(post, app, migrator)
    shown = await post.taken(a_report(notice_id, action=action, status=status))
    assert (shown["state"], shown["reason"]) == ("automatic", "delayed")
    assert stands(migrator, notice_id) == ("handed_over", None)
    assert kinds(migrator, logged["id"]) == ["log"]


async def test_a_report_of_success_is_only_kept(post: Post, app: FastAPI, migrator: Rows) -> None:
    logged, notice_id = await a_sent_notice(post, app, migrator)
    shown = await post.taken(a_report(notice_id, action="delivered", status="2.0.0"))
    assert (shown["state"], shown["reason"]) == ("automatic", "auto_submitted")
    assert kinds(migrator, logged["id"]) == ["log"] and stands(migrator, notice_id)[0] == "handed_over"


async def test_a_bounce_of_another_organisation_s_notice_is_an_ordinary_mail(
    post: Post, app: FastAPI, migrator: Rows
) -> None:
    logged, notice_id = await a_sent_notice(post, app, migrator)
    shown = await post.taken(a_report(notice_id), organisation=BIRCH.id)
    assert (shown["state"], shown["reason"]) == ("automatic", "auto_submitted")
    assert stands(migrator, notice_id) == ("handed_over", None) and kinds(migrator, logged["id"]) == ["log"]


@pytest.mark.parametrize(
    "changed",
    [
        "channel = 'letter'",
        "channel = 'text', carrier = 'notify', state = 'queued'",
        "carrier = 'notify'",
        "state = 'draft'",
        "settled_at = '2026-10-19T10:29:00Z'",
    ],
)
async def test_a_bounce_of_what_did_not_lately_go_as_a_mail_is_a_forgery_and_is_only_kept(
    post: Post, app: FastAPI, migrator: Rows, changed: str
) -> None:
    """Whoever knows the id of a notice could else have one that waits in a queue called failed, and so never sent."""
    logged, notice_id = await a_sent_notice(post, app, migrator)
    migrator.execute(f"update notice set {changed} where id = %s", (notice_id,))
    before = stands(migrator, notice_id)
    shown = await post.taken(a_report(notice_id))
    assert (shown["state"], shown["reason"]) == ("automatic", "auto_submitted")
    await app.state.parts.starts.idle()
    assert stands(migrator, notice_id) == before and kinds(migrator, logged["id"]) == ["log"]


async def test_a_bounce_of_what_a_person_says_has_arrived_changes_nothing(
    post: Post, app: FastAPI, migrator: Rows
) -> None:
    _, notice_id = await a_sent_notice(post, app, migrator)
    migrator.execute("update notice set state = 'delivered' where id = %s", (notice_id,))
    assert (await post.taken(a_report(notice_id)))["reason"] == "bounced"
    await app.state.parts.starts.idle()
    assert stands(migrator, notice_id) == ("delivered", None)


async def test_an_out_of_office_reply_is_kept_as_ever(post: Post, app: FastAPI, migrator: Rows) -> None:
    logged, notice_id = await a_sent_notice(post, app, migrator)
    quoting = f"I am away.\n\nMessage-ID: <notice.{notice_id}@trust.example>\n"
    away = a_mail(quoting, Auto_Submitted="auto-replied", In_Reply_To=f"<notice.{notice_id}@trust.example>")
    shown = await post.taken(away)
    assert (shown["state"], shown["reason"]) == ("automatic", "auto_submitted")
    assert stands(migrator, notice_id) == ("handed_over", None) and kinds(migrator, logged["id"]) == ["log"]


async def test_a_person_who_writes_of_a_failure_is_a_person(post: Post, app: FastAPI, migrator: Rows) -> None:
    logged, notice_id = await a_sent_notice(post, app, migrator)
    quoting = f"Your mail was not delivered:\nMessage-ID: <notice.{notice_id}@trust.example>\n"
    shown = await post.taken(a_mail(quoting))
    assert shown["state"] == "logged" and stands(migrator, notice_id) == ("handed_over", None)
    assert kinds(migrator, logged["id"]) == ["log"]


@pytest.mark.parametrize(
    "mail",
    [
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n\xff",
        b"From: MAILER-DAEMON\r\nContent-Type: message/rfc822\r\nAuto-Submitted: x\r\n\r\n",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 300,
    ],
)
def test_no_report_is_too_odd_to_be_read(mail: bytes) -> None:
    assert read_mail(mail).bounce is None
