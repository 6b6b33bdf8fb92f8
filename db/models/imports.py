"""Tables of moving in: an import, and each row of its file with what is wrong with it or what became of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, Json, JsonList, OrganisationId, RecordedAt


class ImportBatch(Base):
    """One file of complaints from another system. Until `switch_on` nothing is sent about any of them.

    `totals` are counts by the state of a row, as they stood when they were last counted. `attempt` counts retries,
    and `tried_at` is when its workflow was last given something to do.
    """

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint("format in ('csv', 'jsonl')", name="format"),
        CheckConstraint(
            "state in ('staged', 'checked', 'importing', 'done', 'incomplete', 'abandoned')",
            name="state",
        ),
        UniqueConstraint("organisation_id", "caller", "route", "idempotency_key"),
        Index("ix_import_batch_asked", "organisation_id", "asked_at", "id"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    source_system: Mapped[CodeText]
    format: Mapped[CodeText]
    mapping: Mapped[Json]
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[CodeText]
    attempt: Mapped[int] = mapped_column(default=0)
    switch_on: Mapped[date]
    totals: Mapped[Json]
    asked_by: Mapped[UUID]
    role: Mapped[CodeText]
    asked_at: Mapped[Instant]
    tried_at: Mapped[Instant]
    decision_id: Mapped[UUID | None]
    go: Mapped[bool | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    caller: Mapped[str]
    route: Mapped[str]
    idempotency_key: Mapped[str]
    body_hash: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[RecordedAt]


class ImportRow(Base):
    """One row of the file: its words as they came, and as a case where they could be read.

    The words go when the complaint has them, and when the import is abandoned. Those of rows that were set aside or
    failed stay.
    `reasons` are codes, each with the field it is about. `reference` is drawn before the complaint is opened,
    so that a repeat opens it under the same one.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        CheckConstraint("state in ('staged', 'good', 'quarantined', 'imported', 'failed')", name="state"),
        Index("ix_import_row_state", "import_id", "state", "n"),
        Index("ix_import_row_source", "import_id", "source_reference"),
        Index(
            "uq_import_row_imported",
            "organisation_id",
            "source_system",
            "source_reference",
            unique=True,
            postgresql_where=text("state = 'imported'"),
        ),
    )

    import_id: Mapped[UUID] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[OrganisationId]
    raw: Mapped[Json]
    state: Mapped[CodeText]
    reasons: Mapped[JsonList]
    source_system: Mapped[CodeText]
    source_reference: Mapped[str | None]
    said: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    reference: Mapped[CodeText | None]
    complaint_id: Mapped[UUID | None] = mapped_column(ForeignKey("complaint.id"), index=True)
