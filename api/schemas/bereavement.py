"""Somebody has died: what is said of it, and who goes on."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.base import Address, AgreedDay, BirthDay, Email, EventDay, Name, Phone, Reason, Request, Words
from api.schemas.needs import Needs, needs_said
from db import bereavement_said
from db.party_said import PartySaid


class DeathSaid(Request):
    """A person who is part of the complaint has died. Letters to them stop at once."""

    party_id: UUID
    known_on: EventDay = Field(description="The day on which the organisation heard of it.")
    died_on: BirthDay | None = None
    inquest_on: AgreedDay | None = None
    words: Words | None = None

    def said(self) -> bereavement_said.RecordDeath:
        """Return what was said."""
        return bereavement_said.RecordDeath(**self.model_dump())


class SuccessorPerson(Request):
    """Who goes on with the complaint of a person who died."""

    name: Name
    relation: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["daughter"])]
    email: Email | None = None
    phone: Phone | None = None
    address: Address | None = None
    needs: Needs | None = Field(default=None, description="What they need, and what is not safe.")


class SuccessorSaid(Request):
    """Somebody goes on with the complaint; with `successor` null nobody does, and it ends."""

    successor: SuccessorPerson | None
    reason: Reason

    def said(self) -> bereavement_said.NameSuccessor:
        """Return what was said."""
        named = None
        if self.successor is not None:
            values = self.successor.model_dump(exclude={"needs"})
            needs = needs_said(self.successor.needs)
            named = PartySaid(role="complainant", ground="died", **values, needs=needs)
        return bereavement_said.NameSuccessor(reason=self.reason, successor=named)
