"""Tables of what a parent department sees: which bodies agreed to it, and the aggregates that they delivered.

A delivery is written by the database itself when an aggregate is approved, or when a body agrees (migration 0051).
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, OrganisationId, PersonId, RecordedAt


class OversightLink(Base):
    """A body, whose row this is, agreed that a parent sees its aggregates about days from one on. Either ends it."""

    __tablename__ = "oversight_link"
    __table_args__ = (
        UniqueConstraint("id", "organisation_id", "parent_id", name="uq_oversight_link_whole"),
        CheckConstraint("ended_side in ('body', 'parent')", name="ended_side"),
        CheckConstraint("parent_id <> organisation_id", name="another"),
        CheckConstraint("num_nulls(ended_at, ended_side, ended_reason) in (0, 3)", name="ended"),
        Index(
            "uq_oversight_link_live",
            "organisation_id",
            "parent_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    parent_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    body_code: Mapped[CodeText]
    body_name: Mapped[str]
    parent_code: Mapped[CodeText]
    from_on: Mapped[date]
    agreed_by: Mapped[PersonId]
    agreed_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_side: Mapped[CodeText | None]
    ended_reason: Mapped[str | None]
    recorded_at: Mapped[RecordedAt]


class OversightDelivery(Base):
    """An aggregate that a body compiled and approved, as its parent reads it: of the same days the last one alone."""

    __tablename__ = "oversight_delivery"
    __table_args__ = (
        UniqueConstraint("link_id", "report_id"),
        Index(
            "uq_oversight_delivery_last",
            "link_id",
            "first_on",
            "last_on",
            unique=True,
            postgresql_where=text("superseded_at is null"),
        ),
        Index(
            "ix_oversight_delivery_read",
            "parent_id",
            "first_on",
            "last_on",
            postgresql_where=text("superseded_at is null"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    parent_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    link_id: Mapped[UUID] = mapped_column(ForeignKey("oversight_link.id"))
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id"))
    rules: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    known_until: Mapped[Instant]
    delivered_at: Mapped[Instant]
    superseded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    document: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[RecordedAt]
