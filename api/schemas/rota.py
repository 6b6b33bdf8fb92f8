"""The rota of seniors as it is said and shown."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field, StrictInt

from api.schemas.base import AgreedDay, Phone, Request, Wire
from api.schemas.complaints import PersonRef
from db.models.escalation import Rota

Hours = Literal["office", "out", "both"]


class RotaSaid(Request):
    """A senior is asked from a day to a day, both included: in this place, in these hours."""

    person_id: UUID
    place: StrictInt = Field(ge=1, le=3, description="Who is asked first, second, third.")
    hours: Hours = Field(description="In office hours, outside them, or both. A night belongs to its local day.")
    first_on: AgreedDay
    last_on: AgreedDay | None = Field(default=None, description="Left out: until further notice.")
    mobile: Phone | None = Field(default=None, description="For a text message outside office hours.")


class RotaEnd(Request):
    """The last day of an entry."""

    last_on: AgreedDay


class RotaShown(Wire):
    """One entry of the rota. Name and number are left out for those who may not see words."""

    id: UUID
    person: PersonRef
    place: int
    hours: str
    first_on: date
    last_on: date | None = None
    mobile: str | None = None

    @classmethod
    def of(cls, row: Rota, name: str | None, *, words: bool) -> RotaShown:
        """Return an entry as it is shown."""
        return cls(
            id=row.id,
            person=PersonRef(id=row.person_id, name=name if words else None),
            place=row.place,
            hours=row.hours,
            first_on=row.first_on,
            last_on=row.last_on,
            mobile=row.mobile if words else None,
        )


class RotaListed(Wire):
    """The rota from today on, with what is over left out."""

    items: list[RotaShown]
