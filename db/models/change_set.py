"""Tables of a change of a calendar: what was proposed, and what it moves."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, OrganisationId, RecordedAt


class ChangeSet(Base):
    """A proposed closed day. `organisation_id` is who proposed it; `scope` is nation or organisation.

    `revision` is the calendar's when it was proposed. `examined` and `moved` count complaints of the dry run.
    """

    __tablename__ = "change_set"
    __table_args__ = (
        CheckConstraint("scope <> 'nation' or source is not null", name="nation_needs_source"),
        CheckConstraint("decided_by is null or decided_by <> proposed_by", name="two_people"),
        UniqueConstraint("organisation_id", "idempotency_key"),
        Index("ix_change_set_proposed", "organisation_id", "proposed_at", "id"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    scope: Mapped[CodeText]
    nation: Mapped[CodeText]
    day: Mapped[date]
    name: Mapped[str]
    opens: Mapped[bool]
    reason: Mapped[str]
    source: Mapped[str | None]
    state: Mapped[CodeText]
    revision: Mapped[int] = mapped_column(BigInteger)
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[Instant]
    decided_by: Mapped[UUID | None]
    decision_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    approved: Mapped[bool | None]
    decision_reason: Mapped[str | None]
    examined: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    idempotency_key: Mapped[str]
    body_hash: Mapped[str]
    recorded_at: Mapped[RecordedAt]


class ChangeSetItem(Base):
    """One clock that the change moves. `organisation_id` is the complaint's own."""

    __tablename__ = "change_set_item"

    change_set_id: Mapped[UUID] = mapped_column(ForeignKey("change_set.id"), primary_key=True)
    clock_id: Mapped[UUID] = mapped_column(ForeignKey("clock.id"), primary_key=True)
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), index=True)
    generation: Mapped[int]
    old_due_on: Mapped[date]
    new_due_on: Mapped[date]
    submission_id: Mapped[UUID | None]
