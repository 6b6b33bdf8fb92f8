"""The workflow of an import with steps that do as they are told: faults, Cancel, decisions, another try."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowUpdateStage
from temporalio.exceptions import ApplicationError
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from contracts import names
from contracts.failures import Refusal
from contracts.imports import (
    CheckedPage,
    ImportAct,
    ImportDecision,
    ImportedPage,
    ImportOutcome,
    ImportStart,
    ImportState,
    LookedPage,
)
from runtime.workers import runner
from tests.world import until
from workflows.importing import ImportWorkflow

ROWS = 950
_ACCEPTED = WorkflowUpdateStage.ACCEPTED


@dataclass
class Steps:
    """Steps in memory. `failing` are the names of steps that fail for good the next so many times."""

    state: ImportState = ImportState.STAGED
    pages: int = 3
    failing: dict[str, int] = field(default_factory=dict)
    done: list[tuple[str, ImportAct]] = field(default_factory=list)
    missing: int = 0
    go: bool = True

    def _note(self, name: str, act: ImportAct) -> None:
        self.done.append((name, act))
        if self.failing.get(name, 0) > 0:
            self.failing[name] -= 1
            raise ApplicationError("told to fail", type="MISCONFIGURED", non_retryable=True)

    @activity.defn(name=names.IMPORT_CHECK)
    async def check(self, act: ImportAct) -> CheckedPage:
        self._note("check", act)
        self.pages -= 1
        if self.state is ImportState.STAGED and self.pages <= 0:
            self.state = ImportState.CHECKED
        return CheckedPage(state=self.state, rows=ROWS, good=900, quarantined=50)

    @activity.defn(name=names.IMPORT_ENACT)
    async def enact(self, act: ImportAct) -> ImportOutcome:
        self._note("enact", act)
        self.state = ImportState.IMPORTING if self.go else ImportState.ABANDONED
        return ImportOutcome(state=self.state)

    @activity.defn(name=names.IMPORT_ROWS)
    async def rows(self, act: ImportAct) -> ImportedPage:
        self._note("rows", act)
        return ImportedPage(imported=act.upto - act.after, failed=0)

    @activity.defn(name=names.IMPORT_LOOK)
    async def look(self, act: ImportAct) -> LookedPage:
        self._note("look", act)
        return LookedPage(missing=self.missing, last=act.after_id is not None, after_id=uuid4())

    @activity.defn(name=names.IMPORT_RECONCILE)
    async def reconcile(self, act: ImportAct) -> ImportOutcome:
        self._note("reconcile", act)
        self.state = ImportState.INCOMPLETE if act.missing else ImportState.DONE
        return ImportOutcome(state=self.state)

    def taken(self) -> list[tuple[int, int]]:
        return sorted((act.after, act.upto) for name, act in self.done if name == "rows")


@dataclass
class Stage:
    """A worker with such steps, on a task queue of its own."""

    client: Client
    steps: Steps
    queue: str

    async def begin(self, start: ImportStart | None = None) -> WorkflowHandle[Any, Any]:
        start = start or ImportStart(organisation_id=uuid4(), import_id=uuid4())
        return await self.client.start_workflow(
            names.IMPORT, start, id=names.import_workflow_id(start.import_id), task_queue=self.queue,
            result_type=ImportState,
        )  # fmt: skip

    async def decide(self, handle: WorkflowHandle[Any, Any], decision: ImportDecision) -> ImportOutcome:
        outcome: ImportOutcome = await handle.execute_update(names.IMPORT_DECIDE, decision, result_type=ImportOutcome)
        return outcome


@pytest.fixture
async def stage(temporal: Client) -> AsyncIterator[Stage]:
    steps, queue = Steps(), f"imports-{uuid4()}"
    activities = [steps.check, steps.enact, steps.rows, steps.look, steps.reconcile]
    async with Worker(
        temporal, task_queue=queue, workflows=[ImportWorkflow], activities=activities, workflow_runner=runner()
    ):
        yield Stage(client=temporal, steps=steps, queue=queue)


def go(yes: bool = True) -> ImportDecision:
    return ImportDecision(decision_id=uuid4(), go=yes)


async def test_every_row_is_taken_once_and_only_after_the_decision(stage: Stage) -> None:
    handle = await stage.begin()
    assert (await stage.decide(handle, go())).state is ImportState.IMPORTING
    assert await handle.result() is ImportState.DONE
    assert stage.steps.taken() == [(first, min(first + 100, ROWS)) for first in range(0, ROWS, 100)]
    order = [name for name, _ in stage.steps.done]
    assert order[:4] == ["check"] * 3 + ["enact"] and order[-3:] == ["look", "look", "reconcile"]


async def test_an_abandoned_import_takes_no_row(stage: Stage) -> None:
    stage.steps.go = False
    handle = await stage.begin()
    assert (await stage.decide(handle, go(False))).state is ImportState.ABANDONED
    assert await handle.result() is ImportState.ABANDONED
    assert stage.steps.taken() == []


async def test_of_two_decisions_at_once_one_is_taken(stage: Stage) -> None:
    handle = await stage.begin()
    await stage.decide(handle, go())
    late = await stage.decide(handle, go(False)) if await is_open(handle) else None
    assert late is None or late.refusal is Refusal.NOT_AWAITING_APPROVAL
    assert await handle.result() is ImportState.DONE
    assert [name for name, _ in stage.steps.done].count("enact") == 1


async def is_open(handle: WorkflowHandle[Any, Any]) -> bool:
    return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING


@pytest.mark.parametrize("step", ["check", "enact", "rows", "look", "reconcile"])
async def test_a_step_that_fails_for_good_is_tried_again_and_ends_nothing(
    temporal: Client, stage: Stage, step: str
) -> None:
    stage.steps.failing = {step: 1}
    handle = await stage.begin()
    if step != "check":
        asked = await handle.start_update(
            names.IMPORT_DECIDE, go(), wait_for_stage=_ACCEPTED, result_type=ImportOutcome
        )
    await until(lambda: failed(stage, step))
    assert await is_open(handle)
    await TimeSkipper(temporal).fast_forward(handle, timedelta(minutes=11))
    if step == "check":
        await stage.decide(handle, go())
    else:
        await asked.result()
    assert await handle.result() is ImportState.DONE
    assert {first for first, _ in stage.steps.taken()} == set(range(0, ROWS, 100))


async def failed(stage: Stage, step: str) -> bool:
    return stage.steps.failing[step] == 0


async def test_cancel_ends_nothing_while_it_waits(stage: Stage) -> None:
    handle = await stage.begin()
    await until(lambda: checked(stage))
    await handle.cancel()
    assert (await stage.decide(handle, go())).state is ImportState.IMPORTING
    assert await handle.result() is ImportState.DONE


async def checked(stage: Stage) -> bool:
    return stage.steps.state is ImportState.CHECKED


async def test_an_incomplete_import_is_taken_again_without_another_decision(stage: Stage) -> None:
    stage.steps.missing = 1
    start = ImportStart(organisation_id=uuid4(), import_id=uuid4())
    handle = await stage.begin(start)
    await stage.decide(handle, go())
    assert await handle.result() is ImportState.INCOMPLETE
    (last,) = [act for name, act in stage.steps.done if name == "reconcile"]
    assert last.missing == 2  # one on each page of the look
    stage.steps.missing, stage.steps.state = 0, ImportState.IMPORTING
    again = await stage.begin(start)
    assert await again.result() is ImportState.DONE
    assert len(stage.steps.taken()) == 20
