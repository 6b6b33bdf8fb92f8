"""Tables of what people who work on complaints were trained in, and of what their role asks of them (R-70).

Known as reports know: `known_us` is when it came to be known, `until_us` when it was taken back or ended. Nobody's own
figure is in any report.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Big, CodeText, Id, Instant, OrganisationId, PersonId, RecordedAt
from db.models.report_facts import FOREVER

_FOREVER = text(str(FOREVER))


class TrainingRecord(Base):
    """A course that somebody has done. One that was recorded by mistake is taken back, with the reason."""

    __tablename__ = "training_record"
    __table_args__ = (
        CheckConstraint("expires_on > done_on", name="expires"),
        CheckConstraint(
            f"(withdrawn_by is null) = (withdrawn_reason is null) and (withdrawn_by is null or until_us < {FOREVER})",
            name="withdrawn",
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    course: Mapped[CodeText]
    courses_version: Mapped[int]
    done_on: Mapped[date]
    expires_on: Mapped[date | None]
    evidence: Mapped[str]
    known_us: Mapped[Big]
    until_us: Mapped[Big] = mapped_column(BigInteger, default=FOREVER, server_default=_FOREVER)
    said_by: Mapped[PersonId]
    said_at: Mapped[Instant]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_reason: Mapped[str | None]
    recorded_at: Mapped[RecordedAt]


class RoleObjective(Base):
    """What somebody's role asks of them for a just and learning culture, as it was agreed with them."""

    __tablename__ = "role_objective"
    __table_args__ = (CheckConstraint(f"ended_by is null or until_us < {FOREVER}", name="ended"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[CodeText]
    words: Mapped[str]
    agreed_on: Mapped[date]
    known_us: Mapped[Big]
    until_us: Mapped[Big] = mapped_column(BigInteger, default=FOREVER, server_default=_FOREVER)
    said_by: Mapped[PersonId]
    said_at: Mapped[Instant]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[RecordedAt]


class ObjectiveExample(Base):
    """A practical example of how somebody meets it. Append-only."""

    __tablename__ = "objective_example"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    objective_id: Mapped[UUID] = mapped_column(ForeignKey("role_objective.id"), index=True)
    on: Mapped[date]
    words: Mapped[str]
    known_us: Mapped[Big]
    said_by: Mapped[PersonId]
    said_at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]


class ReportStaff(Base):
    """A version of what is known of an appointment, for reports: its own row is ended in place, and may begin late."""

    __tablename__ = "report_staff"
    __table_args__ = (
        Index("uq_report_staff_now", "appointment_id", unique=True, postgresql_where=text(f"until_us = {FOREVER}")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"))
    person_id: Mapped[PersonId]
    role: Mapped[CodeText]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    known_us: Mapped[Big]
    until_us: Mapped[Big] = mapped_column(BigInteger, default=FOREVER, server_default=_FOREVER)
