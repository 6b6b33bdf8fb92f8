"""The contact log: how a contact is said, and how it is shown."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.base import AgreedDay, EventTime, Name, Request, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from db import office_said
from db.models.correction import Contact
from db.office_said import ContactChannel


class ContactSaid(Request):
    """Somebody was spoken or written to, or spoke or wrote to us. A promise has a day it is due."""

    direction: Literal["in", "out"]
    channel: ContactChannel
    happened_at: EventTime = Field(description="With an offset; a contact before the complaint belongs here too.")
    with_whom: Name
    summary: Words
    party_id: UUID | None = None
    promised: Words | None = Field(default=None, description="What was promised, together with `promisedBy`.")
    promised_by: AgreedDay | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.promised is None) != (self.promised_by is None):
            raise ValueError("A promise has words and a day it is due.")
        return self

    def said(self) -> office_said.RecordContact:
        """Return what was said."""
        return office_said.RecordContact(**self.model_dump())


class ContactShown(Wire):
    """A contact. Its words are left out for those who may not see them."""

    id: UUID
    direction: str
    channel: str
    happened_at: UtcTime
    with_whom: str | None = None
    party_id: UUID | None = None
    summary: str | None = None
    promised: str | None = None
    promised_by: date | None = None
    author: PersonRef | None = None
    said_at: UtcTime

    @classmethod
    def of(cls, contact: Contact, author_name: str | None, *, words: bool) -> ContactShown:
        """Return a contact as it is shown."""
        return cls(
            id=contact.id,
            direction=contact.direction,
            channel=contact.channel,
            happened_at=contact.happened_at,
            with_whom=contact.with_whom if words else None,
            party_id=contact.party_id,
            summary=contact.summary if words else None,
            promised=contact.promised if words else None,
            promised_by=contact.promised_by,
            author=PersonRef.of(contact.author_id, author_name if words else None),
            said_at=contact.said_at,
        )


class Contacts(Wire):
    """The contacts of a complaint, in the order they happened."""

    items: list[ContactShown]
