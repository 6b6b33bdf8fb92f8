"""The effects of the sweeps: carry what was left lying, and put the heads of all evidence outside the database.

A sweep decides nothing about a case. It delivers by the one path, and starts workflows that should run.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from temporalio import activity

from activities.contribution_sweep import tell_contributions
from activities.governance_sweep import see_to_series, tell_occurrences
from activities.import_sweep import carry_imports
from activities.involvement_sweep import tell_involvements
from activities.office_sweep import start_idle
from activities.part_waking import wake_parts
from activities.proceeding_sweep import tell_proceedings
from activities.webhook_keeping import tidy_webhooks
from activities.webhook_waking import wake_due
from contracts import names
from contracts.change_sets import ChangeSetStart, ChangeSetState, Decision
from contracts.code import Code
from contracts.notices import NoticeStart
from contracts.sweeps import AnchorReport, AnchorRequest, SweepReport, SweepRequest
from db.engine import Database, SweeperDatabase
from db.queries import submissions, sweeps
from db.queries.sweeps import CaseId, OpenChangeSet
from gateways.anchors import Anchor, AnchoredHead, AnchorStore
from gateways.delivery import SubmissionStates, deliver_pending
from gateways.engine import Engine, EngineAway, NotRunning
from gateways.running import EngineRuns, Runs
from policies.calendars import local_date

# What is younger is still being carried by whoever took it in.
YOUNGEST: Final = timedelta(seconds=5)
YOUNGEST_NOTICE: Final = timedelta(seconds=60)
LEASE: Final = timedelta(seconds=30)
BUDGET: Final = timedelta(seconds=5)
AT_ONCE: Final = 8
# Nothing new is begun after this: the next sweep is twenty seconds away.
LONGEST: Final = 20.0
_HEADS: Final = 1000


class Sweeps:
    """Carry on what was left lying, for every organisation."""

    def __init__(
        self,
        database: Database,
        sweeper: SweeperDatabase,
        engine: Engine,
        states: SubmissionStates,
        anchors: AnchorStore,
        runs: Runs | None = None,
    ) -> None:
        self._database = database
        self._sweeper = sweeper
        self._engine = engine
        self._states = states
        self._anchors = anchors
        self._runs = runs or EngineRuns(engine)

    @activity.defn(name=names.DELIVER_PENDING)
    async def deliver_pending(self, asked: SweepRequest) -> SweepReport:
        """Deliver one batch of what is pending, and start what should run, a few at a time."""
        async with self._sweeper.session() as session:
            cases = await sweeps.undelivered(session, now=asked.now, before=asked.now - YOUNGEST, limit=asked.batch)
        counts = await self._deliver_all(cases, asked)
        return SweepReport(
            delivered=sum(count for count in counts if count is not None),
            still_pending=await self._left(cases, asked),
            skipped=counts.count(None),
            notices_started=await self._start_notices(asked),
            change_sets=await self._carry_change_sets(asked),
            office=await start_idle(
                self._sweeper, self._runs, self._engine, before=asked.now - YOUNGEST, limit=asked.batch, budget=BUDGET
            ),
            imports=await carry_imports(
                self._sweeper, self._runs, self._engine, before=asked.now - YOUNGEST, limit=asked.batch, budget=BUDGET
            ),
            involvements=await tell_involvements(
                self._sweeper, self._runs, self._engine, before=asked.now - YOUNGEST, limit=asked.batch, budget=BUDGET
            ),
            contributions=await tell_contributions(
                self._sweeper, self._runs, self._engine, before=asked.now - YOUNGEST, limit=asked.batch, budget=BUDGET
            ),
            proceedings=await tell_proceedings(
                self._sweeper, self._runs, self._engine, before=asked.now - YOUNGEST, limit=asked.batch, budget=BUDGET
            ),
            parts=await wake_parts(
                self._sweeper, self._runs, self._engine, before=asked.now - YOUNGEST, limit=asked.batch, budget=BUDGET
            ),
            governance=await self._govern(asked),
            webhooks=await wake_due(self._sweeper, self._engine, before=asked.now - YOUNGEST_NOTICE, limit=asked.batch),
        )

    @activity.defn(name=names.EXPORT_ANCHOR)
    async def export_anchor(self, asked: AnchorRequest) -> AnchorReport:
        """Write the heads of all chains of evidence outside the database, once for each local day; then tidy."""
        day = local_date(asked.now)
        heads = [head async for head in self._heads()]
        kept = await self._anchors.keep(Anchor(day=day, at=asked.now, heads=tuple(heads)))
        await tidy_webhooks(self._sweeper, self._database, asked.now)
        return AnchorReport(day=day, heads=kept)

    async def _govern(self, asked: SweepRequest) -> int:
        before = asked.now - YOUNGEST
        seen = await see_to_series(
            self._database, self._sweeper, self._engine, now=asked.now, before=before, limit=asked.batch
        )
        return seen + await tell_occurrences(
            self._sweeper, self._runs, self._engine, before=before, limit=asked.batch, budget=BUDGET
        )

    async def _heads(self) -> AsyncIterator[AnchoredHead]:
        after: UUID | None = None
        async with self._sweeper.session() as session:
            while page := await sweeps.chain_heads(session, after=after, limit=_HEADS):
                for head in page:
                    yield AnchoredHead(
                        organisation_id=head.organisation_id,
                        complaint_id=head.complaint_id,
                        reference=head.reference,
                        seq=head.event_seq,
                        head=head.event_head,
                    )
                after = page[-1].complaint_id

    async def _deliver_all(self, cases: Iterable[CaseId], asked: SweepRequest) -> list[int | None]:
        room, began = asyncio.Semaphore(AT_ONCE), asyncio.get_running_loop().time()

        async def one(case: CaseId) -> int | None:
            async with room:
                if asyncio.get_running_loop().time() - began > LONGEST:
                    return 0
                return await self._deliver(case, asked)

        return list(await asyncio.gather(*(one(case) for case in cases)))

    async def _deliver(self, case: CaseId, asked: SweepRequest) -> int | None:
        """Deliver what is pending of one complaint, unless another sweep has it: that is None."""
        async with self._database.tenant(case.organisation_id, asked.now) as session:
            if not await submissions.lease(session, case.complaint_id, asked.now, LEASE):
                return None
        return await deliver_pending(self._engine, self._states, case.organisation_id, case.complaint_id, budget=BUDGET)

    async def _left(self, cases: list[CaseId], asked: SweepRequest) -> int:
        async with self._sweeper.session() as session:
            ids = [case.complaint_id for case in cases]
            return await sweeps.still_pending(session, ids, before=asked.now - YOUNGEST)

    async def _start_notices(self, asked: SweepRequest) -> int:
        """Start the workflows of queued notices that have none."""
        async with self._sweeper.session() as session:
            queued = await sweeps.queued_notices(session, before=asked.now - YOUNGEST_NOTICE)
        running = await self._runs.running(names.NOTICE, BUDGET) if queued else frozenset[str]()
        idle = [notice for notice in queued if names.notice_workflow_id(notice.notice_id) not in running]
        for notice in idle[: asked.batch]:
            await self._engine.start_notice(
                NoticeStart(
                    organisation_id=notice.organisation_id,
                    complaint_id=notice.complaint_id,
                    notice_id=notice.notice_id,
                    carrier=Code(notice.carrier) if notice.carrier else None,
                )
            )
        return len(idle[: asked.batch])

    async def _carry_change_sets(self, asked: SweepRequest) -> int:
        """Start change-sets that do not run, and tell those that wait what was decided."""
        async with self._sweeper.session() as session:
            waiting = await sweeps.open_change_sets(session, before=asked.now - YOUNGEST, limit=asked.batch)
        running = await self._runs.running(names.CHANGE_SET, BUDGET) if waiting else frozenset[str]()
        carried = 0
        for change_set in waiting:
            if names.change_set_workflow_id(change_set.change_set_id) not in running:
                await self._engine.start_change_set(
                    ChangeSetStart(organisation_id=change_set.organisation_id, change_set_id=change_set.change_set_id)
                )
                carried += 1
            elif _decided(change_set):
                carried += await self._tell(change_set)
        return carried

    async def _tell(self, change_set: OpenChangeSet) -> int:
        assert change_set.decision_id is not None and change_set.approved is not None
        decision = Decision(decision_id=change_set.decision_id, approved=change_set.approved)
        try:
            await self._engine.decide_change_set(change_set.change_set_id, decision, BUDGET)
        except (EngineAway, NotRunning):
            return 0
        return 1


def _decided(change_set: OpenChangeSet) -> bool:
    return change_set.state == ChangeSetState.AWAITING_APPROVAL and change_set.decision_id is not None
