"""A silent, late or finished body: the gap is named, what it promised is seen to completion, and it is let go of."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.acts import gaps, joint_issues, ledger, releasing
from contracts.commands import CommandKind
from db import desk_said, said
from db.models.joint import Contribution
from tests.activities import parts
from tests.activities.cases import a_case as in_hand
from tests.activities.found import issues_of, later
from tests.activities.office_desk import Desk
from tests.activities.parts import a_part, must_hear, part, running, training, training_done
from tests.apart import Apart
from tests.bodies import Body

K = CommandKind
LATER = date(2028, 3, 20)
LATE = date(2028, 3, 21)


@pytest.fixture
async def joint(beside: Apart, standards: Body) -> tuple[Desk, UUID]:
    return await parts.a_joint_case(beside, standards)


async def sent_back(desk: Desk, one: UUID) -> None:
    """Bring a part to where the body owes it again, until LATER."""
    await must_hear(desk, one, a_part())
    assert await parts.send_back(desk, one, LATER) is None


async def approved(desk: Desk, one: UUID, **changes: Any) -> UUID:
    """Have a part approved that promises to train; return our id of that."""
    await must_hear(desk, one, a_part(actions=(training(**changes),)))
    assert await parts.approve(desk, one) is None
    return UUID(parts.actions(desk)[0]["id"])


async def close(desk: Desk) -> None:
    desk.apart.rows("update complaint set stage = 'responded', outcome = 'upheld' where id = %s", desk.complaint)
    for draft in desk.rows("select id from notice where complaint_id = %s and state = 'draft'"):
        what = desk_said.DiscardNotice(notice_id=UUID(draft["id"]), reason="No.")
        await desk.must(K.DISCARD_NOTICE, what)
    await desk.must(K.CLOSE, said.Close())


async def test_a_gap_is_named_only_of_a_body_that_is_late(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    await sent_back(desk, one)
    assert await parts.name_gap(desk, one) == "not_late_yet"
    later(desk, LATER)
    assert await parts.name_gap(desk, one) == "not_late_yet"  # it has until the end of the day
    later(desk, LATE)
    assert await parts.name_gap(desk, one) is None
    assert part(desk, one)["gap_named_on"] == "2028-03-21"
    (event,) = desk.events("contribution.gap_named")
    assert event["data"]["ground"] == "late" and "arker" not in str(event)
    assert await parts.name_gap(desk, one) == "nothing_changes"
    async with in_hand(desk) as case:
        assert [(gap.contribution.id, gap.ground, gap.reason) for gap in await gaps.of(case)] == [
            (one, "late", "They are silent; marker."),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "ground"), [("declined", "declined"), ("consent_blocked", "consent"), ("accepted", None)]
)
async def test_a_gap_is_named_of_who_declined_or_may_not_be_told(
    joint: tuple[Desk, UUID], state: str, ground: str | None
) -> None:
    desk, one = joint
    desk.apart.rows("update contribution set state = %s where id = %s", state, one)
    assert await parts.name_gap(desk, one) == (None if ground else "not_late_yet")
    assert [event["data"]["ground"] for event in desk.events("contribution.gap_named")] == [ground] * bool(ground)


async def test_a_gap_closes_when_the_part_is_approved_before_the_response_is_signed(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    await sent_back(desk, one)
    later(desk, LATE)
    assert await parts.name_gap(desk, one) is None
    await must_hear(desk, one, a_part())
    assert part(desk, one)["gap_named_on"] is not None  # not approved yet
    assert await parts.approve(desk, one) is None
    assert part(desk, one)["gap_named_on"] is None
    assert [event["data"]["cause"] for event in desk.events("contribution.gap_closed")] == ["approved"]
    assert "supplement" not in running(desk) and desk.tasks("write_supplement") == []
    # That it was late stays on record.
    assert desk.clock("body_revision")["in_time"] is False and desk.clock("body_revision")["breached_at"]


async def test_what_comes_after_the_response_owes_a_supplement(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    await sent_back(desk, one)
    later(desk, LATE)
    assert await parts.name_gap(desk, one) is None
    parts.signed(desk)
    await must_hear(desk, one, a_part())
    assert [event["data"]["late"] for event in desk.events("contribution.submitted")] == [False, True]
    assert part(desk, one)["state"] == "submitted"
    assert await parts.approve(desk, one) is None
    clock = desk.clock("supplement")
    assert (clock["subject_id"], clock["due_on"], clock["contribution_id"]) == (str(one), "2028-04-04", None)
    (task,) = desk.tasks("write_supplement")
    assert task["subject_id"] == str(one)
    # The response said that it was missing: that stands until the supplement has gone.
    assert part(desk, one)["gap_named_on"] == "2028-03-21"
    # Once the second letter has met the clock, the gap is closed. The body reads it, and goes when the complaint does.
    async with in_hand(desk) as case:
        await ledger.meet_if_running(case, "supplement", LATE, one)
        await releasing.response_sent(case)
        row = await case.session.get_one(Contribution, one)
        assert (row.gap_named_on, row.state, row.released_cause) == (None, "approved", None)
        await case.session.rollback()
    # A body whose part the response told already may add to it, too.
    await must_hear(desk, one, a_part())
    assert part(desk, one)["approved_on"] == "2028-03-21"


async def test_an_action_is_done_looked_at_and_told_and_the_body_is_let_go_of(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    action = await approved(desk, one)
    parts.signed(desk)
    assert await parts.settle(desk, one, action) == "nothing_submitted"
    later(desk, LATER)
    for bad, why in (
        (training_done(LATER, action_id=uuid4()), "unknown_action"),
        (training_done(LATE), "date_in_future"),
        (training_done(date(2020, 1, 1)), "date_before_receipt"),
        (training_done(LATER, evidence=" "), "reason_needed"),
        (training_done(LATER, file_ids=(uuid4(),)), "unknown_file"),
    ):
        assert (await parts.hears(desk, one, bad)).refusal == why
    await must_hear(desk, one, training_done(date(2028, 3, 17)))
    assert (desk.clock("body_action")["met_on"], desk.clock("body_action")["in_time"]) == ("2028-03-17", True)
    assert (await parts.hears(desk, one, training_done(LATER))).refusal == "nothing_changes"
    (task,) = desk.tasks("settle_body_action")
    assert task["subject_id"] == str(action)
    assert await parts.settle(desk, one, action) is None
    assert await parts.settle(desk, one, action) == "contribution_released"
    assert [kind for kind, _ in parts.told(desk, one)] == ["approved", "action_settled", "released"]
    assert parts.told(desk, one)[1][1] == {
        "action_id": str(parts.TRAINING), "done": True, "reason": None, "due_on": None,
    }  # fmt: skip
    (letter,) = desk.notices("joint_action_done")
    assert letter["state"] == "draft" and letter["party_id"] == str(desk.party())
    assert "Marker Council promised" in letter["body"] and "17 March 2028" in letter["body"]
    row = part(desk, one)
    assert (row["state"], row["released_on"], row["released_cause"]) == ("released", "2028-03-20", "completed")
    assert row["open_to_body"] is True and desk.tasks("settle_body_action") == []
    assert "arker" not in str(desk.events("contribution.action_done") + desk.events("contribution.action_settled"))


async def test_what_was_to_be_done_before_it_was_approved_is_overdue_from_the_first(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    await must_hear(desk, one, a_part(actions=(training(due_on=date(2028, 3, 6)),)))
    later(desk, LATER)
    assert await parts.approve(desk, one) is None
    clock = desk.clock("body_action")
    assert (clock["state"], clock["due_on"]) == ("running", "2028-03-06")
    assert "overdue" in [rung["rung"] for rung in clock["rungs"]]
    await must_hear(desk, one, training_done(date(2028, 3, 5)))
    assert desk.clock("body_action")["in_time"] is True


async def test_files_are_named_with_the_round_and_with_what_shows_that_an_action_is_done(
    joint: tuple[Desk, UUID],
) -> None:
    desk, one = joint
    with_part, with_action = parts.on_file(desk), parts.on_file(desk)
    await must_hear(desk, one, a_part(actions=(training(),), file_ids=(with_part, with_part)))
    assert await parts.approve(desk, one) is None
    await must_hear(desk, one, training_done(date(2028, 3, 2), file_ids=(with_action,)))
    action = parts.actions(desk)[0]["id"]
    named = desk.rows("select file_id, body_action_id from body_file where complaint_id = %s")
    assert {row["file_id"]: row["body_action_id"] for row in named} == {str(with_part): None, str(with_action): action}


async def test_what_is_not_done_is_owed_again_and_may_have_another_date(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    action = await approved(desk, one)
    later(desk, date(2028, 4, 25))  # its date was the 20th
    await must_hear(desk, one, training_done(date(2028, 4, 24)))
    assert desk.clock("body_action")["in_time"] is False
    no: dict[str, Any] = {"done": False, "reason": "Only half of them; marker."}
    assert await parts.settle(desk, one, action, done=False) == "reason_needed"
    assert await parts.settle(desk, one, action, **no) == "date_in_past"
    assert await parts.settle(desk, one, action, **no, due_on=date(2028, 5, 31)) is None
    assert parts.told(desk, one)[-1] == (
        "action_settled",
        {"action_id": str(parts.TRAINING), "done": False, "reason": no["reason"], "due_on": "2028-05-31"},
    )
    clock = desk.clock("body_action")
    assert (clock["state"], clock["generation"], clock["due_on"]) == ("running", 2, "2028-05-31")
    assert [version["breached_at"] is not None for version in desk.versions("body_action")] == [True, False]
    assert desk.notices("joint_action_done") == [] and part(desk, one)["state"] == "approved"


async def test_our_reason_goes_to_no_body_that_may_not_be_told(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    action = await approved(desk, one)
    await must_hear(desk, one, training_done(date(2028, 3, 2)))
    desk.apart.rows("update consent set withdrawn_on = '2028-03-01' where complaint_id = %s", desk.complaint)
    desk.apart.rows("update contribution set open_to_body = false where id = %s", one)
    assert await parts.settle(desk, one, action, done=False, reason="She says no; marker.") is None
    assert parts.told(desk, one)[-1][1]["reason"] is None


@pytest.mark.parametrize("how", ["stop_contact", "death"])
async def test_nobody_is_written_to_who_is_not_to_be(joint: tuple[Desk, UUID], how: str) -> None:
    desk, one = joint
    action = await approved(desk, one)
    await must_hear(desk, one, training_done(date(2028, 3, 2)))
    if how == "stop_contact":
        desk.apart.rows("update complaint set stop_contact = true where id = %s", desk.complaint)
    else:
        sql = "update party set died_on = '2028-03-01', death_known_at = '2028-03-02' where complaint_id = %s"
        desk.apart.rows(sql, desk.complaint)
    assert await parts.settle(desk, one, action) is None
    assert desk.notices("joint_action_done") == [] and len(desk.events("contribution.action_not_told")) == 1


async def test_an_action_outlives_the_complaint_and_is_settled_after_its_end(beside: Apart, body: Body) -> None:
    desk, one = await parts.a_plain_joint_case(beside, body)
    silent = parts.contributes(desk, issues_of(desk)[:1], code="practice-1", number=2)
    action = await approved(desk, one)
    await must_hear(desk, one, training_done(date(2028, 3, 2)))
    parts.signed(desk)
    await close(desk)
    assert desk.stands()["open"] is False
    assert (part(desk, one)["state"], part(desk, silent)["state"]) == ("approved", "released")
    assert part(desk, silent)["released_cause"] == "closed"
    assert [task["subject_id"] for task in desk.tasks("settle_body_action")] == [str(action)]
    # Nothing more of substance is taken; what was promised still is looked at, and the person told.
    assert (await parts.hears(desk, one, a_part())).refusal == "complaint_closed"
    assert await parts.settle(desk, one, action, done=False, reason="Not all; marker.") is None
    assert running(desk) == ["body_action"]
    later(desk, LATER)
    await must_hear(desk, one, training_done(LATER))
    assert await parts.settle(desk, one, action) is None
    assert part(desk, one)["released_cause"] == "completed" and running(desk) == []
    assert [letter["state"] for letter in desk.notices("joint_action_done")] == ["draft"]


async def test_who_promised_nothing_is_let_go_of_when_the_complaint_is_closed(beside: Apart, body: Body) -> None:
    desk, one = await parts.a_plain_joint_case(beside, body)
    await must_hear(desk, one, a_part())
    assert await parts.approve(desk, one) is None
    parts.signed(desk)
    await close(desk)
    assert part(desk, one)["released_cause"] == "completed"
    # What it dealt with stays its own: it is counted there, and not here.
    async with in_hand(desk) as case:
        assert list(await joint_issues.others(case)) == issues_of(desk)[1:]


async def test_when_the_complaint_is_withdrawn_every_body_is_let_go_of(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    blocked = parts.contributes(desk, issues_of(desk)[:1], "consent_blocked", "practice-1", 2)
    action = await approved(desk, one)
    assert running(desk) == ["body_action"]
    await desk.withdraw()
    for row in (part(desk, one), part(desk, blocked)):
        assert (row["state"], row["released_cause"]) == ("released", "withdrawn")
    assert running(desk) == [] and parts.actions(desk)[0]["state"] == "ended"
    assert parts.told(desk, one)[-1] == ("released", {"cause": "withdrawn"})
    # A body that was told nothing is not told this, either.
    assert parts.told(desk, blocked) == []
    assert await parts.settle(desk, one, action) == "contribution_released"
    assert (await parts.hears(desk, one, a_part())).refusal == "contribution_released"


async def test_we_let_go_of_a_body_with_a_reason_once(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    await sent_back(desk, one)
    later(desk, LATE)
    assert await parts.name_gap(desk, one) is None
    assert await parts.release(desk, one) is None
    row = part(desk, one)
    assert (row["state"], row["released_cause"], row["gap_named_on"]) == ("released", "not_needed", None)
    assert running(desk) == []
    assert parts.told(desk, one)[-1] == ("released", {"cause": "not_needed"})
    (note,) = desk.rows("select * from note where complaint_id = %s and kind = 'body_release'")
    assert note["words"] == "Not needed; marker."
    assert "arker" not in str(desk.events("contribution.released"))
    assert await parts.release(desk, one) == "contribution_released"
    assert await parts.name_gap(desk, one) == "contribution_released"
    async with in_hand(desk) as case:
        assert await joint_issues.others(case) == {} and await gaps.of(case) == []
