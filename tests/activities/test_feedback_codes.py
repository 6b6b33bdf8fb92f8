"""The code that opens somebody's page is in what is sent to them, and in nothing that is kept or that others read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.exporting import case_document
from activities.notices import Notices
from activities.notify import KEY_COLUMN, ByNotify
from contracts.code import Code
from contracts.notices import NoticeAct, NoticeState
from db.feedback_codes import hash_of, new_code
from db.models.arrivals import CarrierSetting
from db.models.work import Notice
from db.office_said import SendUpdate
from db.queries.copies import LetterWords
from db.staff_said import RecordExperience
from gateways.feedback_marks import FeedbackMarks
from gateways.mail import OutgoingMail
from gateways.notify import Account, Known, Message
from gateways.out_tray import FolderOutTray
from gateways.sealing import Sealing, about, new_key
from gateways.typesetting import Typeset
from tests.activities.office_desk import Desk, a_desk
from tests.activities.rounds import ADDRESS, MARKS, a_round, asked, link_of
from tests.activities.told_staff import K, agreed, on
from tests.apart import MORNING, Apart


@dataclass(slots=True)
class Mailbox:
    sent: list[OutgoingMail] = field(default_factory=list)

    async def send(self, mail: OutgoingMail) -> None:
        self.sent.append(mail)


@dataclass(slots=True)
class Messages:
    """Notify, which keeps what it is given."""

    sent: list[Message] = field(default_factory=list)

    async def send(self, account: Account, message: Message) -> Known:
        self.sent.append(message)
        return Known(id=None, status="created")

    async def find(self, account: Account, reference: UUID) -> Known | None:
        return None


class Plain:
    """Sets a letter as its words."""

    async def typeset(self, words: LetterWords) -> Typeset:
        return Typeset(content=words.body.encode(), sheet=1, program="plain")


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


def carriers(desk: Desk, tray: Path, marks: FeedbackMarks = MARKS) -> tuple[Notices, Mailbox]:
    post = Mailbox()
    box = FolderOutTray(tray)
    sender = "complaints@example.org"
    return Notices(desk.apart.database, post, sender, Plain(), None, box, None, marks), post


def act_of(desk: Desk, template: str = "survey") -> NoticeAct:
    (letter,) = desk.notices(template)
    now = desk.apart.engine.now
    return NoticeAct(organisation_id=desk.body.id, complaint_id=desk.complaint, notice_id=UUID(letter["id"]), now=now)


def laid_out(tray: Path) -> list[str]:
    return [each.read_text() for each in tray.rglob("*.pdf")]


async def kept(desk: Desk) -> str:
    """Return all that is kept of a case: submissions, letters, copies, events, and its export."""
    async with desk.apart.database.tenant(desk.body.id, desk.apart.engine.now) as session:
        exported = (await case_document(session, desk.complaint)).decode()
    found = [exported]
    for table in ("submission", "notice", "experience", "case_event", "letter_copy"):
        of_it = f"select to_jsonb(t)::text from {table} t where complaint_id = %s"
        found += [row[0] for row in desk.apart.rows(of_it, desk.complaint)]
    of_copies = "select convert_from(content, 'UTF8') from letter_copy where complaint_id = %s"
    return "\n".join([*found, *(row[0] for row in desk.apart.rows(of_copies, desk.complaint))])


def is_in(code: str, words: str) -> bool:
    return code in words or code.replace("-", "") in words


async def test_the_mail_has_the_code_and_nothing_that_is_kept_has(desk: Desk, tmp_path: Path) -> None:
    await desk.withdraw()
    await a_round(desk)
    notices, post = carriers(desk, tmp_path)
    assert (await ActivityEnvironment().run(notices.send, act_of(desk))).state is NoticeState.HANDED_OVER
    (mail,) = post.sent
    (line,) = [each for each in mail.body.splitlines() if "/feedback/" in each]
    assert line == link_of(desk)
    code = line.removeprefix(f"{ADDRESS}/feedback/")
    assert hash_of(code) == asked(desk)[0]["link_hash"]
    assert not is_in(code, await kept(desk))
    assert f"{ADDRESS}/feedback/…" in desk.notices("survey")[0]["body"]


async def test_what_lies_in_the_out_tray_has_the_code_and_the_kept_copy_has_not(desk: Desk, tmp_path: Path) -> None:
    by_post = await a_desk(desk.apart, desk.body, email=None)
    await by_post.withdraw()
    await a_round(by_post)
    notices, _ = carriers(by_post, tmp_path)
    await ActivityEnvironment().run(notices.send, act_of(by_post))
    (letter,) = laid_out(tmp_path)
    code = link_of(by_post).removeprefix(f"{ADDRESS}/feedback/")
    assert code in letter
    copies = by_post.apart.rows("select count(*) from letter_copy where complaint_id = %s", by_post.complaint)
    assert copies == [(1,)] and not is_in(code, await kept(by_post))


async def test_what_is_handed_to_notify_has_the_code_too(desk: Desk, tmp_path: Path) -> None:
    key = new_key()
    sealing = Sealing.of(key)
    await desk.withdraw()
    await a_round(desk, marks=FeedbackMarks(sealing))
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        row = CarrierSetting(
            id=uuid4(), organisation_id=desk.body.id, carrier="notify", emails=True, texts=True, letters=True,
            email_template=uuid4(), changed_at=MORNING,
        )  # fmt: skip
        row.key_sealed = sealing.seal("a-key", about(KEY_COLUMN, row.id))
        session.add(row)
        notice = await session.get_one(Notice, act_of(desk).notice_id)
        notice.carrier = "notify"
    box = Messages()
    await ActivityEnvironment().run(ByNotify(desk.apart.database, box, sealing, Plain()).send, act_of(desk))
    assert link_of(desk, marks=FeedbackMarks(sealing)) in box.sent[0].body


async def test_after_the_key_was_rotated_it_still_leaves_and_without_the_old_key_it_is_known_not_to(
    desk: Desk, tmp_path: Path
) -> None:
    old, new = new_key(), new_key()
    marks = FeedbackMarks(Sealing.of(old))
    await desk.withdraw()
    await a_round(desk, marks=marks)
    lost, post = carriers(desk, tmp_path, FeedbackMarks(Sealing.of(new)))
    with pytest.raises(ApplicationError) as refused:
        await ActivityEnvironment().run(lost.send, act_of(desk))
    assert (refused.value.non_retryable, list(refused.value.details)) == (True, ["no_link"]) and post.sent == []
    rotated, post = carriers(desk, tmp_path, FeedbackMarks(Sealing.of(f"{new},{old}")))
    await ActivityEnvironment().run(rotated.send, act_of(desk))
    assert link_of(desk, marks=marks) in post.sent[0].body


async def test_without_a_key_the_letter_has_no_link_and_asks_all_the_same(desk: Desk) -> None:
    await desk.withdraw()
    await a_round(desk, marks=FeedbackMarks(Sealing()))
    (row,), (letter,) = asked(desk), desk.notices("survey")
    assert (row["asked_how"], row["link_hash"], row["expires_at"]) == ("survey", None, None)
    assert "/feedback" not in letter["body"] and "1 means not at all" in letter["body"]


async def test_what_somebody_typed_that_looks_like_a_hidden_code_leaves_as_it_was_typed(
    desk: Desk, tmp_path: Path
) -> None:
    await agreed(desk)
    words = f"You asked what {ADDRESS}/feedback/… is."
    await desk.must(K.SEND_UPDATE, SendUpdate(subject="An answer", body=words))
    notices, post = carriers(desk, tmp_path)
    await ActivityEnvironment().run(notices.send, act_of(desk, "update"))
    assert words in post.sent[0].body


@pytest.mark.parametrize("formats", [[], ["large_print"]])
async def test_without_the_key_of_its_code_nothing_lies_in_the_out_tray_and_that_is_known(
    desk: Desk, tmp_path: Path, formats: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    by_post = await a_desk(desk.apart, desk.body, email=None)
    await by_post.withdraw()
    await a_round(by_post)
    (letter,) = by_post.notices("survey")
    by_post.apart.rows("update notice set formats = %s where id = %s", json.dumps(formats), letter["id"])
    lost, _ = carriers(by_post, tmp_path, FeedbackMarks(Sealing()))
    settled = await ActivityEnvironment().run(lost.send, act_of(by_post))
    assert settled.state is NoticeState.RELEASED and laid_out(tmp_path) == []
    of_it = "select status from carriage where notice_id = %s"
    known = by_post.apart.rows(of_it, letter["id"])
    assert (known, settled.failure) == (([("no_copy",)], None) if not formats else ([], Code("format_owed")))
    assert [each.message for each in caplog.records if "no_link" in each.message]


async def test_a_link_that_was_said_with_its_code_before_leaves_as_it_stands_and_opens(
    desk: Desk, tmp_path: Path
) -> None:
    await desk.withdraw()
    on(desk, date(2028, 3, 23))
    code = new_code(uuid4().bytes)
    link = f"{ADDRESS}/feedback/{code}"
    said = RecordExperience(
        step="asked", on=date(2028, 3, 23), party_id=desk.party(), how="survey", round_id=uuid4(), link=link
    )
    await desk.must(K.RECORD_EXPERIENCE, said)
    assert asked(desk)[0]["link_hash"] == hash_of(code)
    notices, post = carriers(desk, tmp_path, FeedbackMarks(Sealing()))
    await ActivityEnvironment().run(notices.send, act_of(desk))
    assert link in post.sent[0].body.splitlines()
