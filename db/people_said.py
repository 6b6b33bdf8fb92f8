"""The shapes of what is said about the people outside: who they are, what they need, what they were told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind
from db.party_said import NeedsSaid, PartySaid

RetiredCause = Literal["left", "replaced", "mistaken", "no_longer_represents"]
Statement = Literal["advocacy", "non_detriment"]
GivenBy = Literal["call", "meeting", "letter", "email"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddParty:
    """Somebody else outside is part of the complaint."""

    party: PartySaid


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireParty:
    """Somebody outside is no longer part of the complaint."""

    party_id: UUID
    cause: RetiredCause
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactNeeds:
    """What somebody outside needs, and what is not safe: the whole of it."""

    party_id: UUID
    needs: NeedsSaid


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveStatements:
    """Somebody was told: in a contact on record, or on a day by a method. Without a party, the complainant was."""

    statements: tuple[Statement, ...]
    party_id: UUID | None = None
    contact_id: UUID | None = None
    given_on: date | None = None
    method: GivenBy | None = None


PeopleSaid = AddParty | RetireParty | SetContactNeeds | GiveStatements
PEOPLE_SHAPES: Final[dict[CommandKind, type[PeopleSaid]]] = {
    CommandKind.ADD_PARTY: AddParty,
    CommandKind.RETIRE_PARTY: RetireParty,
    CommandKind.SET_CONTACT_NEEDS: SetContactNeeds,
    CommandKind.GIVE_STATEMENTS: GiveStatements,
}
