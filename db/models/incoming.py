"""Tables of what comes in by itself: which ways in an organisation has switched on, and every mail that came."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, JsonList, OrganisationId, RecordedAt


class IntakeChannel(Base):
    """A way in, beside the API, that an organisation has switched on or off. `secret` signs the keys of its forms."""

    __tablename__ = "intake_channel"
    __table_args__ = (
        UniqueConstraint("organisation_id", "kind"),
        CheckConstraint("kind in ('form', 'email')", name="kind"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    kind: Mapped[CodeText]
    enabled: Mapped[bool]
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]


class Incoming(Base):
    """A mail that came in, whatever became of it. Append-only.

    `mail_key` tells one mail from another: the same for the same mail delivered twice. Who it says it is from is
    words, and proves nothing. The mail itself is in the file store. `received_at` is when it arrived, `taken_in_at`
    when it was brought here. `refused_files` are names and codes of what was not put on the complaint.
    """

    __tablename__ = "incoming"
    __table_args__ = (
        UniqueConstraint("organisation_id", "mail_key"),
        Index("ix_incoming_taken_in", "organisation_id", "taken_in_at", "id"),
        CheckConstraint("state in ('automatic', 'answer', 'logged')", name="state"),
        CheckConstraint("(state = 'automatic') = (submission_id is null)", name="taken_in"),
        CheckConstraint("(submission_id is null) = (complaint_id is null)", name="whole"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    mail_key: Mapped[str] = mapped_column(String(64))
    message_id: Mapped[str | None]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    stored_key: Mapped[str] = mapped_column(String(80))
    scanned_with: Mapped[CodeText]
    infected: Mapped[bool]
    received_at: Mapped[Instant]
    taken_in_at: Mapped[Instant]
    from_name: Mapped[str | None]
    from_address: Mapped[str | None]
    subject: Mapped[str | None]
    state: Mapped[CodeText]
    reason: Mapped[CodeText]
    files: Mapped[int]
    refused_files: Mapped[JsonList]
    complaint_id: Mapped[UUID | None]  # no foreign key: what logs a complaint is there before the complaint
    submission_id: Mapped[UUID | None] = mapped_column(ForeignKey("submission.id"))
    recorded_at: Mapped[RecordedAt]
