"""What another body submits: its own issues only, round after round, sent back or approved, and never changed here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from contracts.commands import CommandKind
from tests.activities import parts
from tests.activities.cases import a_case as in_hand
from tests.activities.found import a_finding, found_on_all, issues_of, later
from tests.activities.office_desk import Desk
from tests.activities.parts import a_part, answered, must_hear, part, rounds, running, training
from tests.apart import Apart
from tests.bodies import Body, make_body, plain

K = CommandKind
LATER = date(2028, 3, 20)


@pytest.fixture
async def joint(beside: Apart, standards: Body) -> tuple[Desk, UUID]:
    return await parts.a_joint_case(beside, standards)


def findings(desk: Desk) -> list[Any]:
    """Return what the body found, round by round."""
    return desk.apart.rows(
        "select a.number, a.issue_id, a.found from body_answer a join body_submission s on s.id = a.submission_id"
        " where a.complaint_id = %s order by s.round, a.number",
        desk.complaint,
    )


async def refused(desk: Desk, one: UUID, message: Any) -> str | None:
    return (await parts.hears(desk, one, message)).refusal


async def test_a_part_is_kept_as_the_body_wrote_it_and_waits_to_be_looked_at(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    await must_hear(desk, one, a_part(actions=(training(),)))
    row = part(desk, one)
    assert (row["state"], row["round"], row["submitted_on"], row["approved_on"]) == ("submitted", 1, "2028-03-02", None)
    assert findings(desk) == [(2, issues_of(desk)[1], "Nobody came; marker.")]
    (submission,) = desk.rows("select * from body_submission where complaint_id = %s")
    assert (submission["signed_by"], submission["late"]) == ("Marker Director", False)
    assert desk.clock("contribution_review")["due_on"] == "2028-03-09"
    (task,) = desk.tasks("review_contribution")
    assert (task["subject_id"], task["due_on"]) == (str(one), "2028-03-09")
    # What was promised is not awaited before it is approved.
    assert [action["state"] for action in parts.actions(desk)] == ["promised"]
    assert "body_action" not in running(desk)
    assert "arker" not in str(desk.events("contribution.submitted"))
    assert desk.events("contribution.submitted")[0]["data"]["missing"] == 0


async def test_nothing_that_is_not_the_bodys_own_is_taken(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    # The first issue is ours, the third nobody's: the whole message is refused, the second issue with it.
    assert await refused(desk, one, a_part(answered(1), answered(2))) == "not_their_issue"
    assert await refused(desk, one, a_part(answered(3))) == "not_their_issue"
    assert await refused(desk, one, a_part(answered(2), answered(2))) == "contradicts_record"
    assert await refused(desk, one, a_part(signed_by=" ")) == "unknown_signatory"
    assert await refused(desk, one, a_part(answered(found=" "))) == "reason_needed"
    assert await refused(desk, one, a_part(file_ids=(uuid4(),))) == "unknown_file"
    assert await refused(desk, one, a_part(actions=(training(due_on=date(1, 1, 1)),))) == "date_before_receipt"
    assert await refused(desk, one, a_part(actions=(training(due_on=date(9999, 12, 31)),))) == "period_beyond_limit"
    assert await refused(desk, one, a_part(actions=(training(), training()))) == "contradicts_record"
    assert rounds(desk) == [] and parts.actions(desk) == [] and part(desk, one)["round"] == 0


@pytest.mark.parametrize(
    ("state", "why"),
    [("invited", "not_accepted_yet"), ("declined", "not_accepted_yet"), ("consent_blocked", "consent_missing"),
     ("released", "contribution_released")],
)  # fmt: skip
async def test_who_takes_no_part_submits_nothing(joint: tuple[Desk, UUID], state: str, why: str) -> None:
    desk, one = joint
    desk.apart.rows("update contribution set state = %s where id = %s", state, one)
    assert await refused(desk, one, a_part()) == why
    assert rounds(desk) == []


async def test_a_newer_round_takes_the_place_of_one_that_nobody_has_looked_at(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    other = uuid4()
    await must_hear(desk, one, a_part(actions=(training(), training(action_id=other, what="Write; marker."))))
    later(desk, date(2028, 3, 3))
    await must_hear(desk, one, a_part(actions=(training(what="Train them all; marker."),)))
    assert rounds(desk) == [(1, "replaced"), (2, None)]
    assert [event["data"]["replaces"] for event in desk.events("contribution.submitted")] == [None, 1]
    assert {row["action_id"]: (row["state"], row["what"]) for row in parts.actions(desk)} == {
        str(parts.TRAINING): ("promised", "Train them all; marker."), str(other): ("superseded", "Write; marker."),
    }  # fmt: skip
    assert len(desk.tasks("review_contribution")) == 1
    # Somebody read the first round while the second came: they are told so, and nothing is approved by mistake.
    assert await parts.approve(desk, one, round=1) == "stale_version"
    assert await parts.approve(desk, one, round=2) is None


async def test_a_part_goes_back_with_the_reason_and_comes_again(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    assert await parts.send_back(desk, one, LATER) == "nothing_submitted"
    await must_hear(desk, one, a_part())
    assert await parts.send_back(desk, one, date(2028, 3, 1)) == "date_in_past"
    assert part(desk, one)["state"] == "submitted"
    assert await parts.send_back(desk, one, LATER) is None
    assert parts.told(desk, one) == [("revision", {"round": 1, "reason": "Say why; marker.", "due_on": "2028-03-20"})]
    assert (part(desk, one)["state"], running(desk)) == ("revision_requested", ["body_revision"])
    clock = desk.clock("body_revision")
    assert (clock["due_on"], clock["subject_id"], clock["contribution_id"]) == ("2028-03-20", str(one), str(one))
    assert desk.clock("contribution_review")["in_time"] is True and desk.tasks("review_contribution") == []
    # Twice is refused: it is the body's turn.
    assert await parts.send_back(desk, one, LATER) == "nothing_submitted"
    assert await parts.approve(desk, one) == "nothing_submitted"
    later(desk, date(2028, 3, 22))
    # Recorded on the Wednesday, it came on the Friday before: in time.
    await must_hear(desk, one, a_part(answered(found="They came late; marker.")), on=date(2028, 3, 17))
    assert (desk.clock("body_revision")["met_on"], desk.clock("body_revision")["in_time"]) == ("2028-03-17", True)
    assert part(desk, one)["submitted_on"] == "2028-03-17"
    assert await parts.approve(desk, one) is None
    assert rounds(desk) == [(1, "sent_back"), (2, "approved")]
    assert [words for _, _, words in findings(desk)] == ["Nobody came; marker.", "They came late; marker."]
    assert "arker" not in str(desk.events("contribution.sent_back") + desk.events("contribution.approved"))


async def test_what_is_approved_is_told_and_what_was_promised_is_awaited(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    await must_hear(desk, one, a_part(actions=(training(),)))
    assert await parts.approve(desk, one) is None
    assert (part(desk, one)["state"], part(desk, one)["approved_on"]) == ("approved", "2028-03-02")
    assert parts.told(desk, one) == [("approved", {"round": 1})]
    (action,) = parts.actions(desk)
    clock = desk.clock("body_action")
    assert (clock["subject_id"], clock["due_on"], clock["contribution_id"]) == (action["id"], "2028-04-20", str(one))
    # Before the response is signed the body may say more: it is looked at anew.
    await must_hear(desk, one, a_part())
    assert (part(desk, one)["state"], part(desk, one)["approved_on"]) == ("submitted", None)
    assert parts.actions(desk)[0]["state"] == "superseded" and "body_action" not in running(desk)


async def test_nobody_here_can_change_what_a_body_found(joint: tuple[Desk, UUID], migrator: Any) -> None:
    desk, one = joint
    await must_hear(desk, one, a_part())
    # We record no finding on an issue that is theirs.
    theirs = issues_of(desk)[1]
    assert (await desk.do(K.RECORD_FINDING, a_finding(theirs), "investigator")).refusal == "not_their_issue"
    # And neither the program nor whoever migrates it can write over a word of theirs.
    for table, column in (("body_answer", "found"), ("body_answer", "conclusion"), ("body_submission", "signed_by")):
        with psycopg.connect(plain(desk.apart.dsns.app)) as connection:
            connection.execute("select set_config('app.tenant', %s, true)", [str(desk.body.id)])
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"update {table} set {column} = 'ours'")
        with pytest.raises(psycopg.errors.RestrictViolation):
            migrator.execute(f"update {table} set {column} = 'ours'")


async def test_issues_left_out_are_shown_and_approval_needs_the_gap_named(beside: Apart, standards: Body) -> None:
    desk, one = await parts.a_joint_case(beside, standards, 3)
    desk.apart.rows(
        "insert into contribution_issue (id, organisation_id, complaint_id, contribution_id, issue_id)"
        " select %s, organisation_id, id, %s, %s from complaint where id = %s",
        *(uuid4(), one, issues_of(desk)[1], desk.complaint),
    )
    assert await parts.name_gap(desk, one) == "not_late_yet"
    await must_hear(desk, one, a_part(answered(3)))
    assert desk.events("contribution.submitted")[0]["data"]["missing"] == 1
    assert await parts.approve(desk, one) == "contributions_open"
    assert await parts.name_gap(desk, one) is None
    assert desk.events("contribution.gap_named")[0]["data"]["ground"] == "partial"
    assert await parts.approve(desk, one) is None
    # The rest still is missing: the gap stays named.
    assert part(desk, one)["gap_named_on"] == "2028-03-02"


async def test_strangers_are_told_nothing(joint: tuple[Desk, UUID], beside: Apart, standards: Body) -> None:
    desk, one = joint
    elsewhere, _ = await parts.a_joint_case(beside, make_body(beside.dsns.migrator, follows=None))
    other, theirs = await parts.a_joint_case(beside, standards)
    for stranger in (elsewhere, other):
        assert await refused(stranger, one, a_part()) == "unknown_contribution"
        assert await parts.approve(stranger, one) == "unknown_contribution"
        assert await parts.send_back(stranger, one, LATER) == "unknown_contribution"
        assert await parts.name_gap(stranger, one) == "unknown_contribution"
        assert await parts.release(stranger, one) == "unknown_contribution"
        assert await parts.settle(stranger, one, uuid4()) == "unknown_contribution"
    # An action of one body is none of another's.
    await must_hear(desk, one, a_part(actions=(training(),)))
    (action,) = parts.actions(desk)
    assert await parts.settle(other, theirs, UUID(action["id"])) == "unknown_action"


async def test_the_same_act_twice_is_one_round(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    await must_hear(desk, one, a_part(actions=(training(),)))
    (pending,) = [each for each in desk.apart.engine.delivered if each.command.kind is K.RECORD_FROM_BODY]
    await desk.apart.engine.apply(pending)
    assert rounds(desk) == [(1, None)] and len(parts.actions(desk)) == 1


async def test_issues_of_another_body_need_no_finding_and_no_codes_of_ours(joint: tuple[Desk, UUID]) -> None:
    from activities.acts import finding_checks, findings_of, joint_issues
    from db.queries import coding

    desk, one = joint
    ours, theirs = issues_of(desk)
    async with in_hand(desk) as case:
        assert await finding_checks.findings_complete(case) is False
        assert {issue: row.id for issue, row in (await joint_issues.others(case)).items()} == {theirs: one}
        assert (await coding.coded(case.session, case.complaint)).uncoded_issues == 1
    await desk.must(K.RECORD_FINDING, a_finding(ours, outcome="not_upheld"), "investigator")
    async with in_hand(desk) as case:
        assert await finding_checks.findings_complete(case) is True
        outcome = await findings_of.derived_outcome(case)
        assert outcome is not None and outcome.code == "not_upheld"
    # Let go of the body, and its issue is ours again, with all that we owe on it.
    assert await parts.release(desk, one) is None
    async with in_hand(desk) as case:
        assert await joint_issues.others(case) == {}
        assert await finding_checks.findings_complete(case) is False
        assert (await coding.coded(case.session, case.complaint)).uncoded_issues == 2
    await found_on_all(desk, "upheld")


async def test_what_a_body_answered_is_its_last_approved_round_on_issues_that_are_still_its_own(
    joint: tuple[Desk, UUID],
) -> None:
    from activities.acts import joint_issues
    from db.models.joint import Contribution

    desk, one = joint
    await must_hear(desk, one, a_part())
    async with in_hand(desk) as case:
        row = await case.session.get_one(Contribution, one)
        assert await joint_issues.answers(case, row) == [] and await joint_issues.lacking(case, row) == []
    assert await parts.approve(desk, one) is None
    await must_hear(desk, one, a_part(answered(found="More; marker.")))
    async with in_hand(desk) as case:
        row = await case.session.get_one(Contribution, one)
        assert [each.found for each in await joint_issues.answers(case, row)] == ["Nobody came; marker."]
    moved = "update contribution_issue set removed_at = %s where contribution_id = %s"
    desk.apart.rows(moved, datetime(2028, 3, 2, tzinfo=UTC), one)
    async with in_hand(desk) as case:
        row = await case.session.get_one(Contribution, one)
        assert await joint_issues.answers(case, row) == []
