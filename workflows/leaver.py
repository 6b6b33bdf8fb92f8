"""The life of one leaving: the cases are handed over, owners are asked for, and the account ends when none is left.

When to look is found by an activity from the calendar. No failure of a step ends this workflow: it waits, and looks
again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.leavers import Leavers
    from contracts import names
    from contracts.leavers import LeaverAct, LeaverLook, LeaverStart, LeaverState

from workflows.patience import do_patiently, has_grown, tell

STEP_TIMEOUT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(days=30)  # calendars change, and so do the days to look on
LONGEST_HISTORY: Final = 500


@workflow.defn(name=names.LEAVER)
class LeaverWorkflow:
    """Own one leaving. What is announced, and whether it is cancelled, stands in PostgreSQL."""

    @workflow.init
    def __init__(self, start: LeaverStart) -> None:
        self._start = start
        self._handed_over = start.handed_over
        self._changed = False

    @workflow.run
    async def run(self, start: LeaverStart) -> LeaverState:
        """Live until the account is ended or the leaving is cancelled, across as many runs as it takes."""
        while True:
            try:
                if not self._handed_over:
                    await self._step(Leavers.hand_over, "Hand the cases to the successor")
                    self._handed_over = True
                self._changed = False
                look = await self._step(Leavers.look, "What is left?")
                if look.state is not LeaverState.ANNOUNCED:
                    tell(f"**{look.state.value}**", "Nothing is awaited any more.")
                    return look.state
                await self._wait(look)
            except asyncio.CancelledError:
                # "Cancel" was pressed in the engine. A leaving is cancelled by its people, and nothing else ends it.
                continue
            self._perhaps_begin_a_new_run()

    @workflow.signal(name=names.LEAVER_CHANGED)
    def changed(self) -> None:
        """Hear that something has changed: look at once."""
        self._changed = True

    async def _wait(self, look: LeaverLook) -> None:
        """Wait for the next look, or until something has changed."""
        now = workflow.now()
        wait = min(look.look_at - now, LONGEST_WAIT) if look.look_at is not None else LONGEST_WAIT
        tell(f"**{look.left} open case(s) left**", f"Looks again at {now + wait:%Y-%m-%d %H:%M} UTC.")
        try:
            await workflow.wait_condition(
                lambda: self._changed, timeout=max(wait, timedelta(seconds=1)), timeout_summary="Look again"
            )
        except TimeoutError:
            return

    async def _step(self, step: Callable[[Any, LeaverAct], Any], summary: str) -> LeaverLook:
        """Do one step; one that fails for good is done again later, and until then needs attention."""
        look: LeaverLook = await do_patiently(step, self._act, summary, timeout=STEP_TIMEOUT)
        return look

    def _act(self) -> LeaverAct:
        return LeaverAct(
            organisation_id=self._start.organisation_id, leaver_id=self._start.leaver_id, now=workflow.now()
        )

    def _perhaps_begin_a_new_run(self) -> None:
        """Begin a new run before the history grows long."""
        if has_grown(LONGEST_HISTORY):
            start = self._start
            workflow.continue_as_new(
                LeaverStart(organisation_id=start.organisation_id, leaver_id=start.leaver_id, handed_over=True)
            )
