"""The life of one member of staff's involvement in a complaint: its clocks are kept until nothing is owed any more."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.involvements import Involvements
    from contracts import names
    from contracts.clocks import RungRef
    from contracts.involvements import InvolvementAct, InvolvementLook, InvolvementStart, InvolvementState

from workflows.keeper import Keeper
from workflows.kept_window import StaffWindow
from workflows.options import DATABASE_TIMEOUT
from workflows.patience import do_patiently


@workflow.defn(name=names.INVOLVEMENT)
class InvolvementWorkflow:
    """Own one involvement. What happened to it stands in PostgreSQL: a signal says only that there is more."""

    @workflow.init
    def __init__(self, start: InvolvementStart) -> None:
        self._start = start
        self._window = StaffWindow()
        self._keeper: Keeper[InvolvementLook] = Keeper(
            start.organisation_id, start.complaint_id, self._look, self._show
        )

    @workflow.run
    async def run(self, start: InvolvementStart) -> InvolvementState:
        """Live until nothing is owed any more, across as many runs as it takes. It may outlive the complaint."""
        look = await self._keeper.keep(self._begin_anew)
        return look.state

    @workflow.signal(name=names.INVOLVEMENT_CHANGED)
    def changed(self) -> None:
        """Hear that something has happened: look at once."""
        self._keeper.hear()

    async def _look(self) -> InvolvementLook:
        found: InvolvementLook = await do_patiently(
            Involvements.look, self._act, "What is owed?", timeout=DATABASE_TIMEOUT
        )
        return found

    def _show(self, look: InvolvementLook, due: RungRef | None, failed: int) -> None:
        self._window.show(self._start.organisation_id, look, due, failed)

    def _begin_anew(self) -> None:
        workflow.continue_as_new(self._start)

    def _act(self) -> InvolvementAct:
        return InvolvementAct(
            organisation_id=self._start.organisation_id,
            complaint_id=self._start.complaint_id,
            involvement_id=self._start.involvement_id,
            now=workflow.now(),
        )
