"""Tables of joint investigations at the body that coordinates: who contributes, and what was said between them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, Json, OrganisationId, RecordedAt


class Contribution(Base):
    """One body's part in a complaint that this organisation coordinates; or a complaint passed on to it (`transfer`).

    `code` is an ODS or local code. `open_to_body`: consent covers that the body is told; `open_until`: from then on it
    does not any more. `changes` counts what happened to it, `heard` what its workflow has looked at. `level` is how far
    up its own ladder the body was reminded. `round` counts what it submitted.
    """

    __tablename__ = "contribution"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint("kind in ('joint', 'transfer')", name="kind"),
        CheckConstraint("bound in ('regulation_9', 'voluntary')", name="bound"),
        CheckConstraint("way in ('here', 'system', 'page', 'none')", name="way"),
        CheckConstraint(
            "state in ('consent_blocked', 'invited', 'accepted', 'declined', 'contributing', 'submitted',"
            " 'revision_requested', 'approved', 'released')",
            name="state",
        ),
        CheckConstraint("level in ('contact', 'complaints_manager', 'responsible_person')", name="level"),
        Index("ix_contribution_unheard", "organisation_id", "changed_at", postgresql_where=text("heard < changes")),
        Index(
            "ix_contribution_body_organisation_id",
            "body_organisation_id",
            postgresql_where=text("body_organisation_id is not null"),
        ),
        Index(
            "uq_contribution_body", "complaint_id", "kind", "code", unique=True,
            postgresql_where=text("state <> 'released'"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    kind: Mapped[CodeText]
    code: Mapped[CodeText]
    name: Mapped[str]
    body_kind: Mapped[CodeText]
    bound: Mapped[CodeText]
    way: Mapped[CodeText]
    body_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    partner_id: Mapped[UUID | None]
    state: Mapped[CodeText]
    open_to_body: Mapped[bool]
    open_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    named_on: Mapped[date]
    invited_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    declined_on: Mapped[date | None]
    submitted_on: Mapped[date | None]
    approved_on: Mapped[date | None]
    split_on: Mapped[date | None]
    split_cause: Mapped[CodeText | None]
    gap_named_on: Mapped[date | None]
    released_on: Mapped[date | None]
    released_cause: Mapped[CodeText | None]
    contribute_by: Mapped[date | None]
    own_reference: Mapped[CodeText | None]
    level: Mapped[CodeText | None]
    round: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    sent: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    changes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    heard: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    changed_at: Mapped[Instant]
    act_id: Mapped[UUID]
    recorded_at: Mapped[RecordedAt]


class BodyContact(Base):
    """Somebody of a contributing body: whom to speak to, and whom its ladder reaches."""

    __tablename__ = "body_contact"
    __table_args__ = (
        CheckConstraint(
            "role in ('contact', 'deputy', 'senior_lead', 'complaints_manager', 'responsible_person')", name="role"
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    role: Mapped[CodeText]
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ContributionIssue(Base):
    """Which issues are a body's: it answers these, and no others."""

    __tablename__ = "contribution_issue"
    __table_args__ = (UniqueConstraint("contribution_id", "issue_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issue.id"))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class JointMessage(Base):
    """One message between the body that coordinates and one that contributes. Append-only.

    `out` messages are numbered from one for each contribution (`seq`), without a gap; an `in` message has none.
    `via` is how it came: by the protocol, or recorded for the body. A refused one keeps its code, and what it said.
    """

    __tablename__ = "joint_message"
    __table_args__ = (
        UniqueConstraint("contribution_id", "seq"),
        CheckConstraint("direction in ('out', 'in')", name="direction"),
        CheckConstraint("via in ('here', 'system', 'page', 'recorded')", name="via"),
        Index("ix_joint_message_contribution_id_said_at", "contribution_id", "said_at"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    recipient_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    direction: Mapped[CodeText]
    seq: Mapped[int | None]
    kind: Mapped[CodeText]
    protocol: Mapped[int]
    body: Mapped[Json]
    discloses: Mapped[bool]
    via: Mapped[CodeText | None]
    refusal: Mapped[CodeText | None]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]
