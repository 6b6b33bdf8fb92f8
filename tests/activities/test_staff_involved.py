"""The staff complained about, act by act: named, deferred, told, supported, changed, ended; and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db.desk_said import CompleteTask, DiscardNotice, ReleaseNotice, SetContactRules
from db.involvement_said import NameStaff
from tests.activities.office_desk import Desk, a_desk
from tests.activities.staffed import (
    TODAY,
    a_colleague,
    change,
    clock_of,
    defer,
    end,
    name,
    running,
    stands,
    tell,
)
from tests.apart import MORNING, Apart
from tests.bodies import Body

REVIEW = date(2028, 3, 16)


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def refused(desk: Desk, **changes: Any) -> str | None:
    said = NameStaff(**({"kind": "employed"} | changes))
    return (await desk.do(CommandKind.NAME_STAFF, said)).refusal


# Named.


async def test_a_named_member_of_staff_is_to_be_told_by_their_supporter_within_two_working_days(desk: Desk) -> None:
    involvement = await name(desk)
    row, clock = stands(desk, involvement), clock_of(desk, involvement, "staff_notice")
    assert (row["state"], row["number"], row["update_every_days"]) == ("named", 1, 14)
    assert (clock["due_on"], clock["state"], clock["effect"]) == ("2028-03-06", "running", "promise")
    (task,) = desk.tasks("tell_staff")
    assert task["assignee_id"] == str(desk.body.person("investigator"))
    assert (task["role"], task["due_on"], task["subject_id"]) == ("supporter", "2028-03-06", str(involvement))
    (event,) = desk.events("staff.named")
    assert event["data"]["staff"] == "employed" and "Robin" not in str(event)
    assert row["changes"] == 1 and desk.apart.engine.involvements[-1].involvement_id == involvement
    # The complaint's own workflow knows nothing of it.
    assert (
        desk.rows("select 1 from clock where complaint_id = %s and kind = 'staff_notice' and involvement_id is null")
        == []
    )


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"kind": "employed"}, "unknown_person"),
        ({"kind": "employed", "described_as": "a tall nurse"}, "unknown_person"),
        ({"kind": "unidentified"}, "unknown_person"),
        ({"kind": "unidentified", "name": "R. Ward", "described_as": "a tall nurse"}, "contradicts_record"),
        ({"person_id": uuid4()}, "unknown_person"),
        ({"name": "R. Ward", "supporter_id": uuid4()}, "unknown_person"),
        ({"name": "R. Ward", "issue_ids": (uuid4(),)}, "unknown_issue"),
    ],
)
async def test_nobody_is_named_who_is_nobody(desk: Desk, changes: dict[str, Any], refusal: str) -> None:
    assert await refused(desk, **changes) == refusal
    assert desk.rows("select 1 from involvement where complaint_id = %s") == []


async def test_nobody_supports_themself_or_is_named_twice_or_works_elsewhere(desk: Desk, beside: Apart) -> None:
    person = a_colleague(desk)
    assert await refused(desk, person_id=person, supporter_id=person) == "conflict_of_interest"
    involvement = await name(desk, person_id=person)
    assert await refused(desk, person_id=person) == "nothing_changes"
    assert await refused(desk, person_id=beside.body().person("handler")) == "unknown_person"
    # Once it has ended they can be named again.
    assert await end(desk, involvement) is None
    assert await name(desk, person_id=person) != involvement


async def test_a_locum_who_has_left_and_somebody_not_identified_have_no_account(desk: Desk) -> None:
    locum = await name(desk, kind="locum", name="Dr Lee", email="lee@agency.example.org", supporter_is="agency")
    unknown = await name(desk, kind="unidentified", described_as="a tall nurse on nights")
    assert stands(desk, locum)["person_id"] is None
    assert await tell(desk, unknown) == "unknown_person"
    # Identified: somebody with an account, whom it is about from now on.
    person = a_colleague(desk)
    assert await change(desk, unknown, person_id=person) is None
    assert (stands(desk, unknown)["kind"], stands(desk, unknown)["person_id"]) == ("employed", str(person))
    assert await change(desk, unknown, person_id=a_colleague(desk)) == "contradicts_record"
    assert await tell(desk, unknown) is None


async def test_whoever_handles_the_complaint_and_is_complained_about_is_a_conflict_for_the_manager(
    beside: Apart, body: Body
) -> None:
    desk = await a_desk(beside, body, owner_id=body.person("handler"))
    await name(desk, person_id=body.person("handler"))
    (task,) = desk.tasks("staff_conflict")
    assert task["assignee_id"] == str(body.person("complaints_manager"))
    (event,) = desk.events("staff.conflict")
    assert event["data"]["part"] == "owner"


async def test_a_manager_who_is_complained_about_is_asked_nothing_in_their_own_matter(desk: Desk) -> None:
    manager, responsible = desk.body.person("complaints_manager"), desk.body.person("responsible_person")
    await name(desk, person_id=manager, supporter_id=None, supporter_is=None)
    assert [task["assignee_id"] for task in desk.tasks("staff_conflict")] == [str(responsible)]
    assert [task["assignee_id"] for task in desk.tasks("tell_staff")] == [str(responsible)]


async def test_a_reminder_reaches_the_supporter_and_with_none_the_manager(desk: Desk) -> None:
    involvement = await name(desk)
    desk.apart.engine.now = datetime(2028, 3, 3, 9, 0, 30, tzinfo=UTC)
    verdict = await desk.fire("staff_notice", "reminder")
    # What follows goes with the verdict, to the workflow that fired the rung: nobody has to look.
    (clock,) = verdict.armed
    assert [rung.rung.value for rung in clock.rungs] == ["overdue", "escalation"]
    (task,) = desk.tasks("reminder.staff_notice")
    assert task["assignee_id"] == str(desk.body.person("investigator"))
    assert stands(desk, involvement)["changes"] == 1
    with_nobody = await name(desk, supporter_id=None, supporter_is=None)
    asked = [each for each in desk.tasks("tell_staff") if each["subject_id"] == str(with_nobody)]
    assert [task["assignee_id"] for task in asked] == [str(desk.body.person("complaints_manager"))]


async def test_what_the_supporter_had_to_do_goes_along_to_another(desk: Desk) -> None:
    involvement = await name(desk)
    assert await change(desk, involvement, supporter_id=desk.body.person("senior_leader")) is None
    assert [task["assignee_id"] for task in desk.tasks("tell_staff")] == [str(desk.body.person("senior_leader"))]
    assert await change(desk, involvement, supporter_id=desk.body.person("senior_leader")) == "nothing_changes"
    assert await change(desk, uuid4(), update_every_days=7) == "unknown_involvement"


async def test_the_involvement_of_another_complaint_is_none_of_this_one(desk: Desk, beside: Apart, body: Body) -> None:
    other = await a_desk(beside, body)
    involvement = await name(other)
    assert await tell(desk, involvement) == "unknown_involvement"
    assert await end(desk, involvement) == "unknown_involvement"
    stranger = await a_desk(beside, beside.body())
    assert await tell(stranger, involvement) == "unknown_involvement"


# Deferred.


async def test_telling_is_put_off_by_a_senior_until_a_review_which_puts_it_off_again(desk: Desk) -> None:
    involvement = await name(desk)
    assert await defer(desk, involvement) is None
    assert (stands(desk, involvement)["state"], running(desk, involvement)) == ("deferred", {"staff_deferral"})
    assert clock_of(desk, involvement, "staff_notice")["state"] == "stopped" and desk.tasks("tell_staff") == []
    assert clock_of(desk, involvement, "staff_deferral")["due_on"] == REVIEW.isoformat()
    desk.apart.engine.now = MORNING + timedelta(days=13)
    assert await defer(desk, involvement, review_on=date(2028, 4, 3)) is None
    again = clock_of(desk, involvement, "staff_deferral")
    assert (again["generation"], again["due_on"], again["state"]) == (2, "2028-04-03", "running")
    first, second = desk.versions("staff_deferral")
    assert (first["in_time"], second["in_time"]) == (True, None)
    (event, review) = desk.events("staff.deferred")
    assert (event["data"]["again"], review["data"]["again"]) == (False, True)
    desk.apart.engine.now += timedelta(days=1)
    assert await tell(desk, involvement) is None
    assert clock_of(desk, involvement, "staff_deferral")["state"] == "met"
    assert await defer(desk, involvement) == "already_told"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"review_on": TODAY}, "date_in_past"),
        ({"review_on": TODAY + timedelta(days=91)}, "beyond_cap"),
        ({"words": "  "}, "reason_needed"),
        ({"approver_id": uuid4()}, "unknown_person"),
    ],
)
async def test_a_deferral_has_a_reason_a_day_and_an_approver(desk: Desk, changes: dict[str, Any], refusal: str) -> None:
    involvement = await name(desk)
    assert await defer(desk, involvement, **changes) == refusal
    assert running(desk, involvement) == {"staff_notice"}


async def test_whoever_asks_or_is_near_or_is_no_senior_does_not_approve(desk: Desk) -> None:
    involvement = await name(desk, supporter_id=desk.body.person("responsible_person"))
    assert await defer(desk, involvement) == "not_authorised"  # the supporter
    manager = desk.body.person("complaints_manager")
    assert await defer(desk, involvement, by="complaints_manager", approver_id=manager) == "not_authorised"
    assert await defer(desk, involvement, approver_id=desk.body.person("investigator")) == "not_authorised"
    assert await defer(desk, involvement, approver_id=manager) is None


# Told.


async def test_who_was_told_is_owed_a_letter_support_an_invitation_and_updates(desk: Desk) -> None:
    involvement = await name(desk, update_every_days=10)
    assert await tell(desk, involvement) is None
    assert (stands(desk, involvement)["state"], stands(desk, involvement)["told_on"]) == ("told", TODAY.isoformat())
    due = {kind: clock_of(desk, involvement, kind)["due_on"] for kind in running(desk, involvement)}
    assert due == {
        "staff_follow_up": "2028-03-06",
        "staff_support": "2028-03-07",
        "staff_invitation": "2028-03-09",
        "staff_update": "2028-03-13",  # a Sunday moves on
    }
    assert clock_of(desk, involvement, "staff_notice")["in_time"] is True
    (step,) = desk.rows("select * from involvement_step where complaint_id = %s")
    assert (step["how"], step["by_id"]) == ("in_person", str(desk.body.person("investigator")))
    told = desk.rows("select state from task where complaint_id = %s and kind = 'tell_staff'")
    assert told == [{"state": "done"}]
    assert await tell(desk, involvement) == "already_told"


async def test_the_same_telling_twice_is_one(desk: Desk) -> None:
    involvement = await name(desk)
    assert await tell(desk, involvement) is None
    before = stands(desk, involvement)["changes"]
    for pending in list(desk.apart.engine.delivered)[-2:]:
        await desk.apart.engine.apply(pending)
    assert stands(desk, involvement)["changes"] == before
    assert len(desk.notices("staff_follow_up")) == 1
    assert len(desk.rows("select 1 from involvement_step where complaint_id = %s")) == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"told_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"told_on": TODAY - timedelta(days=1)}, "date_before_receipt"),
        ({"how": "letter"}, "reason_needed"),
        ({"by_id": uuid4()}, "unknown_person"),
    ],
)
async def test_telling_has_a_day_a_way_and_somebody_who_did(desk: Desk, changes: dict[str, Any], refusal: str) -> None:
    involvement = await name(desk)
    assert await tell(desk, involvement, **changes) == refusal
    assert running(desk, involvement) == {"staff_notice"}


async def test_nobody_tells_themself(desk: Desk) -> None:
    person = a_colleague(desk)
    involvement = await name(desk, person_id=person)
    assert await tell(desk, involvement, by_id=person) == "conflict_of_interest"


async def test_the_follow_up_goes_to_them_once_it_is_released_and_meets_its_clock(desk: Desk) -> None:
    involvement = await name(desk)
    assert await tell(desk, involvement) is None
    (draft,) = desk.notices("staff_follow_up")
    assert (draft["state"], draft["channel"], draft["audience"]) == ("draft", "email", "staff")
    assert (draft["party_id"], draft["person_id"], draft["involvement_id"]) == (None, None, str(involvement))
    assert "Dear Robin Ward" in draft["body"] and "Investigator is there to support you" in draft["body"]
    assert "[[" in draft["body"]  # nobody has set where support is
    release = ReleaseNotice(notice_id=UUID(draft["id"]))
    assert (await desk.do(CommandKind.RELEASE_NOTICE, release)).refusal == "blanks_left"
    # Contact with the people outside is stopped and on hold: that is not about them.
    await desk.must(CommandKind.SET_CONTACT_RULES, SetContactRules(stop_contact=True, hold=True, reason="Asked."))
    whole = ReleaseNotice(notice_id=UUID(draft["id"]), body="Here is where you find support.")
    await desk.must(CommandKind.RELEASE_NOTICE, whole)
    (sent,) = desk.notices("staff_follow_up")
    clock = clock_of(desk, involvement, "staff_follow_up")
    assert (sent["state"], clock["state"], sent["met_clock_id"]) == ("queued", "met", clock["id"])
    assert "staff_follow_up" not in running(desk, involvement)


async def test_a_discarded_follow_up_is_drafted_anew_while_it_is_owed(desk: Desk) -> None:
    involvement = await name(desk, kind="former", name="Dr Lee", address="1 High Street")
    assert await tell(desk, involvement) is None
    (draft,) = desk.notices("staff_follow_up")
    assert draft["channel"] == "letter"
    await desk.must(CommandKind.DISCARD_NOTICE, DiscardNotice(notice_id=UUID(draft["id"]), reason="Too cold."))
    states = sorted(each["state"] for each in desk.notices("staff_follow_up"))
    assert states == ["discarded", "draft"]
    again = next(each for each in desk.notices("staff_follow_up") if each["state"] == "draft")
    await desk.must(CommandKind.SET_CONTACT_RULES, SetContactRules(stop_contact=False, hold=True, reason="Asked."))
    await desk.must(CommandKind.RELEASE_NOTICE, ReleaseNotice(notice_id=UUID(again["id"]), body="Support is there."))
    (post,) = desk.tasks("post_letter")
    await desk.must(CommandKind.COMPLETE_TASK, CompleteTask(task_id=UUID(post["id"])))
    assert sorted(each["state"] for each in desk.notices("staff_follow_up")) == ["discarded", "handed_over"]
