"""No failure of any step ends a turn or an occurrence of governance."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio import activity
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from contracts import names
from contracts.code import Code
from contracts.governance import (
    Begun,
    Deed,
    GovernanceAct,
    GovernanceDone,
    GovernanceLook,
    OccurrenceState,
    TurnAct,
    TurnStart,
)
from gateways.engine import Engine, connect
from runtime.workers import runner
from tests.apart import Apart
from tests.governing import Machine, Post, Press
from tests.governing_stand import WORKFLOWS, Stand
from tests.workflows.test_involvement_workflow import fault


@pytest.fixture
async def stand(own_server: str, apart: Apart) -> Stand:
    client = await connect(own_server, "default", lazy=False)
    machine = Machine(apart.database, Press(), Post())
    return Stand(client=client, apart=apart, machine=machine, engine=Engine(client), skipper=TimeSkipper(client))


@dataclass(slots=True)
class Broken:
    """Activities in memory, each of which fails as it is told, and then does."""

    faults: dict[str, list[BaseException]]
    done: list[Deed] = field(default_factory=list)
    begun: tuple[UUID, ...] = ()

    def _perhaps(self, name: str) -> None:
        if self.faults.get(name):
            raise self.faults[name].pop(0)

    @activity.defn(name=names.GOVERNANCE_BEGIN)
    async def begin(self, act: TurnAct) -> Begun:
        self._perhaps("begin")
        return Begun(occurrences=self.begun)

    @activity.defn(name=names.GOVERNANCE_LOOK)
    async def look(self, act: GovernanceAct) -> GovernanceLook:
        self._perhaps("look")
        order = [Deed.COMPILE, Deed.OPENED, Deed.MAIL, Deed.PUBLISH]
        left = [deed for deed in order if deed not in self.done]
        state = OccurrenceState.OPEN if left else OccurrenceState.DONE
        return GovernanceLook(
            kind=Code("panel"), number=1, state=state, deed=left[0] if left else None, over=not left,
        )  # fmt: skip

    @activity.defn(name=names.GOVERNANCE_DO)
    async def do(self, act: GovernanceAct) -> GovernanceDone:
        assert act.deed is not None
        self._perhaps(act.deed.value)
        self.done.append(Deed.MAIL if act.deed is Deed.MAIL_LEFT else act.deed)
        return GovernanceDone(done=True)


async def is_over(handle: WorkflowHandle[Any, Any]) -> bool:
    return (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING


@pytest.mark.parametrize("name", ["begin", "look", "compile", "opened", "mail", "publish"])
async def test_no_failure_of_a_step_ends_it(stand: Stand, name: str) -> None:
    broken = Broken({name: [fault(), fault()]}, begun=(uuid4(),))
    queue = names.BULK
    async with Worker(
        stand.client, task_queue=queue, workflows=WORKFLOWS, activities=[broken.begin, broken.look, broken.do],
        workflow_runner=runner(),
    ):  # fmt: skip
        start = TurnStart(organisation_id=uuid4(), series_id=uuid4())
        turn = await stand.client.start_workflow(names.GOVERNANCE_TURN, start, id=f"turn/{uuid4()}", task_queue=queue)
        for handle in (turn, stand.occurrence(broken.begun[0])):
            while not await is_over(handle):
                await stand.settled(handle)
                with suppress(RPCError):  # it came to its end meanwhile
                    await stand.skipper.fast_forward(handle, timedelta(minutes=11))
        assert await stand.occurrence(broken.begun[0]).result() is OccurrenceState.DONE
    assert len(broken.faults[name]) == (1 if name == "mail" else 0)  # mail is left for good: the task is there
    assert broken.done == [Deed.COMPILE, Deed.OPENED, Deed.MAIL, Deed.PUBLISH]
