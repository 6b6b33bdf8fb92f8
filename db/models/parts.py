"""Tables of a contributing body: its own part in what another body coordinates, and what was said between the two."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, Json, OrganisationId, RecordedAt


class JointPart(Base):
    """Our part in a complaint that another body coordinates: a case of ours, of the matter `contribution`.

    `contribution_id` is the lead's. Where the lead is: an organisation of this installation, or a partner. `heard` and
    `said` count the messages. `trouble`: why the other side could not be reached when it was tried last. `yours`: it
    was settled that we coordinate.
    """

    __tablename__ = "joint_part"
    __table_args__ = (
        UniqueConstraint("organisation_id", "contribution_id"),
        UniqueConstraint("complaint_id"),
        CheckConstraint("bound in ('regulation_9', 'voluntary')", name="bound"),
        CheckConstraint("lead_organisation_id is null or partner_id is null", name="lead"),
        Index("ix_joint_part_contribution_id", "contribution_id"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"))
    contribution_id: Mapped[UUID]
    lead_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner.id"))
    lead_code: Mapped[CodeText]
    lead_name: Mapped[str]
    lead_reference: Mapped[str]
    bound: Mapped[CodeText]
    accept_by: Mapped[date]
    contribute_by: Mapped[date | None]
    respond_by: Mapped[date | None]
    yours: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    heard: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    said: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    trouble: Mapped[CodeText | None]
    ended_on: Mapped[date | None]
    ended_cause: Mapped[CodeText | None]
    act_id: Mapped[UUID]
    opened_at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]


class PartMessage(Base):
    """One message between us and the lead: heard from it, or said to it and queued until it has it or refused it."""

    __tablename__ = "part_message"
    __table_args__ = (
        UniqueConstraint("part_id", "direction", "seq"),
        CheckConstraint("direction in ('in', 'out')", name="direction"),
        CheckConstraint("state in ('heard', 'queued', 'brought', 'refused')", name="state"),
        Index("ix_part_message_queued", "organisation_id", "said_at", postgresql_where=text("state = 'queued'")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    part_id: Mapped[UUID] = mapped_column(ForeignKey("joint_part.id"))
    direction: Mapped[CodeText]
    seq: Mapped[int]
    kind: Mapped[CodeText]
    protocol: Mapped[int]
    body: Mapped[Json]
    state: Mapped[CodeText]
    refusal: Mapped[CodeText | None]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
