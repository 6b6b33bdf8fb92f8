"""The lives of what runs beside a complaint and may outlive it: an escalation to a senior leader, the duty of candour
about one incident, what an Ombudsman or a regulator asks, an action that follows. Each keeps its clocks until nothing
is awaited any more.
"""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.proceedings import Proceedings
    from contracts import names
    from contracts.clocks import RungRef
    from contracts.code import Code
    from contracts.proceedings import ProceedingAct, ProceedingLook, ProceedingStart

from workflows.keeper import Keeper
from workflows.kept_window import ProceedingWindow
from workflows.options import DATABASE_TIMEOUT
from workflows.patience import do_patiently


class _Beside:
    """What they have in common. What happened stands in PostgreSQL: a signal says only that there is more."""

    @workflow.init
    def __init__(self, start: ProceedingStart) -> None:
        self._start = start
        self._window = ProceedingWindow(start.kind)
        self._keeper: Keeper[ProceedingLook] = Keeper(start.organisation_id, start.complaint_id, self._look, self._show)

    @workflow.signal(name=names.PROCEEDING_CHANGED)
    def changed(self) -> None:
        """Hear that something has happened: look at once."""
        self._keeper.hear()

    async def _live(self) -> Code:
        look = await self._keeper.keep(self._begin_anew)
        return look.state

    async def _look(self) -> ProceedingLook:
        found: ProceedingLook = await do_patiently(
            Proceedings.look, self._act, "What is awaited?", timeout=DATABASE_TIMEOUT
        )
        return found

    def _show(self, look: ProceedingLook, due: RungRef | None, failed: int) -> None:
        self._window.show(self._start.organisation_id, look, due, failed)

    def _begin_anew(self) -> None:
        workflow.continue_as_new(self._start)

    def _act(self) -> ProceedingAct:
        return ProceedingAct(
            organisation_id=self._start.organisation_id,
            complaint_id=self._start.complaint_id,
            proceeding_id=self._start.proceeding_id,
            now=workflow.now(),
        )


@workflow.defn(name=names.ESCALATION)
class EscalationWorkflow(_Beside):
    """Own one escalation: seniors are called in turn until one has it in hand, decides, and has seen to it."""

    @workflow.init
    def __init__(self, start: ProceedingStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: ProceedingStart) -> Code:
        """Live until it has ended, across as many runs as it takes."""
        return await self._live()


@workflow.defn(name=names.CANDOUR)
class CandourWorkflow(_Beside):
    """Own the duty of candour about one incident: told in person, in writing, and what further enquiries found."""

    @workflow.init
    def __init__(self, start: ProceedingStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: ProceedingStart) -> Code:
        """Live until it has ended, across as many runs as it takes."""
        return await self._live()


@workflow.defn(name=names.REFERRAL)
class ReferralWorkflow(_Beside):
    """Own what an Ombudsman or a regulator asks: enquiries, decisions, recommendations."""

    @workflow.init
    def __init__(self, start: ProceedingStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: ProceedingStart) -> Code:
        """Live until it was closed, across as many runs as it takes."""
        return await self._live()


@workflow.defn(name=names.ACTION)
class ActionWorkflow(_Beside):
    """Own an action that follows from a complaint: done, shown, told, and looked at again to see whether it held."""

    @workflow.init
    def __init__(self, start: ProceedingStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: ProceedingStart) -> Code:
        """Live until it has ended, across as many runs as it takes."""
        return await self._live()
