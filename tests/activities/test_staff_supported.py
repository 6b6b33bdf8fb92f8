"""The staff complained about, act by act: supported, ended early, and what goes on beside and after the complaint."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contracts.commands import CommandKind
from db.desk_said import ReleaseNotice
from db.involvement_said import NameStaff
from tests.activities.found import a_case
from tests.activities.office_desk import Desk
from tests.activities.staffed import (
    TODAY,
    change,
    clock_of,
    end,
    name,
    running,
    stands,
    support,
    tell,
)
from tests.apart import MORNING, Apart
from tests.bodies import Body


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


# Supported and ended.


async def test_support_is_recorded_as_often_as_it_is_given(desk: Desk) -> None:
    involvement = await name(desk)
    assert await support(desk, involvement) == "not_told_yet"
    assert await tell(desk, involvement) is None
    assert await support(desk, involvement, spoke_on=TODAY + timedelta(days=1)) == "date_in_future"
    assert await support(desk, involvement) is None
    assert clock_of(desk, involvement, "staff_support")["state"] == "met" and desk.tasks("support_staff") == []
    assert await support(desk, involvement, how="call", words="They are better.") is None
    kinds = desk.rows("select kind from involvement_step where complaint_id = %s order by number")
    assert [each["kind"] for each in kinds] == ["telling", "support", "support"]


async def test_support_before_they_were_told_contradicts_the_record(desk: Desk) -> None:
    involvement = await name(desk)
    desk.apart.engine.now = MORNING + timedelta(days=1)
    assert await tell(desk, involvement) is None
    assert await support(desk, involvement, spoke_on=TODAY) == "contradicts_record"


async def test_an_early_end_needs_a_reason_and_leaves_nothing_running(desk: Desk) -> None:
    involvement = await name(desk)
    assert await tell(desk, involvement) is None
    assert await end(desk, involvement, words=" ") == "reason_needed"
    assert await end(desk, involvement, cause="died", words="She died on Sunday.") is None
    row = stands(desk, involvement)
    assert (row["state"], row["ended_cause"], row["ended_on"]) == ("ended", "died", TODAY.isoformat())
    assert running(desk, involvement) == set()
    assert [each["state"] for each in desk.notices("staff_follow_up")] == ["discarded"]
    assert (
        desk.rows(f"select 1 from task where complaint_id = %s and state = 'open' and subject_id = '{involvement}'")
        == []
    )
    assert desk.tasks("release_draft") == []
    for refusal in (await tell(desk, involvement), await end(desk, involvement), await change(desk, involvement)):
        assert refusal == "involvement_ended"


# Beside the complaint, and after it.


async def test_the_end_of_the_complaint_ends_nothing_that_is_owed_to_staff(desk: Desk) -> None:
    told, untold = await name(desk), await name(desk)
    assert await tell(desk, told) is None
    await desk.withdraw()
    assert desk.stands()["open"] is False
    assert "staff_support" in running(desk, told) and running(desk, untold) == {"staff_notice"}
    assert len(desk.tasks("tell_staff")) == 1 and len(desk.tasks("support_staff")) == 1
    # The draft to them waits for its release still, without a clock of the complaint.
    (release,) = desk.tasks("release_draft")
    (draft,) = desk.notices("staff_follow_up")
    assert (release["notice_id"], release["clock_id"], draft["state"]) == (draft["id"], None, "draft")
    desk.apart.engine.now = datetime(2028, 3, 7, 0, 0, 30, tzinfo=UTC)
    await desk.fire("staff_follow_up", "overdue")
    assert len(desk.tasks("overdue.staff_follow_up")) == 1
    assert len(desk.events("clock.breached")) == 1
    await desk.must(CommandKind.RELEASE_NOTICE, ReleaseNotice(notice_id=UUID(draft["id"]), body="Support is there."))
    assert clock_of(desk, told, "staff_follow_up")["in_time"] is False
    assert await tell(desk, untold) is None and await support(desk, told) is None
    assert len(desk.tasks("release_draft")) == 1
    assert await end(desk, told) is None and await change(desk, untold, update_every_days=7) is None


async def test_a_draft_to_staff_does_not_keep_a_complaint_from_being_withdrawn_or_is_lost_with_it(desk: Desk) -> None:
    involvement = await name(desk)
    assert await tell(desk, involvement) is None
    await desk.withdraw()
    assert [each["state"] for each in desk.notices("staff_follow_up")] == ["draft"]


async def test_nobody_is_named_once_the_complaint_has_ended(desk: Desk) -> None:
    await desk.withdraw()
    what = NameStaff(kind="employed", name="R. Ward")
    assert (await desk.do(CommandKind.NAME_STAFF, what)).refusal == "complaint_closed"


async def test_an_investigator_who_is_named_is_a_conflict(beside: Apart, standards: Body) -> None:
    desk = await a_case(beside, standards)
    await name(desk, person_id=desk.body.person("investigator"), supporter_id=desk.body.person("senior_leader"))
    assert [event["data"]["part"] for event in desk.events("staff.conflict")] == ["investigator"]
    assert len(desk.tasks("staff_conflict")) == 1


async def test_another_rhythm_counts_from_the_last_update_or_from_today_where_that_has_passed(desk: Desk) -> None:
    involvement = await name(desk)
    assert await tell(desk, involvement) is None
    desk.apart.engine.now = MORNING + timedelta(days=8)
    assert await change(desk, involvement, update_every_days=21) is None
    assert clock_of(desk, involvement, "staff_update")["due_on"] == "2028-03-23"
    assert await change(desk, involvement, update_every_days=5) is None
    assert clock_of(desk, involvement, "staff_update")["due_on"] == "2028-03-15"
    assert (
        desk.rows("select 1 from clock where complaint_id = %s and breached_at is not null and kind like 'staff%%'")
        == []
    )
