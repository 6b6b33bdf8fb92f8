"""The shapes of what is said when somebody has died."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from contracts.commands import CommandKind
from db.party_said import PartySaid


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDeath:
    """A party has died. `known_on` is the day on which the organisation heard of it."""

    party_id: UUID
    known_on: date
    died_on: date | None = None
    inquest_on: date | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSuccessor:
    """Somebody goes on with the complaint of a person who died; or nobody does, and it ends."""

    reason: str
    successor: PartySaid | None = None


BereavementSaid = RecordDeath | NameSuccessor
BEREAVEMENT_SHAPES: Final[dict[CommandKind, type[BereavementSaid]]] = {
    CommandKind.RECORD_DEATH: RecordDeath,
    CommandKind.NAME_SUCCESSOR: NameSuccessor,
}
