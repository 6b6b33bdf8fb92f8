"""Our part in what another body coordinates: a case of our own, heard and told through the one path."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db import said as things
from db.casework_said import AppointToCase
from db.finding_said import RecordFinding
from db.joint_messages import (
    Approved,
    ConsentEnded,
    DraftShared,
    InformationRequested,
    IssuesChanged,
    IssueTold,
    LeadDecided,
    Released,
    Reminder,
    RevisionRequested,
)
from db.queries.parts import by_contribution
from tests.activities.joint_bodies import Between, invitation
from tests.activities.office_desk import Desk
from tests.activities.parts import agree, contributes
from tests.apart import Apart
from tests.bodies import make_body

ANSWER = {"number": 2, "did": "We looked.", "found": "It was so.", "conclusion": "upheld", "remedy": "We are sorry."}


@pytest.fixture
async def between(full: Desk, beside: Apart) -> Between:
    other = make_body(beside.dsns.migrator)
    await agree(full)
    one = contributes(full, [], state="invited")
    beside.rows(
        "update contribution set way = 'here', body_organisation_id = %s, invited_on = named_on where id = %s",
        *(other.id, one),
    )
    return Between(desk=full, body=other, id=one)


async def opened(between: Between) -> Between:
    between.tell(invitation())
    step = await between.pull()
    assert step.failure is None and step.taken == 1
    return between


async def contributing(between: Between) -> Between:
    await opened(between)
    done = await between.say("accept", contact="Sam", senior_lead="Kim")
    assert done.state == "applied", done.refusal or done.last_failure
    return between


async def test_an_invitation_opens_a_case_of_our_own_with_our_issues_and_a_clock(between: Between) -> None:
    await opened(between)
    case = between.own.stands()
    assert (case["matter"], case["procedure"], case["stage"]) == ("contribution", "joint-contribution", "received")
    issues = between.own.rows("select number, summary from issue where complaint_id = %s")
    assert issues == [{"number": 2, "summary": "Marker issue of theirs"}]
    assert between.own.clock("part_acceptance")["due_on"] == "2028-03-09"
    assert between.own.clock("part_contribution")["due_on"] == "2028-04-03"
    assert len(between.own.tasks("answer_invitation")) == 1


async def test_who_is_invited_again_with_another_day_and_another_bond_has_these(between: Between) -> None:
    await opened(between)
    between.tell(invitation(accept_by=date(2028, 3, 16), bound="voluntary"))
    step = await between.pull()
    assert (step.failure, step.taken) == (None, 1)
    assert (between.part["accept_by"], between.part["bound"]) == ("2028-03-16", "voluntary")


async def test_nothing_is_written_to_the_person_from_here(between: Between) -> None:
    await opened(between)
    people = between.own.rows("select n.template from notice n where n.complaint_id = %s and n.party_id is not null")
    assert people == []


async def test_the_same_messages_again_open_nothing_twice_and_are_heard_once(between: Between) -> None:
    await opened(between)
    assert (await between.pull()).taken == 0
    assert len(between.apart.rows("select 1 from complaint where organisation_id = %s", between.body.id)) == 1
    assert len(between.messages("in")) == 1


async def test_where_no_consent_covers_it_we_are_told_nothing_and_have_no_case(between: Between) -> None:
    between.tell(invitation())
    between.shut()
    step = await between.pull()
    assert (step.taken, step.over, step.complaint_id) == (0, True, None)
    assert between.apart.rows("select 1 from submission where organisation_id = %s", between.body.id) == []


async def test_another_organisation_hears_nothing_of_it(between: Between) -> None:
    between.tell(invitation())
    stranger = Between(desk=between.desk, body=make_body(between.apart.dsns.migrator), id=between.id)
    assert (await stranger.pull()).complaint_id is None
    await between.pull()
    async with between.apart.database.tenant(stranger.body.id, between.apart.engine.now) as session:
        assert await by_contribution(session, between.body.id, between.id) is None


async def test_what_we_say_is_brought_to_the_lead_once_and_in_order(between: Between) -> None:
    await contributing(between)
    await between.say("timescale_view", agrees=True)
    first = await between.push()
    assert (first.brought, first.waiting, first.failure) == (2, 0, None)
    assert (await between.push()).brought == 0
    heard = between.desk.rows(
        "select kind, via, refusal from joint_message where complaint_id = %s and direction = 'in'"
        " order by said_at, kind"
    )
    assert [each["kind"] for each in heard] == ["accept", "timescale_view"]
    assert heard[0] == {"kind": "accept", "via": "here", "refusal": None}
    assert between.desk.row("select state from contribution where complaint_id = %s")["state"] == "accepted"


async def test_a_push_that_died_after_the_lead_had_it_brings_it_no_second_time(between: Between) -> None:
    await contributing(between)
    await between.push()
    between.apart.rows("update part_message set state = 'queued', settled_at = null where direction = 'out'")
    assert (await between.push()).brought >= 1
    count = between.desk.rows("select 1 as one from joint_message where complaint_id = %s and direction = 'in'")
    assert len(count) == 1


async def test_while_the_engine_is_away_what_we_say_waits(between: Between) -> None:
    await contributing(between)
    between.apart.engine.away = True
    step = await between.push()
    assert (step.brought, step.waiting, str(step.failure)) == (0, 1, "no_verdict_yet")
    between.apart.engine.away = False
    assert (await between.push()).brought == 1


async def test_what_the_lead_refuses_is_shown_with_a_task_and_not_brought_again(between: Between) -> None:
    await contributing(between)
    between.apart.rows(
        "update contribution set body_organisation_id = %s where id = %s", between.desk.body.id, between.id
    )
    await between.push()
    (row,) = between.messages("out")
    assert (row["state"], row["refusal"]) == ("refused", "not_their_contribution")
    assert len(between.own.tasks("refused_by_lead")) == 1
    assert (await between.push()).brought == 0


async def test_a_submission_is_signed_by_who_may_sign_and_for_our_own_issues_only(between: Between) -> None:
    await contributing(between)
    wrong = {"issues": [{**ANSWER, "number": 1}]}
    assert (await between.say("submission", "handler", issues=[ANSWER])).refusal == "not_authorised_to_sign"
    assert (await between.say("submission", "responsible_person", **wrong)).refusal == "not_their_issue"
    action = {"action_id": str(uuid4()), "what": "Train", "due_on": "2028-04-20"}
    done = await between.say("submission", "responsible_person", issues=[ANSWER], actions=[action])
    assert done.state == "applied", done.refusal or done.last_failure
    sent = between.messages("out")[-1]["body"]
    assert (sent["signed_by"], sent["signed_role"]) == ("Responsible Person", "Responsible person")
    assert between.own.stands()["stage"] == "submitted"
    assert between.own.clock("part_contribution")["state"] == "met"
    assert between.own.clock("part_action")["due_on"] == "2028-04-20"


async def test_whoever_looked_into_it_does_not_sign_it(between: Between) -> None:
    await contributing(between)
    person = between.body.person("responsible_person")
    appointed = AppointToCase(role="investigator", person_id=person, prior_involvement=False, conflict=False)
    await between.own.must(CommandKind.APPOINT, appointed, "complaints_manager")
    done = await between.say("submission", "responsible_person", issues=[ANSWER])
    assert done.refusal == "signed_by_investigator"


async def test_before_we_accept_we_submit_nothing(between: Between) -> None:
    await opened(between)
    assert (await between.say("submission", "responsible_person", issues=[ANSWER])).refusal == "not_accepted_yet"
    assert (await between.say("weather")).refusal == "protocol_not_spoken"
    assert (await between.say("accept", contact="Sam")).refusal == "message_malformed"


async def test_a_complaint_of_our_own_is_no_part(full: Desk) -> None:
    from db.part_said import TellLead

    done = await full.do(CommandKind.TELL_LEAD, TellLead(kind="accept", body={}))
    assert done.refusal == "not_a_contribution"


async def test_a_revision_brings_the_part_back_and_approval_ends_the_work(between: Between) -> None:
    await contributing(between)
    await between.say("submission", "responsible_person", issues=[ANSWER])
    between.tell(RevisionRequested(round=1, reason="More, please.", due_on=date(2028, 3, 20)))
    await between.pull()
    assert between.own.stands()["stage"] == "contributing"
    assert between.own.clock("part_revision")["due_on"] == "2028-03-20"
    await between.say("submission", "responsible_person", issues=[ANSWER])
    between.tell(Approved(round=2))
    await between.pull()
    assert between.own.stands()["stage"] == "approved"
    assert between.own.clock("part_revision")["state"] == "met"


async def test_what_is_asked_for_is_due_until_it_is_given(between: Between) -> None:
    await contributing(between)
    asked = uuid4()
    unknown = await between.say("information", request_id=str(asked), words="Here.")
    assert unknown.refusal == "unknown_request"
    between.tell(InformationRequested(request_id=asked, what="The rota", due_on=date(2028, 3, 15)))
    await between.pull()
    assert between.own.clock("part_information")["due_on"] == "2028-03-15"
    assert len(between.own.tasks("give_information")) == 1
    assert (await between.say("information", request_id=str(asked), words="Here.")).state == "applied"
    assert between.own.clock("part_information")["state"] == "met"
    assert between.own.tasks("give_information") == []


async def test_the_draft_is_commented_on(between: Between) -> None:
    await contributing(between)
    draft = uuid4()
    between.tell(DraftShared(draft_id=draft, version=1, words="Dear Pat", comment_by=date(2028, 3, 15)))
    await between.pull()
    assert between.own.clock("part_comment")["state"] == "running"
    assert (await between.say("draft_comment", draft_id=str(draft), agrees=True)).state == "applied"
    assert between.own.clock("part_comment")["state"] == "met"


async def test_consent_that_ends_leaves_us_our_own_part_to_answer(between: Between) -> None:
    await contributing(between)
    between.tell(DraftShared(draft_id=uuid4(), version=1, words="Dear Pat", comment_by=date(2028, 3, 15)))
    between.tell(ConsentEnded(cause="withdrawn"))
    between.shut()
    assert (await between.pull()).taken == 1
    assert between.own.stands()["stage"] == "separate"
    assert between.own.clock("part_contribution")["state"] == "stopped"
    assert between.own.clock("part_separate")["state"] == "running"
    assert len(between.own.tasks("answer_own_part")) == 1
    assert "draft" not in [each["kind"] for each in between.messages("in")]
    refused = await between.say("submission", "responsible_person", issues=[ANSWER])
    assert refused.refusal == "consent_missing"
    assert (await between.own.do(CommandKind.CLOSE, things.Close(), "complaints_manager")).state == "applied"


async def test_a_kind_from_the_future_is_kept_to_be_read_and_breaks_nothing(between: Between) -> None:
    await opened(between)
    between.tell(Approved(round=1), "holograms", {"marker": "unknown"})
    between.tell(Reminder(about="body_acceptance", due_on=date(2028, 3, 9), level="responsible_person", overdue=True))
    assert (await between.pull()).taken == 2
    assert between.messages("in")[1]["kind"] == "unknown"
    assert len(between.own.tasks("read_lead_message")) == 1
    (task,) = between.own.tasks("reminded_by_lead")
    assert task["assignee_id"] == str(between.body.person("responsible_person"))


async def test_issues_follow_the_lead_and_one_that_is_ours_no_more_is_taken_back(between: Between) -> None:
    await opened(between)
    between.tell(IssuesChanged(issues=(IssueTold(number=3, summary="Another"),)))
    await between.pull()
    issues = between.own.rows("select number, state from issue where complaint_id = %s order by number")
    assert issues == [{"number": 2, "state": "taken_back"}, {"number": 3, "state": "open"}]


async def test_where_we_are_to_lead_somebody_is_asked_to_take_it_over(between: Between) -> None:
    await opened(between)
    between.tell(LeadDecided(state="decided", lead="US", yours=True))
    await between.pull()
    assert len(between.own.tasks("take_the_lead")) == 1
    assert between.part["yours"] is True


async def test_a_release_ends_the_part_and_what_is_said_later_is_still_kept(between: Between) -> None:
    await contributing(between)
    await between.push()
    between.tell(Released(cause="done"))
    step = await between.pull()
    assert step.over
    assert between.own.stands()["open"] is False
    assert (await between.say("timescale_view", agrees=True)).refusal in ("complaint_closed", "not_in_this_stage")
    between.tell(Reminder(about="body_action", due_on=date(2028, 3, 9), level="contact", overdue=False))
    assert (await between.pull()).taken == 1


async def test_we_find_on_our_own_issues(between: Between) -> None:
    await contributing(between)
    (issue,) = between.own.rows("select id from issue where complaint_id = %s")
    finding = RecordFinding(
        issue_id=UUID(issue["id"]), happened="It was.", should_have="Not.", standard="Ours", evidence="Notes",
        outcome="upheld", reason="So.",
    )  # fmt: skip
    assert (await between.own.do(CommandKind.RECORD_FINDING, finding, "investigator")).state == "applied"
