"""Hard cases of casework: what is overtaken stops asking, letters say only what is so, nobody checks themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.acts.gates import CHECKS
from contracts.commands import CommandKind
from db import request_said
from db.casework_said import ConfirmIssues, MoveOn, SetIssues
from db.finding_said import SharedWith, ShareViews, SkipViews
from db.response_said import DraftResponse, SectionSaid
from policies.composing import WITHOUT_WORDS
from policies.procedure_files import load_procedures
from policies.procedure_rules import Requirement
from tests.activities.asking import a_unit, answer, appoint, ask, beside, hold, look_again, review, state_of
from tests.activities.cases import a_case as in_hand
from tests.activities.drafted import clear, draft, investigated, sign
from tests.activities.found import a_case, a_finding, found_on_all, issues_of
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body
from tests.closer_look import a_part, a_plan, an_issue, issues, resolved, to_closer_look

K = CommandKind
TODAY = date(2028, 3, 2)


@pytest.fixture
def apart(request: pytest.FixtureRequest) -> Apart:
    """The session's database at ten in the morning; the name of its fixture is that of a step here."""
    found: Apart = request.getfixturevalue("beside")
    found.engine.now = MORNING
    return found


def running(desk: Desk) -> set[str]:
    return {row["kind"] for row in desk.rows("select kind from clock where complaint_id = %s and state = 'running'")}


async def held(desk: Desk, issue: UUID) -> tuple[UUID, UUID]:
    """Put an issue on hold for the police; return the hold and the investigation."""
    police = await beside(desk)
    assert (await hold(desk, [issue], police)).state == "applied"
    return UUID(desk.row("select id from issue_hold where complaint_id = %s")["id"]), police


@pytest.mark.parametrize("cleared", [False, True])
async def test_a_draft_under_way_asks_nobody_any_more_once_the_person_is_satisfied(
    apart: Apart, standards: Body, cleared: bool
) -> None:
    desk = await investigated(apart, standards)
    assert await draft(desk) is None
    assert not cleared or await clear(desk) is None
    await desk.must(K.RESOLVE, resolved(TODAY))
    assert not running(desk) & {"clearance", "signature"}
    assert desk.clock("signature" if cleared else "clearance")["state"] == "stopped"
    assert desk.tasks("clear_response") == desk.tasks("sign_response") == []
    assert "closing" in running(desk)


async def test_issues_nobody_need_confirm_any_more_have_no_clock(full: Desk) -> None:
    await full.acknowledge(TODAY)
    await full.must(K.SET_ISSUES, issues(an_issue()))
    await full.must(K.RESOLVE, resolved(TODAY))
    assert full.clock("confirm_issues")["state"] == "stopped"


async def test_clearance_and_signature_are_tasks_with_a_day(apart: Apart, standards: Body) -> None:
    desk = await investigated(apart, standards)
    await draft(desk)
    for kind, clock in (("clear_response", "clearance"), ("sign_response", "signature")):
        (task,) = desk.tasks(kind)
        assert (task["clock_id"], task["due_on"]) == (desk.clock(clock)["id"], desk.clock(clock)["due_on"])
        await clear(desk)
    done = desk.row("select state, ended_by from task where complaint_id = %s and kind = 'clear_response'")
    assert done == {"state": "done", "ended_by": str(desk.body.person("complaints_manager"))}


async def test_a_blank_in_a_finding_is_refused_before_anybody_clears_it(apart: Apart, standards: Body) -> None:
    desk = await a_case(apart, standards, 1)
    await desk.must(K.RECORD_FINDING, a_finding(issues_of(desk)[0], evidence="[[ which notes? ]]"))
    await desk.must(K.SKIP_VIEWS, SkipViews(reason="Nobody disputes it."), "complaints_manager")
    assert await draft(desk, remedy="We are sorry.") == "blanks_left"


async def test_a_second_response_asks_once_what_is_to_become_of_the_case(apart: Apart, standards: Body) -> None:
    desk = await a_case(apart, standards)
    first, second = issues_of(desk)
    waits, _ = await held(desk, first)
    await desk.must(K.RECORD_FINDING, a_finding(second))
    await desk.must(K.SKIP_VIEWS, SkipViews(reason="Nobody disputes it."), "complaints_manager")
    for _ in range(2):
        assert (await draft(desk, remedy="We are sorry."), await clear(desk)) == (None, None)
        assert await clear(desk, "senior_leader") is None  # where the police look into it, it is serious
        assert (await sign(desk)).state == "applied"
        if len(desk.notices("response_composed")) == 1:
            assert (await look_again(desk, waits, lifted=True)).state == "applied"
            await desk.must(K.RECORD_FINDING, a_finding(first, outcome="not_upheld"))
    assert len(desk.tasks("close_or_continue")) == 1


async def test_a_letter_about_a_hold_promises_no_day_that_has_passed(apart: Apart, standards: Body) -> None:
    desk = await a_case(apart, standards)
    desk.at(datetime(2028, 7, 3, 10, tzinfo=UTC))  # the response was promised for 30 June
    police = await beside(desk)
    assert (await hold(desk, issues_of(desk)[:1], police, review_on=date(2028, 7, 20))).state == "applied"
    (letter,) = desk.notices("hold")
    assert "30 June" not in letter["body"]


async def test_the_day_of_the_signature_is_no_promise_and_no_day_to_work_back_from(apart: Apart) -> None:
    scottish = make_body(apart.dsns.migrator, nation="scotland", regime="spso", follows=None)
    desk = await a_desk(apart, scottish)
    await _signing_in_scotland(desk)
    assert desk.clock("signature")["due_on"] < desk.clock("investigation")["due_on"]
    request = await ask(desk)
    row = desk.row(f"select response_clock from request where complaint_id = %s and id = '{request}'")
    assert row["response_clock"] == "investigation"


async def _signing_in_scotland(desk: Desk) -> None:
    await desk.must(K.MOVE_ON, MoveOn(reason="Too grave to be put right at once."))
    await desk.must(K.SET_ISSUES, issues(an_issue()))
    await desk.must(K.CONFIRM_ISSUES, ConfirmIssues(confirmed_on=TODAY, method="call"))
    await found_on_all(desk)
    await _draft_whole(desk)
    assert await clear(desk) is None


async def _draft_whole(desk: Desk) -> None:
    stands: dict[str, Any] = desk.stands()
    rules = load_procedures().get(stands["procedure"], stands["procedure_version"])
    written = tuple(
        SectionSaid(element=each.code, words="We looked at it.")
        for each in rules.elements
        if each.source not in WITHOUT_WORDS
    )
    await desk.must(K.DRAFT_RESPONSE, DraftResponse(sections=written))


async def test_what_was_taken_back_waits_no_longer(apart: Apart, standards: Body) -> None:
    desk = await a_case(apart, standards)
    waits, _ = await held(desk, issues_of(desk)[0])
    await desk.must(K.SET_ISSUES, SetIssues(taken_back=(issues_of(desk)[0],)))
    goes_on = await look_again(desk, waits, lifted=False, review_on=date(2028, 4, 20))
    assert (goes_on.refusal, desk.notices("hold_goes_on")) == ("contradicts_record", [])
    assert (await look_again(desk, waits, lifted=True)).state == "applied"


async def test_a_hold_is_asked_about_once_however_often_its_investigation_is_over(
    apart: Apart, standards: Body
) -> None:
    desk = await a_case(apart, standards)
    _, police = await held(desk, issues_of(desk)[0])
    over = request_said.UpdateParallel(parallel_id=police, status="concluded", words="No charge.")
    for _ in range(2):
        await desk.must(K.UPDATE_PARALLEL, over)
    assert len(desk.tasks("review_hold")) == 1


async def test_whoever_leads_the_unit_that_was_asked_does_not_check_their_own_answer(full: Desk) -> None:
    unit = a_unit(full)
    appoint(full, "division_lead", "senior_leader", unit)
    request = await ask(full, None, to_unit_id=unit)
    assert (await answer(full, request, by="senior_leader")).state == "applied"
    assert (await review(full, request, accepted=True, by="senior_leader")).refusal == "same_person"
    assert (await review(full, request, accepted=True)).state == "applied"
    assert state_of(full, request) == "done"


async def test_a_plan_does_not_make_the_investigator_decide(full: Desk) -> None:
    await to_closer_look(full, TODAY)
    await full.must(K.SET_ISSUES, issues(an_issue()))
    await full.must(K.CONFIRM_ISSUES, ConfirmIssues(confirmed_on=TODAY, method="call"))
    investigator = full.body.person("investigator")
    await full.must(K.APPOINT, a_part(investigator), "complaints_manager")
    refused = await full.do(K.SHARE_PLAN, a_plan(TODAY, decision_maker_id=investigator))
    assert refused.refusal == "conflict_of_interest"


async def test_a_draft_that_still_lacks_something_leaves_it_asked_for(apart: Apart, standards: Body) -> None:
    desk = await investigated(apart, standards)
    assert (await draft(desk), await clear(desk, cleared=False, reason="Say what was learned.")) == (None, None)
    assert await draft(desk, learning="") is None
    assert len(desk.tasks("redraft_response")) == 1
    assert await draft(desk) is None
    assert desk.tasks("redraft_response") == []


async def test_views_that_only_others_have_seen_are_not_shared(apart: Apart, standards: Body) -> None:
    desk = await a_case(apart, standards, 1)
    await found_on_all(desk)
    member = uuid4()
    desk.apart.rows(
        "insert into party (id, organisation_id, complaint_id, role, name, consent_basis)"
        " values (%s, %s, %s, 'mp', 'A Member', 'written')",
        *(member, desk.body.id, desk.complaint),
    )
    for party, enough in ((member, False), (desk.party(), True)):
        shared = (SharedWith(party_id=party, method="call", on=TODAY),)
        await desk.must(K.SHARE_VIEWS, ShareViews(shared=shared, words="The ward should have called."), "investigator")
        desk.at(MORNING + timedelta(days=40))
        async with in_hand(desk) as case:
            assert await CHECKS[Requirement.VIEWS_SHARED](case) is enough
        desk.at(MORNING)


async def test_an_issue_has_the_same_number_in_every_letter(full: Desk) -> None:
    await full.acknowledge(TODAY)
    await full.must(K.SET_ISSUES, issues(an_issue(summary="The wait"), an_issue(summary="The notes")))
    await full.must(K.SET_ISSUES, issues(taken_back=(issues_of(full)[0],)))
    letter = next(each for each in full.notices("issues_to_confirm") if each["state"] == "draft")
    assert "2. The notes" in letter["body"] and "1. " not in letter["body"]


async def test_a_draft_has_a_date_once_nothing_is_awaited_and_again_when_it_was_sent_back(
    apart: Apart, standards: Body
) -> None:
    desk = await investigated(apart, standards)
    running = desk.clock("drafting")
    assert (running["state"], running["due_on"]) == ("running", "2028-03-09")
    assert await draft(desk) is None
    assert desk.clock("drafting")["state"] == "met"
    assert await clear(desk, cleared=False, reason="Say what was learned.") is None
    again = desk.clock("drafting")
    assert (again["state"], again["generation"]) == ("running", 2)
    assert [each["due_on"] for each in desk.tasks("redraft_response")] == [again["due_on"]]
