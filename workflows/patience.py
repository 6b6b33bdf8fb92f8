"""One step of a workflow that nobody waits for: a step that fails for good is done again later, and ends nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

from workflows.options import DATABASE_RETRY

AFTER_FAULT: Final = timedelta(minutes=10)


async def do_patiently(
    step: Callable[[Any, Any], Any],
    act: Callable[[], Any],
    summary: str,
    *,
    timeout: timedelta,
    heartbeat: timedelta | None = None,
    on_fault: Callable[[], None] | None = None,
) -> Any:
    """Return what a step came to, after as many tries as it takes. `act` is asked for each try: time has passed.

    Until a step that failed for good is tried again, the workflow says that it needs attention. `on_fault` may show it
    in other ways, too: it is told each time a step failed.
    """
    while True:
        try:
            return await workflow.execute_activity_method(
                step,
                act(),
                start_to_close_timeout=timeout,
                heartbeat_timeout=heartbeat,
                retry_policy=DATABASE_RETRY,
                summary=summary,
            )
        except (FailureError, TimeoutError) as failure:
            if is_cancelled_exception(failure):
                continue  # "Cancel" was pressed: nothing is wrong with the step
            tell(f"**Needs attention**: {summary}", "The step failed. It is tried again in ten minutes.")
            if on_fault is not None:
                on_fault()
        await workflow.sleep(AFTER_FAULT, summary=f"Needs attention: {summary}")


def tell(what: str, until: str) -> None:
    """Tell an operator in two lines what the workflow does and what it waits for."""
    workflow.set_current_details(f"{what}\n\n{until}")


def has_grown(longest: int) -> bool:
    """Say whether the history is long enough for a new run."""
    info = workflow.info()
    return info.get_current_history_length() >= longest or info.is_continue_as_new_suggested()
