"""Starts the workflows of what concerns many complaints or none: once, however often it is asked for."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from contracts import names
from contracts.bulk import BulkStart, BulkState
from contracts.leavers import LeaverStart, LeaverState


class Starting:
    """Start workflows by wire name. Whatever the engine raises is raised: a sweep stands behind every start."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def start_bulk(self, start: BulkStart) -> None:
        """Start the workflow that owns a bulk operation, or leave the one that runs; one that ended may run again."""
        await self.client.start_workflow(
            names.BULK_OPERATION,
            start,
            id=names.bulk_workflow_id(start.operation_id),
            task_queue=names.BULK,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            # What was refused or failed is tried again in a new run.
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            result_type=BulkState,
            static_summary="One thing done to many complaints",
        )

    async def tell_leaver(self, start: LeaverStart) -> None:
        """Start the workflow that owns a leaving, or tell the one that runs that something has changed."""
        try:
            await self.client.start_workflow(
                names.LEAVER,
                start,
                id=names.leaver_workflow_id(start.leaver_id),
                task_queue=names.BULK,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                start_signal=names.LEAVER_CHANGED,
                result_type=LeaverState,
                static_summary="A leaver's cases are handed over",
            )
        except WorkflowAlreadyStartedError:
            return
