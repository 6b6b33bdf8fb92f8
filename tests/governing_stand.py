"""A real server and a database on which governance lives, with a worker that runs when it is asked to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from contracts import names
from contracts.governance import (
    Begun,
    OccurrenceState,
    TurnStart,
)
from gateways.engine import Engine
from runtime.workers import runner
from tests.apart import Apart
from tests.bodies import Body
from tests.governing import Machine, set_up
from tests.world import until
from workflows.governance import GovernanceWorkflow
from workflows.governance_turn import GovernanceTurnWorkflow

WORKFLOWS = [GovernanceTurnWorkflow, GovernanceWorkflow]


@dataclass(slots=True, kw_only=True)
class Stand:
    """A server, a database, and a machine whose worker runs when it is asked to."""

    client: Client
    apart: Apart
    machine: Machine
    engine: Engine
    skipper: TimeSkipper

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        steps = self.machine.steps
        async with Worker(
            self.client, task_queue=names.BULK, workflows=WORKFLOWS,
            activities=[steps.begin, steps.look, steps.do], workflow_runner=runner(),
        ):  # fmt: skip
            yield

    async def series(self, body: Body, kind: str, rhythm: str, anchor_on: date) -> UUID:
        people = {
            "commenter": [body.person("senior_leader")],
            "approver": [body.person("responsible_person")],
            "chair": [body.person("responsible_person")],
        }
        by = body.person("complaints_manager")
        return await set_up(self.apart.database, body.id, now(), kind, rhythm, anchor_on, people, by=by)

    def rows(self, sql: str, *params: Any) -> list[Any]:
        return self.apart.rows(sql, *params)

    def occurrence(self, occurrence_id: UUID) -> WorkflowHandle[Any, OccurrenceState]:
        return self.client.get_workflow_handle(names.governance_workflow_id(occurrence_id), result_type=OccurrenceState)

    async def turn(self, body: Body, series_id: UUID) -> Begun:
        begun: Begun = await self.client.execute_workflow(
            names.GOVERNANCE_TURN, TurnStart(organisation_id=body.id, series_id=series_id), id=f"turn/{uuid4()}",
            task_queue=names.BULK, result_type=Begun,
        )  # fmt: skip
        return begun

    async def settled(self, handle: WorkflowHandle[Any, Any]) -> None:
        async def quiet() -> bool:
            raw = (await handle.describe()).raw_description
            return not raw.pending_activities and not raw.HasField("pending_workflow_task")

        await until(quiet)

    async def pass_days(self, occurrence_id: UUID, days: float) -> None:
        handle = self.occurrence(occurrence_id)
        await self.settled(handle)
        await self.skipper.fast_forward(handle, timedelta(days=days))
        await self.settled(handle)


def now() -> datetime:
    return datetime.now(UTC)
