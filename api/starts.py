"""Starts the workflows of new complaints beside the answer, a few at a time.

A start that fails, or that there is no room for, is no loss: its submission stays pending, and the
delivery sweep carries it. So nothing is raised here and nothing is retried.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

import structlog

_LAST_MOMENT: Final = 2.0  # seconds

Carry = Callable[[UUID, UUID], Awaitable[object]]

_log = structlog.get_logger(__name__)


class Starts:
    """Carry new complaints in the background: at most `at_once`, with at most `waiting` behind them."""

    def __init__(self, carry: Carry, *, at_once: int = 8, waiting: int = 200) -> None:
        self._carry = carry
        self._room = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, organisation_id: UUID, complaint_id: UUID) -> bool:
        """Begin to carry what was said about a complaint. Say whether there was room."""
        if len(self._tasks) >= self._most:
            return False
        task = asyncio.create_task(self._one(organisation_id, complaint_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _one(self, organisation_id: UUID, complaint_id: UUID) -> None:
        async with self._room:
            try:
                await self._carry(organisation_id, complaint_id)
            except Exception as error:  # noqa: BLE001 - whatever it is, the sweep carries it
                _log.warning(
                    "start.left_to_sweep",
                    complaint=str(complaint_id),
                    failure=type(error).__name__,
                )

    async def idle(self) -> None:
        """Wait until nothing is being carried."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def close(self) -> None:
        """Let what is under way come to its end for a moment, then stop. The rest is left to the sweep.

        To cut a task off in the middle of a statement costs its connection.
        """
        tasks = tuple(self._tasks)
        if tasks:
            await asyncio.wait(tasks, timeout=_LAST_MOMENT)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
