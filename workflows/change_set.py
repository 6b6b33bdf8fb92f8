"""The life of one change of a calendar: dry run, approval by another person, enactment, new dates for each complaint.

What a day moves is found by activities; the dates themselves are changed by each complaint's own workflow.
No failure of a step ends this workflow: it waits, and tries the step again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.change_sets import ChangeSets
    from contracts import names
    from contracts.change_sets import (
        ChangeSetAct,
        ChangeSetProgress,
        ChangeSetStart,
        ChangeSetState,
        Decision,
        DecisionOutcome,
    )
    from contracts.failures import Refusal

from workflows.patience import do_patiently, has_grown, tell

STEP_TIMEOUT: Final = timedelta(minutes=2)
# An act that was under way when the day was enacted may have counted by the old calendar. By then it has ended.
UNDER_WAY: Final = timedelta(minutes=1)
FIRST_LOOK: Final = timedelta(seconds=30)
LONGEST_LOOK: Final = timedelta(minutes=30)
LONGEST_HISTORY: Final = 500

_UNDECIDED: Final = (ChangeSetState.PROPOSED, ChangeSetState.AWAITING_APPROVAL)
_OPEN: Final = (*_UNDECIDED, ChangeSetState.APPLYING)


@workflow.defn(name=names.CHANGE_SET)
class ChangeSetWorkflow:
    """Own one proposed change of a calendar."""

    @workflow.init
    def __init__(self, start: ChangeSetStart) -> None:
        self._start = start
        self._progress = start.progress or ChangeSetProgress()
        self._asked: list[Decision] = []
        self._answers: dict[UUID, DecisionOutcome] = {}

    @workflow.run
    async def run(self, start: ChangeSetStart) -> ChangeSetState:
        """Live until the change is applied, rejected or superseded, across as many runs as it takes."""
        while self._progress.state in _OPEN:
            try:
                await self._advance()
            except asyncio.CancelledError:
                # "Cancel" was pressed in the engine. A change-set is rejected, and nothing else ends it early.
                continue
        tell(f"**{self._progress.state.value}**", "Nothing is awaited any more.")
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._progress.state

    @workflow.update(name=names.CHANGE_SET_DECIDE)
    async def decide(self, decision: Decision) -> DecisionOutcome:
        """Put the decision down, wait for its outcome, return it. A refusal stands in the outcome."""
        self._asked.append(decision)
        await workflow.wait_condition(lambda: decision.decision_id in self._answers or self._is_decided())
        return self._answers.get(decision.decision_id) or self._late(decision)

    # The steps.

    async def _advance(self) -> None:
        """Do what the change-set's state asks for."""
        if self._progress.state is ChangeSetState.PROPOSED:
            await self._dry_run()
        elif self._progress.state is ChangeSetState.AWAITING_APPROVAL:
            await self._decide()
        else:
            await self._pass_until_clean()
            await self._settle()

    async def _dry_run(self) -> None:
        """Find what one page of complaints would come to."""
        progress = self._progress
        tell("**Dry run**", f"{progress.examined} complaint(s) examined, {progress.moved} would move")
        page = await self._step(ChangeSets.dry_run, "Dry run")
        progress.state = page.state
        progress.examined += page.examined
        progress.moved += page.moved
        progress.after = None if page.last else page.after
        await self._perhaps_begin_a_new_run()

    async def _decide(self) -> None:
        """Wait for a decision, and do what was decided."""
        progress = self._progress
        tell("**Awaiting approval** by another person", f"{progress.moved} complaint(s) would move")
        await workflow.wait_condition(lambda: bool(self._asked))
        decision = self._asked[0]
        progress.decision_id = decision.decision_id
        outcome = await self._step(ChangeSets.enact, "Approved" if decision.approved else "Rejected")
        progress.state = outcome.state
        if outcome.state is ChangeSetState.APPLYING:
            progress.enacted_at = workflow.now()
        self._answers[decision.decision_id] = outcome
        self._asked.pop(0)

    async def _pass_until_clean(self) -> None:
        """Pass over every open complaint, until a pass that began late enough finds no date to send."""
        progress = self._progress
        progress.enacted_at = progress.enacted_at or workflow.now()
        while True:
            progress.pass_began = progress.pass_began or workflow.now()
            await self._one_pass()
            clean = progress.sent == 0 and progress.pass_began >= progress.enacted_at + UNDER_WAY
            progress.pass_began, progress.sent = None, 0
            if clean:
                return
            tell("**Applying**", "Looks once more for dates counted by the old calendar.")
            await workflow.sleep(UNDER_WAY, summary="Look once more")

    async def _one_pass(self) -> None:
        progress = self._progress
        while True:
            tell("**Applying**", f"{progress.sent} complaint(s) sent their new dates in this pass")
            page = await self._step(ChangeSets.redate, "Send new dates")
            progress.sent += page.sent
            progress.after = None if page.last else page.after
            if page.last:
                return
            await self._perhaps_begin_a_new_run()

    async def _settle(self) -> None:
        """Wait until every complaint has taken its new dates."""
        look = FIRST_LOOK
        while (settled := await self._step(ChangeSets.settle, "Have all taken their dates?")).outstanding:
            tell("**Applying**", f"{settled.outstanding} complaint(s) have not taken their new dates yet")
            await workflow.sleep(look, summary="Look again for complaints that have not taken their dates")
            look = min(look * 2, LONGEST_LOOK)
            await self._perhaps_begin_a_new_run()
        self._progress.state = ChangeSetState.APPLIED

    # What can go wrong.

    async def _step(self, step: Callable[[Any, ChangeSetAct], Any], summary: str) -> Any:
        """Do one step; one that fails for good is done again later, and until then needs attention."""
        return await do_patiently(step, self._act, summary, timeout=STEP_TIMEOUT)

    def _is_decided(self) -> bool:
        return self._progress.state not in _UNDECIDED

    def _late(self, decision: Decision) -> DecisionOutcome:
        """Answer when it is decided already: the decision that was taken hears what came of it."""
        state = self._progress.state
        if decision.decision_id != self._progress.decision_id:
            return DecisionOutcome(state=state, refusal=Refusal.NOT_AWAITING_APPROVAL)
        moved_on = state is ChangeSetState.SUPERSEDED
        return DecisionOutcome(state=state, refusal=Refusal.CALENDAR_MOVED_ON if moved_on else None)

    def _act(self) -> ChangeSetAct:
        progress = self._progress
        return ChangeSetAct(
            organisation_id=self._start.organisation_id,
            change_set_id=self._start.change_set_id,
            now=workflow.now(),
            after=progress.after,
            examined=progress.examined,
            moved=progress.moved,
            decision_id=progress.decision_id,
        )

    async def _perhaps_begin_a_new_run(self) -> None:
        """Begin a new run before the history grows long, with nobody waiting for an answer."""
        if has_grown(LONGEST_HISTORY) and workflow.all_handlers_finished():
            workflow.continue_as_new(
                ChangeSetStart(
                    organisation_id=self._start.organisation_id,
                    change_set_id=self._start.change_set_id,
                    progress=self._progress,
                )
            )
