"""The staff complained about comment, over the real case file: invited, heard late or not, and told how it was used."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.activities.office_desk import Desk, a_desk
from tests.activities.told_staff import (
    MEMBER,
    a_told_one,
    clock,
    comment,
    comments,
    invite,
    name,
    on,
    release,
    state,
    steps,
    use,
)
from tests.apart import Apart
from tests.bodies import make_body
from tests.world import MORNING

UNTIL = "2028-03-16"  # ten working days after Thursday 2 March
WEIGHED = "2028-03-21"  # and three more


@pytest.fixture(autouse=True)
def _morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def test_an_invitation_in_a_call_meets_its_clock_and_starts_that_on_weighing(desk: Desk) -> None:
    member = await a_told_one(desk)
    assert (await invite(desk, member, words="What happened on the ward?")).refusal is None
    assert state(desk, "staff_invitation", member) == "met"
    weighing = clock(desk, "staff_comment", member)
    assert (weighing["state"], weighing["due_on"], weighing["involvement_id"]) == ("running", WEIGHED, str(member))
    (step,) = steps(desk, member, "invitation")
    assert (step["about"], step["how"], step["until"]) == ("allegation", "call", UNTIL)
    assert desk.notices("staff_invitation") == []
    (event,) = desk.events("staff.invited")
    assert event["data"]["comment_by"] == UNTIL and "ward" not in str(event)


async def test_an_invitation_by_letter_counts_when_somebody_releases_it(desk: Desk) -> None:
    member = await a_told_one(desk)
    assert (await invite(desk, member, how="letter", words="What do you remember?")).refusal is None
    (letter,) = desk.notices("staff_invitation")
    assert (letter["state"], letter["involvement_id"]) == ("draft", str(member))
    assert "What do you remember?" in letter["body"] and "Thursday 16 March 2028" in letter["body"]
    assert (state(desk, "staff_invitation", member), state(desk, "staff_comment", member)) == ("running", "running")
    on(desk, date(2028, 3, 3))
    await release(desk, "staff_invitation", None)
    assert clock(desk, "staff_invitation", member)["met_on"] == "2028-03-03"


async def test_a_day_to_comment_by_is_kept_and_asked_again_it_counts_anew(desk: Desk) -> None:
    member = await a_told_one(desk)
    assert (await invite(desk, member, comment_by=date(2028, 3, 8))).refusal is None
    assert clock(desk, "staff_comment", member)["due_on"] == "2028-03-13"
    assert (
        await invite(desk, member, about="initial_views", how="letter", comment_by=date(2028, 3, 7))
    ).refusal is None
    again = clock(desk, "staff_comment", member)
    assert (again["generation"], again["due_on"]) == (2, "2028-03-10")
    assert "our initial views" in desk.notices("staff_invitation")[0]["body"]
    assert [each["until"] for each in steps(desk, member, "invitation")] == ["2028-03-08", "2028-03-07"]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"comment_by": date(2028, 3, 6)}, "window_not_allowed"),  # two working days
    ({"comment_by": date(2028, 3, 1)}, "window_not_allowed"),
    ({"comment_by": date(2028, 12, 1)}, "window_not_allowed"),
    ({"invited_on": date(2028, 3, 3)}, "date_in_future"),
    ({"invited_on": date(2028, 3, 1)}, "contradicts_record"),  # before they were told
    ({"involvement": uuid4()}, "unknown_involvement"),
]


@pytest.mark.parametrize(("change", "refusal"), REFUSED)
async def test_an_invitation_that_leaves_no_time_or_cannot_be_is_refused(
    desk: Desk, change: dict[str, Any], refusal: str
) -> None:
    change = dict(change)
    member = await a_told_one(desk)
    done = await invite(desk, change.pop("involvement", member), **change)
    assert (done.state, done.refusal) == ("refused", refusal)
    assert steps(desk, member, "invitation") == [] and state(desk, "staff_comment", member) == "none"


async def test_a_comment_of_their_own_is_marked_so_and_is_the_investigators_to_use(desk: Desk) -> None:
    member = await a_told_one(desk)
    await invite(desk, member)
    assert (await comment(desk, member)).refusal is None
    (row,) = comments(desk, member)
    assert (row["number"], row["themselves"], row["through_id"], row["late"]) == (1, True, None, False)
    (task,) = desk.tasks("use_staff_comment")
    assert (task["role"], task["subject_id"], task["due_on"]) == ("investigator", row["id"], WEIGHED)
    (event,) = desk.events("staff.commented")
    assert "I called" not in str(event) and event["data"]["comment_id"] == row["id"]
    assert (await use(desk, member, UUID(row["id"]), effect="partly", words="It is in the finding.")).refusal is None
    (used,) = comments(desk, member)
    assert (used["effect"], used["effect_words"], used["used_on"]) == ("partly", "It is in the finding.", "2028-03-02")
    assert used["used_by"] == str(desk.body.person("investigator"))
    assert (state(desk, "staff_comment", member), desk.tasks("use_staff_comment")) == ("met", [])


async def test_what_somebody_writes_down_for_them_says_through_whom_it_came(desk: Desk) -> None:
    member = await a_told_one(desk, None)
    assert (await comment(desk, member, "handler")).refusal is None
    assert (await comment(desk, member, None)).refusal is None  # a case system, with nobody named
    assert [(each["themselves"], each["through_id"]) for each in comments(desk, member)] == [
        (False, str(desk.body.person("handler"))),
        (False, None),
    ]


async def test_the_clock_is_met_only_when_no_comment_is_left_unused(desk: Desk) -> None:
    member = await a_told_one(desk)
    await invite(desk, member)
    await comment(desk, member)
    await comment(desk, member, words="And I wrote it down.")
    first, second = (UUID(each["id"]) for each in comments(desk, member))
    assert (await use(desk, member, first)).refusal is None
    assert state(desk, "staff_comment", member) == "running"
    assert [each["subject_id"] for each in desk.tasks("use_staff_comment")] == [str(second)]
    assert (await use(desk, member, second, effect="not_accepted", words="The log says otherwise.")).refusal is None
    assert state(desk, "staff_comment", member) == "met"


async def test_a_late_comment_is_marked_and_weighed_all_the_same(desk: Desk) -> None:
    member = await a_told_one(desk)
    await invite(desk, member)
    on(desk, date(2028, 3, 16))
    await comment(desk, member)
    await use(desk, member, UUID(comments(desk, member)[0]["id"]))
    assert state(desk, "staff_comment", member) == "met"
    on(desk, date(2028, 3, 30))
    assert (await comment(desk, member, words="I remember now.")).refusal is None
    assert [each["late"] for each in comments(desk, member)] == [False, True]
    weighing = clock(desk, "staff_comment", member)
    assert (weighing["state"], weighing["generation"], weighing["due_on"]) == ("running", 2, "2028-04-04")
    assert [each["cause"] for each in desk.versions("staff_comment")] == ["invited", "commented"]
    assert (await use(desk, member, UUID(comments(desk, member)[1]["id"]))).refusal is None
    assert state(desk, "staff_comment", member) == "met"


async def test_without_an_invitation_what_they_say_has_a_clock_of_its_own(desk: Desk) -> None:
    member = await a_told_one(desk)
    assert (await comment(desk, member)).refusal is None
    (row,) = comments(desk, member)
    assert (row["late"], clock(desk, "staff_comment", member)["due_on"]) == (False, "2028-03-07")
    assert state(desk, "staff_invitation", member) == "running"  # asked they are to be, all the same


async def test_whoever_says_nothing_leaves_nothing_to_weigh_and_no_breach(desk: Desk) -> None:
    member = await a_told_one(desk)
    await invite(desk, member)
    on(desk, date(2028, 3, 20), 9)
    await desk.fire("staff_comment", "reminder")
    silent = clock(desk, "staff_comment", member)
    assert (silent["state"], silent["in_time"], silent["breached_at"]) == ("met", True, None)
    assert desk.tasks("reminder.staff_comment") == [] and len(desk.events("staff.said_nothing")) == 1


async def test_what_was_said_and_lies_about_is_a_reminder_and_then_a_breach(desk: Desk) -> None:
    member = await a_told_one(desk)
    await invite(desk, member)
    await comment(desk, member)
    on(desk, date(2028, 3, 20), 9)
    await desk.fire("staff_comment", "reminder")
    assert len(desk.tasks("reminder.staff_comment")) == 1
    on(desk, date(2028, 3, 22), 1)
    await desk.fire("staff_comment", "overdue")
    assert clock(desk, "staff_comment", member)["breached_at"] is not None
    await use(desk, member, UUID(comments(desk, member)[0]["id"]))
    late = clock(desk, "staff_comment", member)
    assert (late["state"], late["in_time"]) == ("met", False)


async def test_how_a_comment_was_used_needs_reasons_is_said_once_and_never_by_its_author(desk: Desk) -> None:
    member = await a_told_one(desk)
    other = await a_told_one(desk, "operator")
    await comment(desk, member)
    (row,) = comments(desk, member)
    first = UUID(row["id"])
    for how, refusal in (
        ({"effect": "partly"}, "reason_needed"),
        ({"effect": "not_accepted"}, "reason_needed"),
        ({"by": MEMBER}, "same_person"),
        ({"comment_id": uuid4()}, "unknown_comment"),
        ({"involvement": other}, "unknown_comment"),
    ):
        given: dict[str, Any] = {"involvement": member, "comment_id": first, **how}
        assert (await use(desk, given.pop("involvement"), given.pop("comment_id"), **given)).refusal == refusal
    assert (await use(desk, member, first)).refusal is None
    assert (await use(desk, member, first)).refusal == "nothing_changes"


async def test_nobody_comments_who_was_not_told_or_belongs_elsewhere(desk: Desk, beside: Apart) -> None:
    untold = await name(desk)
    assert (await comment(desk, untold)).refusal == "not_told_yet"
    assert (await invite(desk, untold)).refusal == "not_told_yet"
    stranger = await a_desk(beside, make_body(beside.dsns.migrator))
    theirs = await a_told_one(stranger)
    assert (await comment(desk, theirs)).refusal == "unknown_involvement"
    sibling = await a_desk(beside, desk.body)
    assert (await comment(sibling, await a_told_one(desk, None))).refusal == "unknown_involvement"
    member = await a_told_one(desk, "operator")
    assert (await comment(desk, member, received_on=date(2028, 3, 3))).refusal == "date_in_future"
    assert (await comment(desk, member, received_on=date(2028, 2, 29))).refusal == "contradicts_record"
    assert desk.rows("select id from staff_comment where complaint_id = %s") == []


async def test_the_words_of_a_comment_are_never_altered(desk: Desk, beside: Apart) -> None:
    member = await a_told_one(desk)
    await comment(desk, member)
    async with beside.database.tenant(desk.body.id, MORNING) as session:
        from sqlalchemy import text
        from sqlalchemy.exc import ProgrammingError

        with pytest.raises(ProgrammingError):
            await session.execute(text("update staff_comment set words = 'x'"))
