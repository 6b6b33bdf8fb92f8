"""The life of one occurrence of what leaders do regularly: a board report, a panel, a return.

What is to be done, and when, is found by an activity from what is written; this waits, and has it done. No failure of a
deed ends this workflow: it waits, and looks again. What people are told of never waits for what the machine cannot do.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.governance import Governance
    from contracts import names
    from contracts.governance import Deed, GovernanceAct, GovernanceLook, GovernanceStart, OccurrenceState

from workflows.governance_window import GovernanceWindow
from workflows.governance_words import deed_words, wait_words
from workflows.options import DATABASE_RETRY, DATABASE_TIMEOUT, MAIL_RETRY, MAIL_TIMEOUT
from workflows.patience import AFTER_FAULT, do_patiently, has_grown

# A report over a year of a large body, on a machine that is busy. A worker that died in it is replaced soon.
LONG_TIMEOUT: Final = timedelta(minutes=30)
HEARTBEAT: Final = timedelta(seconds=30)
LONG_RETRY: Final = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=3)
# Mail that is away for longer is left: the task is there all the same, and the next rung must not wait for it.
MAIL_PATIENCE: Final = timedelta(hours=1)
LONGEST_WAIT: Final = timedelta(days=30)  # calendars and people change, and so does what is to be done
LONGEST_HISTORY: Final = 500
_LONG: Final = frozenset({Deed.COMPILE, Deed.PROPOSE, Deed.PUBLISH, Deed.ASK})


@workflow.defn(name=names.GOVERNANCE)
class GovernanceWorkflow:
    """Own one occurrence. What was said of it, and how it stands, is in PostgreSQL."""

    @workflow.init
    def __init__(self, start: GovernanceStart) -> None:
        self._start = start
        self._changed = False
        self._failed = start.failed  # what the machine was to do, the last time
        self._window = GovernanceWindow()

    @workflow.run
    async def run(self, start: GovernanceStart) -> OccurrenceState:
        """Live until the occurrence is done or abandoned, across as many runs as it takes."""
        while True:
            try:
                self._changed = False
                look = await self._look()
                self._window.show(start.organisation_id, look)
                if look.over:
                    return look.state
                if look.deed is None:
                    await self._wait(look, look.look_at)
                elif not await self._do(look.deed, look.mail):
                    self._window.show(start.organisation_id, look, failed=True)
                    await self._wait(look, workflow.now() + AFTER_FAULT, look.look_at)
            except asyncio.CancelledError:
                # "Cancel" was pressed in the engine. An occurrence is abandoned by its people, and by nothing else.
                continue
            if has_grown(LONGEST_HISTORY):
                workflow.continue_as_new(replace(start, failed=self._failed))

    @workflow.signal(name=names.GOVERNANCE_CHANGED)
    def changed(self) -> None:
        """Hear that something has changed: look at once."""
        self._changed = True

    async def _look(self) -> GovernanceLook:
        look: GovernanceLook = await do_patiently(
            Governance.look,
            self._act,
            "How does it stand?",
            timeout=DATABASE_TIMEOUT,
            on_fault=lambda: self._window.show_fault(self._start.organisation_id),
        )
        self._failed = False
        return look

    async def _do(self, deed: Deed, mail: UUID | None) -> bool:
        """Have one deed done. Say whether it was; one of the machine that fails is tried again later."""
        if deed is Deed.MAIL:
            return await self._send(mail)
        long = deed in _LONG
        try:
            await workflow.execute_activity_method(
                Governance.do,
                self._act(deed, mail),
                start_to_close_timeout=LONG_TIMEOUT if long else DATABASE_TIMEOUT,
                heartbeat_timeout=HEARTBEAT if long else None,
                retry_policy=LONG_RETRY if long else DATABASE_RETRY,
                summary=deed_words(deed),
            )
        except FailureError as failure:
            if is_cancelled_exception(failure):
                raise asyncio.CancelledError from failure
            self._failed = long
            return False
        return True

    async def _send(self, mail: UUID | None) -> bool:
        """Send one e-mail, or leave it, and no other, where no mail leaves for an hour."""
        try:
            await workflow.execute_activity_method(
                Governance.do,
                self._act(Deed.MAIL, mail),
                start_to_close_timeout=MAIL_TIMEOUT,
                schedule_to_close_timeout=MAIL_PATIENCE,
                retry_policy=MAIL_RETRY,
                summary=deed_words(Deed.MAIL),
            )
        except FailureError as failure:
            if is_cancelled_exception(failure):
                raise asyncio.CancelledError from failure
            workflow.logger.warning("an e-mail of an occurrence could not be sent")
            return await self._do(Deed.MAIL_LEFT, mail)
        return True

    async def _wait(self, look: GovernanceLook, *until: datetime | None) -> None:
        """Wait for the earliest of some instants, or until something has changed."""
        now = workflow.now()
        wait = max(min([LONGEST_WAIT, *(each - now for each in until if each is not None)]), timedelta(seconds=1))
        try:
            await workflow.wait_condition(
                lambda: self._changed, timeout=wait, timeout_summary=wait_words(look, now + wait)
            )
        except TimeoutError:
            return

    def _act(self, deed: Deed | None = None, mail: UUID | None = None) -> GovernanceAct:
        return GovernanceAct(
            organisation_id=self._start.organisation_id,
            occurrence_id=self._start.occurrence_id,
            now=workflow.now(),
            deed=deed,
            failed=self._failed and deed is None,
            mail=mail,
        )
