"""What an Ombudsman or a regulator asks: recorded, answered, decided, and closed only when nothing is owed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db import referral_said as said
from tests.activities.office_desk import Desk, a_desk
from tests.activities.referred import close, decide, enquiry, of, received, refer, referrals, running, today
from tests.apart import MORNING, Apart


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


def a_pack(desk: Desk) -> UUID:
    """Write an evidence pack of the complaint, as the act that assembles one would."""
    pack = uuid4()
    desk.apart.rows(
        "insert into evidence_pack (id, organisation_id, complaint_id, number, purpose, include_restricted, state,"
        " event_seq, event_head, content, content_sha256, act_id, asked_at) values (%s, %s, %s, 1, 'ombudsman', false,"
        " 'assembled', 1, 'x', 'x', 'x', %s, now()) returning id",
        pack, desk.body.id, desk.complaint, uuid4(),
    )  # fmt: skip
    return pack


async def answer(desk: Desk, referral: UUID, which: UUID, **changes: Any) -> str | None:
    what: dict[str, Any] = {"answered_on": today(desk), "words": "The file was seen here."}
    given = said.AnswerReferral(referral_id=referral, enquiry_id=which, **what | changes)
    return (await desk.do(CommandKind.ANSWER_REFERRAL, given)).refusal


async def test_a_referral_is_taken_before_our_answer_after_the_end_and_from_two_bodies_at_once(desk: Desk) -> None:
    first = await refer(desk)
    await desk.withdraw()
    second = await refer(desk, kind="regulator", body="cqc", channel="other")
    assert first != second
    assert [(each["body_code"], each["number"], each["state"]) for each in referrals(desk)] == [
        ("phso", 1, "received"),
        ("cqc", 2, "received"),
    ]
    # Withdrawing ended the complaint, and nothing of what was asked about it.
    assert [each["ended_on"] for each in referrals(desk)] == [None, None]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"body": "nobody"}, "unknown_body"),
        ({"kind": "regulator"}, "unknown_body"),
        ({"body": "other_ombudsman"}, "unknown_body"),
        ({"name": "Somebody else"}, "unknown_body"),
        ({"received_on": date(2028, 3, 3)}, "date_in_future"),
        ({"received_on": date(2028, 3, 1)}, "contradicts_record"),
        ({"tier": "phso"}, "unknown_tier"),
        ({"request_id": uuid4()}, "unknown_referral"),
    ],
)
async def test_a_referral_that_cannot_be_is_refused(desk: Desk, changes: dict[str, Any], why: str) -> None:
    refused = await desk.do(CommandKind.RECORD_REFERRAL, received(desk, **changes))
    assert refused.refusal == why and referrals(desk) == []


async def test_a_body_without_a_code_is_recorded_by_its_name(desk: Desk) -> None:
    await refer(desk, body="other_ombudsman", name="Ombudsman of the Isles")
    assert referrals(desk)[0]["body_name"] == "Ombudsman of the Isles"


async def test_an_enquiry_has_its_own_date_and_is_answered_with_a_pack_of_this_complaint(desk: Desk) -> None:
    referral = await refer(desk, enquiry=enquiry(desk))
    await desk.must(
        CommandKind.RECORD_REFERRAL_ENQUIRY,
        said.RecordReferralEnquiry(referral_id=referral, enquiry=enquiry(desk, due_on=date(2028, 3, 30))),
    )
    assert running(desk) == {"referral_enquiry": ["2028-03-20", "2028-03-30"]}
    assert len(desk.tasks("answer_referral")) == 2
    one, two = (UUID(each["id"]) for each in of(desk, "referral_enquiry"))
    other = await a_desk(desk.apart, desk.body)
    assert await answer(desk, referral, one, words=None) == "reason_needed"
    assert await answer(desk, referral, one, pack_id=a_pack(other)) == "unknown_pack"
    assert await answer(desk, referral, uuid4()) == "unknown_enquiry"
    assert await answer(desk, referral, one, answered_on=date(2028, 3, 1)) == "contradicts_record"
    desk.at(datetime(2028, 3, 21, 10, 0, tzinfo=UTC))
    pack = a_pack(desk)
    assert await answer(desk, referral, one, pack_id=pack, words=None) is None
    assert await answer(desk, referral, one) == "nothing_changes"
    row = of(desk, "referral_enquiry")[0]
    assert (row["pack_id"], row["answered_on"], row["in_time"]) == (str(pack), "2028-03-21", False)
    assert running(desk) == {"referral_enquiry": ["2028-03-30"]}
    assert len(desk.tasks("answer_referral")) == 1
    assert await answer(desk, referral, two) is None
    assert running(desk) == {} and desk.tasks("answer_referral") == []


async def test_regulation_16_gives_28_days_from_the_day_after_receipt_and_nobody_sets_another(desk: Desk) -> None:
    asked = enquiry(desk, asked_on=date(2028, 3, 2), basis="reg_16", due_on=None)
    referral = await refer(desk, kind="regulator", body="cqc", enquiry=asked)
    assert running(desk) == {"regulator_request": ["2028-03-30"]}
    clock = desk.clock("regulator_request")
    assert (clock["effect"], clock["proof"]["legal_basis"][:25]) == ("statutory", "SI 2014/2936 reg 16(3): n")
    assert await answer(desk, referral, UUID(of(desk, "referral_enquiry")[0]["id"])) is None
    assert desk.clock("regulator_request")["state"] == "met"
    for changes in ({"basis": "reg_16"}, {"basis": "date_set", "due_on": None}, {"due_on": date(2028, 3, 1)}):
        what = said.RecordReferralEnquiry(referral_id=referral, enquiry=enquiry(desk, **changes))
        assert (await desk.do(CommandKind.RECORD_REFERRAL_ENQUIRY, what)).refusal is not None
    # An Ombudsman asks under no such regulation.
    ombudsman = await refer(desk)
    what = said.RecordReferralEnquiry(referral_id=ombudsman, enquiry=enquiry(desk, basis="reg_16", due_on=None))
    assert (await desk.do(CommandKind.RECORD_REFERRAL_ENQUIRY, what)).refusal == "contradicts_record"


async def test_a_preliminary_decision_changes_is_commented_on_and_a_final_one_ends_the_comments(desk: Desk) -> None:
    referral = await refer(desk)
    assert await decide(desk, referral, "preliminary") is None
    assert running(desk) == {"referral_comments": ["2028-03-31"]}
    assert await decide(desk, referral, "preliminary", comments_by=date(2028, 4, 14)) is None
    assert running(desk) == {"referral_comments": ["2028-04-14"]}
    words = said.CommentOnDecision(referral_id=referral, commented_on=today(desk), words="The notes were found.")
    await desk.must(CommandKind.COMMENT_ON_DECISION, words)
    await desk.must(CommandKind.COMMENT_ON_DECISION, words)
    assert running(desk) == {} and desk.tasks("comment_on_decision") == []
    assert {each["decision_id"] for each in of(desk, "decision_comment")} == {of(desk, "referral_decision")[1]["id"]}
    assert await decide(desk, referral) is None
    assert referrals(desk)[0]["state"] == "decided"
    assert (await desk.do(CommandKind.COMMENT_ON_DECISION, words)).refusal == "contradicts_record"
    assert await decide(desk, referral) == "contradicts_record"
    assert (await close(desk, referral)).state == "applied"


@pytest.mark.parametrize(
    ("kind", "changes", "why"),
    [
        ("final", {"outcome": None}, "reason_needed"),
        ("final", {"comments_by": date(2028, 3, 9)}, "contradicts_record"),
        ("preliminary", {"comments_by": None}, "contradicts_record"),
        ("preliminary", {"comments_by": date(2028, 3, 1)}, "date_not_later"),
        ("final", {"decided_on": date(2028, 3, 3)}, "date_in_future"),
        ("final", {"decided_on": date(2028, 3, 1)}, "contradicts_record"),
    ],
)
async def test_a_decision_that_cannot_be_is_refused(desk: Desk, kind: str, changes: dict[str, Any], why: str) -> None:
    referral = await refer(desk)
    assert await decide(desk, referral, kind, **changes) == why
    assert of(desk, "referral_decision") == [] and referrals(desk)[0]["state"] == "received"


async def test_it_is_closed_as_done_only_when_nothing_is_owed_and_else_with_a_cause(desk: Desk) -> None:
    referral = await refer(desk, enquiry=enquiry(desk))
    refused = await close(desk, referral)
    assert (refused.refusal, refused.missing) == ("still_owed", ["enquiry_answered", "decision_received"])
    assert (await close(desk, referral, "not_investigated", "They said so.")).refusal == "contradicts_record"
    assert (await close(desk, referral, "withdrawn")).refusal == "reason_needed"
    assert (await close(desk, referral, "withdrawn", "The person withdrew it.")).state == "applied"
    row = referrals(desk)[0]
    assert (row["state"], row["ended_cause"], row["ended_on"]) == ("closed", "withdrawn", "2028-03-02")
    assert running(desk) == {} and desk.tasks("answer_referral") == []
    assert (await close(desk, referral, "withdrawn", "Again.")).refusal == "proceeding_ended"
    assert await decide(desk, referral) == "proceeding_ended"
    second = await refer(desk)
    assert await decide(desk, second, "not_investigated") is None
    assert (await close(desk, second, "not_investigated", "Out of their time.")).state == "applied"


async def test_nobody_reaches_the_referral_of_another_complaint_or_another_body(desk: Desk, beside: Apart) -> None:
    referral = await refer(desk, enquiry=enquiry(desk))
    which = UUID(of(desk, "referral_enquiry")[0]["id"])
    for other in (await a_desk(beside, desk.body), await a_desk(beside, beside.body())):
        assert await answer(other, referral, which) == "unknown_referral"
        assert await decide(other, referral) == "unknown_referral"
        assert (await close(other, referral, "withdrawn", "Mine.")).refusal == "unknown_referral"
        own = await refer(other)
        assert await answer(other, own, which) == "unknown_enquiry"
    assert referrals(desk)[0]["state"] == "received" and running(desk) == {"referral_enquiry": ["2028-03-20"]}
