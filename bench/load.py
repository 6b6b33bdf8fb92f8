"""A closed loop of callers: each sends its next request when the last one is answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.measures import percentile

Operation = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a loop saw: seconds by operation, and from the first request to the last answer."""

    latencies: tuple[float, ...]
    seconds: float

    @property
    def rate(self) -> float:
        """Return operations a second."""
        return len(self.latencies) / self.seconds

    def late(self, share: float) -> float:
        """Return a percentile of the latencies in milliseconds."""
        return 1000 * percentile(self.latencies, share)

    def __add__(self, other: Load) -> Load:
        return Load(latencies=self.latencies + other.latencies, seconds=self.seconds + other.seconds)


async def drive(count: int, at_once: int, operation: Operation, *, seconds: float = float("inf")) -> Load:
    """Do an operation `count` times, `at_once` at a time; begin none after `seconds`.

    Each caller gives its own number (0 to `at_once` - 1) to the operation.
    """
    began = time.monotonic()
    left = iter(range(count))
    latencies: list[float] = []

    async def caller(number: int) -> None:
        for _ in left:
            start = time.monotonic()
            if start - began > seconds:
                return
            await operation(number)
            latencies.append(time.monotonic() - start)

    async with asyncio.TaskGroup() as callers:
        for number in range(min(at_once, count)):
            callers.create_task(caller(number))
    return Load(latencies=tuple(latencies), seconds=time.monotonic() - began)
