"""Other bodies are named by issue; nothing leaves before consent, and the case splits where consent ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.commands import CommandKind
from db.queries.submissions import get_submission
from tests.activities import joined
from tests.activities.found import TODAY, issues_of
from tests.activities.joined import CODE, a_case, agree, change, name, naming, seen_by
from tests.activities.office_desk import Desk
from tests.activities.parts import part, told
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body

K = CommandKind


@pytest.fixture
async def joint(beside: Apart, standards: Body) -> Desk:
    return await a_case(beside, standards, 3)


@pytest.fixture
def neighbour(beside: Apart) -> Body:
    return make_body(beside.dsns.migrator)


async def test_a_body_without_consent_is_told_nothing_and_consent_invites_it(joint: Desk) -> None:
    one = await name(joint)
    row = part(joint, one)
    assert (row["state"], row["open_to_body"], row["invited_on"]) == ("consent_blocked", False, None)
    assert told(joint, one) == []
    assert [task["subject_id"] for task in joint.tasks("get_consent")] == [str(one)]
    await agree(joint, expires_on=joined.tomorrow(30))
    row = part(joint, one)
    assert (row["state"], row["open_to_body"], row["invited_on"]) == ("invited", True, "2028-03-02")
    assert datetime.fromisoformat(row["open_until"]) == datetime(2028, 4, 1, 23, 0, tzinfo=UTC)  # midnight in summer
    ((kind, invitation),) = told(joint, one)
    assert (kind, invitation["accept_by"], invitation["bound"]) == ("invitation", "2028-03-09", "regulation_9")
    assert [issue["number"] for issue in invitation["issues"]] == [3]
    assert joint.tasks("get_consent") == []
    assert joint.clock("body_acceptance")["contribution_id"] == str(one)
    assert "arker" not in str(joint.events("contribution.named"))


async def test_a_body_that_consent_covers_already_is_invited_at_once_and_hears_of_the_others(joint: Desk) -> None:
    await agree(joint)
    await name(joint)
    await agree(joint, "council-7")
    two = await name(joint, code="council-7", name="Marker Council", body_kind="local_authority", way="none",
                     issue_ids=tuple(issues_of(joint)[:1]))  # fmt: skip
    ((_, invitation),) = told(joint, two)
    assert [other["code"] for other in invitation["others"]] == [CODE]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"issue_ids": ()}, "unknown_issue"),
        ({"issue_ids": (uuid4(),)}, "unknown_issue"),
        ({"code": "no code"}, "unknown_code"),
        ({"body_kind": "department"}, "contradicts_record"),
        ({"contacts": ()}, "no_address"),
        ({"way": "here"}, "unknown_body"),
        ({"way": "system"}, "unknown_body"),
        ({"way": "system", "partner_id": uuid4()}, "unknown_body"),
    ],
)
async def test_a_body_that_cannot_be_named_so_is_refused(joint: Desk, changes: dict[str, Any], why: str) -> None:
    assert (await joint.do(K.NAME_BODY, naming(joint, **changes))).refusal == why
    assert joint.rows("select id from contribution where complaint_id = %s") == []


async def test_a_body_is_named_once_and_an_issue_is_one_bodys(joint: Desk) -> None:
    one = await name(joint)
    assert (await joint.do(K.NAME_BODY, naming(joint))).refusal == "body_already_named"
    assert (await joint.do(K.NAME_BODY, naming(joint, code="GP-82"))).refusal == "contradicts_record"
    assert (await joint.do(K.NAME_BODY, naming(joint, code=joint.body.code))).refusal == "contradicts_record"
    # Given to us again, it can be another's.
    assert await change(joint, one, issue_ids=tuple(issues_of(joint)[:1])) is None
    await name(joint, code="GP-82")


async def test_what_changes_about_a_body_is_told_to_it_and_what_does_not_change_is_refused(joint: Desk) -> None:
    await agree(joint)
    one = await name(joint)
    assert await change(joint, one, issue_ids=tuple(issues_of(joint)[1:])) is None
    assert [issue["number"] for issue in told(joint, one)[-1][1]["issues"]] == [2, 3]
    assert await change(joint, one, issue_ids=tuple(issues_of(joint)[1:])) == "nothing_changes"
    assert await change(joint, one, contacts=(joined.CONTACT,)) == "nothing_changes"
    assert await change(joint, one, way="here") == "unknown_body"
    assert await change(joint, one, bound="voluntary") is None
    assert await change(joint, uuid4(), bound="voluntary") == "unknown_contribution"
    row = part(joint, one)
    assert (row["bound"], row["way"], len(told(joint, one))) == ("voluntary", "page", 2)


async def test_consent_taken_back_splits_the_case_and_new_consent_takes_the_body_up_again(joint: Desk) -> None:
    await agree(joint, "council-7")
    other = await name(joint, code="council-7", way="none", issue_ids=tuple(issues_of(joint)[:1]))
    consent = await agree(joint)
    one = await name(joint)
    await joined.take_back(joint, consent)
    row = part(joint, one)
    assert (row["state"], row["open_to_body"], row["split_cause"]) == ("consent_blocked", False, "withdrawn")
    assert told(joint, one)[-1] == ("consent_ended", {"cause": "withdrawn"})
    assert (
        joint.rows(f"select 1 from clock where complaint_id = %s and state = 'running' and contribution_id = '{one}'")
        == []
    )
    assert [each["code"] for each in told(joint, other)[-1][1]["separate"]] == [CODE]
    assert [task["subject_id"] for task in joint.tasks("body_split")] == [str(one)]
    (letter,) = joint.notices("joint_split")
    assert letter["state"] == "draft"
    assert "3. Issue 2" in letter["body"]
    await agree(joint)
    row = part(joint, one)
    assert (row["state"], row["open_to_body"], row["split_on"]) == ("invited", True, None)
    assert told(joint, one)[-1][0] == "invitation"
    assert told(joint, other)[-1][1]["separate"] == []
    assert joint.tasks("body_split") == []


async def test_a_person_who_refuses_splits_the_case_and_the_body_is_not_told_that_there_is_one(joint: Desk) -> None:
    one = await name(joint)
    assert await change(joint, one, consent_refused_on=joined.tomorrow()) == "date_in_future"
    assert await change(joint, one, consent_refused_on=TODAY) is None
    assert (part(joint, one)["split_cause"], told(joint, one)) == ("refused", [])
    assert joint.tasks("get_consent") == []
    assert "not told Marker Practice anything" in joint.notices("joint_split")[0]["body"]
    assert await change(joint, one, consent_refused_on=TODAY) == "nothing_changes"


async def test_consent_for_another_body_or_another_scope_covers_nothing(joint: Desk) -> None:
    one = await name(joint)
    await agree(joint, "GP-82")
    assert part(joint, one)["state"] == "consent_blocked"


async def test_consent_that_runs_out_splits_the_case_when_its_clock_says_so(joint: Desk) -> None:
    await agree(joint, expires_on=joined.tomorrow(8))
    one = await name(joint)
    joint.at(MORNING + timedelta(days=9))
    await joint.fire("consent_expiry", "overdue")
    assert (part(joint, one)["split_cause"], told(joint, one)[-1][1]) == ("expired", {"cause": "expired"})


async def test_a_body_of_this_installation_sees_its_part_alone_and_only_while_consent_covers_it(
    joint: Desk, neighbour: Body, body: Body
) -> None:
    now = MORNING
    one = await name(joint, code=neighbour.code, way="here", contacts=())
    assert await seen_by(joint, neighbour, now) == ([], [])
    consent = await agree(joint, neighbour.code, expires_on=joined.tomorrow(10))
    other = issues_of(joint)[:1]
    await agree(joint)
    await name(joint, issue_ids=tuple(other))
    assert await seen_by(joint, neighbour, now) == (["invited"], ["invitation"])
    assert await seen_by(joint, body, now) == ([], [])
    # By time alone, before any clock fires: on its last day, and at the midnight after it.
    last = datetime(2028, 3, 12, 23, 59, tzinfo=UTC)
    assert await seen_by(joint, neighbour, last) == (["invited"], ["invitation"])
    assert await seen_by(joint, neighbour, last + timedelta(minutes=1)) == (["invited"], [])
    await joined.take_back(joint, consent)
    assert await seen_by(joint, neighbour, now) == (["consent_blocked"], ["consent_ended"])
    # Another way: nothing of it is there any more.
    contact = joined.CONTACT
    assert await change(joint, one, way="page", contacts=(contact,)) is None
    assert await seen_by(joint, neighbour, now) == ([], [])


async def test_the_same_command_twice_names_one_body(joint: Desk) -> None:
    done = await joint.must(K.NAME_BODY, naming(joint))
    async with joint.apart.database.tenant(joint.body.id, MORNING) as session:
        stored = await get_submission(session, done.id)
    assert stored is not None
    await joint.apart.deliver(joint.body, joint.complaint)
    assert len(joint.rows("select id from contribution where complaint_id = %s")) == 1
