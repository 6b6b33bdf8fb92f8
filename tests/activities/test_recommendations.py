"""A recommendation of an Ombudsman: chased before and after its date, complied with, told, and learned from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.case_file import CaseFile
from contracts.acts import Act
from contracts.code import Code
from contracts.commands import Command, CommandKind
from db.desk_said import ReleaseNotice, SetContactRules
from db.referral_said import AnswerReferral, RecordReferralDecision, RecordReferralEnquiry
from tests.activities.office_desk import Desk, a_desk
from tests.activities.referred import (
    close,
    comply,
    decide,
    enquiry,
    of,
    publish,
    recommended,
    refer,
    referrals,
    running,
    tell,
    today,
)
from tests.apart import MORNING, Apart

TARGET = date(2028, 3, 20)


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def decided(desk: Desk, *targets: date) -> tuple[UUID, list[UUID]]:
    """Record a final decision with recommendations; return the referral and them."""
    referral = await refer(desk)
    made = tuple(recommended(desk, each) for each in targets)
    assert await decide(desk, referral, recommendations=made) is None
    return referral, [UUID(each["id"]) for each in of(desk, "recommendation")]


async def release(desk: Desk) -> None:
    """Release the letters that tell the person."""
    for letter in desk.notices("recommendation_done"):
        await desk.must(CommandKind.RELEASE_NOTICE, ReleaseNotice(notice_id=UUID(letter["id"])))


async def test_a_final_decision_starts_a_clock_for_each_recommendation_and_one_for_what_is_learned(desk: Desk) -> None:
    await decided(desk, TARGET, date(2028, 4, 28))
    assert referrals(desk)[0]["state"] == "complying"
    assert running(desk) == {
        "recommendation": ["2028-03-20", "2028-04-28"],
        "referral_learning": ["2028-03-30"],
    }
    owners = {each["assignee_id"] for each in desk.tasks("comply")}
    assert owners == {str(desk.body.person("senior_leader"))}


async def test_it_is_chased_from_its_owner_to_the_manager_and_on(desk: Desk) -> None:
    await decided(desk, TARGET)
    for day, rung in (
        (6, "reminder"),
        (16, "reminder_last"),
        (21, "overdue"),
        (21, "escalation"),
        (27, "escalation_2"),
    ):
        desk.at(datetime(2028, 3, day, 12, 0, tzinfo=UTC))
        await desk.fire("recommendation", rung)
    names = {str(person): role for role, person in desk.body.people.items()}
    asked = desk.rows(
        "select t.kind, t.assignee_id from task t where t.complaint_id = %s and t.kind like '%%.recommendation'"
        " order by t.raised_at, t.kind desc"
    )
    assert [(each["kind"].split(".")[0], names[each["assignee_id"]]) for each in asked][:4] == [
        ("reminder", "senior_leader"),
        ("reminder", "senior_leader"),
        ("overdue", "senior_leader"),
        ("escalation", "complaints_manager"),
    ]
    # Whom the last rung wakes is for the mix of alarms to say: one single breach wakes no senior.
    assert [each["data"]["rung"] for each in desk.events("rung.fired")][-1] == "escalation_2"
    assert desk.clock("recommendation")["breached_at"] is not None
    assert [each["rung"] for each in desk.clock("recommendation")["rungs"]][-1] == "chase_1"


async def test_one_that_was_late_stays_late_and_is_told_to_the_body_and_the_person(desk: Desk) -> None:
    referral, (one, two) = await decided(desk, TARGET, date(2028, 4, 28))
    desk.at(datetime(2028, 3, 23, 10, 0, tzinfo=UTC))
    assert await tell(desk, referral, one) == "not_done_yet"
    assert await comply(desk, referral, one, file_ids=(uuid4(),)) == "unknown_file"
    assert await comply(desk, referral, one) is None
    assert await comply(desk, referral, one) == "nothing_changes"
    assert await comply(desk, referral, two, complied_on=date(2028, 3, 22)) is None
    rows = of(desk, "recommendation")
    assert [(each["complied_on"], each["in_time"]) for each in rows] == [("2028-03-23", False), ("2028-03-22", True)]
    assert running(desk)["recommendation_told"] == ["2028-03-29", "2028-03-30"]
    breached = desk.rows(
        "select * from clock where complaint_id = %s and kind = 'recommendation' and breached_at is not null"
    )
    assert [each["subject_id"] for each in breached] == [str(one)]
    assert await tell(desk, referral, one, told_on=date(2028, 3, 22)) == "contradicts_record"
    assert await tell(desk, referral, one) is None
    assert await tell(desk, referral, one) == "nothing_changes"
    (letter,) = desk.notices("recommendation_done")
    assert (letter["state"], letter["id"]) == ("draft", of(desk, "recommendation")[0]["notice_id"])
    assert "Apologise." in letter["body"] and "The letter was posted." in letter["body"]
    assert len(desk.tasks("tell_compliance")) == 1


async def test_nothing_of_it_is_forgotten_when_it_is_closed(desk: Desk) -> None:
    referral, (one,) = await decided(desk, TARGET)
    refused = await close(desk, referral)
    assert (refused.refusal, refused.missing) == (
        "still_owed",
        ["recommendation_complied", "compliance_told", "learning_published"],
    )
    assert await comply(desk, referral, one) is None
    assert (await close(desk, referral)).missing == ["compliance_told", "learning_published"]
    assert await tell(desk, referral, one) is None
    assert (await close(desk, referral)).missing == ["person_told", "learning_published"]
    await release(desk)
    assert (await close(desk, referral)).missing == ["learning_published"]
    assert await publish(desk, referral, published_on=date(2028, 3, 1)) == "contradicts_record"
    assert desk.tasks("close_referral") == []
    assert await publish(desk, referral) is None
    (asked,) = desk.tasks("close_referral")
    assert (asked["role"], asked["subject_id"]) == ("complaints_manager", str(referral))
    assert (await close(desk, referral)).state == "applied"
    assert running(desk) == {} and referrals(desk)[0]["ended_cause"] == "done"
    assert desk.tasks("close_referral") == []


async def test_what_is_asked_after_all_was_done_takes_back_that_it_can_be_closed(desk: Desk) -> None:
    referral = await refer(desk, kind="regulator", body="cqc", enquiry=enquiry(desk))
    (first,) = of(desk, "referral_enquiry")
    answered = AnswerReferral(
        referral_id=referral, enquiry_id=UUID(first["id"]), answered_on=today(desk), words="There is no file of ours."
    )
    await desk.must(CommandKind.ANSWER_REFERRAL, answered)
    assert len(desk.tasks("close_referral")) == 1
    more = RecordReferralEnquiry(referral_id=referral, enquiry=enquiry(desk))
    await desk.must(CommandKind.RECORD_REFERRAL_ENQUIRY, more)
    assert desk.tasks("close_referral") == []


async def test_after_the_end_of_the_complaint_all_of_it_goes_on(desk: Desk) -> None:
    await desk.withdraw()
    referral, (one,) = await decided(desk, TARGET)
    desk.at(datetime(2028, 3, 6, 12, 0, tzinfo=UTC))
    await desk.fire("recommendation", "reminder")
    assert len(desk.tasks("reminder.recommendation")) == 1
    assert await comply(desk, referral, one) is None
    assert desk.tasks("reminder.recommendation") == []
    assert await tell(desk, referral, one) is None
    assert await publish(desk, referral) is None
    assert [each["state"] for each in desk.notices("recommendation_done")] == ["draft"]
    await release(desk)
    assert (await close(desk, referral)).state == "applied"


async def test_whoever_is_not_to_be_written_to_is_not_and_the_record_says_so(desk: Desk) -> None:
    referral, (one,) = await decided(desk, TARGET)
    await desk.must(
        CommandKind.SET_CONTACT_RULES, SetContactRules(stop_contact=True, hold=False, reason="She asked us to.")
    )
    assert await comply(desk, referral, one) is None
    assert await tell(desk, referral, one) is None
    assert desk.notices("recommendation_done") == [] and len(desk.events("recommendation.person_not_told")) == 1


async def test_an_owner_who_does_not_work_here_and_a_day_before_the_decision_are_refused(
    desk: Desk, beside: Apart
) -> None:
    referral = await refer(desk)
    stranger = recommended(desk, TARGET, owner_id=beside.body().person("handler"))
    assert await decide(desk, referral, recommendations=(stranger,)) == "unknown_person"
    early = recommended(desk, date(2028, 3, 1))
    assert await decide(desk, referral, recommendations=(early,)) == "date_not_later"
    kept = recommended(desk, TARGET)
    assert await decide(desk, referral, "preliminary", recommendations=(kept,)) == "contradicts_record"
    assert await publish(desk, referral) == "not_done_yet"
    assert of(desk, "recommendation") == [] and referrals(desk)[0]["state"] == "received"


async def test_nobody_complies_for_another_complaint_or_another_referral(desk: Desk, beside: Apart) -> None:
    referral, (one,) = await decided(desk, TARGET)
    other = await a_desk(beside, desk.body)
    theirs = await refer(other)
    assert await comply(other, referral, one) == "unknown_referral"
    assert await comply(other, theirs, one) == "unknown_recommendation"
    second = await refer(desk)
    assert await comply(desk, second, one) == "unknown_recommendation"
    assert await tell(desk, second, one) == "unknown_recommendation"
    assert of(desk, "recommendation")[0]["complied_on"] is None


async def test_where_its_owner_does_not_work_here_any_more_the_manager_is_asked(desk: Desk) -> None:
    await decided(desk, TARGET)
    desk.apart.rows("update person set active = false where id = %s returning id", desk.body.person("senior_leader"))
    desk.at(datetime(2028, 3, 6, 12, 0, tzinfo=UTC))
    await desk.fire("recommendation", "reminder")
    (task,) = desk.tasks("reminder.recommendation")
    assert (task["role"], task["assignee_id"]) == ("recommendation_owner", str(desk.body.person("complaints_manager")))


async def test_the_same_act_tried_again_makes_nothing_twice(desk: Desk) -> None:
    referral = await refer(desk)
    decision = RecordReferralDecision(
        referral_id=referral,
        kind="final",
        decided_on=today(desk),
        words="Upheld.",
        outcome="upheld",
        recommendations=(recommended(desk, TARGET), recommended(desk, TARGET)),
    )
    done = await desk.must(CommandKind.RECORD_REFERRAL_DECISION, decision)
    act = Act(
        act_id=done.id,
        organisation_id=desk.body.id,
        complaint_id=desk.complaint,
        now=desk.apart.engine.now,
        stage=Code("received"),
        command=Command(submission_id=done.id, kind=CommandKind.RECORD_REFERRAL_DECISION, said_at=done.received_at),
    )
    before = desk.events("recommendation.made")
    case_file: Any = CaseFile(desk.apart.database, desk.apart.engine)  # type: ignore[arg-type]
    verdict = await case_file.apply(act)
    assert verdict.refusal is None
    assert len(of(desk, "recommendation")) == 2 and desk.events("recommendation.made") == before
