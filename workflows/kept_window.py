"""What operators see of what outlives a complaint, or stands beside one: search attributes, and two lines that say
what it waits for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from contracts import names
from contracts.clocks import RungRef
from contracts.involvements import InvolvementLook
from contracts.joint import ContributionLook, JointPartStep
from contracts.proceedings import ProceedingKind, ProceedingLook
from workflows.window import rung_words

_KEYWORD = SearchAttributeKey.for_keyword
_ORGANISATION = _KEYWORD(names.SA_ORGANISATION)
_REFERENCE = _KEYWORD(names.SA_REFERENCE)
_STAGE = _KEYWORD(names.SA_STAGE)
_NEXT_DUE_AT = SearchAttributeKey.for_datetime(names.SA_NEXT_DUE_AT)
_NEEDS_ATTENTION = SearchAttributeKey.for_bool(names.SA_NEEDS_ATTENTION)


class Shown:
    """Show search attributes to operators; write only what changed."""

    def __init__(self) -> None:
        self._shown: dict[str, Any] = {}

    def upsert(self, values: Mapping[SearchAttributeKey[Any], Any]) -> None:
        """Write the search attributes that changed; None takes one away."""
        updates = [self._changed(key, value) for key, value in values.items()]
        if changed := [update for update in updates if update is not None]:
            workflow.upsert_search_attributes(changed)

    def _changed(self, key: SearchAttributeKey[Any], value: Any) -> SearchAttributeUpdate[Any] | None:
        if self._shown.get(key.name) == value:
            return None
        self._shown[key.name] = value
        return key.value_unset() if value is None else key.value_set(value)


class KeptWindow(Shown):
    """Show what keeps clocks."""

    def show_kept(
        self,
        organisation_id: UUID,
        look: InvolvementLook | ContributionLook | ProceedingLook,
        due: RungRef | None,
        failed: int,
        what: str,
    ) -> None:
        """Upsert the search attributes that changed, and renew the current details: `what` it is, and what is next."""
        self.upsert(
            {
                _ORGANISATION: str(organisation_id),
                _REFERENCE: str(look.reference),
                _STAGE: look.state.value,
                _NEXT_DUE_AT: None if due is None else due.at,
                _NEEDS_ATTENTION: failed > 0,
            }
        )
        flag = " · **needs attention**: a rung failed, and is tried again" if failed else ""
        until = "Nothing is awaited any more." if look.over else f"Next: {rung_words(due) if due else 'nothing'}"
        workflow.set_current_details(f"**{what}**: {look.state.value}{flag}\n\n{until}")


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


class ProceedingWindow(KeptWindow):
    """Show what runs beside a complaint: its kind, and what it is about."""

    def __init__(self, kind: ProceedingKind) -> None:
        super().__init__()
        self._kind = kind

    def show(self, organisation_id: UUID, look: ProceedingLook, due: RungRef | None, failed: int) -> None:
        """Show how it stands, and what is due next."""
        what = f"{look.reference}, {self._kind.value} ({look.about})"
        self.show_kept(organisation_id, look, due, failed, what)


class PartWindow(Shown):
    """Show our part in what another body coordinates."""

    def begin(self, organisation_id: UUID, now: datetime) -> None:
        """Show that a step is due: one that never comes through is found by that."""
        self.upsert({_ORGANISATION: str(organisation_id), _NEXT_DUE_AT: now})

    def show_fault(self, organisation_id: UUID) -> None:
        """Show that a step failed for good."""
        self.upsert({_ORGANISATION: str(organisation_id), _NEEDS_ATTENTION: True})

    def show(self, organisation_id: UUID, pushed: JointPartStep, pulled: JointPartStep, until: datetime | None) -> None:
        """Show how our case stands, what waits to be brought, why it does not get through, and the next try."""
        asks = pushed.asks or pulled.asks
        self.upsert(
            {
                _ORGANISATION: str(organisation_id),
                _REFERENCE: None if pulled.reference is None else str(pulled.reference),
                _STAGE: None if pulled.stage is None else str(pulled.stage),
                _NEXT_DUE_AT: until,
                _NEEDS_ATTENTION: asks,
            }
        )
        what = f"**{pulled.reference}**: {pulled.stage}" if pulled.reference else "**Nothing told yet**"
        failed = pushed.failure or pulled.failure
        not_through = "" if failed is None else f" · not through: {failed.value}"
        flag = " · **needs attention**: somebody was asked to see to it" if asks else ""
        then = "Begins anew when it is told to."
        if until is not None:
            then = f"Looks again at {until:%Y-%m-%d %H:%M} UTC, or when it is told."
        workflow.set_current_details(f"{what} · {pulled.waiting} to bring{not_through}{flag}\n\n{then}")
