"""The part of a body is never silently missing from the response, whatever became of it; nor are our marks in it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from contracts.commands import CommandKind
from db.lead_said import DecideLead, LeadDecider
from gateways.letter_blocks import blocks
from tests.activities import joined, parts
from tests.activities.drafted import clear, draft, drafts, investigated, sign
from tests.activities.found import issues_of
from tests.activities.joined import change, name
from tests.activities.shared_drafts import (
    drafted,
    left_out,
    missing,
    ours_found,
    says,
    share,
    shared,
    undrafted,
    we_lead,
    weigh,
)
from tests.apart import Apart
from tests.bodies import Body

K = CommandKind


async def test_a_part_that_was_approved_before_its_body_was_let_go_of_is_in_the_response(
    beside: Apart, standards: Body
) -> None:
    desk, one = await undrafted(beside, standards)
    assert await parts.release(desk, one) is None
    assert await draft(desk) is None
    assert "Nobody came; marker." in drafts(desk)[-1]["composed"]


async def test_the_issues_of_a_body_that_answers_apart_are_named_though_it_was_let_go_of(
    beside: Apart, standards: Body
) -> None:
    desk, one = await parts.a_joint_case(beside, standards)
    await ours_found(desk)
    consent = UUID(desk.rows("select id from consent where complaint_id = %s and body is not null")[-1]["id"])
    await joined.take_back(desk, consent)
    assert await parts.release(desk, one) is None
    assert await draft(desk) is None
    assert "We have no agreement to share your complaint with Marker Council" in drafts(desk)[-1]["composed"]


async def test_a_gap_that_was_named_of_a_body_that_declined_is_none_when_it_takes_part_after_all(
    beside: Apart, standards: Body
) -> None:
    desk, one = await parts.a_joint_case(beside, standards)
    await ours_found(desk)
    desk.apart.rows("update contribution set state = 'declined' where id = %s", one)
    assert await parts.name_gap(desk, one) is None
    await parts.must_hear(desk, one, joined.ACCEPT)
    assert parts.part(desk, one)["gap_named_on"] is None
    assert await draft(desk) == "requirements_missing"


async def test_a_body_that_is_named_after_the_response_owes_a_supplement(beside: Apart, standards: Body) -> None:
    desk = await investigated(beside, standards, 2)
    assert await draft(desk) is None
    assert await clear(desk) is None
    assert (await sign(desk)).state == "applied"
    await parts.agree(desk)
    one = await name(desk, code=parts.COUNCIL, name="Marker Council", way="none", issue_ids=tuple(issues_of(desk)[1:]))
    await parts.must_hear(desk, one, joined.ACCEPT)
    await parts.must_hear(desk, one, parts.a_part())
    assert await parts.approve(desk, one) is None
    assert desk.clock("supplement")["state"] == "running"
    assert len(desk.tasks("write_supplement")) == 1


# A part that was approved can be sent back while nothing is signed: comments on the draft may ask for it.


async def test_an_approved_part_goes_back_when_the_draft_shows_that_it_has_to(beside: Apart, standards: Body) -> None:
    desk, one = await drafted(beside, standards)
    await says(desk, one, await shared(desk), "The date is wrong; marker.")
    assert await parts.send_back(desk, one, date(2028, 3, 9)) is None
    row = parts.part(desk, one)
    assert (row["state"], row["approved_on"]) == ("revision_requested", None)
    assert parts.told(desk, one)[-1] == ("revision", {"round": 1, "reason": "Say why; marker.", "due_on": "2028-03-09"})
    assert "contributions_settled" in await missing(desk)
    await parts.must_hear(desk, one, parts.a_part(parts.answered(found="Somebody came; marker.")))
    assert await parts.approve(desk, one) is None
    assert await draft(desk) is None
    assert "Somebody came; marker." in drafts(desk)[-1]["composed"]


# Our own marks in the words of a body.


async def test_a_body_leaves_no_blanks_of_ours_and_no_heading(beside: Apart, standards: Body) -> None:
    desk, one = await parts.a_joint_case(beside, standards)
    await ours_found(desk)
    done = await parts.hears(desk, one, parts.a_part(parts.answered(found="[[say what]] marker")))
    assert done.refusal == "blanks_left"
    await parts.must_hear(desk, one, parts.a_part(parts.answered(found="One\n\nWhat we say\n-----------\n\nTwo")))
    assert await parts.approve(desk, one) is None
    await we_lead(desk)
    assert await draft(desk) is None
    found = blocks(drafts(desk)[-1]["composed"], "Nobody")
    assert ["What we say"] not in [each["lines"] for each in found if each["kind"] == "heading"]


# The draft: each comment of a body is weighed before the person sees it, and somebody is asked to go on.


async def test_the_person_sees_nothing_while_a_comment_of_a_body_is_not_weighed(beside: Apart, standards: Body) -> None:
    desk, one = await drafted(beside, standards)
    draft_id = await shared(desk)
    await says(desk, one, draft_id, "The date is wrong; marker.")
    assert (await share(desk, "person")).missing == ["joint_comments_weighed"]
    assert desk.tasks("share_joint_draft") == []
    await weigh(desk, draft_id)
    assert len(desk.tasks("share_joint_draft")) == 1
    await shared(desk, "person")
    assert desk.tasks("share_joint_draft") == []


async def test_a_body_that_is_named_while_a_draft_is_in_hand_overtakes_it(beside: Apart, standards: Body) -> None:
    desk = await investigated(beside, standards, 2)
    assert await draft(desk) is None
    assert await clear(desk) is None
    await parts.agree(desk)
    one = await name(desk, code=parts.COUNCIL, name="Marker Council", way="none", issue_ids=tuple(issues_of(desk)[1:]))
    lacking = await missing(desk)
    assert {"contributions_settled", "response_complete"} <= set(lacking)
    await parts.must_hear(desk, one, joined.ACCEPT)
    await parts.must_hear(desk, one, parts.a_part())
    assert await parts.approve(desk, one) is None
    await we_lead(desk)
    assert await draft(desk) is None
    # Its finding stands there, and none of ours on the same issue.
    composed = drafts(desk)[-1]["composed"]
    assert composed.count("Nobody came; marker.") == 1
    assert composed.count("The log has no call.") == 1


async def test_a_part_that_was_approved_is_told_though_the_lead_went_and_came_back(
    beside: Apart, standards: Body
) -> None:
    desk, one = await undrafted(beside, standards)
    decided = DecideLead(lead=parts.COUNCIL, reason="x", deciders=(LeadDecider(code=parts.COUNCIL, name="Marker"),))
    await desk.must(K.DECIDE_LEAD, decided, "responsible_person")
    assert parts.part(desk, one)["released_cause"] == "lead_moved"
    await we_lead(desk)
    assert await draft(desk) is None
    assert "Nobody came; marker." in drafts(desk)[-1]["composed"]
    # Named again for the same issue, its earlier answer is nobody's any more.
    two = await name(desk, code=parts.COUNCIL, name="Marker Council", way="none", issue_ids=tuple(issues_of(desk)[1:]))
    await parts.must_hear(desk, two, joined.ACCEPT)
    await parts.must_hear(desk, two, parts.a_part(parts.answered(found="Another; marker.")))
    assert await parts.approve(desk, two) is None
    assert await draft(desk) is None
    composed = drafts(desk)[-1]["composed"]
    assert "Another; marker." in composed and "Nobody came; marker." not in composed


async def test_consent_that_ends_after_the_response_leaves_what_was_told_and_shuts_the_body(
    beside: Apart, standards: Body
) -> None:
    desk, one = await drafted(beside, standards)
    await says(desk, one, await shared(desk))
    await left_out(desk)
    assert (await sign(desk)).state == "applied"
    consent = UUID(desk.rows("select id from consent where complaint_id = %s and body is not null")[-1]["id"])
    await joined.take_back(desk, consent)
    row = parts.part(desk, one)
    assert (row["state"], row["open_to_body"], row["split_on"]) == ("approved", False, None)
    assert parts.told(desk, one)[-1] == ("consent_ended", {"cause": "withdrawn"})
    # What it promised is still seen to completion, and it is told no words of ours.
    action = UUID(parts.actions(desk)[0]["id"])
    await parts.must_hear(desk, one, parts.training_done(desk.apart.engine.now.date()))
    assert await parts.settle(desk, one, action, reason="Good; marker.") is None
    assert "arker" not in str(parts.told(desk, one)[-2:])
    assert parts.part(desk, one)["state"] == "released"


async def test_what_is_on_hold_is_waited_for_by_nobody(beside: Apart, standards: Body) -> None:
    desk, one = await parts.a_joint_case(beside, standards, 3)
    desk.apart.rows("update issue set state = 'on_hold' where id = %s", issues_of(desk)[2])
    assert await change(desk, one, issue_ids=tuple(issues_of(desk)[1:])) is None
    await parts.must_hear(desk, one, parts.a_part())
    assert await parts.approve(desk, one) is None  # no gap has to be named for what nobody may find on now
