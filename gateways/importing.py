"""What imports ask of the engine: start and tell the workflow of one, and begin the open complaints it brought."""

from __future__ import annotations

from uuid import UUID

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from contracts import names
from contracts.complaint import Start
from contracts.imports import ImportDecision, ImportOutcome, ImportStart, ImportState


async def start(client: Client, import_: ImportStart) -> None:
    """Start the workflow that owns an import, or leave the one that runs; one that ended may run again."""
    await client.start_workflow(
        names.IMPORT,
        import_,
        id=names.import_workflow_id(import_.import_id),
        task_queue=names.BULK,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        # What failed is tried again in a new run.
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        result_type=ImportState,
        static_summary="Complaints move in from another system",
    )


async def decide(client: Client, import_id: UUID, decision: ImportDecision) -> ImportOutcome:
    """Carry the decision on a dry run."""
    handle = client.get_workflow_handle(names.import_workflow_id(import_id))
    outcome: ImportOutcome = await handle.execute_update(
        names.IMPORT_DECIDE, decision, id=str(decision.decision_id), result_type=ImportOutcome
    )
    return outcome


async def begin(client: Client, complaint: Start) -> None:
    """Start the workflow of an open complaint with the state it came here in, once however often it is asked for."""
    try:
        await client.start_workflow(
            names.COMPLAINT,
            complaint,
            id=names.complaint_workflow_id(complaint.complaint_id),
            task_queue=names.CASES,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary="The life of one complaint",
        )
    except WorkflowAlreadyStartedError:
        return  # it has lived, and ended, since it came
