"""Tables of what others investigate beside a complaint, and of issues that are on hold meanwhile."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId


class ParallelInvestigation(Base):
    """What police, a coroner, safeguarding or others do beside a complaint; whom to ask there, and how it stands."""

    __tablename__ = "parallel_investigation"
    __table_args__ = (
        CheckConstraint(
            "kind in ('police', 'coroner', 'safeguarding', 'patient_safety', 'hr', 'claim', 'counter_fraud',"
            " 'regulator', 'other')",
            name="kind",
        ),
        CheckConstraint("status in ('open', 'referred', 'concluded', 'not_pursued')", name="status"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    kind: Mapped[CodeText]
    body_name: Mapped[str]
    contact: Mapped[str]
    external_reference: Mapped[str | None]
    known_on: Mapped[date]
    status: Mapped[CodeText]
    referred_on: Mapped[date | None]
    opened_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[Instant]
    act_id: Mapped[UUID]


class ParallelIssue(Base):
    """An issue that somebody else investigates too."""

    __tablename__ = "parallel_issue"
    __table_args__ = (UniqueConstraint("investigation_id", "issue_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    investigation_id: Mapped[UUID] = mapped_column(ForeignKey("parallel_investigation.id"))
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issue.id"))


class ParallelUpdate(Base):
    """What became known of an investigation beside a complaint. Append-only."""

    __tablename__ = "parallel_update"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    investigation_id: Mapped[UUID] = mapped_column(ForeignKey("parallel_investigation.id"))
    status: Mapped[CodeText]
    words: Mapped[str]
    referred_on: Mapped[date | None]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]


class IssueHold(Base):
    """A named senior put issues on hold for what somebody else investigates, until a day on which it is reviewed."""

    __tablename__ = "issue_hold"
    __table_args__ = (CheckConstraint("state in ('in_force', 'lifted', 'ended')", name="state"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    investigation_id: Mapped[UUID] = mapped_column(ForeignKey("parallel_investigation.id"))
    reason: Mapped[str]
    review_on: Mapped[date]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    decided_on: Mapped[date]
    state: Mapped[CodeText]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    act_id: Mapped[UUID]


class HeldIssue(Base):
    """An issue that a hold covers."""

    __tablename__ = "held_issue"
    __table_args__ = (UniqueConstraint("hold_id", "issue_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    hold_id: Mapped[UUID] = mapped_column(ForeignKey("issue_hold.id"))
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issue.id"))


class HoldReview(Base):
    """A hold was looked at again, by a named senior: lifted, or to go on until another day. Append-only."""

    __tablename__ = "hold_review"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    hold_id: Mapped[UUID] = mapped_column(ForeignKey("issue_hold.id"))
    lifted: Mapped[bool]
    reason: Mapped[str]
    review_on: Mapped[date | None]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    decided_on: Mapped[date]
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]
