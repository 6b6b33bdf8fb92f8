"""The shapes of what is said about consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

ConsentScope = Literal["represent", "disclose_response", "disclose_records", "correspond", "share_with_body"]
GiverGround = Literal["parent", "attorney", "personal_representative"]
Basis = Literal["written", "oral", "statutory"]
WithdrawnHow = Literal["call", "meeting", "letter", "email", "text", "online_form"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordConsent:
    """Somebody agreed that another is told. The recipient is a party, or a body by its code.

    `giver_ground`: why another than the person concerned gives it. `after_death`: it was given for after their death.
    """

    scope: ConsentScope
    giver_id: UUID
    basis: Basis
    given_on: date
    recipient_id: UUID | None = None
    body: str | None = None
    giver_ground: GiverGround | None = None
    file_id: UUID | None = None
    contact_id: UUID | None = None
    expires_on: date | None = None
    after_death: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent:
    """A consent was taken back, by whoever gave it or by the person concerned."""

    consent_id: UUID
    withdrawn_on: date
    withdrawn_by: UUID
    how: WithdrawnHow
    words: str | None = None


ConsentSaid = RecordConsent | WithdrawConsent
CONSENT_SHAPES: Final[dict[CommandKind, type[ConsentSaid]]] = {
    CommandKind.RECORD_CONSENT: RecordConsent,
    CommandKind.WITHDRAW_CONSENT: WithdrawConsent,
}
