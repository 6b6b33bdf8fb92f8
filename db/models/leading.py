"""Tables of who coordinates a complaint and by when, with what the bodies say of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, Json, JsonList, OrganisationId


class JointLead(Base):
    """One act about who leads; the last one stands. Append-only.

    `outcomes` say what each criterion of the rule came to, `rule` names the one that decided, or how else it came
    about. `deciders` are the names of who decided, by body. `proposal_id` is the proposal that it is about: its own id
    for a proposal, and for a decision that settled something new.
    """

    __tablename__ = "joint_lead"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint("state in ('proposed', 'agreed', 'disputed', 'decided', 'moved')", name="state"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    state: Mapped[CodeText]
    lead_code: Mapped[CodeText]
    ours: Mapped[bool]
    rule: Mapped[CodeText]
    rules_version: Mapped[int | None]
    person_prefers: Mapped[CodeText | None]
    outcomes: Mapped[JsonList]
    deciders: Mapped[Json]
    reason: Mapped[str | None]
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("joint_lead.id"))
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]


class JointLeadView(Base):
    """What a body says of a proposal: its last word counts. Append-only."""

    __tablename__ = "joint_lead_view"
    __table_args__ = (UniqueConstraint("complaint_id", "number"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("joint_lead.id"))
    number: Mapped[int]
    agrees: Mapped[bool]
    proposes: Mapped[CodeText | None]
    reason: Mapped[str | None]
    senior: Mapped[str | None]
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]


class JointTimescale(Base):
    """One version of the timescale. `agreed_on` is the day on which the last of the bodies agreed to it."""

    __tablename__ = "joint_timescale"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint("contribute_by <= respond_by", name="in_order"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    contribute_by: Mapped[date]
    respond_by: Mapped[date]
    reason: Mapped[str | None]
    agreed_on: Mapped[date | None]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]


class JointTimescaleView(Base):
    """What a body says of a timescale: its last word counts. Append-only."""

    __tablename__ = "joint_timescale_view"
    __table_args__ = (UniqueConstraint("complaint_id", "number"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    timescale_id: Mapped[UUID] = mapped_column(ForeignKey("joint_timescale.id"))
    number: Mapped[int]
    agrees: Mapped[bool]
    contribute_by: Mapped[date | None]
    reason: Mapped[str | None]
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]
