"""One code on its way to the contact of a body without a system: it goes at once, or not at all."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from activities.joint_codes import JointCodes
    from contracts import names
    from contracts.joint import JointCodeAct, JointCodeSent, JointCodeStart

from workflows.options import MAIL_TIMEOUT
from workflows.patience import do_patiently, tell

_SOON: Final = RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(seconds=30))
_LEAST: Final = timedelta(seconds=1)


@workflow.defn(name=names.JOINT_CODE)
class JointCodeWorkflow:
    """Send one code while it is good; then let go of it. Whoever waits for it asks for another."""

    @workflow.init
    def __init__(self, start: JointCodeStart) -> None:
        self._start = start

    @workflow.run
    async def run(self, start: JointCodeStart) -> JointCodeSent:
        """Send it; one that could not be sent in time is wiped, and nobody is told: it is asked for again."""
        found = await self._sent_in_time() or await self._let_go()
        tell("**Sent**" if found.sent else "**Not sent**", "Nothing is awaited any more.")
        return found

    async def _sent_in_time(self) -> JointCodeSent | None:
        """Return what became of the code; None where it could not be sent while it was good."""
        while (left := self._start.until - workflow.now()) > _LEAST:
            tell("Sending a code.", f"Tries until {self._start.until:%Y-%m-%d %H:%M} UTC.")
            try:
                return await workflow.execute_activity_method(
                    JointCodes.send,
                    self._act(),
                    task_queue=names.DELIVERY,
                    start_to_close_timeout=MAIL_TIMEOUT,
                    schedule_to_close_timeout=left,
                    retry_policy=_SOON,
                    summary="Send the code",
                )
            except (FailureError, asyncio.CancelledError):
                # Given up, or "cancel" was pressed in the engine: it is tried while it is good, with a breath between.
                await self._breathe()
        return None

    async def _let_go(self) -> JointCodeSent:
        while True:
            try:
                found: JointCodeSent = await do_patiently(
                    JointCodes.send, self._act, "Let go of a code that was not sent", timeout=MAIL_TIMEOUT
                )
                return found
            except asyncio.CancelledError:
                continue

    async def _breathe(self) -> None:
        try:
            await workflow.sleep(timedelta(seconds=30), summary="Try again")
        except asyncio.CancelledError:
            return

    def _act(self) -> JointCodeAct:
        start = self._start
        return JointCodeAct(organisation_id=start.organisation_id, code_id=start.code_id, now=workflow.now())
