"""When what did not get through between two bodies is tried again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from policies.joint_retries import wait

ONE = UUID(int=0)


def test_a_short_break_costs_seconds_and_a_long_one_never_more_than_a_quarter_of_an_hour() -> None:
    waits = [wait(ONE, failed, kept=False) for failed in range(200)]
    assert waits[0] <= timedelta(seconds=6)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=15)


def test_a_verdict_that_is_awaited_is_asked_for_every_minute_at_least() -> None:
    assert all(wait(uuid4(), failed, kept=True) < timedelta(seconds=67) for failed in range(20))


def test_parts_that_failed_together_return_apart_within_a_tenth() -> None:
    waits = {wait(uuid4(), 4, kept=False) for _ in range(50)}
    assert len(waits) > 25
    assert timedelta(minutes=15) <= min(waits) <= max(waits) < timedelta(minutes=16, seconds=31)
