"""Tables of evidence packs, each kept as it was given, and of who took content of a case out of the system."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Big, CodeText, ComplaintId, Id, Instant, OrganisationId, RecordedAt


class EvidencePack(Base):
    """One evidence pack: who asked for it and why, and the case as it stood then.

    `content` is what the act wrote of the case, as JSON, `event_seq` and `event_head` the chain of evidence it is true
    at. `sha256`, `size` and `archive_key` are of the archive, made once of that content when it is first read.
    """

    __tablename__ = "evidence_pack"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint("purpose in ('ombudsman', 'regulator', 'other')", name="purpose"),
        CheckConstraint("state in ('assembled', 'made')", name="state"),
        CheckConstraint("not include_restricted or restricted_reason is not null", name="reasoned"),
        CheckConstraint(
            "(state = 'made') = (sha256 is not null) and (sha256 is null) = (size is null)"
            " and (sha256 is null) = (archive_key is null) and (sha256 is null) = (made_at is null)",
            name="made",
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    purpose: Mapped[CodeText]
    referral_id: Mapped[UUID | None]
    enquiry_id: Mapped[UUID | None]
    include_restricted: Mapped[bool]
    restricted_reason: Mapped[str | None]
    remark: Mapped[str | None]
    state: Mapped[CodeText]
    event_seq: Mapped[int]
    event_head: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    content_sha256: Mapped[str] = mapped_column(String(64))
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    asked_at: Mapped[Instant]
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[Big | None]
    archive_key: Mapped[str | None] = mapped_column(String(80))
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class Seen(Base):
    """Somebody read a file, a letter, a pack or an export of a case. Append-only, and no act of the case.

    `subject_id` is of what they read, `viewer_organisation_id` the body whose person or system they are, `viewer_body`
    its name then: the rows of another body are not ours to read.
    """

    __tablename__ = "seen"
    __table_args__ = (CheckConstraint("what in ('file', 'letter', 'pack', 'export')", name="what"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    what: Mapped[CodeText]
    subject_id: Mapped[UUID]
    viewer_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    viewer_body: Mapped[str]
    person_id: Mapped[UUID | None]
    role: Mapped[CodeText]
    at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]
