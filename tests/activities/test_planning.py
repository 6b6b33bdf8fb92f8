"""The plan of an investigation: versions of it, with whom it was shared, and the gate that waits for it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from contracts.commands import CommandKind
from db.casework_said import ConfirmIssues
from db.finding_said import RecordFinding
from tests.activities.office_desk import Desk
from tests.closer_look import a_part, a_plan, an_issue, issues, ready_for_findings, to_closer_look

TODAY = date(2028, 3, 2)


@pytest.fixture
async def planning(full: Desk) -> Desk:
    """A complaint whose issues are confirmed, with an investigator."""
    await to_closer_look(full, TODAY)
    await full.must(CommandKind.SET_ISSUES, issues(an_issue()))
    await full.must(CommandKind.CONFIRM_ISSUES, ConfirmIssues(confirmed_on=TODAY, method="call"))
    await full.must(CommandKind.APPOINT, a_part(full.body.person("investigator")))
    return full


def plans(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from investigation_plan where complaint_id = %s order by version")


async def test_the_plan_is_shared_with_the_person_in_writing_and_opens_the_gate_to_findings(full: Desk) -> None:
    issue = await ready_for_findings(full, TODAY)
    (plan,) = plans(full)
    assert (plan["version"], plan["delivery"], plan["shared_with_staff_on"]) == (1, "letter", "2028-03-02")
    (letter,) = full.notices("plan_shared")
    assert letter["state"] == "draft"
    assert "The nurse in charge" in letter["body"] and "in a letter" in letter["body"]
    assert "nurse" not in str(full.events("plan.shared"))
    finding = RecordFinding(
        issue_id=issue, happened="a", should_have="b", standard="c", evidence="d", outcome="upheld", reason="e"
    )
    assert (await full.do(CommandKind.RECORD_FINDING, finding, by="investigator")).missing in (None, [])


async def test_until_the_staff_know_the_plan_the_gate_is_closed_and_somebody_is_asked_to_tell_them(
    planning: Desk,
) -> None:
    await planning.must(CommandKind.SHARE_PLAN, a_plan(TODAY, shared_with_staff_on=None))
    assert len(planning.tasks("share_plan_with_staff")) == 1
    finding = RecordFinding(
        issue_id=uuid4(), happened="a", should_have="b", standard="c", evidence="d", outcome="upheld", reason="e"
    )
    assert (await planning.do(CommandKind.RECORD_FINDING, finding, by="investigator")).missing == ["plan_shared"]
    await planning.must(CommandKind.SHARE_PLAN, a_plan(TODAY))
    assert planning.tasks("share_plan_with_staff") == []
    assert [plan["version"] for plan in plans(planning)] == [1, 2]
    assert sorted(each["state"] for each in planning.notices("plan_shared")) == ["discarded", "draft"]
    refused = await planning.do(CommandKind.RECORD_FINDING, finding, by="investigator")
    assert refused.refusal == "unknown_issue"


async def test_where_nobody_of_the_staff_is_complained_about_nobody_is_asked_to_tell_them(planning: Desk) -> None:
    await planning.must(CommandKind.SHARE_PLAN, a_plan(TODAY, shared_with_staff_on=None, no_staff=True))
    assert planning.tasks("share_plan_with_staff") == []
    assert planning.events("plan.shared")[0]["data"]["no_staff"] is True


async def test_the_decision_maker_of_the_plan_is_the_one_of_the_case(planning: Desk) -> None:
    leader, other = planning.body.person("senior_leader"), planning.body.person("responsible_person")
    await planning.must(CommandKind.APPOINT, a_part(leader, "decision_maker"))
    named = a_plan(TODAY, decision_maker_id=other)
    assert (await planning.do(CommandKind.SHARE_PLAN, named)).refusal == "contradicts_record"
    await planning.must(CommandKind.SHARE_PLAN, a_plan(TODAY))
    assert plans(planning)[0]["decision_maker_id"] == str(leader)
    assert "Senior Leader will decide" in planning.notices("plan_shared")[0]["body"]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"shared_with_person_on": date(2028, 3, 3)}, "date_in_future"),
        ({"shared_with_staff_on": date(2028, 3, 1)}, "date_before_receipt"),
        ({"no_staff": True}, "contradicts_record"),
        ({"decision_maker_id": uuid4()}, "unknown_person"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused(planning: Desk, changes: dict[str, Any], refusal: str) -> None:
    plan = a_plan(**({"on": TODAY} | {}), **{k: v for k, v in changes.items()})
    assert (await planning.do(CommandKind.SHARE_PLAN, plan)).refusal == refusal
    assert plans(planning) == []


async def test_a_plan_is_never_rewritten(planning: Desk) -> None:
    await planning.must(CommandKind.SHARE_PLAN, a_plan(TODAY))
    with pytest.raises(Exception, match="append-only"):
        planning.apart.rows("update investigation_plan set words = 'x' where complaint_id = %s", planning.complaint)
