"""Contact plans over real PostgreSQL: warned first, decided by a senior apart, reviewed, appealed; barring nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db import contact_plan_said as plan_said
from db import desk_said, office_said, said
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body

TODAY = MORNING.date()
REVIEW = TODAY + timedelta(days=90)
SENIOR = "responsible_person"
LETTERS_ONLY = plan_said.Measures(channels=("letter", "email"))


async def warn(desk: Desk, *, release: bool = True) -> None:
    what = plan_said.WarnAboutConduct(party_id=desk.party(), happened_on=TODAY, words="You shouted at our staff.")
    await desk.must(CommandKind.WARN_ABOUT_CONDUCT, what)
    (draft,) = desk.notices("conduct_warning")
    assert "You shouted at our staff." in draft["body"]
    if release:
        await desk.must(CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=UUID(draft["id"])))


async def decide(desk: Desk, by: str = SENIOR, **changes: Any) -> Any:
    what: dict[str, Any] = {
        "party_id": desk.party(),
        "measures": LETTERS_ONLY,
        "reasons": "Calls were abusive.",
        "adjustments_considered": "You told us of no needs.",
        "review_on": REVIEW,
    } | changes
    return await desk.do(CommandKind.DECIDE_CONTACT_PLAN, plan_said.DecideContactPlan(**what), by)


async def in_force(desk: Desk, **changes: Any) -> UUID:
    changes = {"no_warning": "threats", "no_warning_because": "They threatened a nurse."} | changes
    assert (await decide(desk, **changes)).state == "applied"
    return UUID(plan(desk)["id"])


def plan(desk: Desk) -> dict[str, Any]:
    return desk.rows("select * from contact_plan where complaint_id = %s order by number")[-1]


async def review(desk: Desk, plan_id: UUID, outcome: str, by: str = SENIOR, **changes: Any) -> Any:
    what: dict[str, Any] = {"plan_id": plan_id, "outcome": outcome, "reasons": "It goes better."} | changes
    return await desk.do(CommandKind.REVIEW_CONTACT_PLAN, plan_said.ReviewContactPlan(**what), by)


async def appeal(desk: Desk, plan_id: UUID, **changes: Any) -> Any:
    what: dict[str, Any] = {"plan_id": plan_id, "appealed_on": TODAY, "words": "That was not me."} | changes
    return await desk.do(CommandKind.APPEAL_CONTACT_PLAN, plan_said.AppealContactPlan(**what))


async def decide_appeal(desk: Desk, plan_id: UUID, by: str, *, upheld: bool = True) -> Any:
    what = plan_said.DecideAppeal(plan_id=plan_id, upheld=upheld, reasons="I listened to the calls.")
    return await desk.do(CommandKind.DECIDE_APPEAL, what, by)


async def test_a_warning_comes_first_and_one_that_nobody_sent_warned_nobody(desk: Desk) -> None:
    assert (await decide(desk)).refusal == "not_warned"
    await warn(desk, release=False)
    assert (await decide(desk)).refusal == "not_warned"
    (draft,) = desk.notices("conduct_warning")
    await desk.must(CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=UUID(draft["id"])))
    assert (await decide(desk)).state == "applied"


async def test_without_a_warning_it_needs_a_ground_and_why(desk: Desk) -> None:
    assert (await decide(desk, no_warning="violence")).refusal == "reason_needed"
    await in_force(desk)
    assert (plan(desk)["no_warning"], plan(desk)["no_warning_because"]) == ("threats", "They threatened a nurse.")


async def test_the_letter_names_the_reasons_the_review_and_the_appeal_and_what_stays_open(desk: Desk) -> None:
    contact = desk.body.person("investigator")
    await in_force(desk, measures=plan_said.Measures(single_contact_id=contact, every_days=7, accompanied=True))
    (letter,) = desk.notices("contact_plan_decided")
    assert letter["state"] == "draft" and desk.tasks("release_draft")
    words = ("Investigator", "every 7 days", "Calls were abusive.", "You told us of no needs.", "31 May 2028", "appeal",
             "new complaint", "Ombudsman", "next step")  # fmt: skip
    assert [each for each in words if each not in letter["body"]] == []
    clock = desk.clock("plan_review")
    assert (clock["subject_id"], clock["due_on"], clock["effect"]) == (plan(desk)["id"], "2028-05-31", "promise")
    assert "abusive" not in str(desk.events("contact_plan.decided"))


@pytest.mark.parametrize("by", ["handler", "investigator", "complaints_manager", "operator"])
async def test_whoever_is_no_senior_or_handles_the_case_decides_nothing(desk: Desk, by: str) -> None:
    await warn(desk)
    assert (await decide(desk, by)).refusal == "not_authorised"  # the complaints manager owns this case
    assert desk.rows("select * from contact_plan where complaint_id = %s") == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"review_on": TODAY}, "date_in_past"),
        ({"review_on": date(2028, 9, 3)}, "beyond_cap"),
        ({"party_id": uuid4()}, "unknown_party"),
        ({"measures": plan_said.Measures()}, "nothing_changes"),
        ({"measures": plan_said.Measures(single_contact_id=uuid4())}, "unknown_person"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused(desk: Desk, changes: dict[str, Any], refusal: str) -> None:
    await warn(desk)
    assert (await decide(desk, **changes)).refusal == refusal


async def test_a_person_has_one_plan_at_a_time(desk: Desk) -> None:
    first = await in_force(desk)
    assert (await decide(desk)).refusal == "contradicts_record"
    assert (await review(desk, first, "ended")).state == "applied"
    await in_force(desk)
    assert plan(desk)["number"] == 2


async def test_a_review_lets_it_go_on_eases_it_or_ends_it(desk: Desk) -> None:
    plan_id = await in_force(desk, measures=plan_said.Measures(channels=("letter",), every_days=14))
    later = TODAY + timedelta(days=120)
    assert (await review(desk, plan_id, "continued", review_on=later)).state == "applied"
    clock = desk.clock("plan_review")
    assert (clock["state"], clock["generation"], clock["due_on"]) == ("running", 2, later.isoformat())
    harder = plan_said.Measures(channels=("letter",), every_days=30)
    assert (await review(desk, plan_id, "eased", review_on=later, measures=harder)).refusal == "contradicts_record"
    same = plan_said.Measures(channels=("letter",), every_days=14)
    assert (await review(desk, plan_id, "eased", review_on=later, measures=same)).refusal == "nothing_changes"
    lighter = plan_said.Measures(channels=("letter", "call"), every_days=7)
    assert (await review(desk, plan_id, "eased", review_on=later, measures=lighter)).state == "applied"
    assert (plan(desk)["channels"], plan(desk)["every_days"]) == (["call", "letter"], 7)
    assert (await review(desk, plan_id, "ended")).state == "applied"
    assert (plan(desk)["state"], plan(desk)["ended_cause"]) == ("ended", "review")
    assert desk.clock("plan_review")["state"] == "met"
    assert len(desk.notices("contact_plan_reviewed")) == 3
    assert (await review(desk, plan_id, "ended")).refusal == "unknown_contact_plan"


async def test_an_appeal_is_decided_by_somebody_else_and_upheld_ends_the_plan(desk: Desk) -> None:
    plan_id = await in_force(desk)
    assert (await appeal(desk, plan_id, appealed_on=TODAY + timedelta(days=1))).refusal == "date_in_future"
    assert (await appeal(desk, plan_id, appealed_on=TODAY - timedelta(days=1))).refusal == "contradicts_record"
    assert (await appeal(desk, plan_id)).state == "applied"
    assert (await appeal(desk, plan_id)).refusal == "nothing_changes"
    (task,) = desk.tasks("decide_plan_appeal")
    assert UUID(task["assignee_id"]) == desk.body.person("senior_leader")  # the responsible person decided the plan
    clock = desk.clock("plan_appeal")
    assert (clock["state"], task["due_on"]) == ("running", clock["due_on"])
    assert (await decide_appeal(desk, plan_id, SENIOR)).refusal == "same_person"
    assert (await decide_appeal(desk, plan_id, "handler")).refusal == "not_authorised"
    assert plan(desk)["state"] == "in_force"
    assert (await decide_appeal(desk, plan_id, "senior_leader")).state == "applied"
    assert (plan(desk)["state"], plan(desk)["ended_cause"]) == ("ended", "appeal")
    assert desk.clock("plan_appeal")["state"] == desk.clock("plan_review")["state"] == "met"
    (letter,) = desk.notices("plan_appeal_decided")
    assert "agree with your appeal" in letter["body"]
    assert desk.tasks("decide_plan_appeal") == []


async def test_a_dismissed_appeal_leaves_the_plan_and_tells_the_person(desk: Desk) -> None:
    plan_id = await in_force(desk)
    assert (await decide_appeal(desk, plan_id, "senior_leader")).refusal == "unknown_contact_plan"
    await appeal(desk, plan_id)
    assert (await decide_appeal(desk, plan_id, "senior_leader", upheld=False)).state == "applied"
    assert plan(desk)["state"] == "in_force" and desk.clock("plan_review")["state"] == "running"
    assert "31 May 2028" in desk.notices("plan_appeal_decided")[0]["body"]


async def test_a_plan_that_ends_overtakes_its_appeal(desk: Desk) -> None:
    plan_id = await in_force(desk)
    await appeal(desk, plan_id)
    await review(desk, plan_id, "ended", "senior_leader")
    assert desk.row("select state from contact_plan_appeal where complaint_id = %s")["state"] == "overtaken"
    assert desk.clock("plan_appeal")["state"] == "stopped" and desk.tasks("decide_plan_appeal") == []


async def contact(desk: Desk, channel: Any, at: datetime) -> Any:
    what = office_said.RecordContact(
        direction="in",
        channel=channel,
        happened_at=at,
        with_whom="Pat",
        summary="Rang.",
        party_id=desk.party(),
    )
    return await desk.do(CommandKind.RECORD_CONTACT, what)


async def test_a_contact_outside_the_plan_is_taken_and_noted(desk: Desk) -> None:
    await contact(desk, "call", MORNING)
    assert desk.events("contact.outside_plan") == []
    await in_force(desk, measures=plan_said.Measures(channels=("letter", "email"), every_days=7))
    desk.at(MORNING + timedelta(days=9))
    for channel, at in (("call", 8), ("email", 9)):
        assert (await contact(desk, channel, MORNING + timedelta(days=at))).state == "applied"
    found = [(each["data"]["channel"], each["data"]["too_often"]) for each in desk.events("contact.outside_plan")]
    assert found == [(True, False), (False, True)]


async def test_what_we_owe_in_writing_goes_on(desk: Desk) -> None:
    await in_force(desk)
    await desk.acknowledge(TODAY)
    await desk.agree(date(2028, 4, 20))
    (letter,) = desk.notices("period_set")
    await desk.must(CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=UUID(letter["id"])))
    await desk.must(CommandKind.SEND_UPDATE, office_said.SendUpdate(subject="How it stands", body="We wait."))
    signed = said.Respond(signed_by=desk.body.person(SENIOR), letter="Dear Pat, we are sorry.", outcome="upheld")
    await desk.must(CommandKind.RESPOND, signed, SENIOR)
    sent = {each["template"]: each["state"] for each in desk.rows("select * from notice where complaint_id = %s")}
    assert [sent[each] in ("queued", "released") for each in ("period_set", "update", "response")] == [True] * 3


async def test_a_new_complaint_and_a_withdrawal_are_taken_as_ever(beside: Apart, body: Body, desk: Desk) -> None:
    await in_force(desk)
    another = await a_desk(beside, body)
    assert another.stands()["stage"] == "received"
    await desk.withdraw()
    assert desk.stands()["stage"] == "withdrawn"


async def test_at_the_end_a_plan_and_its_appeal_stay_as_tasks_and_can_be_decided(desk: Desk) -> None:
    plan_id = await in_force(desk)
    await appeal(desk, plan_id)
    await desk.withdraw()
    assert desk.clock("plan_review")["state"] == desk.clock("plan_appeal")["state"] == "stopped"
    (task,) = desk.tasks("review_contact_plan")
    assert (task["due_on"], len(desk.tasks("decide_plan_appeal"))) == (REVIEW.isoformat(), 1)
    later = TODAY + timedelta(days=150)
    assert (await review(desk, plan_id, "continued", review_on=later)).state == "applied"
    assert [each["due_on"] for each in desk.tasks("review_contact_plan")] == [later.isoformat()]
    assert (await decide_appeal(desk, plan_id, "senior_leader")).state == "applied"
    assert desk.tasks("review_contact_plan") == desk.tasks("decide_plan_appeal") == []
    assert (await decide(desk)).refusal == "complaint_closed"


async def test_a_plan_of_another_complaint_or_tenant_is_unknown(beside: Apart, body: Body, desk: Desk) -> None:
    plan_id = await in_force(desk)
    other = await a_desk(beside, body)
    assert (await review(other, plan_id, "ended")).refusal == "unknown_contact_plan"
    stranger = await a_desk(beside, beside.body())
    assert (await appeal(stranger, plan_id)).refusal == "unknown_contact_plan"
    assert (await decide_appeal(stranger, plan_id, "senior_leader")).refusal == "unknown_contact_plan"


async def test_the_flag_for_staff_is_set_said_anew_and_lifted(desk: Desk) -> None:
    async def flag(flagged: bool, review_on: date | None = None) -> Any:
        what = plan_said.FlagStaffSafety(flagged=flagged, words="Carries a knife.", review_on=review_on)
        return await desk.do(CommandKind.FLAG_STAFF_SAFETY, what)

    assert (await flag(False)).refusal == "nothing_changes"
    assert (await flag(True, TODAY + timedelta(days=30))).state == "applied"
    assert desk.stands()["staff_safety"] is True and len(desk.tasks("review_staff_safety")) == 1
    assert (await flag(True)).state == "applied" and desk.tasks("review_staff_safety") == []
    assert (await flag(False, TODAY + timedelta(days=30))).refusal == "contradicts_record"
    assert (await flag(False)).state == "applied"
    assert desk.stands()["staff_safety"] is False
    assert "knife" not in str(desk.events("staff_safety.flagged"))
