"""Tables of how serious a complaint is: each verdict of the policy, and each severity that people set."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, Json, JsonList, OrganisationId, RecordedAt

LEVELS = "('routine', 'elevated', 'serious', 'immediate')"


class TriageVerdict(Base):
    """One verdict of the policy: its version, the facts before it, every reason with its severity. Append-only.

    `cause` is what led to it, as a code. `asserted` are the facts that people assert, as they stand with it; `facts`
    all of them. `remark` are the words of whoever asserted something.
    """

    __tablename__ = "triage"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint(f"severity in {LEVELS}", name="severity"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    cause: Mapped[CodeText]
    policy_version: Mapped[int]
    asserted: Mapped[Json]
    facts: Mapped[Json]
    severity: Mapped[CodeText]
    reasons: Mapped[JsonList]
    remark: Mapped[str | None]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]


class SeveritySetting(Base):
    """A severity that a person set, or asked for. `weighed` are the reasons that were known when it counted.

    A lowering that needs a second person is pending until `decided_by` has decided; `before` is what was in force.
    """

    __tablename__ = "severity_setting"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint(f"severity in {LEVELS}", name="severity"),
        CheckConstraint(f"before in {LEVELS}", name="before"),
        CheckConstraint("direction in ('raise', 'lower')", name="direction"),
        CheckConstraint("state in ('in_force', 'pending', 'rejected', 'superseded')", name="state"),
        CheckConstraint("(decided_by is null) = (decided_on is null)", name="decided"),
        CheckConstraint("decided_by <> asked_by", name="another_person"),
        Index("uq_severity_setting_in_force", "complaint_id", unique=True, postgresql_where=text("state = 'in_force'")),
        Index("uq_severity_setting_pending", "complaint_id", unique=True, postgresql_where=text("state = 'pending'")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    before: Mapped[CodeText | None]
    severity: Mapped[CodeText]
    direction: Mapped[CodeText]
    weighed: Mapped[JsonList]
    reason: Mapped[str]
    state: Mapped[CodeText]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[Instant]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_on: Mapped[date | None]
    decision_reason: Mapped[str | None]
    act_id: Mapped[UUID]
    recorded_at: Mapped[RecordedAt]
