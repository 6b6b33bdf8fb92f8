"""A part's workflow with steps that do as they are told: what takes several steps, and what does not get through."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from contracts import names
from contracts.code import Code
from contracts.joint import JointPartAct, JointPartStart, JointPartStep
from runtime.workers import runner
from tests.world import until
from workflows.joint_part import JointPartWorkflow

A_MOMENT = timedelta(seconds=1)


@dataclass(slots=True)
class Stage:
    """One part in memory: how many steps the lead's words still take, and how often it is out of reach."""

    backlog: int = 0
    away: int = 0
    pulled: list[int] = field(default_factory=list)  # `failed`, of each time

    @activity.defn(name=names.JOINT_PART_PUSH)
    async def push(self, act: JointPartAct) -> JointPartStep:
        return JointPartStep(complaint_id=UUID(int=1))

    @activity.defn(name=names.JOINT_PART_PULL)
    async def pull(self, act: JointPartAct) -> JointPartStep:
        self.pulled.append(act.failed)
        if self.away:
            self.away -= 1
            return JointPartStep(failure=Code("not_connected"), again_at=act.now + A_MOMENT, complaint_id=UUID(int=1))
        self.backlog -= 1
        return JointPartStep(taken=20, more=self.backlog > 0, complaint_id=UUID(int=1), over=self.backlog < 0)

    async def steps(self, number: int) -> None:
        async def done() -> bool:
            return len(self.pulled) == number

        await until(done)


@asynccontextmanager
async def played(client: Client, stage: Stage) -> AsyncIterator[None]:
    start = JointPartStart(organisation_id=uuid4(), contribution_id=uuid4(), partner_id=uuid4())
    queue = f"joint-part-{start.contribution_id}"
    async with Worker(
        client, task_queue=queue, workflows=[JointPartWorkflow], workflow_runner=runner(),
        activities=[stage.push, stage.pull], graceful_shutdown_timeout=timedelta(),
    ):  # fmt: skip
        id = names.joint_part_workflow_id(start.organisation_id, start.contribution_id)
        handle = await client.start_workflow(JointPartWorkflow.run, start, id=id, task_queue=queue)
        yield
        await handle.terminate()


async def test_more_than_one_step_takes_is_fetched_at_once(temporal: Client) -> None:
    stage = Stage(backlog=4)
    async with played(temporal, stage):
        await stage.steps(4)


async def test_a_step_is_told_how_often_in_a_row_it_did_not_get_through(temporal: Client) -> None:
    stage = Stage(backlog=2, away=1)
    async with played(temporal, stage):
        await stage.steps(3)
    assert stage.pulled == [0, 1, 0]
