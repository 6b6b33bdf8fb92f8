"""Tables of the response: each version of its draft, and each decision on one."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, JsonList, OrganisationId, PersonId


class ResponseDraft(Base):
    """One version of the response, as it was composed. Its words never change; that it was issued is added.

    `sections` are what somebody wrote, by element; `composed` is the letter made of them and of the record, and
    `sources_sha256` says what that record was, so that a draft is known that findings have overtaken. `missing` are
    the elements that were not there yet, `findings` the ids of those it tells, `parts` what it tells of other bodies.
    `tier` is the tier inside that answers.
    """

    __tablename__ = "response_draft"
    __table_args__ = (
        UniqueConstraint("complaint_id", "version"),
        CheckConstraint("(notice_id is null) = (issued_on is null)", name="issued_as"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    version: Mapped[int]
    tier: Mapped[CodeText | None]
    sections: Mapped[JsonList]
    remark: Mapped[str | None]
    composed: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    sources_sha256: Mapped[str] = mapped_column(String(64))
    missing: Mapped[JsonList]
    findings: Mapped[JsonList]
    parts: Mapped[JsonList] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    written_by: Mapped[PersonId]
    written_at: Mapped[Instant]
    act_id: Mapped[UUID]
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("notice.id"))
    issued_on: Mapped[date | None]


class ResponseClearance(Base):
    """A draft was cleared for signature, or sent back with a reason. Append-only; the last one of a draft counts.

    `mitigation` says what makes it fair where whoever wrote the draft had to clear it.
    """

    __tablename__ = "response_clearance"
    __table_args__ = (
        UniqueConstraint("draft_id", "number"),
        CheckConstraint("not sent_back or reason is not null", name="sent_back_with_reason"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("response_draft.id"))
    number: Mapped[int]
    sent_back: Mapped[bool]
    reason: Mapped[str | None]
    mitigation: Mapped[str | None]
    decided_by: Mapped[PersonId]
    decided_at: Mapped[Instant]
    act_id: Mapped[UUID]

    @property
    def cleared(self) -> bool:
        """Say whether the draft may go on to the signature."""
        return not self.sent_back
