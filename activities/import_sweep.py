"""The part of the sweep that carries imports: start those that do not run, tell those that wait what was decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from contracts import names
from contracts.imports import ImportDecision, ImportOutcome, ImportStart, ImportState
from db.engine import SweeperDatabase
from db.queries import import_reads
from db.queries.import_reads import OpenImport
from gateways.engine import EngineAway, NotRunning
from gateways.running import Runs


class Carrier(Protocol):
    """Start and tell imports."""

    async def start_import(self, start: ImportStart) -> None:
        """Start the workflow of an import, or leave the one that runs."""
        ...

    async def decide_import(self, import_id: UUID, decision: ImportDecision, budget: timedelta) -> ImportOutcome:
        """Carry the decision on a dry run."""
        ...


async def carry_imports(
    sweeper: SweeperDatabase, runs: Runs, engine: Carrier, *, before: datetime, limit: int, budget: timedelta
) -> int:
    """Carry what was said about imports by an instant; return how many were carried. Raises EngineAway."""
    async with sweeper.session() as session:
        waiting = await import_reads.open_imports(session, before=before, limit=limit)
    running = await runs.running(names.IMPORT, budget) if waiting else frozenset[str]()
    carried = 0
    for each in waiting:
        if names.import_workflow_id(each.import_id) not in running:
            await engine.start_import(ImportStart(organisation_id=each.organisation_id, import_id=each.import_id))
            carried += 1
        elif each.state == ImportState.CHECKED and each.decision_id is not None:
            carried += await _tell(engine, each, budget)
    return carried


async def _tell(engine: Carrier, each: OpenImport, budget: timedelta) -> int:
    assert each.decision_id is not None and each.go is not None
    decision = ImportDecision(decision_id=each.decision_id, go=each.go)
    try:
        await engine.decide_import(each.import_id, decision, budget)
    except (EngineAway, NotRunning):
        return 0
    return 1
