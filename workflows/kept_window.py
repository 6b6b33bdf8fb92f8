"""What operators see of what keeps clocks: search attributes, and two lines that say what it waits for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from contracts import names
from contracts.clocks import RungRef
from contracts.involvements import InvolvementLook
from contracts.joint import ContributionLook
from workflows.window import rung_words

_KEYWORD = SearchAttributeKey.for_keyword
_NEXT_DUE_AT = SearchAttributeKey.for_datetime(names.SA_NEXT_DUE_AT)
_NEEDS_ATTENTION = SearchAttributeKey.for_bool(names.SA_NEEDS_ATTENTION)


class KeptWindow:
    """Show to operators what keeps clocks; write only what changed."""

    def __init__(self) -> None:
        self._shown: dict[str, Any] = {}

    def show_kept(
        self,
        organisation_id: UUID,
        look: InvolvementLook | ContributionLook,
        due: RungRef | None,
        failed: int,
        what: str,
    ) -> None:
        """Upsert the search attributes that changed, and renew the current details: `what` it is, and what is next."""
        updates = [
            self._changed(_KEYWORD(names.SA_ORGANISATION), str(organisation_id)),
            self._changed(_KEYWORD(names.SA_REFERENCE), str(look.reference)),
            self._changed(_KEYWORD(names.SA_STAGE), look.state.value),
            self._changed(_NEXT_DUE_AT, None if due is None else due.at),
            self._changed(_NEEDS_ATTENTION, failed > 0),
        ]
        if changed := [update for update in updates if update is not None]:
            workflow.upsert_search_attributes(changed)
        flag = " · **needs attention**: a rung failed, and is tried again" if failed else ""
        until = "Nothing is awaited any more." if look.over else f"Next: {rung_words(due) if due else 'nothing'}"
        workflow.set_current_details(f"**{what}**: {look.state.value}{flag}\n\n{until}")

    def _changed(self, key: SearchAttributeKey[Any], value: Any) -> SearchAttributeUpdate[Any] | None:
        if self._shown.get(key.name) == value:
            return None
        self._shown[key.name] = value
        return key.value_unset() if value is None else key.value_set(value)


class StaffWindow(KeptWindow):
    """Show an involvement."""

    def show(self, organisation_id: UUID, look: InvolvementLook, due: RungRef | None, failed: int) -> None:
        """Show how it stands, and what is due next."""
        self.show_kept(organisation_id, look, due, failed, str(look.reference))


class ContributionWindow(KeptWindow):
    """Show a contribution: its complaint, and the code of the body."""

    def show(self, organisation_id: UUID, look: ContributionLook, due: RungRef | None, failed: int) -> None:
        """Show how it stands, and what is due next."""
        self.show_kept(organisation_id, look, due, failed, f"{look.reference}, {look.body}")
