"""A contact plan narrows how somebody reaches us: what we owe in writing, the next tier and the Ombudsman stay open."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from contracts.commands import CommandKind
from db import office_said, said
from db.contact_plan_said import Measures
from db.desk_said import CompleteTask
from db.tier_said import Escalate
from runtime.database_roles import DatabaseDsns
from tests.activities.office_desk import Desk, a_desk
from tests.activities.outside import release
from tests.activities.test_contact_plans import REVIEW, SENIOR, appeal, decide_appeal, in_force, plan, review
from tests.activities.test_escalating import FIGURES
from tests.apart import MORNING, Apart
from tests.bodies import make_body
from tests.closer_look import resolved

K = CommandKind
TODAY = MORNING.date()
# Whatever they do is outside of it, but for a letter in three months.
NARROW = Measures(channels=("letter",), every_days=90)


async def test_every_letter_that_we_owe_is_written_and_leaves_by_their_own_way(desk: Desk) -> None:
    await in_force(desk, measures=NARROW)
    await desk.acknowledge(TODAY)
    await desk.agree(date(2028, 4, 20))
    extended = said.Extend(
        clock="response_period", respond_by=date(2028, 5, 15), reason="Records.", agreed_with="Pat", agreed_on=TODAY
    )
    await desk.must(K.EXTEND, extended)
    await desk.must(K.SEND_UPDATE, office_said.SendUpdate(subject="How it stands", body="We wait."))
    signed = said.Respond(signed_by=desk.body.person(SENIOR), letter="Dear Pat, we are sorry.", outcome="upheld")
    await desk.must(K.RESPOND, signed, SENIOR)
    for template in ("period_set", "extension"):
        for draft in desk.notices(template):
            if draft["state"] == "draft":
                assert await release(desk, draft) is None
    found = {each["template"]: (each["state"], each["channel"]) for each in desk.rows(
        "select * from notice where complaint_id = %s and party_id is not null")}  # fmt: skip
    owed = ("receipt", "period_set", "extension", "update", "response")
    assert {name: found.get(name) for name in owed} == dict.fromkeys(owed, ("queued", "email"))


async def test_the_next_tier_and_the_ombudsman_are_open_by_whatever_way_they_ask(
    beside: Apart, dsns: DatabaseDsns
) -> None:
    body = make_body(
        dsns.migrator, regime="central_government", follows=("uk-central-government", None), figures=FIGURES
    )
    desk = await a_desk(beside, body)
    await in_force(desk, measures=NARROW)
    await desk.acknowledge(TODAY)
    await desk.must(K.RESOLVE, resolved(TODAY))
    await desk.must(K.ESCALATE, Escalate(tier="tier_2", asked_on=TODAY, method="call"))
    assert desk.stands()["tier"] == "tier_2" and plan(desk)["state"] == "in_force"


async def test_after_the_end_the_ombudsman_is_open_and_a_review_that_is_overdue_stays_a_task(
    beside: Apart, dsns: DatabaseDsns
) -> None:
    desk = await a_desk(beside, make_body(dsns.migrator, follows=None))
    plan_id = await in_force(desk, measures=NARROW)
    await desk.withdraw()
    desk.at(MORNING + timedelta(days=120))
    await desk.must(K.ESCALATE, Escalate(tier="ombudsman", asked_on=TODAY, method="call"))
    (task,) = desk.tasks("review_contact_plan")
    assert date.fromisoformat(task["due_on"]) == REVIEW < desk.apart.engine.now.date()
    assert (await review(desk, plan_id, "ended")).state == "applied"
    assert desk.tasks("review_contact_plan") == []


@pytest.mark.parametrize("reviewer", ["senior_leader", "complaints_manager"])
async def test_who_let_a_plan_go_on_does_not_decide_the_appeal_against_it(desk: Desk, reviewer: str) -> None:
    plan_id = await in_force(desk)
    later = TODAY + timedelta(days=150)
    done = await review(desk, plan_id, "continued", reviewer, review_on=later)
    if done.state != "applied":  # the complaints manager owns this complaint
        assert (reviewer, done.refusal) == ("complaints_manager", "not_authorised")
        return
    await appeal(desk, plan_id)
    assert (await decide_appeal(desk, plan_id, reviewer)).refusal == "same_person"
    assert (await decide_appeal(desk, plan_id, SENIOR)).refusal == "same_person"


async def test_doing_the_task_does_not_stand_in_for_the_review(desk: Desk) -> None:
    plan_id = await in_force(desk)
    await desk.withdraw()
    (task,) = desk.tasks("review_contact_plan")
    done = await desk.do(K.COMPLETE_TASK, CompleteTask(task_id=UUID(task["id"])), SENIOR)
    assert done.refusal == "contradicts_record" and len(desk.tasks("review_contact_plan")) == 1
    assert (await review(desk, plan_id, "ended")).state == "applied"
