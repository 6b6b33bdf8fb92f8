"""The only module that holds a Temporal client: start, update, describe, by wire name."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from contracts import names
from contracts.acts import Act, Outcome, Verdict
from contracts.change_sets import ChangeSetStart, Decision, DecisionOutcome
from contracts.code import Code
from contracts.commands import CommandKind
from contracts.complaint import CommandOutcome, Happening, Resume, Resumed, Start
from contracts.failures import ErrorType, Refusal
from contracts.imports import ImportDecision, ImportOutcome, ImportStart
from contracts.notices import OUT_TRAY, NoticeOutcome, NoticeStart
from contracts.submissions import Pending
from gateways import importing
from gateways.delivery import Delivered, Delivery
from gateways.starting import Starting

T = TypeVar("T")

_UNKNOWN_YET = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.RESOURCE_EXHAUSTED,  # more than ten updates in flight
        RPCStatusCode.ABORTED,
        RPCStatusCode.UNKNOWN,
    }
)


class EngineAway(Exception):
    """The engine gave no answer in time."""


class NotRunning(Exception):
    """No workflow runs under this id."""


async def connect(address: str, namespace: str, *, lazy: bool = True) -> Client:
    """Return a client. A lazy one connects when it is first used, so that we start without the engine.

    A worker's client cannot be lazy; then RuntimeError is raised while the engine is away.
    """
    return await Client.connect(address, namespace=namespace, data_converter=pydantic_data_converter, lazy=lazy)


class Engine(Starting):
    """Speak to workflows by wire name."""

    async def deliver(self, pending: Pending, budget: timedelta) -> Delivered:
        """Carry one submission to its complaint as an update whose id is the submission's.

        Never raises: what cannot be known yet is WAITING, what the engine or our code got wrong is
        FAILED with a code.
        """
        try:
            async with asyncio.timeout(budget.total_seconds()):
                await self._update(pending)
        except WorkflowUpdateFailedError as failed:
            return _failed_update(failed)
        except WorkflowAlreadyStartedError:
            return Delivered(delivery=Delivery.CLOSED)
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            return Delivered(delivery=Delivery.WAITING)
        except RPCError as error:
            return _failed_call(error)
        except RuntimeError:
            # The first connection of a lazy client could not be made.
            return Delivered(delivery=Delivery.WAITING)
        return Delivered(delivery=Delivery.APPLIED)

    async def _update(self, pending: Pending) -> CommandOutcome:
        command = pending.command
        update_id = str(command.submission_id)
        if pending.delivery:
            update_id = f"{update_id}/{pending.delivery}"
        if command.kind is not CommandKind.LOG:
            outcome: CommandOutcome = await self._complaint(pending.complaint_id).execute_update(
                names.SUBMIT, command, id=update_id, result_type=CommandOutcome
            )
            return outcome
        start: WithStartWorkflowOperation[object, object] = WithStartWorkflowOperation(
            names.COMPLAINT,
            Start(
                organisation_id=pending.organisation_id,
                complaint_id=pending.complaint_id,
            ),
            id=names.complaint_workflow_id(pending.complaint_id),
            task_queue=names.CASES,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary="The life of one complaint",
        )
        started: CommandOutcome = await self.client.execute_update_with_start_workflow(
            names.SUBMIT,
            command,
            start_workflow_operation=start,
            id=update_id,
            result_type=CommandOutcome,
        )
        return started

    async def deliver_afterwards(self, pending: Pending, budget: timedelta) -> Delivered:
        """Have one submission applied to a complaint whose workflow has ended. Never raises."""
        command = pending.command
        act = Act(
            act_id=command.submission_id,
            organisation_id=pending.organisation_id,
            complaint_id=pending.complaint_id,
            now=command.said_at,
            stage=Code("ended"),
            command=command,
        )
        try:
            verdict: Verdict = await _within(
                budget,
                self.client.execute_workflow(
                    names.AFTERWARDS,
                    act,
                    id=names.afterwards_workflow_id(pending.complaint_id, command.submission_id),
                    task_queue=names.CASES,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    result_type=Verdict,
                ),
            )
        except (EngineAway, NotRunning):
            return Delivered(delivery=Delivery.WAITING)
        except WorkflowFailureError:
            return Delivered(delivery=Delivery.FAILED, failure="afterwards_failed")
        if verdict.outcome is Outcome.REFUSED:
            return Delivered(delivery=Delivery.REFUSED, refusal=verdict.refusal)
        return Delivered(delivery=Delivery.APPLIED)

    def _complaint(self, complaint_id: UUID) -> WorkflowHandle[object, object]:
        return self.client.get_workflow_handle(names.complaint_workflow_id(complaint_id))

    async def resume(self, complaint_id: UUID, submission_id: UUID, budget: timedelta) -> Resumed:
        """Ask a complaint to try its parked acts again. Raises EngineAway or NotRunning."""
        return await _within(
            budget,
            self._complaint(complaint_id).execute_update(
                names.RESUME,
                Resume(submission_id=submission_id),
                id=str(submission_id),
                result_type=Resumed,
            ),
        )

    async def happening(self, complaint_id: UUID, budget: timedelta) -> Happening:
        """Ask what is happening right now to one complaint. Raises EngineAway or NotRunning."""
        return await _within(
            budget,
            self._complaint(complaint_id).query(names.HAPPENING, result_type=Happening),
        )

    async def is_running(self, workflow_id: str, budget: timedelta) -> bool:
        """Say whether a workflow runs, from the engine's own record. Raises EngineAway."""
        try:
            description = await _within(budget, self.client.get_workflow_handle(workflow_id).describe())
        except NotRunning:
            return False
        return description.status == WorkflowExecutionStatus.RUNNING

    async def start_notice(self, start: NoticeStart) -> None:
        """Start the workflow that carries a notice, once however often it is asked for."""
        try:
            await self.client.start_workflow(
                names.NOTICE,
                start,
                id=names.notice_workflow_id(start.notice_id),
                task_queue=names.DELIVERY,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                # Somebody may have terminated it in the engine: then the sweep starts it again. A letter is seen to
                # in the out-tray twice: once to lay it out, once to take it out.
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE
                if start.carrier == OUT_TRAY
                else WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                result_type=NoticeOutcome,
                static_summary="One notice on its way",
            )
        except WorkflowAlreadyStartedError:
            return

    async def start_change_set(self, start: ChangeSetStart) -> None:
        """Start the workflow that owns a change of calendar, once however often it is asked for."""
        try:
            await self.client.start_workflow(
                names.CHANGE_SET,
                start,
                id=names.change_set_workflow_id(start.change_set_id),
                task_queue=names.BULK,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                static_summary="A change of the calendar",
            )
        except WorkflowAlreadyStartedError:
            return

    async def decide_change_set(self, change_set_id: UUID, decision: Decision, budget: timedelta) -> DecisionOutcome:
        """Carry an approver's decision. Raises EngineAway or NotRunning."""
        handle = self.client.get_workflow_handle(names.change_set_workflow_id(change_set_id))
        return await _within(
            budget,
            handle.execute_update(
                names.CHANGE_SET_DECIDE,
                decision,
                id=str(decision.decision_id),
                result_type=DecisionOutcome,
            ),
        )

    async def start_import(self, start: ImportStart) -> None:
        """Start the workflow that owns an import, or leave the one that runs."""
        await importing.start(self.client, start)

    async def decide_import(self, import_id: UUID, decision: ImportDecision, budget: timedelta) -> ImportOutcome:
        """Carry the decision on a dry run. Raises EngineAway or NotRunning."""
        return await _within(budget, importing.decide(self.client, import_id, decision))

    async def begin_imported(self, start: Start) -> None:
        """Start the workflow of a complaint that came from another system, once however often it is asked for."""
        await importing.begin(self.client, start)


async def _within(budget: timedelta, call: Coroutine[Any, Any, T]) -> T:
    """Wait for one call to the engine, and turn its silence and absence into our own errors."""
    try:
        async with asyncio.timeout(budget.total_seconds()):
            return await call
    except (
        TimeoutError,
        WorkflowUpdateRPCTimeoutOrCancelledError,
        RuntimeError,
    ) as error:
        raise EngineAway from error
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NotRunning from error
        raise EngineAway from error


def _failed_update(failed: WorkflowUpdateFailedError) -> Delivered:
    """Tell a refusal of ours from every other failure; they look alike to a naive caller."""
    cause = failed.cause
    if not isinstance(cause, ApplicationError):
        return Delivered(delivery=Delivery.FAILED, failure="update_failed")
    if cause.type == ErrorType.REFUSED and cause.details and cause.details[0] in set(Refusal):
        refusal = Refusal(cause.details[0])
        if refusal is Refusal.COMPLAINT_CLOSED:
            return Delivered(delivery=Delivery.CLOSED)  # as if its workflow had ended a moment sooner
        return Delivered(delivery=Delivery.REFUSED, refusal=refusal)
    if cause.type == ErrorType.PARKED:
        return Delivered(delivery=Delivery.PARKED, failure="parked")
    return Delivered(delivery=Delivery.FAILED, failure="update_failed")


def _failed_call(error: RPCError) -> Delivered:
    if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.ALREADY_EXISTS):
        return Delivered(delivery=Delivery.CLOSED)
    if error.status in _UNKNOWN_YET:
        return Delivered(delivery=Delivery.WAITING)
    return Delivered(delivery=Delivery.FAILED, failure=f"engine.{error.status.name.lower()}")
