"""The people outside, and what they said, as they are shown."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from api.schemas.base import Wire
from db.models.complaint import Party


class PartyShown(Wire):
    """A person outside who is part of a complaint. There is no id before the complaint is opened."""

    id: UUID | None = None
    role: str
    name: str
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    born_on: date | None = None
    died_on: date | None = None
    nhs_number: str | None = None
    relation: str | None = None
    ground: str | None = None
    consent_basis: str | None = None

    @classmethod
    def of(cls, party: Party) -> PartyShown:
        """Return a party as it is shown."""
        return cls(**{name: getattr(party, name) for name in cls.model_fields})


class WordsShown(Wire):
    """What the person said. Left out for those who may see ids and codes only."""

    summary: str
    narrative: str
    desired_outcome: str | None = None
    parties: list[PartyShown]
