"""What is still said about a complaint that has ended: one act, applied by the same path."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.case_file import CaseFile
    from contracts import names
    from contracts.acts import Act, Verdict

from workflows.options import DATABASE_RETRY, DATABASE_TIMEOUT


@workflow.defn(name=names.AFTERWARDS)
class AfterwardsWorkflow:
    """Apply one act to a complaint whose own workflow has ended."""

    @workflow.run
    async def run(self, act: Act) -> Verdict:
        """Apply the act, at the workflow's time."""
        return await workflow.execute_activity_method(
            CaseFile.apply,
            act,
            start_to_close_timeout=DATABASE_TIMEOUT,
            retry_policy=DATABASE_RETRY,
            summary=act.command.kind.value if act.command else "",
        )
