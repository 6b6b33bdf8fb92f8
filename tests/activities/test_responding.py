"""The response signed and issued: who may, of what, and what comes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from contracts.commands import CommandKind
from contracts.notices import NoticeState
from db import desk_said, said
from db.casework_said import AppointToCase, ConfirmIssues, IssueSaid, SetIssues
from db.engine import Database, SweeperDatabase
from db.finding_said import SkipViews
from db.party_said import PartySaid
from runtime.database_roles import DatabaseDsns
from tests.activities.drafted import K, an_apart, clear, draft, drafts, investigated, sign
from tests.activities.found import a_case, a_finding, found_on_all, issues_of
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body


@pytest.fixture
async def cleared(beside: Apart) -> Desk:
    """A complaint whose response waits for the signature."""
    return await _waiting(beside)


async def _waiting(apart: Apart) -> Desk:
    desk = await investigated(apart, make_body(apart.dsns.migrator, follows=None))
    assert await draft(desk) is None
    assert await clear(desk) is None
    return desk


@pytest.fixture(scope="module")
async def waiting(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase) -> Desk:
    """A complaint whose response waits for a signature that nobody here gets by."""
    return await _waiting(an_apart(dsns, database, sweeper))


@pytest.fixture(scope="module")
async def signed(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase) -> Desk:
    """A complaint whose response is signed and issued."""
    desk = await _waiting(an_apart(dsns, database, sweeper))
    submission = await sign(desk)
    assert submission.state == "applied", submission.refusal
    return desk


def letter(desk: Desk) -> dict[str, Any]:
    (notice,) = desk.notices("response_composed")
    return notice


async def test_what_was_cleared_is_what_goes_out_under_the_signature(signed: Desk) -> None:
    notice = letter(signed)
    (row,) = drafts(signed)
    assert row["composed"] in notice["body"]
    assert notice["body"].startswith(f"Your reference: {signed.stands()['reference']}\nDate: Thursday 2 March 2028\n")
    assert notice["body"].endswith(f"Responsible Person\nResponsible person\n{signed.body.code} Trust\n")
    assert (notice["state"], notice["released_by"]) == ("queued", str(signed.body.person("responsible_person")))
    assert (row["notice_id"], row["issued_on"]) == (notice["id"], "2028-03-02")
    (event,) = signed.events("response.issued")
    assert (event["data"]["draft_version"], event["data"]["outcome"]) == (1, "upheld")


async def test_the_signature_moves_the_stage_and_meets_what_waited_for_it(signed: Desk) -> None:
    stands = signed.stands()
    assert (stands["stage"], stands["outcome"], stands["waiting_on"]) == ("responded", "upheld", "owner")
    for clock in ("signature", "response_period", "relevant_period"):
        assert signed.clock(clock)["state"] == "met"
    assert signed.clock("closing")["state"] == "running"
    assert signed.tasks("sign_response") == []
    assert len(signed.tasks("close_or_continue")) == 1


async def test_it_is_signed_once(signed: Desk) -> None:
    assert (await sign(signed)).missing == ["response_complete", "response_cleared"]
    assert len(signed.notices("response_composed")) == 1


async def test_a_letter_said_beside_the_one_that_was_cleared_is_refused(waiting: Desk) -> None:
    assert (await sign(waiting, letter="Other words.")).refusal == "contradicts_record"


@pytest.mark.parametrize(("outcome", "refusal"), [("not_upheld", "contradicts_record"), ("made_up", "unknown_code")])
async def test_an_outcome_that_is_not_what_was_found_is_refused(waiting: Desk, outcome: str, refusal: str) -> None:
    assert (await sign(waiting, outcome=outcome)).refusal == refusal


@pytest.mark.parametrize(
    ("by", "refusal"), [("complaints_manager", "not_authorised_to_sign"), ("senior_leader", "not_authorised_to_sign")]
)
async def test_only_the_responsible_person_or_a_delegate_signs(waiting: Desk, by: str, refusal: str) -> None:
    assert (await sign(waiting, by=by)).refusal == refusal


async def test_nobody_signs_for_somebody_else_or_for_another_organisation(waiting: Desk, body: Body) -> None:
    for_another = said.Respond(signed_by=waiting.body.person("responsible_person"))
    assert (await waiting.do(K.RESPOND, for_another, "complaints_manager")).refusal == "not_authorised_to_sign"
    stranger = said.Respond(signed_by=body.person("responsible_person"))
    assert (await waiting.do(K.RESPOND, stranger, "responsible_person")).refusal == "unknown_signatory"


async def test_what_is_missing_is_said_all_at_once(beside: Apart, standards: Body) -> None:
    desk = await a_case(beside, standards)
    submission = await sign(desk)
    assert submission.refusal == "requirements_missing"
    assert submission.missing == ["findings_complete", "views_shared", "response_complete", "response_cleared"]


async def test_a_draft_that_nobody_cleared_is_not_signed(beside: Apart, standards: Body) -> None:
    desk = await investigated(beside, standards)
    await draft(desk)
    submission = await sign(desk)
    assert (submission.refusal, submission.missing) == ("requirements_missing", ["response_cleared"])
    await clear(desk)
    await clear(desk, by="responsible_person", cleared=False, reason="Not yet.")
    assert (await sign(desk)).missing == ["response_cleared"]


async def test_findings_that_changed_after_the_clearance_keep_it_from_being_signed(cleared: Desk) -> None:
    await cleared.must(K.RECORD_FINDING, a_finding(issues_of(cleared)[0], outcome="not_upheld"), "investigator")
    submission = await sign(cleared)
    assert (submission.refusal, submission.missing) == ("requirements_missing", ["response_complete"])


def investigates(body: Body, role: str, mitigation: str | None = None) -> AppointToCase:
    return AppointToCase(
        role="investigator",
        person_id=body.person(role),
        training="Two days",
        trained_on=date(2026, 1, 5),
        prior_involvement=mitigation is not None,
        conflict=False,
        mitigation=mitigation,
    )


async def test_whoever_investigates_does_not_sign(cleared: Desk) -> None:
    """Not even as the responsible person (R-38)."""
    await cleared.must(K.APPOINT, investigates(cleared.body, "responsible_person"), "complaints_manager")
    assert (await sign(cleared)).refusal == "signed_by_investigator"


async def test_giving_the_investigation_to_somebody_else_before_signing_does_not_help(cleared: Desk) -> None:
    await cleared.must(K.APPOINT, investigates(cleared.body, "responsible_person"), "complaints_manager")
    cleared.at(datetime(2028, 3, 6, 10, 0, tzinfo=UTC))
    await cleared.must(K.APPOINT, investigates(cleared.body, "investigator"), "complaints_manager")
    assert (await sign(cleared)).refusal == "signed_by_investigator"


async def test_a_part_that_was_given_by_mistake_and_taken_back_the_same_day_bars_nobody(cleared: Desk) -> None:
    await cleared.must(K.APPOINT, investigates(cleared.body, "responsible_person"), "complaints_manager")
    await cleared.must(K.APPOINT, investigates(cleared.body, "investigator"), "complaints_manager")
    assert (await sign(cleared)).refusal is None


async def test_in_a_small_body_whoever_investigated_signs_with_mitigation_on_record(
    beside: Apart, dsns: DatabaseDsns
) -> None:
    small = make_body(dsns.migrator, follows=("nhs-england-2009", 2), small=True)
    desk = await investigated(beside, small)
    fair = investigates(small, "responsible_person", "Read by another GP.")
    await desk.must(K.APPOINT, fair, "complaints_manager")
    await draft(desk)
    await clear(desk)
    assert (await sign(desk)).refusal is None


async def test_what_is_on_hold_is_named_keeps_the_complaint_open_and_is_answered_by_a_second_response(
    beside: Apart, standards: Body
) -> None:
    desk = await a_case(beside, standards)
    first, second = issues_of(desk)
    await desk.must(K.RECORD_FINDING, a_finding(first, outcome="not_upheld"), "investigator")
    await desk.must(K.SKIP_VIEWS, SkipViews(reason="Nobody disputes it."), "complaints_manager")
    _set_state(desk, second, "on_hold")  # as a hold leaves it
    await _draft_and_clear(desk)
    assert (await sign(desk)).refusal is None
    assert "We cannot answer all of your complaint yet" in letter(desk)["body"]
    assert "- Issue 2: Issue 1" in letter(desk)["body"]
    assert desk.stands()["outcome"] == "not_upheld"
    assert "nothing_on_hold" in (await desk.do(K.CLOSE, said.Close())).missing

    _set_state(desk, second, "open")
    assert "issues_answered" in (await desk.do(K.CLOSE, said.Close())).missing
    await desk.must(K.RECORD_FINDING, a_finding(second), "investigator")
    assert "issues_answered" in (await desk.do(K.CLOSE, said.Close())).missing
    assert (await sign(desk)).missing == ["response_complete", "response_cleared"]
    await _draft_and_clear(desk)
    assert (await sign(desk)).refusal is None
    assert (desk.stands()["stage"], desk.stands()["outcome"]) == ("responded", "partially_upheld")
    assert [row["issued_on"] for row in drafts(desk)] == ["2028-03-02"] * 2
    assert "issues_answered" not in ((await desk.do(K.CLOSE, said.Close())).missing or [])


def _set_state(desk: Desk, issue: UUID, state: str) -> None:
    desk.apart.rows("update issue set state = %s where id = %s", state, issue)


async def _draft_and_clear(desk: Desk) -> None:
    assert await draft(desk, remedy="Nothing more than what we have said.") is None
    assert await clear(desk) is None


async def test_under_the_first_version_the_letter_is_what_is_said_and_so_is_the_outcome(desk: Desk) -> None:
    await _to_closer_look(desk)
    for what, refusal in (({}, "nothing_drafted"), ({"letter": "Sorry."}, "findings_needed")):
        assert (await sign(desk, **what)).refusal == refusal
    assert (await sign(desk, letter="Sorry.", outcome="well_founded")).refusal == "unknown_code"
    assert (await sign(desk, letter="[[ what ]]", outcome="upheld")).refusal == "blanks_left"
    submission = await sign(desk, letter="Sorry.", outcome="upheld")
    assert submission.state == "applied"
    (notice,) = desk.notices("response")
    assert notice["template_version"] == 1
    assert "www.ombudsman.org.uk" in notice["body"]


async def _to_closer_look(desk: Desk) -> None:
    desk.at(MORNING)
    await desk.acknowledge(date(2028, 3, 2))
    await desk.agree(date(2028, 4, 3))


async def test_a_council_names_the_second_stage_and_then_its_own_ombudsman(beside: Apart, dsns: DatabaseDsns) -> None:
    council = make_body(dsns.migrator, regime="local_government", follows=("lgsco-code", 1))
    beside.engine.now = MORNING
    desk = await a_desk(beside, council)
    await desk.acknowledge(date(2028, 3, 2))
    await _find(desk)
    words = {"how_considered": "", "action": "", "remedy": "Nothing more was needed."}
    assert await draft(desk, **words) is None
    assert desk.tasks("clear_response") == []  # the Code asks for no clearance
    (task,) = desk.tasks("sign_response")
    assert task["role"] == "decision_maker"
    submission = await sign(desk)
    assert submission.state == "applied", (submission.refusal, submission.missing)
    body = letter(desk)["body"]
    assert "look at your complaint again (Stage 2, review)" in body
    assert "Local Government and Social Care Ombudsman" in body
    for foreign in ("NHS", "Parliamentary", "patient", "six months"):
        assert foreign not in body
    assert letter(desk)["legal_ground"].startswith("LGSCO Complaint Handling Code")


async def _find(desk: Desk) -> None:
    issue = IssueSaid(summary="The bins", effect="Rats", outcome_sought="Empty them")
    await desk.must(K.SET_ISSUES, SetIssues(issues=(issue,)))
    await desk.must(K.CONFIRM_ISSUES, ConfirmIssues(confirmed_on=date(2028, 3, 2), method="call"))
    await found_on_all(desk, "not_upheld")


async def test_a_longer_wait_names_the_ombudsman_where_the_procedure_says_so(beside: Apart, dsns: DatabaseDsns) -> None:
    council = make_body(dsns.migrator, regime="local_government", follows=("lgsco-code", 1))
    beside.engine.now = MORNING
    desk = await a_desk(beside, council)
    await desk.acknowledge(date(2028, 3, 2))
    longer = said.Extend(
        clock="stage_1", respond_by=date(2028, 3, 20), reason="The depot was closed.", good_reason=True
    )
    await desk.must(K.EXTEND, longer)
    (told,) = desk.notices("extension")
    assert "you can tell the Local Government and Social Care Ombudsman" in told["body"]
    assert "www.lgo.org.uk" in told["body"]
    assert "as we agreed with you" not in told["body"]


async def test_the_verdict_on_a_response_stays_small(signed: Desk) -> None:
    rows = signed.rows(
        "select max(octet_length(v.verdict::text)) as size from verdict v join submission s on s.id = v.act_id"
        " where s.complaint_id = %s and s.kind in ('draft_response', 'clear_response', 'respond')"
    )
    assert rows[0]["size"] <= 2048


async def test_whoever_is_bereaved_is_written_to_as_such(beside: Apart, standards: Body) -> None:
    parties = (
        PartySaid(role="complainant", name="Pat Example", email="pat@example.org"),
        PartySaid(role="affected", name="Lee Example", died_on=date(2028, 2, 1)),
    )
    desk = await a_desk(beside, standards, parties=parties)
    assert "We are very sorry for your loss." in desk.notices("receipt")[0]["body"]
    await desk.acknowledge(date(2028, 3, 2))
    await desk.agree(date(2028, 4, 3))
    (told,) = desk.notices("period_set")
    assert "We know that you have lost somebody" in told["body"]
    assert "by Friday 1 September 2028, we must write to you" in told["body"]
    assert told["legal_ground"].startswith("SI 2009/309 regs 13(7) and (8)")


async def test_a_letter_that_could_not_be_delivered_is_a_task_beside_the_day_of_issue(signed: Desk) -> None:
    notice_id = UUID(letter(signed)["id"])
    failed = desk_said.NoticeOutcomeSaid(notice_id=notice_id, state=NoticeState.FAILED, failure="no_such_mailbox")
    await signed.must(CommandKind.NOTICE_OUTCOME, failed, None)
    assert len(signed.tasks("notice_failed")) == 1
    assert drafts(signed)[0]["issued_on"] == "2028-03-02"
    assert signed.stands()["stage"] == "responded"


async def test_the_very_letter_that_went_out_is_not_sent_again(signed: Desk) -> None:
    assert (await draft(signed), await clear(signed)) == (None, None)
    assert (await sign(signed)).refusal == "nothing_changes"
    assert len(signed.notices("response_composed")) == 1
