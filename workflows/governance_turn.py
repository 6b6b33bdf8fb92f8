"""One turn of a series, started by its schedule: what has fallen due begins, each in a workflow of its own.

What is due is worked out from what is written, never from when this runs: a turn that comes twice, or late, does no
harm.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.governance import Governance
    from contracts import names
    from contracts.governance import Begun, GovernanceStart, TurnAct, TurnStart

from workflows.patience import do_patiently, tell

STEP_TIMEOUT: Final = timedelta(seconds=30)


@workflow.defn(name=names.GOVERNANCE_TURN)
class GovernanceTurnWorkflow:
    """Begin what has fallen due in one series."""

    @workflow.run
    async def run(self, start: TurnStart) -> Begun:
        """Write the occurrences that are due, and start the workflow of each."""
        begun: Begun = await do_patiently(
            Governance.begin,
            lambda: TurnAct(organisation_id=start.organisation_id, series_id=start.series_id, now=workflow.now()),
            "What has fallen due?",
            timeout=STEP_TIMEOUT,
        )
        for occurrence_id in begun.occurrences:
            await self._start(GovernanceStart(organisation_id=start.organisation_id, occurrence_id=occurrence_id))
        tell(f"**{len(begun.occurrences)} occurrence(s)** begun", "Nothing is awaited any more.")
        return begun

    async def _start(self, start: GovernanceStart) -> None:
        try:
            await workflow.start_child_workflow(
                names.GOVERNANCE,
                start,
                id=names.governance_workflow_id(start.occurrence_id),
                task_queue=names.BULK,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                static_summary="What leaders do regularly: one occurrence",
            )
        except WorkflowAlreadyStartedError:
            return
