"""Tables of the codes for the returns; equality monitoring stands apart and is shown by no ordinary read."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId, RecordedAt


class Coding(Base):
    """The codes of one complaint as a whole, and the version of the lists they are from."""

    __tablename__ = "coding"
    __table_args__ = (UniqueConstraint("complaint_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"))
    age_band: Mapped[CodeText | None]
    complainant_status: Mapped[CodeText | None]
    site: Mapped[CodeText | None]
    ward: Mapped[CodeText | None]
    service_area: Mapped[CodeText | None]
    profession: Mapped[CodeText | None]
    lists: Mapped[CodeText]
    lists_version: Mapped[int]
    act_id: Mapped[UUID]
    coded_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    coded_at: Mapped[Instant]


class CodedSubject(Base):
    """What an issue, or the complaint as a whole, is about. `replaced_by` is the act that said it anew."""

    __tablename__ = "coded_subject"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    position: Mapped[int]
    issue_id: Mapped[UUID | None] = mapped_column(ForeignKey("issue.id"))
    subject: Mapped[CodeText]
    sub_subject: Mapped[CodeText | None]
    profession: Mapped[CodeText | None]
    act_id: Mapped[UUID]
    replaced_by: Mapped[UUID | None]


class EqualityMonitoring(Base):
    """What a person chose to say of themselves, as codes. For counting only."""

    __tablename__ = "equality_monitoring"
    __table_args__ = (UniqueConstraint("complaint_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"))
    ethnicity: Mapped[CodeText | None]
    religion: Mapped[CodeText | None]
    disability: Mapped[CodeText | None]
    sex: Mapped[CodeText | None]
    gender_identity: Mapped[CodeText | None]
    sexual_orientation: Mapped[CodeText | None]
    act_id: Mapped[UUID]
    recorded_at: Mapped[RecordedAt]
