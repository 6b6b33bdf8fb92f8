"""The life of one import: dry run, decision, rows made complaints a few pages at once, a last look, reconciliation.

What a row means is found by activities. No failure of a step ends this workflow: it waits, and tries the step again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.import_rows import ImportRows
    from activities.imports import Imports
    from contracts import names
    from contracts.failures import Refusal
    from contracts.imports import (
        ImportAct,
        ImportDecision,
        ImportedPage,
        ImportOutcome,
        ImportProgress,
        ImportStart,
        ImportState,
    )

from workflows.patience import do_patiently, has_grown, tell

STEP_TIMEOUT: Final = timedelta(minutes=5)
HEARTBEAT_TIMEOUT: Final = timedelta(seconds=15)  # a worker that died is replaced this soon
PAGE: Final = 100
AT_ONCE: Final = 4
LONGEST_HISTORY: Final = 500

_UNDECIDED: Final = (ImportState.STAGED, ImportState.CHECKED)
_OPEN: Final = (*_UNDECIDED, ImportState.IMPORTING)


@workflow.defn(name=names.IMPORT)
class ImportWorkflow:
    """Own one import."""

    @workflow.init
    def __init__(self, start: ImportStart) -> None:
        self._start = start
        self._progress = start.progress or ImportProgress()
        self._asked: list[ImportDecision] = []
        self._answers: dict[UUID, ImportOutcome] = {}

    @workflow.run
    async def run(self, start: ImportStart) -> ImportState:
        """Live until the import is done, incomplete or abandoned, across as many runs as it takes."""
        while self._progress.state in _OPEN:
            try:
                await self._advance()
            except asyncio.CancelledError:
                # "Cancel" was pressed in the engine. An import is abandoned before it begins, and never half-way.
                continue
        tell(f"**{self._progress.state.value}**: {self._counts()}", "Nothing is awaited any more.")
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._progress.state

    @workflow.update(name=names.IMPORT_DECIDE)
    async def decide(self, decision: ImportDecision) -> ImportOutcome:
        """Put the decision down, wait for its outcome, return it. A refusal stands in the outcome."""
        self._asked.append(decision)
        await workflow.wait_condition(lambda: decision.decision_id in self._answers or self._is_decided())
        return self._answers.get(decision.decision_id) or self._late(decision)

    # The steps.

    async def _advance(self) -> None:
        """Do what the import's state asks for."""
        if self._progress.state is ImportState.STAGED:
            await self._check()
        elif self._progress.state is ImportState.CHECKED:
            await self._decide()
        else:
            await self._import_rows()
            await self._look()
            outcome = await self._step(Imports.reconcile, "Reconcile the totals", missing=self._progress.missing)
            self._progress.state = outcome.state

    async def _check(self) -> None:
        """Check one page of rows. An import that is tried again was checked before."""
        progress = self._progress
        tell("**Dry run**", f"{progress.good + progress.quarantined} of {progress.rows} row(s) checked")
        page = await self._step(Imports.check, "Check rows")
        progress.state, progress.rows = page.state, page.rows
        progress.good, progress.quarantined = page.good, page.quarantined
        await self._perhaps_begin_a_new_run()

    async def _decide(self) -> None:
        """Wait for a decision on the dry run, and do what was decided."""
        progress = self._progress
        tell("**Checked**: waits for a decision", f"{progress.good} row(s) good, {progress.quarantined} set aside")
        await workflow.wait_condition(lambda: bool(self._asked))
        decision = self._asked[0]
        progress.decision_id = decision.decision_id
        outcome = await self._step(Imports.enact, "Go" if decision.go else "Abandon", decision_id=decision.decision_id)
        progress.state = outcome.state
        self._answers[decision.decision_id] = outcome
        self._asked.pop(0)

    async def _import_rows(self) -> None:
        """Take every row, a few pages at once."""
        progress = self._progress
        while progress.after < progress.rows:
            tell(f"**Importing**: {self._counts()}", f"{progress.rows - progress.after} row(s) are still to be taken")
            firsts = range(progress.after, min(progress.after + PAGE * AT_ONCE, progress.rows), PAGE)
            pages: list[ImportedPage] = await asyncio.gather(*(self._page(first) for first in firsts))
            progress.after = min(firsts[-1] + PAGE, progress.rows)
            progress.imported += sum(page.imported for page in pages)
            progress.failed += sum(page.failed for page in pages)
            await self._perhaps_begin_a_new_run()

    async def _page(self, first: int) -> ImportedPage:
        upto = min(first + PAGE, self._progress.rows)
        page: ImportedPage = await self._step(ImportRows.rows, f"Rows {first + 1} to {upto}", after=first, upto=upto)
        return page

    async def _look(self) -> None:
        """Look at every open complaint once more: its clocks, and its workflow."""
        progress = self._progress
        while True:
            tell(f"**Reconciling**: {self._counts()}", "Looks whether every open complaint runs and has its clocks.")
            page = await self._step(Imports.look, "Do they all run?", after_id=progress.after_id)
            progress.missing += page.missing
            progress.after_id = page.after_id
            if page.last:
                return
            await self._perhaps_begin_a_new_run()

    # What can go wrong.

    async def _step(self, step: Callable[[Any, ImportAct], Any], summary: str, **about: Any) -> Any:
        """Do one step; one that fails for good is done again later, and until then needs attention."""

        def act() -> ImportAct:
            start = self._start
            return ImportAct(
                organisation_id=start.organisation_id, import_id=start.import_id, now=workflow.now(), **about
            )

        return await do_patiently(step, act, summary, timeout=STEP_TIMEOUT, heartbeat=HEARTBEAT_TIMEOUT)

    def _is_decided(self) -> bool:
        return self._progress.state not in _UNDECIDED

    def _late(self, decision: ImportDecision) -> ImportOutcome:
        """Answer when it is decided already: the decision that was taken hears where the import stands."""
        taken = decision.decision_id == self._progress.decision_id
        return ImportOutcome(state=self._progress.state, refusal=None if taken else Refusal.NOT_AWAITING_APPROVAL)

    def _counts(self) -> str:
        progress = self._progress
        return (
            f"{progress.imported} of {progress.rows} imported, {progress.quarantined} set aside,"
            f" {progress.failed} failed"
        )

    async def _perhaps_begin_a_new_run(self) -> None:
        """Begin a new run before the history grows long, with nobody waiting for an answer."""
        if has_grown(LONGEST_HISTORY) and workflow.all_handlers_finished():
            workflow.continue_as_new(
                ImportStart(
                    organisation_id=self._start.organisation_id,
                    import_id=self._start.import_id,
                    progress=self._progress,
                )
            )
