"""Tables of clocks: the ledger as it stands, every version of it, and the rungs that fired."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import (
    Base,
    CodeText,
    ComplaintId,
    Id,
    Instant,
    Json,
    JsonList,
    OrganisationId,
    RecordedAt,
)


class ClockRow(Base):
    """A clock as it stands. `subject_id` is the notice that a `draft_release` clock is about.

    `breached_at` is set by the overdue rung and never cleared. Whether a running clock is overdue
    is derived, in `db.queries.clocks`. A clock with an `involvement_id`, a `contribution_id` or a `proceeding_id` is
    kept by the workflow of that, every other by the complaint's own.
    """

    __tablename__ = "clock"
    __table_args__ = (
        Index("ix_clock_running_due", "organisation_id", "state", "due_at"),
        Index("ix_clock_involvement_id", "involvement_id", postgresql_where=text("involvement_id is not null")),
        Index("ix_clock_contribution_id", "contribution_id", postgresql_where=text("contribution_id is not null")),
        Index("ix_clock_proceeding_id", "proceeding_id", postgresql_where=text("proceeding_id is not null")),
        UniqueConstraint("complaint_id", "kind", "subject_id", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    kind: Mapped[CodeText]
    subject_id: Mapped[UUID | None]
    involvement_id: Mapped[UUID | None]
    contribution_id: Mapped[UUID | None]
    proceeding_id: Mapped[UUID | None]
    generation: Mapped[int]
    effect: Mapped[CodeText]
    state: Mapped[CodeText]
    started_on: Mapped[date]
    due_on: Mapped[date]
    due_at: Mapped[Instant]
    provisional: Mapped[bool]
    met_on: Mapped[date | None]
    in_time: Mapped[bool | None]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    breached_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    rungs: Mapped[JsonList]
    proof: Mapped[Json]
    recorded_at: Mapped[RecordedAt]


class ClockVersion(Base):
    """One version of a clock's due date: why, who agreed, and its proof. Append-only (R-16)."""

    __tablename__ = "clock_version"
    __table_args__ = (
        UniqueConstraint("clock_id", "generation"),
        # What was kept and broken in a stretch of time, over all complaints of an organisation.
        Index(
            "ix_clock_version_judged",
            "organisation_id",
            "due_on",
            postgresql_include=("clock_id", "in_time", "breached_at"),
            postgresql_where=text("in_time is not null or breached_at is not null"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    clock_id: Mapped[UUID] = mapped_column(ForeignKey("clock.id"))
    generation: Mapped[int]
    started_on: Mapped[date]
    due_on: Mapped[date]
    due_at: Mapped[Instant]
    cause: Mapped[CodeText]
    reason: Mapped[str | None]
    agreed_by: Mapped[str | None]
    agreed_on: Mapped[date | None]
    act_id: Mapped[UUID]
    breached_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    met_on: Mapped[date | None]
    in_time: Mapped[bool | None]
    proof: Mapped[Json]
    made_at: Mapped[Instant]


class FiredRung(Base):
    """The identity of a rung that fired. Its transaction inserts this row first."""

    __tablename__ = "fired_rung"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    clock_id: Mapped[UUID] = mapped_column(ForeignKey("clock.id"), primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True)
    rung: Mapped[CodeText] = mapped_column(primary_key=True)
    organisation_id: Mapped[OrganisationId]
    act_id: Mapped[UUID] = mapped_column(unique=True)
    due_at: Mapped[Instant]
    fired_at: Mapped[Instant]
    late: Mapped[bool]
