"""What operators see of a complaint: search attributes, and two lines that say what it waits for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from contracts import names
from contracts.clocks import RungRef
from contracts.complaint import ComplaintState

_KEYWORD = SearchAttributeKey.for_keyword
_NEXT_DUE_AT = SearchAttributeKey.for_datetime(names.SA_NEXT_DUE_AT)
_NEEDS_ATTENTION = SearchAttributeKey.for_bool(names.SA_NEEDS_ATTENTION)


class Window:
    """Show a complaint to operators; write only what changed."""

    def __init__(self) -> None:
        self._shown: dict[str, Any] = {}

    def show(self, state: ComplaintState, next_due: RungRef | None) -> None:
        """Upsert the search attributes that changed, and renew the current details."""
        updates = [
            self._keyword(names.SA_ORGANISATION, state.organisation_id),
            self._keyword(names.SA_REFERENCE, state.reference),
            self._keyword(names.SA_PROCEDURE, state.plan and state.plan.procedure),
            self._keyword(names.SA_STAGE, state.stage),
            self._keyword(names.SA_OWNER, state.owner_id),
            self._keyword(names.SA_WAITING_ON, state.waiting_on),
            self._changed(_NEXT_DUE_AT, next_due and next_due.at),
            self._changed(_NEEDS_ATTENTION, needs_attention(state)),
        ]
        if changed := [update for update in updates if update is not None]:
            workflow.upsert_search_attributes(changed)
        workflow.set_current_details(details(state, next_due))

    def _keyword(self, name: str, value: object) -> SearchAttributeUpdate[str] | None:
        return self._changed(_KEYWORD(name), None if value is None else str(value))

    def _changed(self, key: SearchAttributeKey[Any], value: Any) -> SearchAttributeUpdate[Any] | None:
        if self._shown.get(key.name) == value:
            return None
        self._shown[key.name] = value
        return key.value_unset() if value is None else key.value_set(value)


def needs_attention(state: ComplaintState) -> bool:
    """Say whether an act is parked, or nobody could be found for a role."""
    return bool(state.parked) or state.attention


def details(state: ComplaintState, next_due: RungRef | None) -> str:
    """Return two lines of Markdown: where the complaint stands, and what it waits for until when."""
    if state.finished:
        return f"**{state.reference or 'complaint'}**: {state.stage}\n\nNothing is awaited any more."
    flag = " · **needs attention**" if needs_attention(state) else ""
    waits = f"waits on {state.waiting_on}" if state.waiting_on else "waits to be opened"
    first = f"**{state.reference or 'complaint'}**: {state.stage} · {waits}{flag}"
    if state.parked:
        return f"{first}\n\n{len(state.parked)} act(s) parked. Clocks run on. Send `resume` once mended."
    return f"{first}\n\nNext: {rung_words(next_due)}" if next_due else f"{first}\n\nNext: nothing"


def rung_words(ref: RungRef) -> str:
    """Name a rung and its instant, in codes."""
    return f"{ref.rung} of {ref.kind} at {_stamp(ref.at)}"


def _stamp(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
