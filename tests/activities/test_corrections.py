"""Mistakes put right over real PostgreSQL: people, codes, links, complaints opened in error, letters gone astray."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.notices import Notices
from contracts.commands import CommandKind
from contracts.notices import NoticeAct, NoticeState
from db import desk_said, said
from db import office_said as office
from db.models.complaint import Complaint
from db.queries.events import check_complaint
from db.queries.notices import get_notice_to_send, settle_queued
from gateways.mail import OutgoingMail
from gateways.typst_letters import TypstTypesetter
from tests.activities.office_desk import REASON, Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body

TODAY = date(2028, 3, 2)  # a Thursday: acknowledge by Tuesday 7 March, respond by 1 September


async def test_a_correction_applied_twice_is_made_once(desk: Desk) -> None:
    what = office.Correct(correction=office.CodingCorrected(channel="oral"), reason=REASON)
    await desk.must(CommandKind.CORRECT, what)
    pending = desk.apart.engine.delivered[-1]
    first, again = await desk.apart.engine.apply(pending), await desk.apart.engine.apply(pending)
    assert first == again
    assert len(desk.rows("select id from correction where complaint_id = %s")) == 1
    assert len(desk.events("correction.made")) == 1


# People.


def details(desk: Desk, cause: str = "details", **changes: Any) -> office.PartyCorrected:
    values: dict[str, Any] = {"name": "Pat Example", "email": "pat.complainant@example.org"} | changes
    return office.PartyCorrected(party_id=desk.party(), cause=cause, **values)  # type: ignore[arg-type]


async def test_corrected_details_are_kept_beside_the_old_ones_and_what_is_queued_goes_to_the_new_address(
    desk: Desk,
) -> None:
    assert await desk.correct(details(desk)) == "nothing_changes"
    assert await desk.correct(details(desk, email="right@example.org", phone="0161 000")) is None
    party = desk.row("select email, phone from party where complaint_id = %s")
    assert party == {"email": "right@example.org", "phone": "0161 000"}
    row = desk.correction()
    assert (row["before"]["email"], row["after"]["email"]) == ("pat.complainant@example.org", "right@example.org")
    (receipt,) = desk.notices("receipt")
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        sending = await get_notice_to_send(session, UUID(receipt["id"]))
    assert sending is not None
    assert (sending.state, sending.recipient) == (NoticeState.QUEUED, "right@example.org")


async def test_a_party_of_another_complaint_is_unknown(desk: Desk) -> None:
    other = await a_desk(desk.apart, desk.body)
    assert await desk.correct(details(other, name="Else")) == "unknown_party"
    stranger = await a_desk(desk.apart, make_body(desk.apart.dsns.migrator))
    assert await desk.correct(details(stranger, name="Else")) == "unknown_party"


async def test_a_wrong_person_is_replaced_and_what_went_to_them_is_stopped_or_looked_into(desk: Desk) -> None:
    (receipt,) = desk.notices("receipt")
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        assert await settle_queued(session, UUID(receipt["id"]), NoticeState.HANDED_OVER, MORNING)
    await desk.acknowledge(TODAY)
    await desk.agree(date(2028, 4, 28))
    sent = office.SendUpdate(subject="Your complaint", body="We are reading.")
    await desk.must(CommandKind.SEND_UPDATE, sent)
    wrong = desk.party()
    assert await desk.correct(details(desk, "wrong_person", name="Robin Right", email="robin@example.org")) is None

    old = desk.row(f"select * from party where complaint_id = %s and id = '{wrong}'")
    assert (old["name"], old["replaced_by"]) == ("Pat Example", str(desk.party()))
    states = {each["template"]: each["state"] for each in desk.rows("select * from notice where complaint_id = %s")}
    assert (states["receipt"], states["period_set"], states["update"]) == ("handed_over", "discarded", "withheld")
    assert desk.tasks("release_draft") == []
    (governance,) = desk.tasks("information_governance")
    assert (governance["role"], governance["due_on"]) == ("complaints_manager", "2028-03-05")
    assert len(desk.tasks("write_again")) == 1
    # What is written from now on is written to the right person; the wrong one cannot be corrected any more.
    await desk.must(CommandKind.SEND_UPDATE, sent)
    newest = desk.rows("select * from notice where complaint_id = %s and state = 'queued' and party_id is not null")
    assert [each["party_id"] for each in newest] == [str(desk.party())]
    again = office.PartyCorrected(party_id=wrong, cause="details", name="Pat Someone")
    assert await desk.correct(again) == "unknown_party"


async def test_a_draft_to_a_wrong_person_leaves_no_task_behind_also_after_the_end(desk: Desk) -> None:
    what = said.Withdraw(method="call", withdrawn_on=TODAY)
    await desk.must(CommandKind.WITHDRAW, what, by=None)  # nobody named: the confirmation stays a draft
    assert len(desk.tasks("confirm_withdrawal")) == 1
    assert await desk.correct(details(desk, "wrong_person", name="Robin Right")) is None
    assert [each["state"] for each in desk.notices("withdrawal")] == ["discarded"]
    assert desk.tasks("confirm_withdrawal") == []
    assert (len(desk.tasks("write_again")), len(desk.tasks("late_item"))) == (1, 1)


# Codes and links.


async def test_codes_are_corrected_an_outcome_only_where_there_is_one(desk: Desk) -> None:
    assert await desk.correct(office.CodingCorrected(channel="written")) == "nothing_changes"
    assert await desk.correct(office.CodingCorrected()) == "nothing_changes"
    assert await desk.correct(office.CodingCorrected(outcome="upheld")) == "contradicts_record"
    assert await desk.correct(office.CodingCorrected(division_id=uuid4())) == "unknown_team"
    assert await desk.correct(office.CodingCorrected(channel="electronic")) is None
    assert desk.stands()["channel"] == "electronic"
    await desk.acknowledge(TODAY)
    await desk.agree(date(2028, 4, 28))
    signed = said.Respond(
        letter="We are sorry.", signed_by=desk.body.person("responsible_person"), outcome="not_upheld"
    )
    await desk.must(CommandKind.RESPOND, signed, by="responsible_person")
    assert await desk.correct(office.CodingCorrected(outcome="upheld")) is None
    assert desk.stands()["outcome"] == "upheld"
    made = desk.events("correction.made")[-1]["data"]
    assert (made["old_outcome"], made["outcome"]) == ("not_upheld", "upheld")


async def test_a_link_leads_to_a_closed_original_of_this_organisation_that_nothing_else_reopens(desk: Desk) -> None:
    beside, body = desk.apart, desk.body
    original, other = await a_desk(beside, body), await a_desk(beside, body)
    stranger = await a_desk(beside, make_body(beside.dsns.migrator))
    for closed in (original, stranger):
        await closed.withdraw()
    assert await desk.correct(office.LinkCorrected()) == "nothing_changes"
    assert await desk.correct(office.LinkCorrected(reopened_from=desk.complaint)) == "contradicts_record"
    assert await desk.correct(office.LinkCorrected(reopened_from=other.complaint)) == "original_not_closed"
    assert await desk.correct(office.LinkCorrected(reopened_from=stranger.complaint)) == "original_not_closed"
    assert await desk.correct(office.LinkCorrected(reopened_from=original.complaint)) is None
    assert desk.stands()["reopened_from"] == str(original.complaint)
    assert await other.correct(office.LinkCorrected(reopened_from=original.complaint)) == "already_reopened"
    await desk.withdraw()
    # Round in a circle leads no link.
    assert await original.correct(office.LinkCorrected(reopened_from=desk.complaint)) == "contradicts_record"
    assert await desk.correct(office.LinkCorrected()) is None
    assert await other.correct(office.LinkCorrected(reopened_from=original.complaint)) is None


# Opened in error.


async def test_a_duplicate_ends_once_another_person_approves_and_says_which_is_kept(desk: Desk) -> None:
    kept = await a_desk(desk.apart, desk.body)
    await desk.acknowledge(TODAY)
    await desk.agree(date(2028, 4, 28))
    duplicate = office.OpenedInError(cause="duplicate", duplicate_of=kept.complaint)
    assert await desk.correct(duplicate) is None
    assert desk.stands()["open"] is True
    assert await desk.decide() is None
    stands = desk.stands()
    assert (stands["stage"], stands["open"], stands["next_event_at"]) == ("opened_in_error", False, None)
    states = desk.rows("select state from clock where complaint_id = %s and state = 'running'")
    assert states == []
    assert [each["state"] for each in desk.notices("period_set")] == ["discarded"]
    assert [each["state"] for each in desk.notices("receipt")] == ["withheld"]
    assert desk.tasks("write_again") == []  # nothing had left
    (ended,) = desk.events("complaint.opened_in_error")
    assert ended["data"]["duplicate_of"] == str(kept.complaint)
    assert await desk.correct(duplicate) == "complaint_closed"
    # The kept one cannot be given up for the one that is gone.
    back = office.OpenedInError(cause="duplicate", duplicate_of=desk.complaint)
    assert await kept.correct(back) == "contradicts_record"


async def test_who_was_written_to_must_be_told_that_there_is_no_complaint(desk: Desk) -> None:
    (receipt,) = desk.notices("receipt")
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        await settle_queued(session, UUID(receipt["id"]), NoticeState.HANDED_OVER, MORNING)
    assert await desk.correct(office.OpenedInError(cause="not_a_complaint")) is None
    assert await desk.decide() is None
    assert len(desk.tasks("write_again")) == 1


Wrong = Callable[[Desk, Desk, Desk], office.OpenedInError]
WRONG: list[tuple[Wrong, str]] = [
    (lambda desk, *_: office.OpenedInError(cause="duplicate", duplicate_of=desk.complaint), "contradicts_record"),
    (lambda *_: office.OpenedInError(cause="duplicate", duplicate_of=uuid4()), "no_such_complaint"),
    (lambda *_: office.OpenedInError(cause="duplicate"), "reason_needed"),
    (lambda *_: office.OpenedInError(cause="other_organisation"), "reason_needed"),
    (lambda _, later, __: office.OpenedInError(cause="duplicate", duplicate_of=later.complaint), "contradicts_record"),
    (lambda *desks: office.OpenedInError(cause="duplicate", duplicate_of=desks[2].complaint), "no_such_complaint"),
]


async def test_an_error_that_cannot_be_is_refused(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, received_on=date(2028, 2, 29))
    later = await a_desk(beside, body)  # the earlier day of receipt must not be lost
    stranger = await a_desk(beside, make_body(beside.dsns.migrator))
    for wrong, refusal in WRONG:
        assert await desk.correct(wrong(desk, later, stranger)) == refusal


async def test_an_approval_comes_too_late_once_the_complaint_has_ended(desk: Desk) -> None:
    assert await desk.correct(office.OpenedInError(cause="test")) is None
    await desk.withdraw()
    assert await desk.decide() == "complaint_closed"
    assert await desk.decide(approved=False, reason="It was withdrawn.") is None
    assert desk.stands()["stage"] == "withdrawn"


# Letters.


async def test_a_misdirected_letter_is_stopped_where_it_can_be(desk: Desk) -> None:
    (receipt,) = desk.notices("receipt")
    letter = office.LetterMisdirected(notice_id=UUID(receipt["id"]), went_to="A neighbour")
    assert await desk.correct(letter) is None
    assert [each["state"] for each in desk.notices("receipt")] == ["withheld"]
    assert (len(desk.tasks("write_again")), desk.tasks("information_governance")) == (1, [])
    assert await desk.correct(letter) == "nothing_changes"
    assert await desk.correct(office.LetterMisdirected(notice_id=uuid4())) == "unknown_notice"
    # The notice's own workflow reports that it was withheld: nobody is asked twice.
    outcome = desk_said.NoticeOutcomeSaid(notice_id=UUID(receipt["id"]), state=NoticeState.WITHHELD)
    await desk.must(CommandKind.NOTICE_OUTCOME, outcome, by=None)
    assert (len(desk.events("notice.withheld")), desk.tasks("notice_withheld")) == (1, [])


async def test_a_misdirected_letter_that_has_left_is_due_at_information_governance_within_72_hours(
    desk: Desk,
) -> None:
    (receipt,) = desk.notices("receipt")
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        await settle_queued(session, UUID(receipt["id"]), NoticeState.HANDED_OVER, MORNING)
    desk.at(datetime(2028, 3, 23, 23, 30, tzinfo=UTC))  # 72 hours on it is 00:30 of the 27th: summer time has begun
    assert await desk.correct(office.LetterMisdirected(notice_id=UUID(receipt["id"]))) is None
    (governance,) = desk.tasks("information_governance")
    assert (governance["due_on"], governance["notice_id"]) == ("2028-03-27", receipt["id"])
    assert [each["state"] for each in desk.notices("receipt")] == ["handed_over"]
    assert len(desk.tasks("write_again")) == 1
    assert await desk.correct(office.LetterMisdirected(notice_id=UUID(receipt["id"]))) == "nothing_changes"


class SlowMail:
    """A mail server in whose hands a mail is while something else happens."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]]) -> None:
        self.sent, self._meanwhile = 0, meanwhile

    async def send(self, mail: OutgoingMail) -> None:
        await self._meanwhile()
        self.sent += 1


@pytest.mark.parametrize(
    ("correction", "asked"),
    [
        (lambda notice: office.LetterMisdirected(notice_id=notice), "information_governance"),
        (lambda _: office.OpenedInError(cause="test"), "write_again"),
    ],
)
async def test_a_letter_that_left_while_it_was_withheld_is_on_record_and_a_person_is_asked(
    desk: Desk, correction: Callable[[UUID], Any], asked: str
) -> None:
    (receipt,) = desk.notices("receipt")
    notice_id = UUID(receipt["id"])

    async def meanwhile() -> None:
        assert await desk.correct(correction(notice_id)) is None
        if desk.correction()["state"] == "awaiting_approval":
            assert await desk.decide() is None
        assert [each["state"] for each in desk.notices("receipt")] == ["withheld"]
        assert desk.tasks("information_governance") == []

    mail, act = (
        SlowMail(meanwhile),
        NoticeAct(organisation_id=desk.body.id, complaint_id=desk.complaint, notice_id=notice_id, now=MORNING),
    )
    carrying = Notices(desk.apart.database, mail, "complaints@example.org", TypstTypesetter())
    outcome = await ActivityEnvironment().run(carrying.send, act)
    assert (outcome.state, mail.sent) == (NoticeState.HANDED_OVER, 1)
    await ActivityEnvironment().run(carrying.report, act)
    assert await desk.apart.deliver(desk.body, desk.complaint) == 1
    assert [each["state"] for each in desk.notices("receipt")] == ["handed_over"]
    assert notice_id in [UUID(task["notice_id"]) for task in desk.tasks(asked) if task["notice_id"]]
    assert len(desk.events("notice.handed_over")) == 1


async def test_the_chain_holds_no_words_of_a_correction_and_is_whole(desk: Desk) -> None:
    right = details(desk, "wrong_person", name="Wordy Marker", email="marker@example.org", address="Marker Lane 1")
    assert await desk.correct(right) is None
    assert await desk.correct(office.OpenedInError(cause="other_organisation", belongs_to="Marker Trust")) is None
    assert await desk.decide(approved=False, reason="Marker reason") is None
    chain = str(desk.rows("select data from case_event where complaint_id = %s"))
    assert "arker" not in chain
    assert REASON not in chain
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        complaint = await session.get_one(Complaint, desk.complaint)
        assert await check_complaint(session, complaint) == []
