"""What became of notices: as people say it, as it is shown, and as Notify's callbacks tell it."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictStr

from api.schemas.base import EventDay, Request, UtcTime, Wire, Words
from db import delivery_said
from db.delivery_said import Arrived
from db.models.arrivals import Arrival, Carriage

Told = Annotated[StrictStr, Field(max_length=200)]


class DeliveryRecorded(Request):
    """Somebody saw what became of a notice."""

    what: Arrived
    on: EventDay
    words: Words | None = None

    def said(self, notice_id: UUID) -> delivery_said.RecordDelivery:
        """Return what was said."""
        return delivery_said.RecordDelivery(notice_id=notice_id, what=self.what, on=self.on, words=self.words)


class ArrivalShown(Wire):
    """What somebody saw become of a notice. Their words are left out for those who may not see words."""

    id: UUID
    what: str
    on: date
    words: str | None = None
    said_by: UUID | None = None
    said_at: UtcTime

    @classmethod
    def of(cls, row: Arrival, *, words: bool) -> ArrivalShown:
        """Return an arrival as it is shown."""
        return cls(
            id=row.id,
            what=row.what,
            on=row.happened_on,
            words=row.words if words else None,
            said_by=row.said_by,
            said_at=row.said_at,
        )


class CarriageShown(Wire):
    """Where a notice is with its carrier."""

    carrier: str
    begun_at: UtcTime
    carrier_id: UUID | None = Field(default=None, description="What the carrier calls it.")
    status: str | None = Field(default=None, description="What the carrier last said of it, as a code.")
    looked_at: UtcTime | None = None

    @classmethod
    def of(cls, row: Carriage) -> CarriageShown:
        """Return a carriage as it is shown."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class Deliveries(Wire):
    """What is known of the way of a notice."""

    notice_id: UUID
    state: str
    failure: str | None = None
    carriage: CarriageShown | None = None
    items: list[ArrivalShown]


class NotifyCallback(BaseModel):
    """A delivery receipt of Notify. It says more, which is not looked at: to whom it went, for one."""

    model_config = ConfigDict(extra="ignore")

    reference: Told | None = None
    status: Told


class NotifyReturned(BaseModel):
    """Notify says that a letter was sent back."""

    model_config = ConfigDict(extra="ignore")

    reference: Told | None = None
