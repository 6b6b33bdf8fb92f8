"""The steps of an import around the opening of its rows: check them, enact the decision, look, and count at the end.

Every step can be asked for again. How far an import is stands in its rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.import_checks import checked
from activities.import_rows import Beginner, start_of
from contracts import names
from contracts.failures import ErrorType, Refusal
from contracts.imports import CheckedPage, ImportAct, ImportOutcome, ImportState, LookedPage, RowState
from db.engine import Database
from db.models.imports import ImportBatch
from db.queries import imports
from gateways.running import Runs

CHECK_PAGE: Final = 500
LOOK_PAGE: Final = 200
AT_ONCE: Final = 8
BUDGET: Final = timedelta(seconds=20)


class Imports:
    """Check, decide on, look after and reconcile imports."""

    def __init__(
        self,
        database: Database,
        engine: Beginner,
        runs: Runs,
        *,
        check_page: int = CHECK_PAGE,
        look_page: int = LOOK_PAGE,
    ) -> None:
        self._database = database
        self._engine = engine
        self._runs = runs
        self._check_page = check_page
        self._look_page = look_page

    @activity.defn(name=names.IMPORT_CHECK)
    async def check(self, act: ImportAct) -> CheckedPage:
        """Check the next page of staged rows; after the last, the import waits for a decision."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            batch = await _found(session, act)
            if batch.state == ImportState.STAGED:
                rows = await imports.rows_after(
                    session, batch.id, states=[RowState.STAGED], limit=self._check_page, lock=True
                )
                await imports.put_checked(session, await checked(session, batch, rows, act.now))
                batch.totals = await imports.totals(session, batch.id)
                if len(rows) < self._check_page:
                    batch.state = ImportState.CHECKED.value
            return CheckedPage(
                state=ImportState(batch.state),
                rows=batch.totals.get("rows", 0),
                good=batch.totals.get("good", 0),
                quarantined=batch.totals.get("quarantined", 0),
            )

    @activity.defn(name=names.IMPORT_ENACT)
    async def enact(self, act: ImportAct) -> ImportOutcome:
        """Do what was decided on the dry run: begin to import, or abandon it and let go of its words."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            batch = await _found(session, act)
            if batch.decision_id is None or batch.decision_id != act.decision_id:
                return ImportOutcome(state=ImportState(batch.state), refusal=Refusal.NOT_AWAITING_APPROVAL)
            if batch.state == ImportState.CHECKED:
                batch.state = (ImportState.IMPORTING if batch.go else ImportState.ABANDONED).value
                if not batch.go:
                    batch.ended_at = act.now
                    await imports.forget_words(session, batch.id)
            return ImportOutcome(state=ImportState(batch.state))

    @activity.defn(name=names.IMPORT_LOOK)
    async def look(self, act: ImportAct) -> LookedPage:
        """Look whether each of the next open complaints has its clocks and runs; start those that do not run."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            page = await imports.open_complaints(session, act.import_id, after=act.after_id, limit=self._look_page)
        without_clocks = {complaint_id for complaint_id, well in page if not well}
        idle = await self._idle(complaint_id for complaint_id, _ in page)
        await self._begin(act, idle)
        idle = await self._idle(idle)
        return LookedPage(
            missing=len(without_clocks | idle),
            last=len(page) < self._look_page,
            after_id=page[-1][0] if page else act.after_id,
        )

    @activity.defn(name=names.IMPORT_RECONCILE)
    async def reconcile(self, act: ImportAct) -> ImportOutcome:
        """Count, and end the import: done if every row is a complaint or set aside, and nothing open was missing."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            batch = await _found(session, act)
            if batch.state == ImportState.IMPORTING:
                counted = await imports.totals(session, batch.id)
                batch.totals = {**counted, "missing": act.missing}
                agree = counted["rows"] == counted["imported"] + counted["quarantined"]
                there = counted["imported"] == counted["open"] + counted["ended"]
                done = agree and there and act.missing == 0
                batch.state = (ImportState.DONE if done else ImportState.INCOMPLETE).value
                batch.ended_at = act.now
            return ImportOutcome(state=ImportState(batch.state))

    async def _idle(self, complaints: Iterable[UUID]) -> set[UUID]:
        """Return which of some complaints have no running workflow, by the engine's own record."""
        room = asyncio.Semaphore(AT_ONCE)

        async def one(complaint_id: UUID) -> UUID | None:
            async with room:
                activity.heartbeat()
                running = await self._runs.is_running(names.complaint_workflow_id(complaint_id), BUDGET)
                return None if running else complaint_id

        found = await asyncio.gather(*(one(each) for each in complaints))
        return {each for each in found if each is not None}

    async def _begin(self, act: ImportAct, idle: Iterable[UUID]) -> None:
        for complaint_id in idle:
            activity.heartbeat()
            async with self._database.tenant(act.organisation_id, act.now) as session:
                start = await start_of(session, act, complaint_id)
            if start is not None:
                await self._engine.begin_imported(start)


async def _found(session: AsyncSession, act: ImportAct) -> ImportBatch:
    batch = await imports.find(session, act.import_id, lock=True)
    if batch is None:
        raise ApplicationError("no such import", type=ErrorType.NOT_FOUND, non_retryable=True)
    return batch
