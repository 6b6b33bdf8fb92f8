"""A recommendation whose target is moved by agreement with the body that made it, or that it lifts: late stays late."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tests.activities.office_desk import Desk
from tests.activities.referred import close, comply, decide, of, publish, recommended, refer, running, tell
from tests.apart import MORNING, Apart

TARGET, LATER = date(2028, 3, 20), date(2028, 4, 28)


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def recommended_once(desk: Desk) -> tuple[UUID, UUID]:
    referral = await refer(desk)
    assert await decide(desk, referral, recommendations=(recommended(desk, TARGET),)) is None
    return referral, UUID(of(desk, "recommendation")[0]["id"])


async def test_a_target_that_was_moved_in_time_is_kept_by_the_new_day(desk: Desk) -> None:
    referral, one = await recommended_once(desk)
    assert await comply(desk, referral, one, result="moved", target_on=LATER, evidence="Their letter.") is None
    assert running(desk)["recommendation"] == [LATER.isoformat()]
    (task,) = desk.tasks("comply")
    assert (task["due_on"], task["assignee_id"]) == (LATER.isoformat(), str(desk.body.person("senior_leader")))
    first, second = desk.versions("recommendation")
    assert (first["due_on"], first["breached_at"]) == (TARGET.isoformat(), None)
    assert (second["agreed_by"], second["reason"]) == ("Parliamentary and Health Service Ombudsman", "Their letter.")
    desk.at(datetime(2028, 4, 27, 10, tzinfo=UTC))
    assert await comply(desk, referral, one) is None
    (row,) = of(desk, "recommendation")
    assert (row["in_time"], row["first_target_on"], row["moved_late"]) == (True, TARGET.isoformat(), False)


async def test_one_that_was_late_before_another_day_was_agreed_stays_late(desk: Desk) -> None:
    referral, one = await recommended_once(desk)
    desk.at(datetime(2028, 3, 22, 10, tzinfo=UTC))
    assert await comply(desk, referral, one, result="moved", target_on=LATER) is None
    assert [version["breached_at"] is not None for version in desk.versions("recommendation")] == [True, False]
    assert await comply(desk, referral, one) is None
    (row,) = of(desk, "recommendation")
    assert (row["in_time"], row["moved_late"], row["target_on"]) == (False, True, LATER.isoformat())


async def test_one_that_was_lifted_owes_nothing_and_is_not_told_as_done(desk: Desk) -> None:
    referral, one = await recommended_once(desk)
    assert await comply(desk, referral, one, result="lifted", evidence="They withdrew it.") is None
    assert "recommendation" not in running(desk) and "recommendation_told" not in running(desk)
    assert desk.tasks("comply") == desk.tasks("tell_compliance") == []
    assert await tell(desk, referral, one) == "not_done_yet"
    assert await comply(desk, referral, one) == "nothing_changes"
    assert (await close(desk, referral)).missing == ["learning_published"]
    assert await publish(desk, referral) is None
    assert (await close(desk, referral)).refusal is None


async def test_what_cannot_be_agreed_is_refused(desk: Desk) -> None:
    referral, one = await recommended_once(desk)
    for changes, why in (
        ({"result": "moved"}, "contradicts_record"),
        ({"target_on": LATER}, "contradicts_record"),
        ({"result": "lifted", "target_on": LATER}, "contradicts_record"),
        ({"result": "moved", "target_on": TARGET}, "nothing_changes"),
        ({"result": "moved", "target_on": date(2028, 3, 1)}, "date_not_later"),
        ({"result": "moved", "target_on": LATER, "complied_on": LATER}, "date_in_future"),
    ):
        assert await comply(desk, referral, one, **changes) == why, changes
    assert running(desk)["recommendation"] == [TARGET.isoformat()]
    assert await comply(desk, referral, one) is None
    assert await comply(desk, referral, one, result="moved", target_on=LATER) == "nothing_changes"
