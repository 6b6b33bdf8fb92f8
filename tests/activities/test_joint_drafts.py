"""The one draft of several bodies: the bodies see it first, then the person, and every comment is weighed."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from db.said import Close
from tests.activities import parts
from tests.activities.drafted import a_draft, clear, draft, drafts, investigated, sign
from tests.activities.found import issues_of, later
from tests.activities.office_desk import Desk
from tests.activities.shared_drafts import (
    K,
    comments,
    drafted,
    left_out,
    missing,
    ours_found,
    person_says,
    release,
    said_to,
    says,
    share,
    shared,
    shares,
    we_lead,
    weigh,
)
from tests.apart import Apart
from tests.bodies import Body


async def close(desk: Desk) -> list[str]:
    """Close the complaint; return what that lacks."""
    return (await desk.do(K.CLOSE, Close())).missing or []


@pytest.fixture
async def ready(beside: Apart, standards: Body) -> tuple[Desk, UUID]:
    return await drafted(beside, standards)


async def test_nothing_is_drafted_while_a_body_owes_its_part(beside: Apart, standards: Body) -> None:
    desk, one = await parts.a_joint_case(beside, standards)
    await ours_found(desk)
    await we_lead(desk)
    refused = await desk.do(K.DRAFT_RESPONSE, a_draft())
    assert (refused.refusal, refused.missing) == ("requirements_missing", ["contributions_settled"])
    await parts.must_hear(desk, one, parts.a_part())
    assert await draft(desk) == "requirements_missing"
    assert await parts.approve(desk, one) is None
    assert await draft(desk) is None


async def test_the_draft_tells_each_part_as_the_body_wrote_it(ready: tuple[Desk, UUID]) -> None:
    desk, one = ready
    (row,) = drafts(desk)
    for words in (
        "What Marker Council found",
        "Nobody came; marker.",
        "- Train the marker carers. (by Thursday 20 April 2028)",
        "Marker Director, Director of adult care, signed this part for Marker Council.",
    ):
        assert words in row["composed"]
    assert row["parts"] == [f"{one}/1"]
    assert len(row["findings"]) == 1  # ours: the second issue is not ours to find on


async def test_the_bodies_see_it_first_without_what_is_the_persons_alone(ready: tuple[Desk, UUID]) -> None:
    desk, one = ready
    assert (await share(desk, "person")).refusal == "joint_draft_needed"
    draft_id = await shared(desk, comment_by=date(2028, 3, 9))
    (told,) = said_to(desk, one, "draft")
    assert (told["draft_id"], told["version"], told["comment_by"]) == (str(draft_id), 1, "2028-03-09")
    assert "Nobody came; marker." in told["words"]
    assert "Dear" not in told["words"]
    clock = desk.clock("body_comment")
    assert (clock["state"], clock["due_on"], clock["contribution_id"]) == ("running", "2028-03-09", str(one))
    # The same words are not asked about twice, and who has not commented has its time.
    assert (await share(desk)).refusal == "nothing_changes"
    assert (await share(desk, "person")).refusal == "joint_draft_needed"


async def test_from_the_first_comment_to_the_signature(ready: tuple[Desk, UUID]) -> None:
    desk, one = ready
    assert await missing(desk) == ["joint_draft_shared", "joint_draft_with_person"]
    draft_id = await shared(desk)
    assert (await says(desk, one, draft_id)).state == "applied"
    assert desk.clock("body_comment")["state"] == "met"
    assert desk.tasks("weigh_joint_comment") == []  # it agrees without a word
    with_person = await shared(desk, "person")
    assert await missing(desk) == ["joint_draft_with_person"]  # a letter that nobody released has reached nobody
    await release(desk)
    clock = desk.clock("person_comment")
    assert (clock["state"], clock["subject_id"], clock["due_on"]) == ("running", str(with_person), "2028-03-21")
    assert await missing(desk) == ["joint_draft_with_person"]  # and this one has the time to say something
    assert (await person_says(desk, with_person, "My mother was 81; marker.")).state == "applied"
    assert said_to(desk, one, "person_comment") == [{"draft_id": str(draft_id), "words": "My mother was 81; marker."}]
    assert await missing(desk) == ["joint_comments_weighed"]
    assert (await weigh(desk, with_person, used="not_used")).state == "applied"
    assert desk.clock("person_comment")["state"] == "met"
    assert await missing(desk) == []
    (final,) = said_to(desk, one, "response")
    assert (final["signed_on"], final["supplement"], final["names_gap"]) == ("2028-03-02", False, False)
    assert "Nobody came; marker." in final["words"]
    assert "arker" not in str(desk.events("joint_draft.commented"))


async def test_a_draft_revised_twice(ready: tuple[Desk, UUID]) -> None:
    desk, one = ready
    first = await shared(desk)
    await says(desk, one, first, "The date is wrong; marker.")
    assert len(desk.tasks("weigh_joint_comment")) == 1
    await weigh(desk, first)
    assert desk.tasks("weigh_joint_comment") == []
    (weighed,) = said_to(desk, one, "comment_weighed")
    assert (weighed["draft_id"], weighed["used"]) == (str(first), "used")
    # Other words go to the bodies again; the person gets what the bodies have seen.
    assert await draft(desk, action="A third nurse now sees who comes in.") is None
    assert (await share(desk, "person")).refusal == "joint_draft_needed"
    second = await shared(desk)
    await says(desk, one, second)
    with_person = await shared(desk, "person")
    await release(desk)
    await person_says(desk, with_person, "Say when; marker.")
    await weigh(desk, with_person, used="partly")
    assert await draft(desk, action="A third nurse sees who comes in, since May.") is None
    assert await clear(desk) is None
    assert await missing(desk) == ["joint_draft_shared"]  # the person is not asked again about other words
    third = await shared(desk)
    await says(desk, one, third)
    assert await missing(desk) == []
    assert [each["version"] for each in said_to(desk, one, "draft")] == [1, 2, 3]
    assert len({first, second, third}) == 3


async def test_a_body_that_is_silent_does_not_stop_the_draft(ready: tuple[Desk, UUID]) -> None:
    desk, _ = ready
    await shared(desk, comment_by=date(2028, 3, 9))
    later(desk, date(2028, 3, 9))
    assert (await share(desk, "person")).refusal == "joint_draft_needed"  # its last day is its own
    later(desk, date(2028, 3, 10))
    await shared(desk, "person")
    assert desk.events("joint_draft.shared")[-1]["data"]["silent"] == parts.COUNCIL


async def test_the_persons_silence_is_enough_once_the_time_is_over(ready: tuple[Desk, UUID]) -> None:
    desk, one = ready
    await says(desk, one, await shared(desk))
    await shared(desk, "person", comment_by=date(2028, 3, 9))
    # Released late: the least of the time is left.
    later(desk, date(2028, 3, 8))
    await release(desk)
    assert shares(desk)[-1]["comment_by"] == "2028-03-13"
    later(desk, date(2028, 3, 15))
    await desk.fire("person_comment", "reminder")
    clock = desk.clock("person_comment")
    assert (clock["state"], clock["in_time"]) == ("met", True)
    assert len(desk.events("joint_draft.person_said_nothing")) == 1
    assert await missing(desk) == []


async def test_a_comment_after_weighing_is_weighed_too(ready: tuple[Desk, UUID]) -> None:
    desk, one = ready
    draft_id = await shared(desk)
    await says(desk, one, draft_id, "The date is wrong; marker.")
    await weigh(desk, draft_id)
    assert (await weigh(desk, draft_id)).refusal == "nothing_changes"
    later(desk, date(2028, 3, 20))
    assert (await says(desk, one, draft_id, "So is the name; marker.")).state == "applied"
    assert [each["late"] for each in comments(desk)] == [False, True]
    await left_out(desk)
    assert await missing(desk) == ["joint_comments_weighed"]
    await weigh(desk, draft_id)
    assert await missing(desk) == []
    assert (await says(desk, one, draft_id, "And one more; marker.")).refusal == "window_closed"


async def test_only_a_senior_leaves_out_that_the_person_sees_it_and_nobody_that_the_bodies_do(
    ready: tuple[Desk, UUID],
) -> None:
    desk, one = ready
    assert (await share(desk, "person", skip_reason="No time.")).refusal == "not_authorised"
    assert (await share(desk, "bodies", "complaints_manager", skip_reason="No.")).refusal == "contradicts_record"
    assert (await share(desk, "supplement", "complaints_manager", skip_reason="No.")).refusal == "nothing_changes"
    await says(desk, one, await shared(desk))
    await left_out(desk)
    assert await missing(desk) == []


async def test_who_has_no_part_in_it_comments_on_nothing(ready: tuple[Desk, UUID], beside: Apart, body: Body) -> None:
    desk, one = ready
    draft_id = await shared(desk)
    stranger = parts.contributes(desk, [], state="accepted", code="elm-2", number=2)
    await parts.agree(desk, "elm-2")
    assert (await says(desk, stranger, draft_id)).refusal == "unknown_draft"
    assert (await says(desk, one, uuid4())).refusal == "unknown_draft"
    assert (await person_says(desk, draft_id, "Mine; marker.")).refusal == "unknown_draft"  # this one is the bodies'
    await says(desk, one, draft_id, "A word; marker.")
    assert (await weigh(desk, uuid4())).refusal == "unknown_comment"


async def test_a_body_that_is_split_off_while_the_draft_is_out_overtakes_it(ready: tuple[Desk, UUID]) -> None:
    desk, one = ready
    await shared(desk)
    desk.apart.rows(
        "update contribution set state = 'consent_blocked', open_to_body = false, split_on = %s,"
        " split_cause = 'withdrawn' where id = %s",
        *("2028-03-02", one),
    )
    assert "response_complete" in await missing(desk)
    assert (await share(desk, "person")).missing == ["response_complete"]
    assert await draft(desk) is None
    composed = drafts(desk)[-1]["composed"]
    assert "Nobody came; marker." not in composed
    assert "We have no agreement to share your complaint with Marker Council" in composed
    assert await clear(desk) is None
    assert await missing(desk) == ["joint_draft_with_person"]  # no body is left to ask
    await left_out(desk)
    assert await missing(desk) == []
    assert said_to(desk, one, "response") == []


async def test_a_gap_is_named_in_the_response_and_what_comes_after_is_a_supplement(
    beside: Apart, standards: Body
) -> None:
    desk, one = await parts.a_joint_case(beside, standards)
    await ours_found(desk)
    desk.apart.rows("update contribution set state = 'declined' where id = %s", one)
    assert await parts.name_gap(desk, one) is None
    assert await draft(desk) is None
    assert "Marker Council has told us that it does not take part" in drafts(desk)[-1]["composed"]
    assert await clear(desk) is None
    await left_out(desk)
    assert await missing(desk) == []
    (final,) = said_to(desk, one, "response")
    assert (final["names_gap"], final["supplement"]) == (True, False)
    # It comes after all: approved, told in a second response, and until then nothing is closed.
    desk.apart.rows("update contribution set state = 'accepted' where id = %s", one)
    await parts.must_hear(desk, one, parts.a_part())
    assert "supplement_sent" in await close(desk)
    assert await parts.approve(desk, one) is None
    assert desk.clock("supplement")["state"] == "running"
    assert "supplement_sent" in await close(desk)
    await we_lead(desk)
    assert await draft(desk, how_considered="", action="", learning="") is None
    supplement = drafts(desk)[-1]
    assert "adds to our response of Thursday 2 March 2028" in supplement["composed"]
    assert "The log has no call." not in supplement["composed"]  # our own finding was told already
    assert supplement["parts"] == [f"{one}/1"]
    assert await clear(desk) is None
    await says(desk, one, await shared(desk))
    assert await missing(desk) == []
    assert said_to(desk, one, "response")[-1]["supplement"] is True
    assert desk.clock("supplement")["state"] == "met"
    assert await close(desk) == ["coding_complete"]


async def test_a_supplement_can_be_left_out_with_a_reason(beside: Apart, standards: Body) -> None:
    desk, one = await parts.a_joint_case(beside, standards)
    await ours_found(desk)
    desk.apart.rows("update contribution set state = 'declined' where id = %s", one)
    await parts.name_gap(desk, one)
    await draft(desk)
    await clear(desk)
    await left_out(desk)
    assert await missing(desk) == []
    desk.apart.rows("update contribution set state = 'accepted' where id = %s", one)
    await parts.must_hear(desk, one, parts.a_part())
    assert await parts.approve(desk, one) is None
    await left_out(desk, "supplement")
    assert desk.clock("supplement")["state"] == "stopped"
    assert await close(desk) == ["coding_complete"]


async def test_a_complaint_of_one_body_is_asked_for_nothing_of_this(beside: Apart, standards: Body) -> None:
    desk = await investigated(beside, standards)
    assert (await share(desk)).refusal == "unknown_contribution"
    assert await draft(desk) is None
    assert await clear(desk) is None
    assert (await sign(desk)).state == "applied"
    assert len(issues_of(desk)) == 1
