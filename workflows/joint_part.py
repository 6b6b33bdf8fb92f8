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

from workflows.patience import do_patiently, has_grown, tell

STEP_TIMEOUT: Final = timedelta(minutes=10)  # a page of messages, each with a verdict that is waited for
DAILY: Final = timedelta(days=1)  # what a lost webhook would have told
LEAST: Final = timedelta(seconds=30)
LONGEST_HISTORY: Final = 500


@workflow.defn(name=names.JOINT_PART)
class JointPartWorkflow:
    """Carry the messages of one part."""

    @workflow.init
    def __init__(self, start: JointPartStart) -> None:
        self._start = start
        self._changed = False

    @workflow.run
    async def run(self, start: JointPartStart) -> None:
        """Bring what we say, hear what the lead says, and wait for more of either, until the part is over."""
        while True:
            try:
                # Before the steps, never after them: what is said meanwhile is carried in the next round.
                self._changed = False
                pushed: JointPartStep = await self._step(JointParts.push, "Bring what we say")
                pulled: JointPartStep = await self._step(JointParts.pull, "Hear what the lead says")
                if pulled.over and not pulled.waiting and not self._changed and pulled.failure is None:
                    tell("**Over**" if pulled.complaint_id else "**Nothing told**", "Begins anew when it is told to.")
                    return
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
        if pushed.brought and pulled.waiting and pushed.failure is None:
            return  # more than one step takes
        now = workflow.now()
        times = [each.again_at for each in (pushed, pulled) if each.again_at is not None]
        until: datetime = min([*times, now + DAILY])
        failed = pushed.failure or pulled.failure
        what = f"**Waiting**: {pulled.waiting} to bring"
        tell(
            f"{what}, not through: {failed.value}" if failed is not None else what,
            f"Looks again at {until:%Y-%m-%d %H:%M} UTC, or when it is told.",
        )
        wait = max(until - now, LEAST)
        try:
            await workflow.wait_condition(lambda: self._changed, timeout=wait, timeout_summary="Look again")
        except TimeoutError:
            return

    async def _step(self, step: Callable[[Any, JointPartAct], Any], summary: str) -> Any:
        def act() -> JointPartAct:
            return JointPartAct(start=self._start, now=workflow.now())

        return await do_patiently(step, act, summary, timeout=STEP_TIMEOUT)
