"""Tables of the contact log, and of mistakes put right."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, Json, OrganisationId, RecordedAt


class Contact(Base):
    """One call, voicemail, meeting, visit, letter, e-mail or text, in or out. Append-only."""

    __tablename__ = "contact"
    __table_args__ = (CheckConstraint("direction in ('in', 'out')", name="direction"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    direction: Mapped[CodeText]
    channel: Mapped[CodeText]
    happened_at: Mapped[Instant]
    with_whom: Mapped[str]
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    summary: Mapped[str]
    promised: Mapped[str | None]
    promised_by: Mapped[date | None]
    author_id: Mapped[UUID | None]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class CorrectionRow(Base):
    """A mistake put right, or waiting for approval. `before` and `after` may hold words; events never do.

    `state` is awaiting_approval, made, or rejected.
    """

    __tablename__ = "correction"
    __table_args__ = (
        Index(
            "uq_correction_awaiting",
            "complaint_id",
            "what",
            unique=True,
            postgresql_where=text("state = 'awaiting_approval'"),
        ),
        CheckConstraint("decided_by is null or decided_by <> asked_by", name="two_people"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    what: Mapped[CodeText]
    said: Mapped[Json]
    before: Mapped[Json]
    after: Mapped[Json]
    reason: Mapped[str]
    state: Mapped[CodeText]
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[Instant]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decision_reason: Mapped[str | None]
    act_id: Mapped[UUID]
    recorded_at: Mapped[RecordedAt]
