"""The sweeps, each started by a schedule: deliver what was left lying; put the heads of evidence outside.

A sweep that fails is no loss: the next one is due soon. So attempts are few, and nothing waits on the result.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.sweeps import Sweeps
    from contracts import names
    from contracts.sweeps import AnchorReport, AnchorRequest, AnchorStart, SweepReport, SweepRequest, SweepStart

from workflows.options import DATABASE_RETRY

SWEEP_TIMEOUT: Final = timedelta(seconds=60)
SWEEP_PATIENCE: Final = timedelta(minutes=3)
SWEEP_RETRY: Final = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_attempts=2)
EXPORT_TIMEOUT: Final = timedelta(minutes=5)
# Until the next night's export is due.
EXPORT_PATIENCE: Final = timedelta(hours=23)


@workflow.defn(name=names.DELIVERY_SWEEP)
class DeliverySweepWorkflow:
    """Carry one batch of what was left lying."""

    @workflow.run
    async def run(self, start: SweepStart) -> SweepReport:
        """Carry one batch, and say what it came to."""
        report = await workflow.execute_activity_method(
            Sweeps.deliver_pending,
            SweepRequest(now=workflow.now(), batch=start.batch),
            start_to_close_timeout=SWEEP_TIMEOUT,
            schedule_to_close_timeout=SWEEP_PATIENCE,
            retry_policy=SWEEP_RETRY,
            summary="Deliver what is pending",
        )
        workflow.set_current_details(
            f"**{report.delivered} delivered**, {report.still_pending} complaint(s) wait still\n\n"
            f"{report.notices_started} notice(s) started, {report.change_sets} change-set(s) carried on"
        )
        return report


@workflow.defn(name=names.ANCHOR)
class AnchorWorkflow:
    """Put the heads of all chains of evidence outside the database, once a day."""

    @workflow.run
    async def run(self, start: AnchorStart) -> AnchorReport:
        """Write the heads, and say how many they are."""
        report = await workflow.execute_activity_method(
            Sweeps.export_anchor,
            AnchorRequest(now=workflow.now()),
            start_to_close_timeout=EXPORT_TIMEOUT,
            schedule_to_close_timeout=EXPORT_PATIENCE,
            retry_policy=DATABASE_RETRY,
            summary="Export the heads of all evidence",
        )
        workflow.set_current_details(f"**{report.heads} head(s)** exported for {report.day:%Y-%m-%d}")
        return report
