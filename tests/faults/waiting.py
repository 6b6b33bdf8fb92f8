"""Waiting for a condition, with a deadline and a name: nothing here waits for time alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable

LOOK_EVERY = 0.1


async def until(condition: Callable[[], bool | Awaitable[bool]], what: str, seconds: float) -> None:
    """Wait until a condition holds; fail with what was awaited when it does not."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        held = condition()
        if await held if isawaitable(held) else held:
            return
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s for {what}, in vain")
        await asyncio.sleep(LOOK_EVERY)
