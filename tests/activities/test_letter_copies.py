"""Released letters leave with their accessible copy: kept once, sent again as it is."""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from pypdf import PdfReader
from sqlalchemy import select, update
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.notices import MAIL_AWAY, Notices
from contracts.notices import NoticeAct, NoticeOutcome, NoticeState
from db.models.complaint import Party
from db.models.copies import LetterCopy
from db.models.work import Notice
from db.queries.copies import keep_copy, letter_words
from gateways.mail import MailUnavailable
from gateways.typesetting import CannotTypeset, Letter, Typeset, Typesetter
from gateways.typst_letters import LARGE_PRINT, SHEET, TypstTypesetter
from runtime.database_roles import DatabaseDsns
from tests.activities.test_notices import NOW, SENT, Case, FakeMail, lay_out, migrator, opened
from tests.bodies import plain

WORDS = "Dear Amina,\n\nOur marker answer.\n"


class CountingTypesetter:
    """Count, and do as Typst does, or fail."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.asked = 0
        self._fault = fault

    async def typeset(self, letter: Letter, language: str = "en-GB") -> Typeset:
        self.asked += 1
        if self._fault is not None:
            raise self._fault
        return await TypstTypesetter().typeset(letter, language)


def send(dsns: DatabaseDsns, mail: FakeMail, typesetter: Typesetter, *acts: NoticeAct) -> list[NoticeOutcome]:
    async def inner() -> list[NoticeOutcome]:
        async with opened(dsns) as database:
            notices = Notices(database, mail, "complaints@default.example", typesetter)
            return list(await asyncio.gather(*(ActivityEnvironment().run(notices.send, act) for act in acts)))

    return asyncio.run(inner())


def copies(dsns: DatabaseDsns, case: Case) -> Sequence[LetterCopy]:
    with migrator(dsns) as session:
        return session.scalars(select(LetterCopy).where(LetterCopy.complaint_id == case.complaint_id)).all()


def test_a_released_letter_leaves_as_words_with_the_copy_that_is_kept(dsns: DatabaseDsns) -> None:
    case, mail = lay_out(dsns, released=True, body=WORDS), FakeMail()
    assert send(dsns, mail, TypstTypesetter(), case.act) == [SENT]
    (sent,), (copy,) = mail.sent, copies(dsns, case)
    assert sent.attachment is not None and sent.body == WORDS
    assert sent.attachment.content == copy.content and copy.whole
    assert (sent.attachment.name, sent.attachment.media_type) == (
        f"letter-{case.complaint_id.hex}.pdf",
        "application/pdf",
    )
    assert (copy.notice_id, copy.organisation_id, copy.made_at) == (case.notice_id, case.organisation_id, NOW)
    assert copy.words_sha256 == hashlib.sha256(f"About it\n{WORDS}".encode()).hexdigest()
    assert (copy.template, copy.template_version, copy.sheet) == ("receipt", 1, SHEET)
    assert "Our marker answer." in PdfReader(io.BytesIO(copy.content)).pages[0].extract_text()


def test_whoever_needs_large_print_is_sent_large_print_and_the_copy_says_so(dsns: DatabaseDsns) -> None:
    case, mail = lay_out(dsns, released=True, body=WORDS), FakeMail()
    with migrator(dsns) as session:
        session.execute(update(Notice).where(Notice.id == case.notice_id).values(formats=["large_print"]))
        session.commit()
    assert send(dsns, mail, TypstTypesetter(), case.act) == [SENT]
    (sent,), (copy,) = mail.sent, copies(dsns, case)
    assert sent.attachment is not None and sent.attachment.content == copy.content
    assert copy.sheet == LARGE_PRINT != SHEET
    assert "Our marker answer." in PdfReader(io.BytesIO(copy.content)).pages[0].extract_text()


def test_a_retry_finds_the_copy_and_sends_the_same_bytes(dsns: DatabaseDsns) -> None:
    case, typesetter = lay_out(dsns, released=True), CountingTypesetter()
    with pytest.raises(ApplicationError) as raised:
        send(dsns, FakeMail(MailUnavailable("smtp_away")), typesetter, case.act)
    assert raised.value.type == MAIL_AWAY
    (kept,), mail = copies(dsns, case), FakeMail()
    # Days later the copy is what it was, whatever has changed about the person meanwhile.
    with migrator(dsns) as session:
        session.execute(update(Party).where(Party.complaint_id == case.complaint_id).values(name="Somebody Else"))
        session.commit()
    send(dsns, mail, typesetter, replace(case.act, now=NOW + timedelta(days=2)))
    assert mail.sent[0].attachment is not None and mail.sent[0].attachment.content == kept.content
    assert (typesetter.asked, len(copies(dsns, case))) == (1, 1)


def test_two_attempts_at_once_send_one_and_the_same_copy(dsns: DatabaseDsns) -> None:
    case, mail = lay_out(dsns, released=True), FakeMail()
    send(dsns, mail, TypstTypesetter(), *[case.act] * 4)
    (copy,) = copies(dsns, case)
    assert {sent.attachment and sent.attachment.content for sent in mail.sent} == {copy.content}


@pytest.mark.parametrize("row", [{"released": False}, {"released": True, "to_staff": True}])
def test_bare_receipts_and_prompts_to_staff_are_text_alone(dsns: DatabaseDsns, row: dict[str, Any]) -> None:
    case, mail, typesetter = lay_out(dsns, **row), FakeMail(), CountingTypesetter()
    assert send(dsns, mail, typesetter, case.act) == [SENT]
    assert (mail.sent[0].attachment, typesetter.asked, copies(dsns, case)) == (None, 0, [])


@pytest.mark.parametrize("row", [{"stop_contact": True}, {"hold": True}, {"email": None}, {"state": NoticeState.DRAFT}])
def test_what_does_not_leave_has_no_copy(dsns: DatabaseDsns, row: dict[str, Any]) -> None:
    case, typesetter = lay_out(dsns, released=True, **row), CountingTypesetter()
    if row.get("email", "") is None:
        with pytest.raises(ApplicationError):
            send(dsns, FakeMail(), typesetter, case.act)
    else:
        send(dsns, FakeMail(), typesetter, case.act)
    assert (typesetter.asked, copies(dsns, case)) == (0, [])


@pytest.mark.parametrize("typesetter", [CountingTypesetter(CannotTypeset("typst_failed")), TypstTypesetter()])
def test_a_letter_that_cannot_be_set_goes_as_text_and_the_operator_is_told_without_a_word_of_it(
    dsns: DatabaseDsns, typesetter: Typesetter, caplog: pytest.LogCaptureFixture
) -> None:
    case, mail = lay_out(dsns, released=True, body="A marker 日本語.\n"), FakeMail()
    with caplog.at_level(logging.ERROR, "activities.letter_copies"):
        assert send(dsns, mail, typesetter, case.act) == [SENT]
    assert (mail.sent[0].attachment, mail.sent[0].body) == (None, "A marker 日本語.\n")
    (told,) = [record.getMessage() for record in caplog.records if record.name == "activities.letter_copies"]
    assert str(case.notice_id) in told and "typst_" in told and "marker" not in caplog.text
    assert copies(dsns, case) == []


def test_a_damaged_copy_is_not_sent(dsns: DatabaseDsns, caplog: pytest.LogCaptureFixture) -> None:
    case = lay_out(dsns, released=True)
    with pytest.raises(ApplicationError):
        send(dsns, FakeMail(MailUnavailable("smtp_away")), TypstTypesetter(), case.act)
    damage(dsns, case)
    mail = FakeMail()
    assert send(dsns, mail, TypstTypesetter(), case.act) == [SENT]
    assert mail.sent[0].attachment is None and "copy_damaged" in caplog.text


def damage(dsns: DatabaseDsns, case: Case) -> None:
    """Change a byte behind the back of the trigger, as a failing disk would."""
    with psycopg.connect(plain(dsns.migrator)) as connection:
        connection.execute("alter table letter_copy disable trigger append_only")
        connection.execute(
            "update letter_copy set content = set_byte(content, 200, (get_byte(content, 200) + 1) %% 256)"
            " where notice_id = %s",
            (case.notice_id,),
        )
        connection.execute("alter table letter_copy enable trigger append_only")


@pytest.mark.parametrize(
    "change", ["update letter_copy set sheet = 2", "delete from letter_copy", "truncate letter_copy"]
)
def test_a_copy_is_never_changed_nor_removed(dsns: DatabaseDsns, change: str) -> None:
    send(dsns, FakeMail(), TypstTypesetter(), lay_out(dsns, released=True).act)
    for dsn in (dsns.app, dsns.migrator):
        refused = (psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation)
        with psycopg.connect(plain(dsn)) as connection, pytest.raises(refused):
            connection.execute(change)


def test_a_draft_has_no_copy_to_keep(dsns: DatabaseDsns) -> None:
    case = lay_out(dsns, state=NoticeState.DRAFT)

    async def inner() -> None:
        async with opened(dsns) as database, database.tenant(case.organisation_id, NOW) as session:
            words = await letter_words(session, case.complaint_id, case.notice_id)
            assert words is not None and words.draft
            with pytest.raises(ValueError, match="no copy"):
                await keep_copy(session, words, b"%PDF", sheet=1, program="typst", now=NOW)

    asyncio.run(inner())
