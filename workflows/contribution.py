"""The life of one body's contribution, at the body that coordinates: its clocks are kept, and its ladder is climbed,
until it was released and nothing is awaited of it any more. It may outlive the complaint.
"""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contributions import Contributions
    from contracts import names
    from contracts.clocks import RungRef
    from contracts.joint import ContributionAct, ContributionLook, ContributionStart, ContributionState

from workflows.keeper import Keeper
from workflows.kept_window import ContributionWindow
from workflows.options import DATABASE_TIMEOUT
from workflows.patience import do_patiently


@workflow.defn(name=names.CONTRIBUTION)
class ContributionWorkflow:
    """Own one contribution. What happened to it stands in PostgreSQL: a signal says only that there is more."""

    @workflow.init
    def __init__(self, start: ContributionStart) -> None:
        self._start = start
        self._window = ContributionWindow()
        self._keeper: Keeper[ContributionLook] = Keeper(
            start.organisation_id, start.complaint_id, self._look, self._show
        )

    @workflow.run
    async def run(self, start: ContributionStart) -> ContributionState:
        """Live until nothing is awaited of the body any more, across as many runs as it takes."""
        look = await self._keeper.keep(self._begin_anew)
        return look.state

    @workflow.signal(name=names.CONTRIBUTION_CHANGED)
    def changed(self) -> None:
        """Hear that something has happened: look at once."""
        self._keeper.hear()

    async def _look(self) -> ContributionLook:
        found: ContributionLook = await do_patiently(
            Contributions.look, self._act, "What is awaited?", timeout=DATABASE_TIMEOUT
        )
        return found

    def _show(self, look: ContributionLook, due: RungRef | None, failed: int) -> None:
        self._window.show(self._start.organisation_id, look, due, failed)

    def _begin_anew(self) -> None:
        workflow.continue_as_new(self._start)

    def _act(self) -> ContributionAct:
        return ContributionAct(
            organisation_id=self._start.organisation_id,
            complaint_id=self._start.complaint_id,
            contribution_id=self._start.contribution_id,
            now=workflow.now(),
        )
