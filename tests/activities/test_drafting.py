"""The response drafted, cleared and sent back, over real PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from activities.acts import composing
from activities.case_file import apply_in
from contracts.acts import Act
from contracts.code import Code
from contracts.commands import Command, CommandKind
from db import finding_said
from db.casework_said import AppointToCase
from db.engine import Database, SweeperDatabase
from db.response_said import ClearResponse, DraftResponse, SectionSaid
from db.said import from_body, to_body
from runtime.database_roles import DatabaseDsns
from tests.activities.cases import a_case
from tests.activities.drafted import K, a_draft, an_apart, clear, draft, drafts, investigated
from tests.activities.found import a_finding, issues_of
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart
from tests.bodies import Body, make_body


@pytest.fixture
async def ready(beside: Apart, standards: Body) -> Desk:
    """A complaint whose response can be drafted."""
    return await investigated(beside, standards)


@pytest.fixture(scope="module")
async def put_forward(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase) -> Desk:
    """A complaint whose response the complaints manager drafted, twice; none of these tests changes it."""
    apart = an_apart(dsns, database, sweeper)
    desk = await investigated(apart, make_body(dsns.migrator, follows=None))
    await draft(desk, by="complaints_manager")
    await draft(desk, by="complaints_manager", learning="Better.")
    return desk


async def complete_and_cleared(desk: Desk) -> tuple[bool, bool]:

    async with a_case(desk) as case:
        return await composing.is_complete(case), await composing.is_cleared(case)


async def test_a_draft_is_composed_of_what_was_written_and_of_the_record(ready: Desk) -> None:
    assert await draft(ready, remark="Please look at the second issue.") is None
    (row,) = drafts(ready)
    assert (row["version"], row["missing"], row["remark"]) == (1, [], "Please look at the second issue.")
    assert row["written_by"] == str(ready.body.person("handler"))
    assert row["composed"].startswith("Dear Pat Example,")
    for words in ("Issue 1: Issue 0", "What happened: Nobody called.", "An apology: We are sorry", "Ombudsman"):
        assert words in row["composed"]
    assert "Please look" not in row["composed"]
    (event,) = ready.events("response.drafted")
    assert (event["data"]["draft_version"], event["data"]["missing"]) == (1, 0)
    assert "Nobody called" not in str(event)
    assert await complete_and_cleared(ready) == (True, False)


async def test_a_whole_draft_waits_for_clearance_with_a_clock_and_a_task(ready: Desk) -> None:
    await draft(ready)
    clock = ready.clock("clearance")
    assert (clock["state"], clock["due_on"]) == ("running", "2028-03-07")  # three working days after Thursday
    (task,) = ready.tasks("clear_response")
    assert (task["role"], task["subject_id"]) == ("decision_maker", drafts(ready)[0]["id"])


async def test_a_draft_that_lacks_an_element_is_kept_and_put_before_nobody(ready: Desk) -> None:
    assert await draft(ready, learning="") is None
    (row,) = drafts(ready)
    assert row["missing"] == ["learning"]
    assert ready.tasks("clear_response") == []
    assert ready.rows("select id from clock where complaint_id = %s and kind = 'clearance'") == []
    assert await complete_and_cleared(ready) == (False, False)
    assert await clear(ready) == "requirements_missing"


async def test_drafting_again_is_a_version_and_starts_the_clearance_anew(ready: Desk) -> None:
    await draft(ready)
    await draft(ready, by="investigator", learning="Another word.")
    assert [(row["version"], row["written_by"]) for row in drafts(ready)] == [
        (1, str(ready.body.person("handler"))),
        (2, str(ready.body.person("investigator"))),
    ]
    clock = ready.clock("clearance")
    assert (clock["state"], clock["generation"]) == ("running", 2)
    assert len(ready.tasks("clear_response")) == 1


async def test_a_draft_with_a_gap_takes_the_earlier_one_from_clearance(ready: Desk) -> None:
    await draft(ready)
    await draft(ready, learning="")
    assert ready.clock("clearance")["state"] == "stopped"
    assert ready.tasks("clear_response") == []


@pytest.mark.parametrize(
    ("sections", "refusal"),
    [
        ({"no_such_element": "x"}, "unknown_code"),
        ({"ombudsman": "Please go to the Ombudsman of another country."}, "contradicts_record"),
        ({"learning": "We will [[ say what ]]."}, "blanks_left"),
        ({"learning": "Half a ]] mark."}, "blanks_left"),
    ],
)
async def test_what_cannot_be_drafted_is_refused(put_forward: Desk, sections: dict[str, str], refusal: str) -> None:
    assert await draft(put_forward, **sections) == refusal
    assert len(drafts(put_forward)) == 2


async def test_an_element_has_one_section(put_forward: Desk) -> None:
    twice = DraftResponse(sections=(SectionSaid(element="learning", words="a"),) * 2)
    assert (await put_forward.do(K.DRAFT_RESPONSE, twice)).refusal == "contradicts_record"


async def test_nobody_drafts_under_a_procedure_that_does_not_know_it_or_before_its_stage(
    desk: Desk, full: Desk
) -> None:
    assert await draft(desk) == "not_in_this_stage"
    assert await draft(full) == "not_in_this_stage"


async def test_a_machine_neither_drafts_nor_clears(put_forward: Desk) -> None:
    assert await draft(put_forward, by=None) == "unknown_person"
    assert await clear(put_forward, by=None) == "unknown_person"


async def test_the_same_submission_twice_is_one_draft(ready: Desk) -> None:
    submission = await ready.must(K.DRAFT_RESPONSE, a_draft())

    act = Act(
        act_id=submission.id,
        organisation_id=ready.body.id,
        complaint_id=ready.complaint,
        now=ready.apart.engine.now,
        stage=Code("closer_look"),
        command=Command(submission_id=submission.id, kind=CommandKind.DRAFT_RESPONSE, said_at=ready.apart.engine.now),
    )
    async with ready.apart.database.tenant(ready.body.id, ready.apart.engine.now) as session:
        again = await apply_in(session, act)
    assert again.version == ready.stands()["version"]
    assert len(drafts(ready)) == 1


async def test_clearing_meets_its_clock_and_asks_for_the_signature(ready: Desk) -> None:
    await draft(ready)
    assert await clear(ready) is None
    assert (ready.clock("clearance")["state"], ready.clock("signature")["state"]) == ("met", "running")
    assert ready.tasks("clear_response") == []
    (task,) = ready.tasks("sign_response")
    assert (task["role"], task["assignee_id"]) == (
        "responsible_person",
        str(ready.body.person("responsible_person")),
    )
    assert len(ready.events("response.cleared")) == 1
    assert await complete_and_cleared(ready) == (True, True)
    assert await clear(ready, by="responsible_person") == "nothing_changes"


async def test_whoever_wrote_it_does_not_clear_it_and_a_body_that_is_not_small_has_no_excuse(put_forward: Desk) -> None:
    for mitigation in (None, "There is nobody else."):
        assert await clear(put_forward, by="complaints_manager", mitigation=mitigation) == "same_person"


@pytest.mark.parametrize("role", ["handler", "investigator", "senior_leader"])
async def test_whoever_has_no_office_and_no_part_does_not_clear_it(put_forward: Desk, role: str) -> None:
    assert await clear(put_forward, by=role) == "not_authorised_to_clear"
    assert await clear(put_forward, by=role, cleared=False, reason="No.") == "not_authorised_to_clear"


async def test_what_is_cleared_is_what_was_read(put_forward: Desk) -> None:
    assert await clear(put_forward, by="responsible_person", version=1) == "stale_version"
    assert await clear(put_forward, by="responsible_person", version=3) == "stale_version"


async def test_the_decision_maker_of_the_case_clears_it_whatever_their_office(ready: Desk) -> None:

    decides = AppointToCase(
        role="decision_maker", person_id=ready.body.person("senior_leader"), prior_involvement=False, conflict=False
    )
    await ready.must(K.APPOINT, decides, "complaints_manager")
    await draft(ready)
    (task,) = ready.tasks("clear_response")
    assert task["assignee_id"] == str(ready.body.person("senior_leader"))
    assert await clear(ready, by="senior_leader") is None


async def test_a_small_body_clears_its_own_with_what_makes_it_fair(beside: Apart, dsns: DatabaseDsns) -> None:
    small = make_body(dsns.migrator, follows=("nhs-england-2009", 2), small=True)
    desk = await investigated(beside, small)
    await draft(desk, by="complaints_manager")
    assert await clear(desk, by="complaints_manager") == "same_person"
    assert await clear(desk, by="complaints_manager", mitigation="A GP of another practice read it.") is None
    row = desk.row("select * from response_clearance where complaint_id = %s")
    assert row["mitigation"] == "A GP of another practice read it."
    assert desk.events("response.cleared")[0]["data"]["mitigated"] is True


async def test_sending_back_needs_a_reason_and_asks_for_another_draft(ready: Desk) -> None:
    await draft(ready)
    assert await clear(ready, cleared=False) == "reason_needed"
    assert await clear(ready, cleared=False, reason="The second issue is not answered.") is None
    assert ready.clock("clearance")["state"] == "met"
    assert ready.rows("select id from clock where complaint_id = %s and kind = 'signature'") == []
    assert [task["role"] for task in ready.tasks("redraft_response")] == ["owner"]
    assert await clear(ready) == "nothing_drafted"
    assert await draft(ready, learning="Now with more.") is None
    assert ready.tasks("redraft_response") == []
    assert await clear(ready) is None


async def test_a_signatory_sends_back_what_was_cleared_and_the_signature_is_no_longer_awaited(ready: Desk) -> None:
    await draft(ready)
    await clear(ready)
    assert await clear(ready, by="responsible_person", cleared=False, reason="I cannot sign this.") is None
    assert ready.clock("signature")["state"] == "stopped"
    assert ready.tasks("sign_response") == []
    assert await complete_and_cleared(ready) == (True, False)


async def test_nothing_is_cleared_before_something_is_drafted(ready: Desk) -> None:
    assert await clear(ready) == "nothing_drafted"


async def test_a_finding_made_after_the_draft_overtakes_it(ready: Desk) -> None:
    await draft(ready)
    changed = a_finding(issues_of(ready)[0], outcome="not_upheld", reason="The log was wrong.")
    await ready.must(K.RECORD_FINDING, changed, "investigator")
    assert await complete_and_cleared(ready) == (False, False)
    assert await clear(ready) == "requirements_missing"
    await draft(ready)
    assert await clear(ready) is None
    await ready.must(K.RECORD_FINDING, replace(changed, outcome="upheld"), "investigator")
    assert await complete_and_cleared(ready) == (False, True)


async def test_a_remedy_that_is_declined_overtakes_the_draft_that_offers_it(ready: Desk) -> None:
    await draft(ready)
    remedy = UUID(ready.row("select id from remedy where complaint_id = %s")["id"])
    today = ready.apart.engine.now.date()
    said = finding_said.DecideRemedy(remedy_id=remedy, decision="declined", on=today, reason="They said no.")
    await ready.must(K.DECIDE_REMEDY, said, "complaints_manager")
    assert await complete_and_cleared(ready) == (False, False)


async def test_another_complaint_and_another_organisation_see_nothing_of_it(put_forward: Desk, body: Body) -> None:
    other = await a_desk(put_forward.apart, put_forward.body)
    assert await clear(other) == "not_in_this_stage"
    async with put_forward.apart.database.tenant(body.id, put_forward.apart.engine.now) as session:
        assert (await session.execute(text("select count(*) from response_draft"))).scalar_one() == 0


async def test_the_words_of_a_draft_are_never_changed(put_forward: Desk) -> None:

    for change in ("composed = 'x'", "sections = '[]'", "written_by = written_by"):
        async with put_forward.apart.database.tenant(put_forward.body.id, put_forward.apart.engine.now) as session:
            with pytest.raises(DBAPIError):
                await session.execute(text(f"update response_draft set {change}"))
            await session.rollback()


def test_what_is_said_is_stored_and_read_as_it_was() -> None:

    shapes: list[tuple[CommandKind, Any]] = [
        (K.DRAFT_RESPONSE, a_draft("For you.")),
        (K.CLEAR_RESPONSE, ClearResponse(cleared=False, reason="No.", version=3)),
    ]
    for kind, said in shapes:
        assert from_body(kind, to_body(kind, said)) == said
