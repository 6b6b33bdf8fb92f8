"""That a worker is alive is told for as long as a step takes, and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from temporalio import activity
from temporalio.testing import ActivityEnvironment

from activities import heartbeats
from activities.heartbeats import beating


@pytest.fixture
def every(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "EVERY", heartbeats.EVERY / 1000)


async def _in_a_step(step: Callable[[], Any], hear: Callable[..., None]) -> None:
    environment = ActivityEnvironment()
    environment.on_heartbeat = hear
    await environment.run(step)


async def test_a_long_step_beats_again_and_again_and_stops_with_its_end(every: None) -> None:
    beats, enough = [0], asyncio.Event()

    def hear(*details: Any) -> None:
        beats[0] += 1
        if beats[0] == 5:
            enough.set()

    @activity.defn
    async def step() -> None:
        async with beating():
            await enough.wait()

    await _in_a_step(step, hear)
    heard = beats[0]
    await asyncio.sleep(0.05)
    assert beats[0] == heard >= 5


async def test_a_step_that_fails_stops_beating_and_says_how_it_failed(every: None) -> None:
    beats = [0]

    def hear(*details: Any) -> None:
        beats[0] += 1

    @activity.defn
    async def step() -> None:
        async with beating():
            raise ValueError

    with pytest.raises(ValueError):
        await _in_a_step(step, hear)
    await asyncio.sleep(0.05)
    assert beats[0] <= 1


async def test_outside_an_activity_nobody_is_told() -> None:
    async with beating():
        done = True
    assert done
