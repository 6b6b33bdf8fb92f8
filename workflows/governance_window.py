"""What operators see of an occurrence: search attributes, and two lines that say what it waits for."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from temporalio import workflow
from temporalio.common import SearchAttributeKey

from contracts import names
from contracts.governance import GovernanceLook
from workflows.kept_window import Shown

_ORGANISATION = SearchAttributeKey.for_keyword(names.SA_ORGANISATION)
_STAGE = SearchAttributeKey.for_keyword(names.SA_STAGE)
_NEXT_DUE_AT = SearchAttributeKey.for_datetime(names.SA_NEXT_DUE_AT)
_NEEDS_ATTENTION = SearchAttributeKey.for_bool(names.SA_NEEDS_ATTENTION)
# As `policies.governing` calls a fault of which nothing more is known.
_FAULT: Final = "failed"


class GovernanceWindow(Shown):
    """Show one occurrence."""

    def show(self, organisation_id: UUID, look: GovernanceLook, *, failed: bool = False) -> None:
        """Show its step, and when it is looked at again."""
        step = look.state.value if look.step is None else look.step.value
        self.upsert(
            {
                _ORGANISATION: str(organisation_id),
                _STAGE: f"{look.kind}.{step}",
                _NEXT_DUE_AT: None if look.over else look.look_at or look.due_at,
                _NEEDS_ATTENTION: failed or look.hindered is not None,
            }
        )
        flag = _flag(look, failed=failed)
        late = " · begun late" if look.late else ""
        until = "Nothing is awaited any more." if look.over else f"Step: {step}"
        if look.due_at is not None:
            until += f", due by {look.due_at:%Y-%m-%d %H:%M} UTC"
        if look.actions:
            until += f" · {look.actions} action(s) of it still to be done"
        workflow.set_current_details(f"**{look.kind} {look.number}**: {look.state.value}{late}{flag}\n\n{until}")

    def show_fault(self, organisation_id: UUID) -> None:
        """Show that a look failed for good."""
        self.upsert({_ORGANISATION: str(organisation_id), _NEEDS_ATTENTION: True})


def _flag(look: GovernanceLook, *, failed: bool) -> str:
    """Say what keeps the machine from its step, and whether it tries again or waits for people."""
    if look.hindered is not None and look.hindered.value != _FAULT:
        return f" · **needs attention**: {look.hindered.value}, which people have to see to"
    if look.hindered is not None:
        again = f" at {look.look_at:%Y-%m-%d %H:%M} UTC" if look.deed is None and look.look_at is not None else ""
        times = f"{look.tries} time(s)"
        return f" · **needs attention**: a step of the machine failed {times}, and is tried again{again}"
    return " · **needs attention**: a step of the machine failed, and is tried again" if failed else ""
