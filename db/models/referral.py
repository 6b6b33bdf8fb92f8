"""Tables of what an Ombudsman or a regulator asks: the referral, its enquiries and decisions, and what was learned."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId


class RegulatorRequest(Base):
    """One request of a regulator about several complaints: each has a referral of its own. Append-only."""

    __tablename__ = "regulator_request"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    body_code: Mapped[CodeText]
    their_reference: Mapped[str]
    received_on: Mapped[date]
    words: Mapped[str]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]


class RegulatorRequestItem(Base):
    """What was said of one complaint that a request named. Append-only."""

    __tablename__ = "regulator_request_item"
    __table_args__ = (UniqueConstraint("request_id", "position"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("regulator_request.id"))
    position: Mapped[int]
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"))


class Referral(Base):
    """What an Ombudsman or a regulator asks about one complaint. Its state, and its end, are of its proceeding.

    `tier_step_id` is the step by which the person had asked for it, where they had told us.
    """

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("kind in ('ombudsman', 'regulator')", name="kind"),
        CheckConstraint("channel in ('direct', 'mp', 'other')", name="channel"),
        Index("ix_referral_received", "organisation_id", "received_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("proceeding.id"), primary_key=True)
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    kind: Mapped[CodeText]
    body_code: Mapped[CodeText]
    body_name: Mapped[str]
    their_reference: Mapped[str]
    received_on: Mapped[date]
    channel: Mapped[CodeText]
    tier_step_id: Mapped[UUID | None] = mapped_column(ForeignKey("tier_step.id"))
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("regulator_request.id"))
    scope: Mapped[str]
    closed_reason: Mapped[str | None]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]


class ReferralEnquiry(Base):
    """Something was asked for, by a date of theirs or that of regulation 16. `pack_id` is what it was answered with."""

    __tablename__ = "referral_enquiry"
    __table_args__ = (
        UniqueConstraint("referral_id", "number"),
        CheckConstraint("basis in ('date_set', 'reg_16')", name="basis"),
        CheckConstraint("(answered_on is null) = (in_time is null)", name="answered"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    number: Mapped[int]
    basis: Mapped[CodeText]
    what: Mapped[str]
    asked_on: Mapped[date]
    due_on: Mapped[date]
    answered_on: Mapped[date | None]
    in_time: Mapped[bool | None]
    pack_id: Mapped[UUID | None]
    words: Mapped[str | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]


class ReferralDecision(Base):
    """A decision of theirs: not to investigate, preliminary, or final. Append-only: a changed one is another."""

    __tablename__ = "referral_decision"
    __table_args__ = (
        UniqueConstraint("referral_id", "number"),
        CheckConstraint("kind in ('not_investigated', 'preliminary', 'final')", name="kind"),
        CheckConstraint("outcome in ('upheld', 'partly_upheld', 'not_upheld', 'other')", name="outcome"),
        CheckConstraint("kind <> 'final' or outcome is not null", name="outcome_of_final"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    number: Mapped[int]
    kind: Mapped[CodeText]
    decided_on: Mapped[date]
    outcome: Mapped[CodeText | None]
    words: Mapped[str]
    comments_by: Mapped[date | None]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]


class DecisionComment(Base):
    """What we said of a preliminary decision. Append-only."""

    __tablename__ = "decision_comment"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("referral_decision.id"))
    commented_on: Mapped[date]
    words: Mapped[str]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]


class ReferralLearning(Base):
    """What was learned, as it was published, when and where. Append-only."""

    __tablename__ = "referral_learning"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    published_on: Mapped[date]
    place: Mapped[str]
    words: Mapped[str]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]
