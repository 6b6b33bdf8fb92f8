"""An action that carries out a recommendation: what it shows is put before whoever sees to that, and complies by itself
with nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.activities.acting import DUE, check, complete, planned
from tests.activities.office_desk import Desk
from tests.activities.referred import close, comply, decide, of, recommended, refer
from tests.apart import MORNING, Apart

TARGET = date(2028, 5, 20)


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def carried_out(full: Desk, **changes: Any) -> tuple[UUID, UUID, UUID]:
    """Plan the action that carries out a recommendation; return the referral, the recommendation and the action."""
    referral = await refer(full)
    assert await decide(full, referral, recommendations=(recommended(full, TARGET),)) is None
    (made,) = (UUID(each["id"]) for each in of(full, "recommendation"))
    return referral, made, await planned(full, recommendation_id=made, due_on=DUE, **changes)


def asked(full: Desk) -> list[tuple[str, str, str]]:
    return [(each["assignee_id"], each["due_on"], each["subject_id"]) for each in full.tasks("record_compliance")]


async def test_when_the_action_is_done_whoever_sees_to_the_recommendation_is_asked_to_record_it(full: Desk) -> None:
    referral, made, action = await carried_out(full)
    assert asked(full) == []
    assert await complete(full, action) is None
    senior = str(full.body.person("senior_leader"))
    assert asked(full) == [(senior, TARGET.isoformat(), str(made))]
    assert of(full, "recommendation")[0]["complied_on"] is None and len(full.tasks("comply")) == 1
    assert await comply(full, referral, made) is None
    assert asked(full) == full.tasks("comply") == []


async def test_a_recommendation_that_is_complied_with_or_lifted_already_asks_for_nothing(full: Desk) -> None:
    referral, made, action = await carried_out(full)
    assert await comply(full, referral, made, result="lifted", evidence="Their letter.") is None
    assert await complete(full, action) is None
    assert asked(full) == []


async def test_nor_does_one_of_a_referral_that_was_closed(full: Desk) -> None:
    referral, _, action = await carried_out(full)
    assert (await close(full, referral, "withdrawn", "They took it back.")).refusal is None
    assert await complete(full, action) is None
    assert asked(full) == []


async def test_it_is_asked_for_by_the_day_to_which_the_body_agreed(full: Desk) -> None:
    referral, made, action = await carried_out(full)
    assert await complete(full, action) is None
    later = date(2028, 6, 30)
    assert await comply(full, referral, made, result="moved", evidence="Their letter.", target_on=later) is None
    assert [due_on for _, due_on, _ in asked(full)] == [later.isoformat()]


async def test_what_recurs_before_it_was_recorded_is_asked_for_no_more_until_it_is_done_again(full: Desk) -> None:
    _, _, action = await carried_out(full, check_months=1)
    assert await complete(full, action) is None
    full.at(datetime(2028, 4, 20, 9, 0, tzinfo=UTC))
    again = {"due_on": date(2028, 5, 10), "reason": "Seen on the ward."}
    assert await check(full, action, "recurred", **again) is None
    assert asked(full) == []
    full.at(full.apart.engine.now + timedelta(days=1))
    assert await complete(full, action) is None
    assert len(asked(full)) == 1


async def test_an_action_that_follows_from_nothing_asks_for_no_compliance(full: Desk) -> None:
    assert await complete(full, await planned(full)) is None
    assert asked(full) == []
