"""The shapes of what a contributing body hears from the body that coordinates, and of what it says to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from contracts.commands import CommandKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOpened:
    """Whose part a case is, that another body coordinates. Exactly one of the two says where that body is."""

    contribution_id: UUID
    lead_code: str
    lead_name: str
    lead_reference: str
    bound: Literal["regulation_9", "voluntary"]
    accept_by: date
    lead_organisation_id: UUID | None = None
    partner_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HearLead:
    """A message of the lead, as it came: `seq` is the lead's number of it. `kind` and `body` are looked at by the act.

    With `refused_id` it is no message: the lead refused the one of ours that has this id, and `kind` is the code.
    """

    protocol: int
    kind: str
    body: dict[str, Any]
    seq: int = 0
    refused_id: UUID | None = None

    @property
    def when(self) -> str:
        """Return by which of several moves it leads on."""
        return self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class TellLead:
    """What we say to the lead, as a message of the protocol. A submission is signed by whoever says it."""

    kind: str
    body: dict[str, Any]

    @property
    def when(self) -> str:
        """Return by which of several moves it leads on."""
        return self.kind


PartSaid = HearLead | TellLead
PART_SHAPES: Final[dict[CommandKind, type[PartSaid]]] = {
    CommandKind.HEAR_LEAD: HearLead,
    CommandKind.TELL_LEAD: TellLead,
}
