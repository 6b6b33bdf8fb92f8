"""What hurts in joint work: bodies that go, come back, are named late, get other issues, or write our own marks."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db.casework_said import IssueSaid, SetIssues
from db.desk_said import Redate
from db.joint_messages import Accept, Decline, InformationGiven, TimescaleView
from tests.activities import joined, parts
from tests.activities.drafted import a_draft
from tests.activities.found import issues_of
from tests.activities.joined import change, name
from tests.activities.leads import COUNCIL, GP, Joint, three_bodies
from tests.activities.office_desk import Desk
from tests.apart import MORNING, Apart
from tests.bodies import Body

K = CommandKind


@pytest.fixture
async def three(full: Desk) -> Joint:
    return await three_bodies(full)


def kinds(desk: Desk, one: UUID) -> list[str]:
    return [kind for kind, _ in parts.told(desk, one)]


async def reword(desk: Desk, issue: UUID, summary: str = "Other words; marker") -> None:
    said = IssueSaid(issue_id=issue, summary=summary, effect="Pain", outcome_sought="Sorry")
    await desk.must(K.SET_ISSUES, SetIssues(issues=(said,)))


# Issues that change while a body works on them.


async def test_a_body_is_told_of_other_words_of_its_issue_and_of_one_that_is_taken_back(
    beside: Apart, standards: Body
) -> None:
    desk = await joined.a_case(beside, standards, 3)
    await joined.agree(desk)
    one = await name(desk, issue_ids=tuple(issues_of(desk)[1:]))
    await reword(desk, issues_of(desk)[1])
    assert kinds(desk, one) == ["invitation", "issues"]
    assert parts.told(desk, one)[-1][1]["issues"][0]["summary"] == "Other words; marker"
    await desk.must(K.SET_ISSUES, SetIssues(issues=(), taken_back=(issues_of(desk)[2],)))
    assert [each["number"] for each in parts.told(desk, one)[-1][1]["issues"]] == [2]
    # What is another's, or ours, is nothing to tell it of.
    await reword(desk, issues_of(desk)[0])
    assert kinds(desk, one) == ["invitation", "issues", "issues"]


async def test_an_issue_that_was_taken_back_is_nobodys_to_answer(beside: Apart, standards: Body) -> None:
    desk = await joined.a_case(beside, standards, 3)
    await parts.agree(desk)
    one = parts.contributes(desk, issues_of(desk)[1:])
    await desk.must(K.SET_ISSUES, SetIssues(issues=(), taken_back=(issues_of(desk)[2],)))
    assert (await parts.hears(desk, one, parts.a_part(parts.answered(3)))).refusal == "not_their_issue"
    await parts.must_hear(desk, one, parts.a_part())
    assert await parts.approve(desk, one) is None


async def test_another_issue_for_a_body_whose_part_is_approved_asks_it_again(beside: Apart, standards: Body) -> None:
    desk, one = await parts.a_joint_case(beside, standards, 3)
    await parts.must_hear(desk, one, parts.a_part(parts.answered(3)))
    assert await parts.approve(desk, one) is None
    assert await change(desk, one, issue_ids=tuple(issues_of(desk)[1:])) is None
    row = parts.part(desk, one)
    assert (row["state"], row["approved_on"]) == ("contributing", None)
    assert "contributions_settled" in ((await desk.do(K.DRAFT_RESPONSE, a_draft())).missing or [])
    await parts.must_hear(desk, one, parts.a_part(parts.answered(2), parts.answered(3)))
    assert await parts.approve(desk, one) is None


# Bodies that go.


@pytest.mark.parametrize("how", ["declines", "split", "released"])
async def test_who_leads_is_settled_when_the_only_body_that_does_not_agree_goes(full: Desk, how: str) -> None:
    joint = await three_bodies(full, council="invited" if how == "declines" else "accepted")
    await joint.propose(lead=joint.ours, reason="Most of it is ours.")
    if how == "declines":
        await joint.disputes(joint.council)
    await joint.agrees(joint.gp)
    assert joint.lead()["state"] == ("disputed" if how == "declines" else "proposed")
    await goes(joint, joint.council, how)
    assert joint.lead()["state"] == "agreed"
    assert joint.clocks("lead_decision")[0]["state"] == "met"
    assert joint.desk.tasks("settle_lead_dispute") == []


@pytest.mark.parametrize("how", ["declines", "split", "released"])
async def test_nothing_is_settled_with_bodies_when_none_is_left(full: Desk, how: str) -> None:
    joint = await three_bodies(full, *(("invited", "invited") if how == "declines" else ()))
    await joint.propose()
    await goes(joint, joint.council, how)
    await goes(joint, joint.gp, how)
    assert [each["state"] for each in joint.clocks("lead_decision")] == ["stopped"]


async def test_no_timescale_is_asked_for_when_no_body_is_left(beside: Apart, standards: Body) -> None:
    desk = await joined.a_case(beside, standards, 2)
    await joined.agree(desk)
    one = await name(desk)
    await parts.must_hear(desk, one, joined.ACCEPT)
    assert desk.clock("joint_timescale")["state"] == "running"
    assert await parts.release(desk, one) is None
    assert desk.clock("joint_timescale")["state"] == "stopped"
    assert desk.tasks("propose_lead") == []


async def goes(joint: Joint, body: UUID, how: str) -> None:
    code = COUNCIL if body == joint.council else GP
    if how == "declines":
        assert await joint.hears(body, Decline(reason="Not ours; marker.")) is None
    elif how == "released":
        assert await parts.release(joint.desk, body) is None
    else:
        found = joint.desk.rows(f"select id from consent where complaint_id = %s and body = '{code}'")
        await joined.take_back(joint.desk, UUID(found[-1]["id"]))


async def test_the_timescale_is_agreed_when_the_only_body_that_cannot_keep_to_it_goes(three: Joint) -> None:
    assert await three.set_timescale(date(2028, 4, 3), date(2028, 5, 2)) is None
    await three.keeps_to_it(three.gp)
    assert await three.hears(three.council, TimescaleView(agrees=False, reason="Too soon; marker.")) is None
    assert len(three.desk.tasks("timescale_disagreed")) == 1
    await goes(three, three.council, "released")
    assert three.told(three.gp, "timescale")[-1]["agreed"] is True
    assert three.desk.tasks("timescale_disagreed") == []


async def test_what_a_body_was_asked_for_is_asked_no_more_when_it_goes(three: Joint) -> None:
    await three.ask(three.gp, date(2028, 3, 9))
    done = await three.ask(three.gp, date(2028, 3, 10))
    request = UUID(three.desk.rows("select id from body_request where complaint_id = %s order by due_on")[1]["id"])
    assert done.state == "applied"
    assert await three.hears(three.gp, InformationGiven(request_id=request, words="Here; marker.")) is None
    assert len(three.desk.tasks("review_body_answer")) == 1
    assert await parts.release(three.desk, three.gp) is None
    found = three.desk.rows("select state from body_request where complaint_id = %s order by due_on")
    assert [each["state"] for each in found] == ["not_needed", "not_needed"]
    assert three.desk.tasks("review_body_answer") == []


async def test_what_a_body_was_asked_for_is_owed_again_when_it_is_taken_up_again(three: Joint) -> None:
    await three.ask(three.gp, date(2028, 3, 9))
    await goes(three, three.gp, "split")
    assert three.clocks("body_information")[0]["state"] == "stopped"
    three.desk.at(MORNING + timedelta(days=12))
    await joined.agree(three.desk, GP)
    assert await three.hears(three.gp, joined.ACCEPT) is None
    (clock,) = three.clocks("body_information")
    assert (clock["state"], clock["due_on"], clock["contribution_id"]) == ("running", "2028-03-14", str(three.gp))


# The lead that moves.


async def test_the_lead_that_comes_back_is_followed_no_more(three: Joint) -> None:
    await three.propose()
    await three.agrees(three.gp, three.council)
    assert await three.decide(COUNCIL, (COUNCIL, "Marker Director")) is None
    assert len(three.desk.tasks("follow_the_lead")) == 1
    assert await three.decide(three.ours) is None
    assert three.desk.tasks("follow_the_lead") == []
    assert (three.lead()["ours"], three.lead()["state"]) == (True, "moved")


# Whom to speak to.


async def test_an_answer_without_an_address_takes_nobodys_address_away(beside: Apart, standards: Body) -> None:
    desk = await joined.a_case(beside, standards, 2)
    await joined.agree(desk)
    one = await name(desk)
    await parts.must_hear(desk, one, Accept(contact="Marker Other", senior_lead="Marker Partner"))
    found = desk.rows(
        f"select name, email from body_contact where complaint_id = %s and contribution_id = '{one}'"
        " and role = 'contact' and ended_at is null order by said_at, name desc"
    )
    assert "manager@gp.example.org" in [each["email"] for each in found]
    assert "Marker Other" in [each["name"] for each in found]


# Time.


async def test_a_change_of_the_calendar_moves_the_clock_of_a_body_and_no_other(beside: Apart, standards: Body) -> None:
    desk = await joined.a_case(beside, standards, 2)
    await joined.agree(desk)
    one = await name(desk)
    assert desk.clock("body_acceptance")["due_on"] == "2028-03-09"
    desk.apart.rows(
        "insert into closed_day (organisation_id, day, name, opens) values (%s, '2028-03-03', 'Flood', false)",
        desk.body.id,
    )
    done = await desk.must(K.REDATE, Redate(change_set_id=uuid4()), None)
    ((verdict,),) = desk.apart.rows("select verdict::text from verdict where act_id = %s", done.id)
    # What the complaint's own workflow is handed is its own clocks, all of them.
    assert "body_acceptance" not in verdict and "confirm_issues" in verdict and "draft_release" in verdict
    clock = desk.clock("body_acceptance")
    assert (clock["due_on"], clock["contribution_id"], clock["generation"]) == ("2028-03-10", str(one), 2)


# Every end of a complaint.


@pytest.mark.parametrize("state", ["consent_blocked", "invited", "declined", "contributing", "submitted", "approved"])
async def test_a_withdrawn_complaint_lets_go_of_a_body_in_every_state(full: Desk, state: str) -> None:
    joint = await three_bodies(full)
    desk, one = joint.desk, joint.council
    desk.apart.rows("update contribution set state = %s where id = %s", state, one)
    if state == "consent_blocked":
        desk.apart.rows("update contribution set open_to_body = false, invited_on = null where id = %s", one)
    await desk.withdraw()
    row = parts.part(desk, one)
    assert (row["state"], row["released_cause"], row["open_to_body"]) == ("released", "withdrawn", False)
    assert kinds(desk, one) == ([] if state == "consent_blocked" else ["released"])
    assert desk.rows("select kind from clock where complaint_id = %s and state = 'running'") == []


async def test_nobody_leads_without_somebody_of_theirs_who_agreed_to_it(three: Joint) -> None:
    await three.propose()
    await three.agrees(three.gp, three.council)
    assert await three.decide(GP) == "decider_needed"
    assert await three.decide(GP, (GP, "Marker Partner")) is None
    assert three.lead()["ours"] is False
