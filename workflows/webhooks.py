"""The events of one subscription on their way: each is sent until it arrives or is given up, and then the next.

When to try again is found by an activity from the table. No failure of a step ends this workflow. It ends when nothing
has been queued for a while, and begins anew with the next event.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.webhooks import Webhooks
    from contracts import names
    from contracts.webhooks import WebhooksAct, WebhooksLook, WebhooksStart

from workflows.patience import do_patiently, has_grown, tell

STEP_TIMEOUT: Final = timedelta(seconds=30)  # the gateway gives up after ten; a worker that died says nothing
IDLE: Final = timedelta(hours=1)
LONGEST_HISTORY: Final = 500


@workflow.defn(name=names.WEBHOOKS)
class WebhooksWorkflow:
    """Carry the events of one subscription. What is queued, and what came of it, stands in PostgreSQL."""

    @workflow.init
    def __init__(self, start: WebhooksStart) -> None:
        self._start = start
        self._changed = False

    @workflow.run
    async def run(self, start: WebhooksStart) -> None:
        """Send what is queued, one after the other, until the subscription is over or has been quiet for long."""
        while True:
            try:
                # Before the look, never after it: what is queued meanwhile is looked for again.
                self._changed = False
                look: WebhooksLook = await self._step(Webhooks.look, "What is next?")
                if look.over or (look.next_delivery_id is None and await self._stays_quiet(look)):
                    tell("**Over**" if look.over else "**Idle**", "Begins anew with the next event.")
                    return
                if look.next_delivery_id is not None:
                    await self._carry(look, look.next_delivery_id)
            except asyncio.CancelledError:
                # "Cancel" was pressed in the engine. A subscription is ended by its people, and nothing else ends it.
                continue
            self._perhaps_begin_a_new_run()

    @workflow.signal(name=names.WEBHOOKS_CHANGED)
    def changed(self) -> None:
        """Hear that something was queued or changed: look at once."""
        self._changed = True

    async def _carry(self, look: WebhooksLook, delivery_id: UUID) -> None:
        """Send the next event if it is time; else wait for that, or until something has changed."""
        wait = look.next_at - workflow.now() if look.next_at is not None else timedelta()
        if wait <= timedelta():
            tell(f"**{look.queued} to send**", "Sends the next.")
            await self._step(Webhooks.send, "Send the next event", delivery_id)
            return
        until = workflow.now() + wait
        tell(f"**{look.queued} to send**: the receiver did not take the next", f"Tries at {until:%Y-%m-%d %H:%M} UTC.")
        await self._wait(wait, "Try again")

    async def _stays_quiet(self, look: WebhooksLook) -> bool:
        """Wait for something to send. Say whether nothing came."""
        held = f"{look.queued} wait, nothing is sent now" if look.queued else "nothing to send"
        tell(f"**Idle**: {held}", f"Ends at {workflow.now() + IDLE:%Y-%m-%d %H:%M} UTC unless something comes.")
        return not await self._wait(IDLE, "Nothing to send: end")

    async def _wait(self, wait: timedelta, summary: str) -> bool:
        """Wait until something has changed, so long at most. Say whether it has."""
        try:
            await workflow.wait_condition(lambda: self._changed, timeout=wait, timeout_summary=summary)
        except TimeoutError:
            return self._changed
        return True

    async def _step(
        self, step: Callable[[Any, WebhooksAct], Any], summary: str, delivery_id: UUID | None = None
    ) -> Any:
        """Do one step; one that fails for good is done again later, and until then needs attention."""

        def act() -> WebhooksAct:
            start = self._start
            return WebhooksAct(
                organisation_id=start.organisation_id,
                subscription_id=start.subscription_id,
                now=workflow.now(),
                delivery_id=delivery_id,
            )

        return await do_patiently(step, act, summary, timeout=STEP_TIMEOUT)

    def _perhaps_begin_a_new_run(self) -> None:
        """Begin a new run before the history grows long: it looks first, so that nothing heard is lost."""
        if has_grown(LONGEST_HISTORY):
            workflow.continue_as_new(self._start)
