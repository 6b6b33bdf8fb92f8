"""Requests to colleagues over the real case file: asked, chased, answered, checked, sent back, called off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.acts.gates import CHECKS
from activities.acts.standing import stands_in
from activities.leavers import _pass_on
from contracts.acts import Outcome
from contracts.commands import CommandKind
from db import desk_said, request_said, said
from db.models.organisation import Person
from db.queries import office
from db.queries.mine import mine_of
from db.queries.work_reads import tasks_for
from policies.procedure_rules import Requirement
from tests.activities.asking import (
    a_unit,
    about,
    answer,
    appoint,
    ask,
    away,
    prompts,
    review,
    state_of,
    two_issues,
)
from tests.activities.cases import a_case
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart
from tests.bodies import Body, make_body
from tests.world import MORNING

K = CommandKind
TODAY = MORNING.date()
LATER = datetime(2028, 3, 21, 10, 0, tzinfo=UTC)  # after the sixteenth, when what is asked today is due


@pytest.fixture(autouse=True)
def _morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def test_a_colleague_is_asked_at_once_with_a_date_worked_back(full: Desk) -> None:
    issues = await two_issues(full)
    request = await ask(full, issue_ids=(issues[1],))
    row = full.row(f"select * from request where complaint_id = %s and id = '{request}'")
    # Six months are far away: ten working days from today.
    assert (row["state"], row["due_on"], row["response_clock"]) == ("open", "2028-03-16", "relevant_period")
    clock = about(full, "request", request)
    assert (clock["state"], clock["due_on"], clock["effect"]) == ("running", "2028-03-16", "internal")
    (task,) = full.tasks("answer_request")
    assert (task["role"], task["assignee_id"]) == ("requestee", str(full.body.person("senior_leader")))
    assert (task["due_on"], task["subject_id"], task["clock_id"]) == ("2028-03-16", str(request), clock["id"])
    (notice,) = full.notices("request")
    assert (notice["state"], notice["person_id"]) == ("queued", str(full.body.person("senior_leader")))
    assert "a statement, by the end of Thursday 16 March 2028" in notice["body"]
    for words in ("Pat", "What you saw", "ward"):
        assert words not in notice["subject"] + notice["body"]
    (event,) = full.events("request.raised")
    assert event["data"]["due_on"] == "2028-03-16" and event["data"]["issues"] == 1
    assert "saw" not in str(event)
    (link,) = full.rows("select issue_id from request_issue where complaint_id = %s")
    assert link["issue_id"] == str(issues[1])


async def test_a_response_period_that_was_agreed_goes_before_the_six_months(full: Desk) -> None:
    await full.acknowledge(TODAY)
    await full.agree(date(2028, 3, 24))
    request = await ask(full)
    row = full.row(f"select * from request where complaint_id = %s and id = '{request}'")
    assert (row["due_on"], row["response_clock"]) == ("2028-03-10", "response_period")
    assert row["steps"][0].startswith("The response is due by Friday 24 March 2028: 10 working days before it")
    (version,) = full.versions("request")
    assert "Friday 10 March 2028" in version["reason"]
    # The response moves: what was asked keeps its day.
    extend = said.Extend(clock="response_period", respond_by=date(2028, 4, 28), reason="More time.",
                         agreed_with="Pat", agreed_on=TODAY)  # fmt: skip
    await full.must(K.EXTEND, extend)
    assert about(full, "request", request)["due_on"] == "2028-03-10"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"to_person_id": UUID(int=7)}, "unknown_person"),
    ({"to_person_id": None}, "unknown_person"),
    ({"to_unit_id": UUID(int=7)}, "unknown_team"),
    ({"issue_ids": (UUID(int=7),)}, "unknown_issue"),
    ({"due_on": date(2028, 3, 1)}, "date_in_past"),
]


@pytest.mark.parametrize(("change", "refusal"), REFUSED)
async def test_a_request_to_nobody_about_nothing_or_for_yesterday_is_refused(
    full: Desk, change: dict[str, Any], refusal: str
) -> None:
    me = full.body.person("senior_leader")
    values: dict[str, Any] = {"kind": "records", "what": "The notes.", "to_person_id": me} | change
    done = await full.do(K.RAISE_REQUEST, request_said.RaiseRequest(**values), "investigator")
    assert (done.state, done.refusal) == ("refused", refusal)
    assert full.rows("select id from request where complaint_id = %s") == []


async def test_what_belongs_to_another_organisation_or_complaint_is_unknown(full: Desk, beside: Apart) -> None:
    other = make_body(beside.dsns.migrator, follows=None)
    stranger = await a_desk(beside, other)
    theirs = await two_issues(stranger)
    request = await ask(stranger)
    unit = a_unit(stranger)
    me = full.body.person("senior_leader")
    for change, refusal in (
        ({"to_person_id": other.person("handler")}, "unknown_person"),
        ({"to_person_id": None, "to_unit_id": unit}, "unknown_team"),
        ({"issue_ids": tuple(theirs)}, "unknown_issue"),
    ):
        values: dict[str, Any] = {"kind": "records", "what": "The notes.", "to_person_id": me} | change
        done = await full.do(K.RAISE_REQUEST, request_said.RaiseRequest(**values))
        assert done.refusal == refusal
    # And so is the request of another complaint of the same organisation.
    twin = await ask(await a_desk(beside, full.body))
    for foreign in (request, twin, uuid4()):
        assert (await answer(full, foreign)).refusal == "unknown_request"
        assert (await review(full, foreign, accepted=True)).refusal == "unknown_request"
        cancel = request_said.CancelRequest(request_id=foreign, reason="No.")
        assert (await full.do(K.CANCEL_REQUEST, cancel)).refusal == "unknown_request"
    assert state_of(stranger, request) == "open"


async def test_an_answer_meets_the_clock_and_has_to_be_looked_at(full: Desk) -> None:
    request = await ask(full)
    full.at(datetime(2028, 3, 6, 10, 0, tzinfo=UTC))
    await full.must(K.ANSWER_REQUEST, request_said.AnswerRequest(
        request_id=request, given_on=date(2028, 3, 3), words="I saw it all."), "investigator")  # fmt: skip
    assert state_of(full, request) == "under_review"
    clock = about(full, "request", request)
    assert (clock["state"], clock["met_on"], clock["in_time"]) == ("met", "2028-03-03", True)
    (given,) = full.rows("select * from request_answer where complaint_id = %s")
    assert (given["round"], given["in_time"], given["working_days"]) == (1, True, 1)
    assert given["recorded_by"] == str(full.body.person("investigator"))
    (done,) = full.rows("select * from task where complaint_id = %s and kind = 'answer_request'")
    assert done["state"] == "done"
    # Three working days to look at it, from the day it was recorded.
    assert about(full, "request_review", request)["due_on"] == "2028-03-09"
    (task,) = full.tasks("review_request")
    assert task["assignee_id"] == str(full.body.person("complaints_manager"))
    again = await answer(full, request)
    assert again.refusal == "request_settled"

    await full.must(K.REVIEW_REQUEST, request_said.ReviewRequest(request_id=request, accepted=True), "investigator")
    assert state_of(full, request) == "done"
    assert about(full, "request_review", request)["state"] == "met"
    assert full.tasks("review_request") == []
    assert (await review(full, request, accepted=True)).refusal == "request_settled"


async def test_an_answer_needs_words_or_files_of_this_complaint_and_a_day_that_can_be(full: Desk) -> None:
    request = await ask(full)
    for change, refusal in (
        ({"words": None}, "reason_needed"),
        ({"file_ids": (uuid4(),)}, "unknown_file"),
        ({"given_on": date(2028, 3, 3)}, "date_in_future"),
        ({"given_on": date(2028, 3, 1)}, "contradicts_record"),
    ):
        done = await answer(full, request, **change)
        assert (done.state, done.refusal) == ("refused", refusal)
    assert state_of(full, request) == "open"
    assert (await review(full, request, accepted=True)).refusal == "nothing_changes"


async def test_files_are_part_of_an_answer(full: Desk, beside: Apart) -> None:
    request, file = await ask(full), uuid4()
    beside.rows(
        "insert into case_file (id, organisation_id, complaint_id, submission_id, name, media_type, size, sha256,"
        " content, attached, added_at) select %s, organisation_id, id, %s, 'n.pdf', 'application/pdf', 1, 'x', 'x',"
        " true, now() from complaint where id = %s",
        *(file, uuid4(), full.complaint),
    )
    assert (await answer(full, request, words=None, file_ids=(file, file))).state == "applied"
    (kept,) = full.rows("select file_id from request_file where complaint_id = %s")
    assert kept["file_id"] == str(file)


async def test_what_is_sent_back_is_asked_again_and_the_lateness_before_stays(full: Desk) -> None:
    request = await ask(full)
    full.at(LATER)
    assert (await answer(full, request)).state == "applied"
    refused = await review(full, request, accepted=False)
    assert refused.refusal == "reason_needed"
    assert (await review(full, request, accepted=False, reason="It is unsigned.")).state == "applied"
    clock = about(full, "request", request)
    assert (clock["state"], clock["generation"], clock["started_on"]) == ("running", 2, "2028-03-21")
    assert clock["due_on"] == "2028-04-04"
    first, second = full.versions("request")
    assert (first["in_time"], first["breached_at"] is not None, first["met_on"]) == (False, True, "2028-03-21")
    assert (second["cause"], second["breached_at"]) == ("sent_back", None)
    (task,) = full.tasks("answer_request")
    assert task["due_on"] == "2028-04-04"
    (notice,) = full.notices("request_again")
    assert "unsigned" not in notice["subject"] + notice["body"]
    assert (await answer(full, request, words="Signed.")).state == "applied"
    assert (await review(full, request, accepted=True)).state == "applied"
    rounds = full.rows("select * from request_answer where complaint_id = %s order by round")
    assert [(each["accepted"], each["in_time"], each["asked_on"]) for each in rounds] == [
        (False, False, "2028-03-02"), (True, True, "2028-03-21"),
    ]  # fmt: skip
    assert about(full, "request_review", request)["generation"] == 2


async def test_whoever_was_asked_does_not_check_their_own_answer(full: Desk, beside: Apart) -> None:
    request = await ask(full)
    await answer(full, request)
    assert (await review(full, request, accepted=True, by="senior_leader")).refusal == "same_person"
    small = await a_desk(beside, make_body(beside.dsns.migrator, follows=("nhs-england-2009", 2), small=True))
    request = await ask(small)
    await answer(small, request)
    assert (await review(small, request, accepted=True, by="senior_leader")).state == "applied"


async def test_a_request_called_off_stops_and_whoever_was_asked_is_told(full: Desk) -> None:
    request = await ask(full)
    cancel = request_said.CancelRequest(request_id=request, reason="We have it already.")
    await full.must(K.CANCEL_REQUEST, cancel, "investigator")
    assert state_of(full, request) == "cancelled"
    assert about(full, "request", request)["state"] == "stopped"
    assert full.tasks("answer_request") == []
    assert prompts(full, "request_over") == ["senior_leader"]
    assert (await full.do(K.CANCEL_REQUEST, cancel)).refusal == "request_settled"
    assert (await answer(full, request)).refusal == "request_settled"
    # Of one that was answered already there is nothing to tell.
    request = await ask(full)
    await answer(full, request)
    await full.must(K.CANCEL_REQUEST, request_said.CancelRequest(request_id=request, reason="No."), "investigator")
    assert about(full, "request_review", request)["state"] == "stopped"
    assert full.tasks("review_request") == []
    assert prompts(full, "request_over") == ["senior_leader"]


async def test_requests_end_with_the_case_and_each_colleague_is_told_once(full: Desk) -> None:
    first, second = await ask(full), await ask(full)
    third = await ask(full, "handler")
    answered = await ask(full, "auditor")
    await answer(full, answered)
    await full.withdraw()
    assert {state_of(full, each) for each in (first, second, third, answered)} == {"ended"}
    assert prompts(full, "request_over") == ["handler", "senior_leader"]
    assert full.rows("select id from clock where complaint_id = %s and state = 'running'") == []
    assert full.tasks("answer_request") == []


async def test_the_same_act_is_done_once(full: Desk) -> None:
    request = await ask(full)
    asked = full.apart.engine.delivered[-1]
    again = await full.apart.engine.apply(asked)
    assert again.outcome is Outcome.APPLIED and again.armed[0].kind.value == "request"
    assert state_of(full, request) == "open"
    assert len(full.rows("select id from request where complaint_id = %s")) == 1
    assert len(full.notices("request")) == 1


async def test_a_request_that_nobody_answers_climbs_to_the_director(full: Desk) -> None:
    division = a_unit(full)
    team = a_unit(full, "team", division)
    appoint(full, "member", "senior_leader", team)
    appoint(full, "service_lead", "auditor", team)
    appoint(full, "divisional_director", "operator", division)
    await ask(full)
    full.at(datetime(2028, 3, 17, 0, 0, tzinfo=UTC))
    for rung in ("reminder_1", "overdue", "escalation_1", "escalation_2", "escalation_3"):
        await full.fire("request", rung)
    people = {role: str(person) for role, person in full.body.people.items()}
    tasks = full.rows("select kind, role, assignee_id from task where complaint_id = %s and kind like '%%.request'")
    assert {(each["kind"], each["role"]): each["assignee_id"] for each in tasks} == {
        ("reminder.request", "requestee"): people["senior_leader"],
        ("overdue.request", "requestee"): people["senior_leader"],
        ("escalation.request", "service_lead"): people["auditor"],
        ("escalation.request", "divisional_director"): people["operator"],
        ("escalation.request", "complaints_manager"): people["complaints_manager"],
    }
    assert prompts(full, "escalation") == ["auditor", "complaints_manager", "operator"]
    assert full.clock("request")["breached_at"] is not None


async def test_whoever_covers_is_asked_and_a_division_by_whoever_leads_it(full: Desk) -> None:
    away(full, "senior_leader", "auditor", TODAY, date(2028, 3, 10))
    await ask(full)
    division = a_unit(full)
    appoint(full, "division_lead", "operator", division)
    await ask(full, None, to_unit_id=division)
    assert prompts(full, "request") == ["auditor", "operator"]


async def test_with_nobody_above_the_complaints_manager_is_asked(full: Desk) -> None:
    await ask(full)
    full.at(datetime(2028, 3, 17, 9, 0, tzinfo=UTC))
    full.apart.rows("update person set active = false where id = %s", full.body.person("senior_leader"))
    for rung in ("overdue", "escalation_1", "escalation_2"):
        await full.fire("request", rung)
    manager = str(full.body.person("complaints_manager"))
    tasks = full.rows("select assignee_id from task where complaint_id = %s and kind like '%%.request'")
    assert [each["assignee_id"] for each in tasks] == [manager] * 3
    assert full.stands()["attention"] is None


async def test_what_is_in_the_name_of_somebody_who_left_is_of_those_who_have_the_case(full: Desk) -> None:
    await ask(full)
    appoint(full, "divisional_director", "operator", a_unit(full))
    full.apart.rows("update person set active = false where id = %s", full.body.person("senior_leader"))

    async def sees(who: str, *roles: str) -> bool:
        async with full.apart.database.tenant(full.body.id, MORNING) as session:
            mine = await mine_of(session, full.body.id, full.body.person(who), roles, "mine", TODAY)
            rows = await tasks_for(session, mine, open=True, after=None, limit=50)
        return "answer_request" in {task.kind for task, _ in rows}

    assert await sees("complaints_manager", "complaints_manager")
    assert not await sees("operator", "operator")  # a director of another division
    full.apart.rows("update task set role = 'divisional_director' where complaint_id = %s and kind = 'answer_request'",
                    full.complaint)  # fmt: skip
    assert not await sees("operator", "operator")


async def test_a_leaver_hands_what_they_were_asked_to_those_above(full: Desk) -> None:
    division = a_unit(full)
    appoint(full, "member", "senior_leader", division)
    appoint(full, "service_lead", "auditor", division)
    await ask(full)
    # The account ends with the appointments: where they belonged is no longer known, but for the unit that was named.
    request = await ask(full, to_unit_id=division)
    now = full.apart.engine.now
    async with full.apart.database.tenant(full.body.id, now) as session:
        person = await session.get_one(Person, full.body.person("senior_leader"))
        await office.end_account(session, person, TODAY - timedelta(days=1), now)
        await _pass_on(session, person.id, TODAY)
    rows = full.tasks("answer_request")
    holders = {row["subject_id"]: row["assignee_id"] for row in rows}
    assert holders.pop(str(request)) == str(full.body.person("auditor"))
    assert set(holders.values()) == {str(full.body.person("complaints_manager"))}


async def test_clinical_advice_is_brought_to_the_director_of_the_profession(full: Desk) -> None:
    appoint(full, "medical_director", "auditor")
    appoint(full, "nursing_director", "operator")
    for profession, director in ((None, "auditor"), ("nursing", "operator")):
        request = await ask(full, kind="clinical_advice", profession=profession)
        async with full.apart.database.tenant(full.body.id, MORNING) as session:
            found = await stands_in(session, "divisional_director", TODAY, subject_id=request)
        assert found is not None and found.id == full.body.person(director)


async def test_with_nobody_at_all_the_complaint_needs_attention_until_somebody_is_found(full: Desk) -> None:
    away(full, "complaints_manager", None, TODAY, TODAY)
    full.apart.rows("update person set active = false where id = %s", full.body.person("senior_leader"))
    division = a_unit(full)
    await ask(full, None, to_unit_id=division)
    assert full.stands()["attention"] == "nobody_is_requestee"
    appoint(full, "deputy_complaints_manager", "handler")
    await full.must(K.ADD_NOTE, desk_said.AddNote(words="Rang."))
    assert full.stands()["attention"] is None
    (task,) = full.tasks("answer_request")
    assert task["assignee_id"] == str(full.body.person("handler"))


async def test_a_case_under_the_first_version_knows_no_requests(beside: Apart, body: Body) -> None:
    old = await a_desk(beside, body)
    what = request_said.RaiseRequest(kind="statement", what="x", to_person_id=body.person("handler"))
    assert (await old.do(K.RAISE_REQUEST, what)).refusal == "not_in_this_stage"


async def test_the_gate_is_shut_while_something_asked_is_not_settled(full: Desk) -> None:
    async def settled() -> bool:
        async with a_case(full) as case:
            return await CHECKS[Requirement.REQUESTS_SETTLED](case)

    assert await settled()
    request = await ask(full)
    assert not await settled()
    await answer(full, request)
    assert not await settled()
    await review(full, request, accepted=True)
    assert await settled()
