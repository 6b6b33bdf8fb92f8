"""Starts the workflows of what concerns many complaints or none: once, however often it is asked for."""

from __future__ import annotations

from typing import Final

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from contracts import names
from contracts.bulk import BulkStart, BulkState
from contracts.code import Code
from contracts.involvements import InvolvementStart, InvolvementState
from contracts.joint import ContributionStart, ContributionState, JointCodeSent, JointCodeStart, JointPartStart
from contracts.leavers import LeaverStart, LeaverState
from contracts.proceedings import ProceedingKind, ProceedingStart
from contracts.webhooks import WebhooksStart
from gateways.scheduling import Scheduling

_SUMMARIES: Final = {
    ProceedingKind.ESCALATION: "Ask senior leaders until one has it in hand",
    ProceedingKind.CANDOUR: "The duty of candour about one incident",
    ProceedingKind.REFERRAL: "What an Ombudsman or a regulator asks",
    ProceedingKind.ACTION: "An action that follows from a complaint",
}


class Starting(Scheduling):
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

    async def tell_involvement(self, start: InvolvementStart) -> None:
        """Start the workflow that owns a member of staff's involvement, or tell the one that runs to look.

        One that has ended begins anew, and ends again at once where nothing is awaited any more.
        """
        await self.client.start_workflow(
            names.INVOLVEMENT,
            start,
            id=names.involvement_workflow_id(start.involvement_id),
            task_queue=names.CASES,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=names.INVOLVEMENT_CHANGED,
            result_type=InvolvementState,
            static_summary="A member of staff is kept informed",
        )

    async def tell_contribution(self, start: ContributionStart) -> None:
        """Start the workflow that owns a body's contribution, or tell the one that runs to look.

        One that has ended begins anew, and ends again at once where nothing is awaited any more.
        """
        await self.client.start_workflow(
            names.CONTRIBUTION,
            start,
            id=names.contribution_workflow_id(start.contribution_id),
            task_queue=names.CASES,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=names.CONTRIBUTION_CHANGED,
            result_type=ContributionState,
            static_summary="The contribution of one body",
        )

    async def tell_proceeding(self, start: ProceedingStart) -> None:
        """Start the workflow of what runs beside a complaint, or tell the one that runs to look.

        One that has ended begins anew, and ends again at once where nothing is awaited any more.
        """
        await self.client.start_workflow(
            start.kind.value,
            start,
            id=names.proceeding_workflow_id(start.kind.value, start.proceeding_id),
            task_queue=names.CASES,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=names.PROCEEDING_CHANGED,
            result_type=Code,
            static_summary=_SUMMARIES[start.kind],
        )

    async def tell_joint_part(self, start: JointPartStart) -> None:
        """Start the workflow that carries the messages of a part, at the body that contributes, or tell it to look."""
        await self.client.start_workflow(
            names.JOINT_PART,
            start,
            id=names.joint_part_workflow_id(start.organisation_id, start.contribution_id),
            task_queue=names.DELIVERY,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=names.JOINT_PART_CHANGED,
            static_summary="What two bodies say to each other",
        )

    async def tell_webhooks(self, start: WebhooksStart) -> None:
        """Start the workflow that carries a subscription's events, or tell the one that runs to look.

        It ends when nothing has been queued for a while, so that one that has ended begins anew.
        """
        await self.client.start_workflow(
            names.WEBHOOKS,
            start,
            id=names.webhooks_workflow_id(start.subscription_id),
            task_queue=names.DELIVERY,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=names.WEBHOOKS_CHANGED,
            static_summary="The events of one subscription",
        )

    async def start_joint_code(self, start: JointCodeStart) -> None:
        """Start the workflow that sends one code, once however often it is asked for."""
        try:
            await self.client.start_workflow(
                names.JOINT_CODE,
                start,
                id=names.joint_code_workflow_id(start.code_id),
                task_queue=names.DELIVERY,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                result_type=JointCodeSent,
                static_summary="One code on its way",
            )
        except WorkflowAlreadyStartedError:
            return
