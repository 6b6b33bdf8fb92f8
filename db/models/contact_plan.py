"""Tables of contact plans: warnings before them, the plans, their reviews and appeals, and the staff-safety flag."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, Json, OrganisationId, PersonId


class ConductWarning(Base):
    """Somebody was warned about their conduct, in a letter. It counts once that letter was sent. Append-only."""

    __tablename__ = "conduct_warning"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    happened_on: Mapped[date]
    words: Mapped[str]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"))
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]


class ContactPlan(Base):
    """How one person reaches us, narrowed for a time. `channels` is None where they are not narrowed."""

    __tablename__ = "contact_plan"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        Index(
            "uq_contact_plan_in_force",
            "complaint_id",
            "party_id",
            unique=True,
            postgresql_where=text("state = 'in_force'"),
        ),
        CheckConstraint("every_days between 1 and 90", name="every_days"),
        CheckConstraint("no_warning in ('violence', 'threats', 'abuse_of_staff')", name="no_warning"),
        CheckConstraint("state in ('in_force', 'ended')", name="state"),
        CheckConstraint("ended_cause in ('review', 'appeal')", name="ended_cause"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    single_contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    channels: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    every_days: Mapped[int | None]
    accompanied: Mapped[bool]
    reasons: Mapped[str]
    adjustments: Mapped[str]
    no_warning: Mapped[CodeText | None]
    no_warning_because: Mapped[str | None]
    review_on: Mapped[date]
    state: Mapped[CodeText]
    ended_on: Mapped[date | None]
    ended_cause: Mapped[CodeText | None]
    decided_by: Mapped[PersonId]
    decided_on: Mapped[date]
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]


class ContactPlanReview(Base):
    """Somebody looked at a plan again; `measures` is what it left of it. Append-only."""

    __tablename__ = "contact_plan_review"
    __table_args__ = (CheckConstraint("outcome in ('continued', 'eased', 'ended')", name="outcome"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("contact_plan.id"))
    outcome: Mapped[CodeText]
    reasons: Mapped[str]
    review_on: Mapped[date | None]
    measures: Mapped[Json]
    decided_by: Mapped[PersonId]
    decided_on: Mapped[date]
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]


class ContactPlanAppeal(Base):
    """The person asked somebody else to look at a plan, and what came of it; `overtaken` where the plan ended first."""

    __tablename__ = "contact_plan_appeal"
    __table_args__ = (
        Index("uq_contact_plan_appeal_open", "plan_id", unique=True, postgresql_where=text("state = 'open'")),
        CheckConstraint("state in ('open', 'upheld', 'dismissed', 'overtaken')", name="state"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("contact_plan.id"))
    appealed_on: Mapped[date]
    words: Mapped[str]
    state: Mapped[CodeText]
    reasons: Mapped[str | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_on: Mapped[date | None]
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]


class StaffSafety(Base):
    """The flag for the safety of staff was set, said anew, or lifted. The last one counts. Append-only."""

    __tablename__ = "staff_safety"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    flagged: Mapped[bool]
    words: Mapped[str]
    review_on: Mapped[date | None]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]
