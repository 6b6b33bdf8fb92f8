"""The workflow of a change-set on the real server: order, approval, passes, faults; activities by wire name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowUpdateStage
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from contracts import names
from contracts.change_sets import (
    ChangeSetAct,
    ChangeSetProgress,
    ChangeSetStart,
    ChangeSetState,
    Decision,
    DecisionOutcome,
    DryRunPage,
    RedatePage,
    Settled,
)
from contracts.failures import ErrorType, Refusal
from runtime.workers import runner
from tests.world import until
from workflows.change_set import FIRST_LOOK, UNDER_WAY, ChangeSetWorkflow
from workflows.patience import AFTER_FAULT

AWAITING = ChangeSetState.AWAITING_APPROVAL
MOVED_ON = DecisionOutcome(state=ChangeSetState.SUPERSEDED, refusal=Refusal.CALENDAR_MOVED_ON)


class FakeChangeSets:
    """Answer from scripts; an exception in a script is raised. The last answer is given for ever."""

    def __init__(self, **scripts: list[Any]) -> None:
        self.scripts: dict[str, list[Any]] = {
            "dry_run": [DryRunPage(state=AWAITING, examined=1, moved=1, last=True)],
            "enact": [DecisionOutcome(state=ChangeSetState.APPLYING)],
            "redate": [RedatePage(sent=1, last=True), RedatePage(sent=0, last=True)],
            "settle": [Settled(outstanding=0)],
        } | scripts
        self.asked: list[tuple[str, ChangeSetAct]] = []

    def _answer(self, step: str, act: ChangeSetAct) -> Any:
        self.asked.append((step, act))
        script = self.scripts[step]
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def acts(self, step: str) -> list[ChangeSetAct]:
        return [act for asked, act in self.asked if asked == step]

    @activity.defn(name=names.DRY_RUN)
    async def dry_run(self, act: ChangeSetAct) -> DryRunPage:
        return self._answer("dry_run", act)  # type: ignore[no-any-return]

    @activity.defn(name=names.ENACT)
    async def enact(self, act: ChangeSetAct) -> DecisionOutcome:
        return self._answer("enact", act)  # type: ignore[no-any-return]

    @activity.defn(name=names.REDATE)
    async def redate(self, act: ChangeSetAct) -> RedatePage:
        return self._answer("redate", act)  # type: ignore[no-any-return]

    @activity.defn(name=names.SETTLE)
    async def settle(self, act: ChangeSetAct) -> Settled:
        return self._answer("settle", act)  # type: ignore[no-any-return]


class Stage:
    """One change-set, and what a test does with it."""

    def __init__(self, client: Client, handle: WorkflowHandle[Any, Any], fake: FakeChangeSets) -> None:
        self.handle, self.fake = handle, fake
        self._skipper = TimeSkipper(client)

    async def advance(self, length: Any) -> None:
        await self._skipper.fast_forward(self.handle, length)

    async def asked(self, step: str, times: int = 1, seconds: float = 30) -> None:
        async def often_enough() -> bool:
            return len(self.fake.acts(step)) >= times

        await until(often_enough, seconds)

    async def reaches(self, step: str) -> None:
        """Move time until a step is asked for."""

        async def reached() -> bool:
            if self.fake.acts(step):
                return True
            await self.advance(UNDER_WAY)
            return False

        await until(reached)

    async def decide(self, approved: bool = True, decision_id: UUID | None = None) -> DecisionOutcome:
        decision = Decision(decision_id=decision_id or uuid4(), approved=approved)
        outcome: DecisionOutcome = await self.handle.execute_update(
            names.CHANGE_SET_DECIDE, decision, result_type=DecisionOutcome
        )
        return outcome

    async def ends(self) -> ChangeSetState:
        """Move time until the change-set has ended, and return where."""

        async def ended() -> bool:
            if (await self.handle.describe()).status is not WorkflowExecutionStatus.RUNNING:
                return True
            # It may end by itself between the look and the leap.
            with suppress(RPCError):
                await self.advance(UNDER_WAY)
            return False

        await until(ended)
        state: ChangeSetState = await self.handle.result()
        return state


@asynccontextmanager
async def on_stage(
    client: Client, fake: FakeChangeSets, progress: ChangeSetProgress | None = None
) -> AsyncIterator[Stage]:
    queue, change_set_id = f"change-sets-{uuid4()}", uuid4()
    worker = Worker(
        client,
        task_queue=queue,
        workflows=[ChangeSetWorkflow],
        activities=[fake.dry_run, fake.enact, fake.redate, fake.settle],
        workflow_runner=runner(),
    )
    async with worker:
        handle = await client.start_workflow(
            names.CHANGE_SET,
            ChangeSetStart(organisation_id=UUID(int=1), change_set_id=change_set_id, progress=progress),
            id=names.change_set_workflow_id(change_set_id),
            task_queue=queue,
            result_type=ChangeSetState,
        )
        try:
            yield Stage(client, handle, fake)
        finally:
            if (await handle.describe()).status is WorkflowExecutionStatus.RUNNING:
                await handle.terminate()


async def test_a_change_is_dry_run_page_by_page_then_approved_then_applied(temporal: Client) -> None:
    last = UUID(int=7)
    pages = [
        DryRunPage(state=ChangeSetState.PROPOSED, examined=200, moved=3, last=False, after=last),
        DryRunPage(state=AWAITING, examined=50, moved=2, last=True),
    ]
    fake = FakeChangeSets(dry_run=pages)
    async with on_stage(temporal, fake) as stage:
        decision_id = uuid4()
        assert await stage.decide(decision_id=decision_id) == DecisionOutcome(state=ChangeSetState.APPLYING)
        assert await stage.ends() is ChangeSetState.APPLIED
    first, second = fake.acts("dry_run")
    assert (first.after, second.after, second.examined, second.moved) == (None, last, 200, 3)
    assert [act.decision_id for act in fake.acts("enact")] == [decision_id]


async def test_the_passes_end_only_with_a_clean_one_that_began_after_acts_under_way_have_ended(
    temporal: Client,
) -> None:
    nothing = [RedatePage(sent=0, last=True)]
    fake = FakeChangeSets(redate=nothing)
    async with on_stage(temporal, fake) as stage:
        await stage.decide()
        assert await stage.ends() is ChangeSetState.APPLIED
    first, second = fake.acts("redate")
    assert second.now - first.now >= UNDER_WAY


async def test_a_rejected_change_ends_and_sends_nothing(temporal: Client) -> None:
    fake = FakeChangeSets(enact=[DecisionOutcome(state=ChangeSetState.REJECTED)])
    async with on_stage(temporal, fake) as stage:
        assert await stage.decide(approved=False) == DecisionOutcome(state=ChangeSetState.REJECTED)
        assert await stage.ends() is ChangeSetState.REJECTED
    assert fake.acts("redate") == []


async def test_a_calendar_that_moved_on_ends_the_change_with_its_reason(temporal: Client) -> None:
    fake = FakeChangeSets(enact=[MOVED_ON])
    async with on_stage(temporal, fake) as stage:
        assert await stage.decide() == MOVED_ON
        assert await stage.ends() is ChangeSetState.SUPERSEDED


async def test_a_refused_decision_leaves_the_change_awaiting_another(temporal: Client) -> None:
    same_person = DecisionOutcome(state=AWAITING, refusal=Refusal.SAME_PERSON)
    fake = FakeChangeSets(enact=[same_person, DecisionOutcome(state=ChangeSetState.APPLYING)])
    async with on_stage(temporal, fake) as stage:
        assert await stage.decide() == same_person
        assert (await stage.decide()).refusal is None
        assert await stage.ends() is ChangeSetState.APPLIED


async def test_a_second_decision_on_a_change_that_is_being_applied_is_refused_and_a_repeat_of_the_first_is_not(
    temporal: Client,
) -> None:
    async with on_stage(temporal, FakeChangeSets()) as stage:
        decision_id = uuid4()
        taken = await stage.decide(decision_id=decision_id)
        assert (await stage.decide()).refusal is Refusal.NOT_AWAITING_APPROVAL
        assert await stage.decide(decision_id=decision_id) == taken


async def test_a_change_is_applied_only_when_every_complaint_took_its_dates(temporal: Client) -> None:
    fake = FakeChangeSets(settle=[Settled(outstanding=2), Settled(outstanding=1), Settled(outstanding=0)])
    async with on_stage(temporal, fake) as stage:
        await stage.decide()
        assert await stage.ends() is ChangeSetState.APPLIED
    looks = [act.now for act in fake.acts("settle")]
    assert len(looks) == 3
    assert looks[1] - looks[0] >= FIRST_LOOK


@pytest.mark.parametrize("step", ["dry_run", "enact", "redate", "settle"])
@pytest.mark.parametrize("kind", [ErrorType.NOT_FOUND, ErrorType.REFUSED, ErrorType.MISCONFIGURED])
async def test_no_failure_of_a_step_ends_a_change(temporal: Client, step: str, kind: ErrorType) -> None:
    broken = ApplicationError("x", type=kind, non_retryable=True)
    fake = FakeChangeSets()
    fake.scripts[step].insert(0, broken)
    async with on_stage(temporal, fake) as stage:
        if step != "dry_run":
            await stage.asked("dry_run")
            decided = await stage.handle.start_update(
                names.CHANGE_SET_DECIDE,
                Decision(decision_id=uuid4(), approved=True),
                wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                result_type=DecisionOutcome,
            )
        await stage.reaches(step)
        await stage.advance(AFTER_FAULT)
        await stage.asked(step, 2)
        if step == "dry_run":
            await stage.decide()
        else:
            assert (await decided.result()).state is ChangeSetState.APPLYING
        assert await stage.ends() is ChangeSetState.APPLIED


async def test_a_cancellation_in_the_engine_does_not_end_a_change(temporal: Client) -> None:
    async with on_stage(temporal, FakeChangeSets()) as stage:
        await stage.asked("dry_run")
        await stage.handle.cancel()
        assert (await stage.decide()).state is ChangeSetState.APPLYING
        assert await stage.ends() is ChangeSetState.APPLIED


async def test_a_new_run_goes_on_where_the_one_before_it_was(temporal: Client) -> None:
    after = UUID(int=9)
    progress = ChangeSetProgress(examined=400, moved=7, after=after)
    async with on_stage(temporal, FakeChangeSets(), progress) as stage:
        await stage.decide()
        (first,) = stage.fake.acts("dry_run")
        assert (first.after, first.examined, first.moved) == (after, 400, 7)


async def test_a_long_dry_run_begins_new_runs_and_loses_no_page(temporal: Client) -> None:
    more = DryRunPage(state=ChangeSetState.PROPOSED, examined=1, moved=0, last=False, after=UUID(int=1))
    done = DryRunPage(state=AWAITING, examined=1, moved=0, last=True)
    pages: list[Any] = [replace(more, after=UUID(int=number)) for number in range(1, 100)]
    fake = FakeChangeSets(dry_run=[*pages, done])
    async with on_stage(temporal, fake) as stage:
        await stage.asked("dry_run", 100, seconds=90)
        assert (await stage.decide()).state is ChangeSetState.APPLYING
        description = await stage.handle.describe()
    assert [act.examined for act in fake.acts("dry_run")] == list(range(100))
    assert description.run_id != stage.handle.first_execution_run_id
