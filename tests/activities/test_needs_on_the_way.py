"""What somebody needs, and letters that are on their way to them already: as the record stands when they leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from temporalio.testing import ActivityEnvironment

from activities.notices import Notices
from contracts.code import Code
from contracts.commands import CommandKind
from contracts.notices import NoticeAct, NoticeOutcome, NoticeState
from db import desk_said, said
from gateways.out_tray import FolderOutTray
from gateways.typesetting import CannotTypeset, Typesetter
from gateways.typst_letters import TypstTypesetter
from tests.activities.office_desk import Desk, a_desk
from tests.activities.outside import STREET, need, release
from tests.activities.test_arrivals import an_update, by_post
from tests.activities.test_letter_copies import CountingTypesetter
from tests.activities.test_notices import FakeMail
from tests.activities.test_out_tray import Tray
from tests.apart import Apart
from tests.bodies import Body

__all__ = ["by_post"]  # a fixture of these tests, too

OWED = NoticeOutcome(state=NoticeState.RELEASED, failure=Code("format_owed"))


def no_paper() -> Typesetter:
    return CountingTypesetter(CannotTypeset("typst_failed"))


async def leave(desk: Desk, notice_id: str, typesetter: Typesetter, folder: Path | None = None) -> Any:
    """Send a notice, and tell its complaint, as its workflow does; return what became of it, and the mail."""
    mail = FakeMail()
    tray = FolderOutTray(folder) if folder is not None else None
    notices = Notices(desk.apart.database, mail, "c@x.example", typesetter, None, tray)
    act = NoticeAct(
        organisation_id=desk.body.id, complaint_id=desk.complaint, notice_id=UUID(notice_id),
        now=desk.apart.engine.now,
    )  # fmt: skip
    outcome = await ActivityEnvironment().run(notices.send, act)
    await ActivityEnvironment().run(notices.report, act)
    await desk.apart.deliver(desk.body, desk.complaint)
    return outcome, mail.sent


def stands(desk: Desk, notice_id: str) -> tuple[str, str | None]:
    row = desk.row(f"select state, failure from notice where complaint_id = %s and id = '{notice_id}'")
    return row["state"], row["failure"]


async def test_large_print_that_cannot_be_made_is_owed_and_the_mail_does_not_leave(desk: Desk) -> None:
    await need(desk, formats=("large_print",))
    sent = await an_update(desk)
    assert sent["state"] == "queued"
    for _ in range(2):
        outcome, mails = await leave(desk, sent["id"], no_paper())
        assert (outcome, mails) == (OWED, [])
    assert stands(desk, sent["id"]) == ("released", "format_owed")
    assert len(desk.tasks("supply_format")) == 1 and desk.clock("format")["state"] == "running"
    assert len(desk.events("notice.format_owed")) == 1


async def test_large_print_that_cannot_be_made_is_not_printed_from_its_words(by_post: Desk, tmp_path: Path) -> None:
    await need(by_post, formats=("large_print",))
    sent = await an_update(by_post)
    outcome, _ = await leave(by_post, sent["id"], no_paper(), tmp_path)
    assert outcome == OWED and Tray(by_post, tmp_path).names == []
    assert by_post.tasks("post_letter") == [] and len(by_post.tasks("supply_format")) == 1


async def test_a_receipt_that_goes_by_itself_takes_large_print_with_it(beside: Apart, body: Body) -> None:
    from db.party_said import NeedsSaid

    needs = NeedsSaid(formats=("large_print",))
    pat = said.PartySaid(role="complainant", name="Pat", email="pat@example.org", needs=needs)
    desk = await a_desk(beside, body, parties=(pat,))
    (receipt,) = desk.notices("receipt")
    _, (mail,) = await leave(desk, receipt["id"], TypstTypesetter())
    assert mail.attachment is not None


async def test_a_queued_mail_waits_for_the_form_that_becomes_known_before_it_leaves(desk: Desk) -> None:
    sent = await an_update(desk)
    await need(desk, formats=("easy_read",))
    assert stands(desk, sent["id"]) == ("released", "format_owed")
    outcome, mails = await leave(desk, sent["id"], TypstTypesetter())
    assert (outcome, mails) == (OWED, [])
    assert len(desk.tasks("supply_format")) == 1


async def test_a_queued_mail_leaves_in_the_large_print_that_becomes_known(desk: Desk) -> None:
    sent = await an_update(desk)
    await need(desk, formats=("large_print",))
    assert stands(desk, sent["id"]) == ("queued", None)
    assert desk.notices("update")[0]["formats"] == ["large_print"]


async def test_a_letter_in_the_out_tray_is_taken_out_when_its_reader_needs_another_form(
    by_post: Desk, tmp_path: Path
) -> None:
    tray, sent = Tray(by_post, tmp_path), await an_update(by_post)
    await tray.see_to(sent["id"])
    assert len(tray.names) == 1
    tray.started(sent["id"])
    await need(by_post, formats=("large_print",))  # it is printed already, in small print
    assert stands(by_post, sent["id"]) == ("released", "format_owed")
    assert tray.started(sent["id"]) == 1
    for _ in range(2):
        assert (await tray.see_to(sent["id"])).state is NoticeState.RELEASED
    assert tray.names == []
    assert by_post.tasks("post_letter") == [] and len(by_post.tasks("supply_format")) == 1
    await by_post.must(CommandKind.ADD_NOTE, desk_said.AddNote(words="nothing"))
    assert tray.started(sent["id"]) == 0


async def test_somebody_whom_no_way_reaches_stays_with_whoever_looks_for_one(beside: Apart, body: Body) -> None:
    pat = said.PartySaid(role="complainant", name="Pat", email="pat@example.org", address=STREET)
    desk = await a_desk(beside, body, parties=(pat,))
    await need(desk, unsafe=("no_post", "no_email", "no_text", "no_voicemail", "no_calls"))
    sent = await an_update(desk)
    assert stands(desk, sent["id"]) == ("released", None) and len(desk.tasks("find_way")) == 1
    # Something else becomes known: nothing about the way is less safe than it was.
    await need(desk, unsafe=("no_post", "no_email"), adjustments="Speak slowly.")
    assert stands(desk, sent["id"]) == ("released", None) and len(desk.tasks("find_way")) == 1


@pytest.mark.parametrize("when", ["draft", "queued"])
async def test_nobody_without_any_address_is_written_to_by_a_machine(beside: Apart, body: Body, when: str) -> None:
    desk = await a_desk(beside, body, parties=(said.PartySaid(role="complainant", name="Pat"),))
    assert desk.notices("receipt") == []
    if when == "queued":
        sent = await an_update(desk)
    else:
        await desk.acknowledge(desk.apart.engine.now.date())
        await desk.agree(desk.apart.engine.now.date().replace(month=5))
        (sent,) = desk.notices("period_set")
        assert await release(desk, sent) is None
    assert stands(desk, sent["id"]) == ("released", None)
    assert len(desk.tasks("find_way")) == 1 and desk.tasks("post_letter") == []
