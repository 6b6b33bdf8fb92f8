"""Tables of bulk operations: what was asked to be done to many complaints, and what became of each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, Json, OrganisationId, RecordedAt


class BulkOperation(Base):
    """One thing done to many complaints. `params` may hold words.

    `tried_by`, `tried_role` and `tried_at` are who asked for the present attempt, and so say it to each complaint.
    The counts are of items, as they stood at the end of the last step.
    """

    __tablename__ = "bulk_operation"
    __table_args__ = (
        UniqueConstraint("organisation_id", "caller", "route", "idempotency_key"),
        Index("ix_bulk_operation_asked", "organisation_id", "asked_at", "id"),
        CheckConstraint("kind in ('assign', 'add_note', 'send_update', 'export', 'hand_over_actions')", name="kind"),
        CheckConstraint("state in ('running', 'done', 'incomplete')", name="state"),
        CheckConstraint("state <> 'done' or done = total", name="done_is_all_done"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    kind: Mapped[CodeText]
    params: Mapped[Json]
    state: Mapped[CodeText]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=1)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[CodeText]
    asked_at: Mapped[Instant]
    tried_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    tried_role: Mapped[CodeText]
    tried_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    leaver_id: Mapped[UUID | None] = mapped_column(ForeignKey("leaver.id"))
    caller: Mapped[str]
    route: Mapped[str]
    idempotency_key: Mapped[str]
    body_hash: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[RecordedAt]


class BulkItem(Base):
    """One complaint of a bulk operation, and what became of it.

    `attempt` is the one its submission was said under. An export keeps where its document is stored, and its hash.
    """

    __tablename__ = "bulk_item"
    __table_args__ = (
        UniqueConstraint("operation_id", "complaint_id"),
        Index(
            "ix_bulk_item_unsettled",
            "operation_id",
            "state",
            "n",
            postgresql_where=text("state in ('waiting', 'said')"),
        ),
        CheckConstraint("state in ('waiting', 'said', 'done', 'refused', 'failed')", name="state"),
    )

    operation_id: Mapped[UUID] = mapped_column(ForeignKey("bulk_operation.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), index=True)
    state: Mapped[CodeText]
    refusal: Mapped[CodeText | None]
    failure: Mapped[CodeText | None]
    submission_id: Mapped[UUID | None]
    attempt: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    stored_key: Mapped[str | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
