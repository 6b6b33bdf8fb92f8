"""Keeps clocks that outlive a complaint: waits for the next rung and has the case file fire it, until nothing is owed.

What is owed, and when, is found by an activity, or handed over with the verdict of a rung; what is due is done by the
case file, as for every clock. No failure of a step ends a workflow that keeps clocks: it waits, and tries again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.case_file import CaseFile
    from contracts.acts import Act, Outcome, Parked, Verdict
    from contracts.clocks import RungRef
    from contracts.code import Code
    from contracts.involvements import InvolvementLook
    from contracts.joint import ContributionLook
    from contracts.proceedings import ProceedingLook

from workflows import ladder, verdicts
from workflows.options import DATABASE_RETRY, DATABASE_TIMEOUT
from workflows.patience import AFTER_FAULT, has_grown
from workflows.window import rung_words

DEFERRAL: Final = timedelta(seconds=20)
LONGEST_HISTORY: Final = 500

Look = TypeVar("Look", InvolvementLook, ContributionLook, ProceedingLook)


class Keeper(Generic[Look]):
    """Keep the clocks of one thing. What happened to it stands in PostgreSQL: a signal says only that there is more.

    `look` asks how it stands; `show` tells operators. Both are the workflow's own.
    """

    def __init__(
        self,
        organisation_id: UUID,
        complaint_id: UUID,
        look: Callable[[], Awaitable[Look]],
        show: Callable[[Look, RungRef | None, int], None],
    ) -> None:
        self._organisation_id, self._complaint_id = organisation_id, complaint_id
        self._look: Callable[[], Awaitable[Look]] = look
        self._show: Callable[[Look, RungRef | None, int], None] = show
        self._changed = False
        self._seen: Look | None = None  # how it stands; None where only a look can tell
        self._later: dict[RungRef, datetime] = {}  # tried before: not again until then
        self._failed: set[RungRef] = set()

    def hear(self) -> None:
        """Hear that something has happened: look at once."""
        self._changed = True

    async def keep(self, begin_anew: Callable[[], None]) -> Look:
        """Return how it stood when nothing was owed any more. It begins anew before its history grows long."""
        while True:
            try:
                look = await self._stands()
                due = ladder.next_untried(look.clocks, self._later)
                self._show(look, due, len(self._failed))
                if look.over:
                    return look
                if await self._falls_due(due) and due is not None:
                    await self._fire(look, due)
            except asyncio.CancelledError:
                # "Cancel" was pressed in the engine. What is owed is ended by people, and by nothing else.
                continue
            if has_grown(LONGEST_HISTORY):
                begin_anew()  # all that is to be known of it is looked up then

    async def _stands(self) -> Look:
        """Return how it stands: by the verdict of the last rung, else by a look."""
        if self._changed or self._seen is None:
            self._changed, self._seen = False, None
            self._seen = await self._look()
        await self._forget_what_is_gone(self._seen)
        return self._seen

    async def _falls_due(self, due: RungRef | None) -> bool:
        """Wait for a rung, and say whether it is due; it is not where something happened meanwhile."""
        if due is None:
            await workflow.wait_condition(lambda: self._changed)
            return False
        left = self._later.get(due, due.at) - workflow.now()
        if left <= timedelta():
            return not self._changed
        try:
            await workflow.wait_condition(lambda: self._changed, timeout=left, timeout_summary=rung_words(due))
        except TimeoutError:
            return True
        return False

    async def _fire(self, look: Look, due: RungRef) -> None:
        """Have a rung fire. One that has to wait, or that failed, is tried again later: those behind it fire."""
        act, self._seen = self._firing(look, due), None
        try:
            verdict: Verdict = await workflow.execute_activity_method(
                CaseFile.apply,
                act,
                start_to_close_timeout=DATABASE_TIMEOUT,
                retry_policy=DATABASE_RETRY,
                summary=rung_words(due),
            )
        except (FailureError, TimeoutError) as failure:
            if is_cancelled_exception(failure):
                return  # "Cancel" was pressed: nothing is wrong with the act
            self._later[due] = workflow.now() + AFTER_FAULT
            self._failed.add(due)
            await self._tell_case_file(act, verdicts.code_of(failure))
            return
        if verdict.outcome is Outcome.APPLIED:
            self._later.pop(due, None)
            self._seen = self._after(look, due, verdict)
        else:
            self._later[due] = workflow.now() + DEFERRAL
        if due in self._failed:
            self._failed.remove(due)
            await self._tell_case_file(act, None)

    def _after(self, look: Look, fired: RungRef, verdict: Verdict) -> Look | None:
        """Return how it stands after a rung, by its verdict; None where a look has to tell.

        A verdict hands over what follows the last rung of a clock that fired: not those before it that failed.
        """
        told = fired.clock_id in {*verdict.stopped, *(clock.clock_id for clock in verdict.armed)}
        if look.more or self._later or not told:
            return None
        return replace(look, clocks=ladder.rearmed(look.clocks, verdict.armed, verdict.stopped))

    async def _forget_what_is_gone(self, look: Look) -> None:
        """Let go of rungs that were tried before and fire no more: their clocks were met, stopped or renewed."""
        if look.more:
            return  # they may be among those that found no room
        gone = self._later.keys() - set(ladder.refs(look.clocks))
        for due in sorted(gone, key=lambda ref: (ref.at, ref.clock_id.int)):
            del self._later[due]
            if due in self._failed:
                self._failed.remove(due)
                await self._tell_case_file(self._firing(look, due), None)

    async def _tell_case_file(self, act: Act, failure: Code | None) -> None:
        """Say that a rung failed, or that it fired after all. That this fails too must not matter."""
        parked = Parked(
            organisation_id=act.organisation_id,
            complaint_id=act.complaint_id,
            act_id=act.act_id,
            now=workflow.now(),
            failure=failure,
        )
        try:
            await workflow.execute_activity_method(
                CaseFile.park,
                parked,
                start_to_close_timeout=DATABASE_TIMEOUT,
                retry_policy=DATABASE_RETRY,
                summary="needs attention" if failure else "mended",
            )
        except (FailureError, TimeoutError):
            workflow.logger.error("the task for a rung that failed could not be written")

    def _firing(self, look: Look, due: RungRef) -> Act:
        return Act(
            act_id=ladder.act_id_of(self._complaint_id, due),
            organisation_id=self._organisation_id,
            complaint_id=self._complaint_id,
            now=workflow.now(),
            stage=look.stage,
            rung=due,
        )
