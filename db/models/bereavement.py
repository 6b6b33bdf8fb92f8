"""The table of deaths that are known of."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, ComplaintId, Id, Instant, OrganisationId


class Bereavement(Base):
    """A person who is part of a complaint has died: when, since when that is known, whether an inquest is set."""

    __tablename__ = "bereavement"
    __table_args__ = (UniqueConstraint("complaint_id", "party_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    died_on: Mapped[date | None]
    known_on: Mapped[date]
    inquest_on: Mapped[date | None]
    words: Mapped[str | None]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]
