"""The table of copies: each letter as it was sent, and what it was made of and with."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Instant, OrganisationId, RecordedAt


class LetterCopy(Base):
    """The accessible PDF of one released notice. Append-only: made once, and the same bytes ever after.

    `words_sha256` is the hash that stands in the chain of evidence since the release; `sheet` is the version of the
    sheet it was set on, and `program` what set it.
    """

    __tablename__ = "letter_copy"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    template: Mapped[CodeText]
    template_version: Mapped[int]
    words_sha256: Mapped[str] = mapped_column(String(64))
    sheet: Mapped[int]
    program: Mapped[CodeText]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]

    @property
    def whole(self) -> bool:
        """Say whether the bytes are those that were kept."""
        return len(self.content) == self.size and hashlib.sha256(self.content).hexdigest() == self.sha256
