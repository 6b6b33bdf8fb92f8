"""Our part in what another body coordinates: messages carried both ways, in order, for as long as it lasts.

What is said, heard and owed stands in our own case. No failure of a step ends this workflow: it ends when the part has
ended and nothing waits to be brought, and begins anew when it is told of something.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.joint_parts import JointParts
    from contracts import names
    from contracts.joint import JointPartAct, JointPartStart, JointPartStep

from workflows.kept_window import PartWindow
from workflows.patience import do_patiently, has_grown

STEP_TIMEOUT: Final = timedelta(minutes=10)  # a page of messages, each with a verdict that is waited for
HEARTBEAT_TIMEOUT: Final = timedelta(seconds=15)  # a worker that died is replaced this soon
DAILY: Final = timedelta(days=1)  # what a lost webhook would have told
LEAST: Final = timedelta(seconds=5)
LONGEST_HISTORY: Final = 500


@workflow.defn(name=names.JOINT_PART)
class JointPartWorkflow:
    """Carry the messages of one part."""

    @workflow.init
    def __init__(self, start: JointPartStart) -> None:
        self._start = start
        self._changed = False
        self._failed = 0  # rounds in a row in which something did not get through
        self._window = PartWindow()

    @workflow.run
    async def run(self, start: JointPartStart) -> None:
        """Bring what we say, hear what the lead says, and wait for more of either, until the part is over."""
        self._window.begin(start.organisation_id, workflow.now())
        while True:
            try:
                # Before the steps, never after them: what is said meanwhile is carried in the next round.
                self._changed = False
                pushed: JointPartStep = await self._step(JointParts.push, "Bring what we say")
                pulled: JointPartStep = await self._step(JointParts.pull, "Hear what the lead says")
                if pulled.over and not pulled.waiting and not self._changed and pulled.failure is None:
                    self._window.show(start.organisation_id, pushed, pulled, None)
                    return
                self._failed = self._failed + 1 if pushed.failure or pulled.failure else 0
                await self._rest(pushed, pulled)
            except asyncio.CancelledError:
                # "Cancel" was pressed in the engine. A part is ended by its lead, and nothing else ends it.
                continue
            if has_grown(LONGEST_HISTORY):
                workflow.continue_as_new(self._start)

    @workflow.signal(name=names.JOINT_PART_CHANGED)
    def changed(self) -> None:
        """Hear that something was said, by either: carry it at once."""
        self._changed = True

    async def _rest(self, pushed: JointPartStep, pulled: JointPartStep) -> None:
        """Wait for something to carry: until it is told, until it is time to try again, a day at most."""
        if self._changed:
            return  # told meanwhile
        if (pushed.brought and pulled.waiting and pushed.failure is None) or (pulled.more and pulled.failure is None):
            return  # more than one step takes
        now = workflow.now()
        times = [each.again_at for each in (pushed, pulled) if each.again_at is not None]
        until: datetime = min([*times, now + DAILY])
        self._window.show(self._start.organisation_id, pushed, pulled, until)
        wait = max(until - now, LEAST)
        try:
            await workflow.wait_condition(lambda: self._changed, timeout=wait, timeout_summary="Look again")
        except TimeoutError:
            return

    async def _step(self, step: Callable[[Any, JointPartAct], Any], summary: str) -> Any:
        def act() -> JointPartAct:
            return JointPartAct(start=self._start, now=workflow.now(), failed=self._failed)

        return await do_patiently(
            step, act, summary, timeout=STEP_TIMEOUT, heartbeat=HEARTBEAT_TIMEOUT, on_fault=self._show_fault
        )

    def _show_fault(self) -> None:
        self._window.show_fault(self._start.organisation_id)
