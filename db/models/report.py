"""Tables of reports as they were compiled, and of those that are published on the page of their organisation."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, Json, OrganisationId, RecordedAt


class Report(Base):
    """One report, kept to the byte: `document` is its canonical JSON, `sha256` the hash of it.

    `titles` is what codes were called when it was compiled, so that it can be rebuilt with them. `supersedes_id` is the
    one of the same kind and days that was compiled before; `occurrence_id` what of the governance it was compiled for.
    """

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("state in ('compiled', 'approved', 'published', 'withdrawn')", name="state"),
        CheckConstraint("first_on <= last_on", name="period"),
        CheckConstraint("known_until <= compiled_at", name="known"),
        CheckConstraint(
            "(state = 'compiled') = (approved_at is null) and (approved_at is null) = (approved_by is null)",
            name="approved",
        ),
        CheckConstraint("approved_by <> compiled_by", name="two_people"),
        Index("ix_report_compiled_at", "organisation_id", "compiled_at", "id"),
        Index("ix_report_occurrence_id", "occurrence_id", postgresql_where=text("occurrence_id is not null")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    kind: Mapped[CodeText]
    rules: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    known_until: Mapped[Instant]
    compiled_at: Mapped[Instant]
    compiled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    occurrence_id: Mapped[UUID | None]
    document: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    titles: Mapped[Json] = mapped_column(deferred=True)
    state: Mapped[CodeText]
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id"))
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class ReportPublication(Base):
    """That a report was published, at which address, and since when and why it no longer is."""

    __tablename__ = "report_publication"
    __table_args__ = (
        UniqueConstraint("report_id"),
        CheckConstraint("(withdrawn_at is null) = (withdrawn_reason is null)", name="withdrawn"),
        Index(
            "uq_report_publication_shown",
            "organisation_id",
            "slug",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id"))
    slug: Mapped[CodeText]
    published_at: Mapped[Instant]
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_reason: Mapped[str | None]
    recorded_at: Mapped[RecordedAt]
