"""Tables of learning that is shared with other bodies: asked for and decided, with whom, and what they made of it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, OrganisationId, PersonId, RecordedAt
from db.models.learning import TwoCodes


class LearningSharing(Base):
    """Somebody asked for a version of learning to be shared; another person decided. `remark` goes with it."""

    __tablename__ = "learning_sharing"
    __table_args__ = (
        CheckConstraint("state in ('asked', 'approved', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("decided_by <> asked_by", name="two_people"),
        CheckConstraint("(state = 'asked') = (decided_at is null)", name="decided"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at is not null)", name="withdrawn"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    learning_id: Mapped[UUID] = mapped_column(ForeignKey("learning.id"), index=True)
    version: Mapped[int]
    remark: Mapped[str | None]
    state: Mapped[CodeText]
    asked_by: Mapped[PersonId]
    asked_at: Mapped[Instant]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decision_reason: Mapped[str | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_reason: Mapped[str | None]
    recorded_at: Mapped[RecordedAt]


class LearningSharingBody(Base):
    """A body with which it is shared: of this installation, or a partner, told by its system or by hand."""

    __tablename__ = "learning_sharing_body"
    __table_args__ = (
        UniqueConstraint("sharing_id", "code"),
        CheckConstraint("way in ('here', 'partner')", name="way"),
        CheckConstraint("told_by in ('system', 'hand')", name="told_by"),
        CheckConstraint("num_nonnulls(shared_with, partner_id) <= 1", name="one"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    sharing_id: Mapped[UUID] = mapped_column(ForeignKey("learning_sharing.id"))
    code: Mapped[CodeText]
    name: Mapped[str | None]
    way: Mapped[CodeText]
    shared_with: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner.id"))
    told_by: Mapped[CodeText | None]
    sent_on: Mapped[date | None]
    recalled_on: Mapped[date | None]
    recorded_at: Mapped[RecordedAt]


class SharedLearning(Base):
    """What a body of this installation reads of it, until it is withdrawn. Its id is that of the body it is for."""

    __tablename__ = "shared_learning"
    __table_args__ = (
        UniqueConstraint("id", "shared_with", "organisation_id", name="uq_shared_learning_whole"),
        CheckConstraint("shared_with <> organisation_id", name="another"),
        Index("ix_shared_learning_shared_with", "shared_with", "shared_at", "id"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    shared_with: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    from_code: Mapped[CodeText]
    from_name: Mapped[str]
    theme: Mapped[TwoCodes]
    theme_title: Mapped[str]
    words: Mapped[str]
    remark: Mapped[str | None]
    shared_at: Mapped[Instant]
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class SharedLearningMark(Base):
    """The body that reads it has seen it, or uses it. `sender_id`: the organisation that shared it reads this."""

    __tablename__ = "shared_learning_mark"
    __table_args__ = (
        UniqueConstraint("shared_id", "mark"),
        CheckConstraint("mark in ('seen', 'used')", name="mark"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    shared_id: Mapped[UUID]
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    mark: Mapped[CodeText]
    at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]
