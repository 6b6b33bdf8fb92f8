"""One timer that stays armed until its instant changes, so that a command does not cost two timer events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import workflow


class Alarm:
    """Wake the main line at an instant, or as soon as something else wakes it."""

    def __init__(self) -> None:
        self._at: datetime | None = None
        self._timer: asyncio.Task[None] | None = None

    async def wait(self, until: datetime | None, woken: Callable[[], bool], summary: str) -> None:
        """Return when `until` has come or `woken()` holds. `None` waits for `woken()` alone.

        What fell due before now needs no timer: it is late already.
        """
        if until is not None and until <= workflow.now():
            return
        self._set(until, summary)
        await workflow.wait_condition(lambda: woken() or self._rang())

    def _set(self, until: datetime | None, summary: str) -> None:
        if until == self._at and not self._rang():
            return
        if self._timer is not None:
            self._timer.cancel()
        self._at, self._timer = until, None
        if until is not None:
            left = until - workflow.now()
            self._timer = asyncio.create_task(workflow.sleep(left, summary=summary))

    def _rang(self) -> bool:
        return self._timer is not None and self._timer.done()
