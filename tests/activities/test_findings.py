"""Findings on issues over real PostgreSQL: every version kept, the outcome derived, and what is refused."""

from __future__ import annotations

from uuid import uuid4

import pytest

from activities.acts import finding_checks, findings_of
from activities.acts.case import Case, calendars_of
from contracts.acts import Act
from contracts.code import Code
from db.models.complaint import Complaint
from db.models.organisation import Organisation
from policies.procedure_files import load_procedures
from tests.activities.found import K, a_case, a_finding, found_on_all, issues_of, to_complainant, views
from tests.activities.office_desk import Desk
from tests.apart import Apart
from tests.bodies import Body, make_body


@pytest.fixture
async def found(beside: Apart, standards: Body) -> Desk:
    return await a_case(beside, standards)


async def outcome_of(desk: Desk) -> tuple[str | None, bool]:
    """Return the derived outcome, and whether the findings are complete, as an act would see them."""
    apart = desk.apart
    async with apart.database.tenant(desk.body.id, apart.engine.now) as session:
        complaint = await session.get_one(Complaint, desk.complaint)
        case = Case(
            session=session,
            act=Act(
                act_id=uuid4(),
                organisation_id=desk.body.id,
                complaint_id=desk.complaint,
                now=apart.engine.now,
                stage=Code("x"),
            ),
            organisation=await session.get_one(Organisation, desk.body.id),
            complaint=complaint,
            procedure=load_procedures().pinned(complaint.procedure, complaint.procedure_version, complaint.figures),
            calendars=await calendars_of(session, complaint.nation, complaint.organisation_id),
        )
        derived = await findings_of.derived_outcome(case)
        return derived.code if derived else None, await finding_checks.findings_complete(case)


async def test_a_finding_is_kept_with_everything_it_rests_on(found: Desk) -> None:
    issue = issues_of(found)[0]
    await found.must(K.RECORD_FINDING, a_finding(issue), "investigator")
    row = found.row("select * from finding where complaint_id = %s")
    assert (row["issue_id"], row["version"], row["outcome"]) == (str(issue), 1, "upheld")
    assert row["found_by"] == str(found.body.person("investigator"))
    (event,) = found.events("finding.recorded")
    assert (event["data"]["outcome"], event["data"]["version"], event["data"]["replaces"]) == ("upheld", 1, None)
    assert "call" not in str(event)


async def test_a_later_finding_replaces_an_earlier_one_and_never_erases_it(found: Desk) -> None:
    issue = issues_of(found)[0]
    await found.must(K.RECORD_FINDING, a_finding(issue), "investigator")
    await found.must(K.RECORD_FINDING, a_finding(issue, outcome="not_upheld", reason="The call is there."))
    rows = found.rows("select id, version, outcome from finding where complaint_id = %s order by version")
    assert [(row["version"], row["outcome"]) for row in rows] == [(1, "upheld"), (2, "not_upheld")]
    assert found.events("finding.recorded")[1]["data"]["replaces"] == rows[0]["id"]
    with pytest.raises(Exception, match="append-only"):
        found.apart.rows("update finding set outcome = 'x' where complaint_id = %s", found.complaint)


async def test_the_same_finding_again_changes_nothing(found: Desk) -> None:
    what = a_finding(issues_of(found)[0])
    await found.must(K.RECORD_FINDING, what, "investigator")
    assert (await found.do(K.RECORD_FINDING, what, "investigator")).refusal == "nothing_changes"


async def test_a_finding_applied_twice_is_recorded_once(found: Desk) -> None:
    await found.must(K.RECORD_FINDING, a_finding(issues_of(found)[0]), "investigator")
    pending = found.apart.engine.delivered[-1]
    assert await found.apart.engine.apply(pending) == await found.apart.engine.apply(pending)
    assert len(found.rows("select id from finding where complaint_id = %s")) == 1


async def test_an_issue_that_is_not_of_this_complaint_is_unknown(found: Desk) -> None:
    other = await a_case(found.apart, found.body, issues=1)
    stranger = await a_case(found.apart, make_body(found.apart.dsns.migrator, follows=None), issues=1)
    for issue in (uuid4(), *issues_of(other), *issues_of(stranger)):
        assert (await found.do(K.RECORD_FINDING, a_finding(issue))).refusal == "unknown_issue"


@pytest.mark.parametrize(
    ("state", "refusal"),
    [("taken_back", "unknown_issue"), ("passed_on", "unknown_issue"), ("on_hold", "contradicts_record")],
)
async def test_an_issue_that_is_not_open_gets_no_finding(found: Desk, state: str, refusal: str) -> None:
    issue = issues_of(found)[0]
    found.apart.rows("update issue set state = %s where id = %s", state, issue)
    assert (await found.do(K.RECORD_FINDING, a_finding(issue))).refusal == refusal


async def test_an_outcome_that_the_procedure_does_not_have_is_refused(found: Desk) -> None:
    what = a_finding(issues_of(found)[0], outcome="well_founded")
    assert (await found.do(K.RECORD_FINDING, what)).refusal == "unknown_code"


async def test_nothing_is_found_before_the_gate_is_open(full: Desk) -> None:
    assert (await full.do(K.RECORD_FINDING, a_finding(uuid4()))).refusal == "not_in_this_stage"
    await full.acknowledge(full.apart.engine.now.date())
    await full.agree(full.apart.engine.now.date().replace(month=6))
    refused = await full.do(K.RECORD_FINDING, a_finding(uuid4()))
    assert refused.refusal == "requirements_missing"
    assert set(refused.missing or ()) == {"issues_confirmed", "plan_shared", "investigator_clear"}


async def test_findings_are_unknown_to_the_first_version_of_the_procedure(desk: Desk) -> None:
    assert (await desk.do(K.RECORD_FINDING, a_finding(uuid4()))).refusal == "not_in_this_stage"


async def test_the_outcome_is_derived_from_the_findings_on_open_issues(found: Desk) -> None:
    first, second = issues_of(found)
    assert await outcome_of(found) == (None, False)
    await found.must(K.RECORD_FINDING, a_finding(first), "investigator")
    assert await outcome_of(found) == ("upheld", False)
    await found.must(K.RECORD_FINDING, a_finding(second, outcome="not_upheld"), "investigator")
    assert await outcome_of(found) == ("partially_upheld", True)
    found.apart.rows("update issue set state = 'on_hold' where id = %s", second)
    assert await outcome_of(found) == ("upheld", True)


async def test_a_complaint_without_issues_has_no_complete_findings(full: Desk) -> None:
    assert await outcome_of(full) == (None, False)


async def test_an_issue_on_hold_or_passed_on_needs_no_finding_and_one_taken_back_counts_for_nothing(
    found: Desk,
) -> None:
    first, second = issues_of(found)
    await found.must(K.RECORD_FINDING, a_finding(first), "investigator")
    for state in ("on_hold", "passed_on", "taken_back"):
        found.apart.rows("update issue set state = %s where id = %s", state, second)
        assert await outcome_of(found) == ("upheld", True)
    found.apart.rows("update issue set state = 'taken_back' where id = %s", first)
    assert await outcome_of(found) == (None, False)


async def test_views_wait_for_the_findings(found: Desk) -> None:
    refused = await found.do(K.SHARE_VIEWS, views(to_complainant(found)))
    assert (refused.refusal, refused.missing) == ("requirements_missing", ["findings_complete"])
    await found_on_all(found)
    assert (await found.do(K.SHARE_VIEWS, views(to_complainant(found)))).state == "applied"
