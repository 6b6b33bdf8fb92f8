"""The least that could be done with the same servers: workflows that hold nothing and decide nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from temporalio import workflow

QUEUE: Final = "bench"
BARE: Final = "bench.bare"
SAY: Final = "bench.say"
INSERT: Final = "bench.insert"
TIMER: Final = "bench.timer"
RUNG: Final = "bench.rung"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row to insert."""

    id: UUID


@workflow.defn(name=BARE)
class BareWorkflow:
    """Wait for ever; each update runs one activity."""

    @workflow.run
    async def run(self) -> None:
        """Stay open."""
        await workflow.wait_condition(lambda: False)

    @workflow.update(name=SAY)
    async def say(self, row: Row) -> None:
        """Insert one row."""
        await workflow.execute_activity(INSERT, row, start_to_close_timeout=timedelta(seconds=10))


@workflow.defn(name=TIMER)
class BareTimerWorkflow:
    """Sleep until an instant."""

    @workflow.run
    async def run(self, due: datetime) -> float:
        """Return by how many seconds the code was late."""
        await workflow.sleep(due - workflow.now())
        return (workflow.now() - due).total_seconds()


@workflow.defn(name=RUNG)
class BareRungWorkflow:
    """Do what a rung needs at the least: a timer, an activity, the next timer."""

    @workflow.run
    async def run(self, row: Row) -> None:
        """Sleep, insert one row, sleep on."""
        await workflow.sleep(1)
        await workflow.execute_activity(INSERT, row, start_to_close_timeout=timedelta(seconds=10))
        await workflow.sleep(timedelta(days=1))
