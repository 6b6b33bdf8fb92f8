"""Mail that is handed in: taken in once, whatever it holds; an answer goes to its complaint, all else to a person."""

from __future__ import annotations

import asyncio
import io
import zipfile
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from api.app import create_app
from gateways.scanning import EICAR
from runtime.settings import Settings
from tests.api.conftest import serving
from tests.api.documents import PDF
from tests.api.fakes import FakeEngine, FixedClock
from tests.api.people import ACORN, BIRCH, Tokens, a_complaint, listed, log
from tests.api.uploads import kept

MAILS = "/v1/intake/emails"
Rows = psycopg.Connection[Any]


def a_mail(text: str = "The ward lost my hearing aids.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    known = {
        "From": "Una Sample <una@sample.example>",
        "Subject": "Hearing aids",
        "Message-ID": f"<{uuid4()}@x.example>",
    }
    for name, value in (known | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        if value:
            message[name] = value
    message.set_content(text)
    return message


class Post:
    """Whoever fetches the mail of an organisation."""

    def __init__(self, client: httpx2.AsyncClient, tokens: Tokens) -> None:
        self.client, self.tokens = client, tokens

    def headers(self, role: str = "case_system", **more: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.of(role, **more)}"}

    async def bring(self, mail: EmailMessage | bytes, role: str = "case_system", **more: Any) -> httpx2.Response:
        params = {name: more.pop(name) for name in ("arrivedAt",) if name in more}
        content = mail if isinstance(mail, bytes) else mail.as_bytes()
        headers = self.headers(role, **more) | {"Content-Type": "message/rfc822"}
        return await self.client.post(MAILS, content=content, params=params, headers=headers)

    async def taken(self, mail: EmailMessage | bytes, **more: Any) -> dict[str, Any]:
        answer = await self.bring(mail, **more)
        assert answer.status_code == 201, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def switch(self, organisation: UUID = ACORN.id, *, email: bool = True) -> None:
        headers = self.tokens.headers("complaints_manager", organisation=organisation, key=f"switch-{uuid4()}")
        answer = await self.client.put("/v1/organisation/intake", json={"form": False, "email": email}, headers=headers)
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def post(client: httpx2.AsyncClient, tokens: Tokens) -> Post:
    found = Post(client, tokens)
    await found.switch()
    return found


def said(migrator: Rows, reference: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what was said about a complaint, in order."""
    return migrator.execute(  # type: ignore[return-value]
        "select kind, body from submission where complaint_id ="
        " (select complaint_id from submission where reference = %s) order by seq",
        (reference,),
    ).fetchall()


def a_notice(migrator: Rows, complaint_id: str, organisation: UUID = ACORN.id) -> UUID:
    notice_id = uuid4()
    migrator.execute(
        "insert into notice (id, organisation_id, complaint_id, template, template_version, audience, channel,"
        " legal_ground, state, subject, body, act_id, drafted_at, journalled)"
        " values (%s, %s, %s, 'update', 1, 'complainant', 'email', '-', 'handed_over', 's', 'b', %s, now(), true)",
        (notice_id, organisation, complaint_id, uuid4()),
    )
    return notice_id


async def test_a_mail_is_logged_as_an_enquiry_that_nobody_has_read_on_the_day_it_arrived(
    post: Post, migrator: Rows
) -> None:
    shown = await post.taken(a_mail(), arrivedAt="2026-11-16T23:30:00Z")
    assert (shown["state"], shown["reason"], shown["files"]) == ("logged", "new", 0)
    assert (shown["fromAddress"], shown["subject"]) == ("una@sample.example", "Hearing aids")
    ((kind, body),) = said(migrator, shown["reference"])
    assert (kind, body["matter"], body["channel"], body["received_on"]) == (
        *("log", "enquiry", "electronic"),
        "2026-11-16",
    )
    assert body["unread"] is True and body["summary"] == "E-mail: Hearing aids"
    assert body["narrative"].startswith("From: Una Sample <una@sample.example>\nSubject: Hearing aids\n\nThe ward lost")
    (party,) = body["parties"]
    assert (party["role"], party["name"], party["email"]) == ("complainant", "Una Sample", "una@sample.example")
    content = await post.client.get(shown["content"], headers=post.headers("handler"))
    assert content.status_code == 200 and b"The ward lost my hearing aids." in content.content
    assert content.headers["content-disposition"].startswith("attachment")


async def test_a_mail_delivered_twice_is_taken_in_once_and_has_the_same_answer(
    post: Post, migrator: Rows, settings: Settings
) -> None:
    mail = a_mail()
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="letter.pdf")
    first = await post.taken(mail)
    mail["Received"] = "by another way"
    for role in ("case_system", "handler"):
        again = await post.bring(mail, role)
        assert (again.status_code, again.json()) == (200, first)
    assert [kind for kind, _ in said(migrator, first["reference"])] == ["log", "attach_file"]
    assert len(kept(settings)) == 2


async def test_a_mail_that_two_bring_at_once_is_taken_in_once(post: Post) -> None:
    mail = a_mail()
    answers = await asyncio.gather(*(post.bring(mail, role) for role in ("case_system", "handler", "case_system")))
    assert sorted(each.status_code for each in answers) == [200, 200, 201]
    assert len({each.json()["reference"] for each in answers}) == 1


async def test_another_mail_under_the_same_message_id_is_not_lost(post: Post) -> None:
    first = await post.taken(a_mail("One.", Message_ID="<same@x.example>"))
    second = await post.taken(a_mail("Two.", Message_ID="<same@x.example>"))
    assert first["reference"] != second["reference"]


async def test_two_organisations_may_have_the_same_mail_and_neither_sees_that_of_the_other(post: Post) -> None:
    mail = a_mail(Message_ID=f"<{uuid4()}@both.example>")
    await post.switch(BIRCH.id)
    mine, theirs = await post.taken(mail), await post.taken(mail, organisation=BIRCH.id)
    assert mine["reference"].startswith("ACORN-") and theirs["reference"].startswith("BIRCH-")
    for path in (f"/v1/incoming/{theirs['id']}", theirs["content"]):
        assert (await post.client.get(path, headers=post.headers("handler"))).status_code == 404
    seen = await listed(post.client, "/v1/incoming", post.headers("handler"))
    assert mine["id"] in {each["id"] for each in seen} and theirs["id"] not in {each["id"] for each in seen}
    await post.switch(BIRCH.id, email=False)


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_submitted"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"Return_Path": "<>"}, "empty_return_path"),
    ],
)
async def test_what_a_machine_sent_is_kept_and_never_logged(
    post: Post, app: FastAPI, headers: dict[str, str], reason: str
) -> None:
    complaint = await log(post.client, post.tokens, app)
    shown = await post.taken(a_mail(**headers, Subject=f"Out of office: {complaint['reference']}"))
    assert (shown["state"], shown["reason"], shown["reference"]) == ("automatic", reason, None)
    assert (await post.client.get(shown["content"], headers=post.headers("handler"))).status_code == 200


async def test_a_letter_of_ours_that_comes_back_is_a_loop_and_not_one_that_only_looks_like_one(
    post: Post, app: FastAPI, migrator: Rows
) -> None:
    complaint = await log(post.client, post.tokens, app)
    notice = a_notice(migrator, complaint["id"])
    loop = await post.taken(a_mail(Message_ID=f"<notice.{notice}@trust.example>"))
    assert (loop["state"], loop["reason"]) == ("automatic", "own_loop")
    stranger = await post.taken(a_mail(Message_ID=f"<notice.{uuid4()}@trust.example>"))
    assert stranger["state"] == "logged"


async def test_an_answer_to_a_letter_goes_to_its_complaint_with_its_files(
    post: Post, app: FastAPI, migrator: Rows, clock: FixedClock
) -> None:
    complaint = await log(post.client, post.tokens, app)
    notice = a_notice(migrator, complaint["id"])
    mail = a_mail("Thank you, and here is my letter.", In_Reply_To=f"<notice.{notice}@trust.example>")
    mail.add_attachment(PDF, maintype="application", subtype="octet-stream", filename="../my letter.PDF")
    shown = await post.taken(mail, arrivedAt="2026-11-18T08:00:00+00:00")
    assert (shown["state"], shown["reason"], shown["reference"], shown["files"]) == (
        *("answer", "in_reply_to", complaint["reference"]),
        1,
    )
    await app.state.parts.starts.idle()
    _, (kind, contact), (attach, _) = said(migrator, complaint["reference"])
    assert (kind, attach) == ("record_contact", "attach_file")
    assert (contact["direction"], contact["channel"], contact["unread"]) == ("in", "email", True)
    assert contact["with_whom"] == "Una Sample" and "here is my letter" in contact["summary"]
    assert contact["happened_at"].startswith("2026-11-18T08:00:00")
    files = (await post.client.get(complaint["complaint"] + "/files", headers=post.headers("handler"))).json()["items"]
    assert [(each["name"], each["source"]) for each in files] == [("my letter.PDF", "complainant")]


async def test_a_subject_with_a_reference_is_an_answer_only_where_it_is_whole_and_our_own(
    post: Post, app: FastAPI, migrator: Rows
) -> None:
    complaint = await log(post.client, post.tokens, app)
    reference = str(complaint["reference"])
    shown = await post.taken(a_mail(Subject=f"RE: [External] {reference.lower()} my complaint"))
    assert (shown["state"], shown["reason"], shown["reference"]) == ("answer", "subject", reference)
    wrong = reference[:-1] + ("A" if reference[-1] != "A" else "B")
    headers = post.tokens.headers("handler", organisation=BIRCH.id)
    theirs = (await post.client.post("/v1/complaints", json=a_complaint(), headers=headers)).json()["reference"]
    for subject in (wrong, theirs, "ACORN-00000000-0"):
        other = await post.taken(a_mail(Subject=f"Re: {subject}"))
        assert (other["state"], other["reference"] not in (reference, theirs)) == ("logged", True), subject
    assert len(said(migrator, theirs)) == 1


async def test_an_answer_to_a_letter_of_another_organisation_is_an_enquiry_here(
    post: Post, migrator: Rows, app: FastAPI
) -> None:
    headers = post.tokens.headers("handler", organisation=BIRCH.id)
    theirs = (await post.client.post("/v1/complaints", json=a_complaint(), headers=headers)).json()
    await app.state.parts.starts.idle()
    notice = a_notice(migrator, theirs["id"], BIRCH.id)
    shown = await post.taken(a_mail(References=f"<notice.{notice}@birch.example>"))
    assert shown["state"] == "logged" and shown["reference"].startswith("ACORN-")


async def test_files_that_are_refused_are_named_and_the_mail_is_taken_in_all_the_same(
    post: Post, app: FastAPI, migrator: Rows
) -> None:
    mail = a_mail("See these.")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 30_000_000)
    word = "vnd.openxmlformats-officedocument.wordprocessingml.document"
    mail.add_attachment(b"MZ", maintype="application", subtype="x-msdownload", filename="run.exe")
    mail.add_attachment(b"not a pdf", maintype="application", subtype="pdf", filename="liar.pdf")
    mail.add_attachment(b"", maintype="application", subtype="pdf", filename="empty.pdf")
    mail.add_attachment(bomb.getvalue(), maintype="application", subtype=word, filename="bomb.docx")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="good.pdf")
    shown = await post.taken(mail)
    assert (shown["files"], shown["infected"]) == (1, False)
    assert [(each["name"], each["code"]) for each in shown["refusedFiles"]] == [
        ("run.exe", "file_type_not_allowed"),
        ("liar.pdf", "content_mismatch"),
        ("empty.pdf", "empty"),
        ("bomb.docx", "archive_bomb"),
    ]
    (_, body), _ = said(migrator, shown["reference"])
    assert "Files that were not put on the case: 4." in body["narrative"]


async def test_a_mail_that_holds_malware_is_taken_in_and_neither_put_on_the_case_nor_handed_out(
    post: Post, migrator: Rows
) -> None:
    mail = a_mail("Look at this.")
    mail.add_attachment(EICAR, maintype="text", subtype="csv", filename="x.csv")
    shown = await post.taken(mail)
    assert shown["refusedFiles"] == [{"name": "x.csv", "code": "file_infected"}] and shown["files"] == 0
    raw = await post.taken(a_mail().as_bytes() + EICAR)
    assert raw["infected"] is True and raw["state"] == "logged"
    refused = await post.client.get(raw["content"], headers=post.headers("handler"))
    assert (refused.status_code, refused.json()["code"]) == (409, "mail_infected")


async def test_mail_that_cannot_be_read_is_logged_for_a_person_to_open(post: Post, migrator: Rows) -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(500))
    shown = await post.taken(b"From: una@sample.example\nSubject: Deep\n" + deep)
    assert (shown["state"], shown["reason"], shown["fromAddress"]) == ("logged", "unreadable", "una@sample.example")
    ((_, body),) = said(migrator, shown["reference"])
    assert "could not be read here" in body["narrative"]


async def test_a_mail_from_nobody_is_logged_and_gets_no_receipt(post: Post, migrator: Rows) -> None:
    for raw in (b"Subject: x\n\nhi", b"From: a(b\nSubject: y\n\nhi", b"\x00\xff"):
        ((_, body),) = said(migrator, (await post.taken(raw + uuid4().hex.encode()))["reference"])
        assert body["parties"][0]["name"] and body["parties"][0]["email"] is None


async def test_words_too_long_for_the_record_are_cut_and_the_mail_is_kept_whole(
    post: Post, app: FastAPI, migrator: Rows
) -> None:
    complaint = await log(post.client, post.tokens, app)
    long = "words " * 40_000
    first = await post.taken(a_mail(long))
    ((_, body),) = said(migrator, first["reference"])
    assert len(body["narrative"]) <= 100_000 and body["narrative"].endswith("open it from the list of mails.]")
    second = await post.taken(a_mail(long, Subject=complaint["reference"]))
    _, (_, contact) = said(migrator, complaint["reference"])
    assert second["state"] == "answer" and len(contact["summary"]) <= 20_000


async def test_an_address_that_writes_much_gets_no_more_receipts_that_day(
    post: Post, migrator: Rows, clock: FixedClock
) -> None:
    sender = f"robot-{uuid4().hex[:8]}@x.example"
    emails = []
    for number in range(7):
        clock.instant += timedelta(days=1) if number == 6 else timedelta(minutes=1)
        shown = await post.taken(a_mail(f"Number {number}", From=sender.upper() if number % 2 else sender))
        ((_, body),) = said(migrator, shown["reference"])
        emails.append(body["parties"][0]["email"] is not None)
    assert emails == [True] * 5 + [False, True]


async def test_nothing_is_taken_in_where_mail_is_not_switched_on(post: Post, migrator: Rows) -> None:
    mail = a_mail()
    await post.switch(email=False)
    refused = await post.bring(mail)
    assert (refused.status_code, refused.json()["code"]) == (409, "intake_off")
    await post.switch()
    assert (await post.bring(mail)).status_code == 201


async def test_who_may_not_log_brings_no_mail_and_sees_no_words_unless_they_may(post: Post) -> None:
    for role in ("investigator", "operator", "auditor", "senior_leader"):
        assert (await post.bring(a_mail(), role)).status_code == 403, role
    answer = await post.client.post(MAILS, content=b"x", headers={"Content-Type": "message/rfc822"})
    assert answer.status_code == 401
    mail = a_mail(From="Kim <kim@secret.example>", Subject="Secret")
    mail.add_attachment(b"MZ", maintype="application", subtype="x-msdownload", filename="secret.exe")
    shown = await post.taken(mail)
    seen = await post.client.get(f"/v1/incoming/{shown['id']}", headers=post.headers("operator"))
    assert seen.status_code == 200 and "ecret" not in seen.text and seen.json()["reference"] == shown["reference"]
    assert seen.json()["refusedFiles"] == [{"name": None, "code": "file_type_not_allowed"}]
    assert (await post.client.get(shown["content"], headers=post.headers("operator"))).status_code == 403


@pytest.mark.parametrize(
    ("content", "params", "status", "code"),
    [
        (b"", {}, 422, "invalid_request"),
        (b" \r\n ", {}, 422, "invalid_request"),
        (b"Subject: x\n\nhi", {"arrivedAt": "yesterday"}, 422, "invalid_request"),
        (b"Subject: x\n\nhi", {"arrivedAt": "2026-11-18T10:36:00Z"}, 422, "invalid_request"),
        (b"Subject: x\n\nhi", {"arrivedAt": "2008-01-01T00:00:00Z"}, 422, "invalid_request"),
        (b"Subject: x\n\n" + b"x" * 1_100_000, {}, 413, "body_too_large"),
    ],
)
async def test_what_is_no_mail_or_too_large_is_refused(
    settings: Settings, engine: FakeEngine, clock: FixedClock, tokens: Tokens,
    content: bytes, params: dict[str, str], status: int, code: str,
) -> None:  # fmt: skip
    small = settings.model_copy(update={"largest_mail_mb": 1})
    async with serving(create_app(small, engine=engine, clock=clock)) as client:
        post = Post(client, tokens)
        await post.switch()
        answer = await post.bring(content, **params)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        as_json = await client.post(MAILS, json={}, headers=post.headers())
        assert as_json.status_code == 415


async def test_while_files_cannot_be_scanned_nothing_is_taken_in_and_later_all_of_it(
    post: Post, settings: Settings, engine: FakeEngine, clock: FixedClock, migrator: Rows
) -> None:
    mail = a_mail()
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="letter.pdf")
    away = settings.model_copy(update={"clamd_address": "127.0.0.1:9"})
    async with serving(create_app(away, engine=engine, clock=clock)) as client:
        refused = await Post(client, post.tokens).bring(mail)
    assert (refused.status_code, refused.json()["code"]) == (503, "scanner_unavailable")
    found = migrator.execute("select count(*) from incoming where message_id = %s", (mail["Message-ID"],)).fetchone()
    assert found == (0,)
    shown = await post.taken(mail)
    assert shown["files"] == 1


async def test_while_the_engine_is_away_mail_is_taken_in_all_the_same(
    post: Post, app: FastAPI, engine: FakeEngine
) -> None:
    complaint = await log(post.client, post.tokens, app)
    engine.away = True
    assert (await post.taken(a_mail()))["state"] == "logged"
    assert (await post.taken(a_mail(Subject=complaint["reference"])))["state"] == "answer"


async def test_mails_are_listed_the_newest_first_page_by_page(post: Post, clock: FixedClock) -> None:
    clock.instant = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
    brought = []
    for number in range(3):
        clock.instant += timedelta(minutes=1)
        more = {"Precedence": "bulk"} if number == 1 else {}
        brought.append((await post.taken(a_mail(f"{number}", **more)))["id"])
    headers = post.headers("handler")
    shown = await listed(post.client, "/v1/incoming", headers, limit=2)
    assert [each["id"] for each in shown[:3]] == brought[::-1]
    assert len({each["id"] for each in shown}) == len(shown)
    automatic = await listed(post.client, "/v1/incoming", headers, state="automatic")
    assert {each["state"] for each in automatic} == {"automatic"} and automatic[0]["id"] == brought[1]
    wrong = await post.client.get("/v1/incoming", params={"cursor": "x"}, headers=headers)
    assert wrong.status_code == 422
    assert (await post.client.get(f"/v1/incoming/{uuid4()}", headers=headers)).status_code == 404
