"""Tables of tiers: each time a person asked for somebody else to look, and who may not handle the complaint again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId


class TierStep(Base):
    """A person asked for the next tier. Append-only.

    `window_until` is the last day on which the tier was open to them, where that could be counted.
    """

    __tablename__ = "tier_step"
    __table_args__ = (
        UniqueConstraint("complaint_id", "tier"),
        CheckConstraint("kind in ('internal', 'independent', 'ombudsman')", name="kind"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    tier: Mapped[CodeText]
    kind: Mapped[CodeText]
    channel: Mapped[CodeText]
    asked_on: Mapped[date]
    method: Mapped[CodeText]
    window_until: Mapped[date | None]
    outside_window: Mapped[bool]
    words: Mapped[str | None]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class TierBar(Base):
    """Somebody handled a complaint before a tier, and may not handle it there. Append-only."""

    __tablename__ = "tier_bar"
    __table_args__ = (UniqueConstraint("complaint_id", "tier", "person_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    tier: Mapped[CodeText]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
