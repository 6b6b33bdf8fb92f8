"""Tables of what a final decision recommends: by when, by whom, what shows that it was done, and who was told."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, OrganisationId


class Recommendation(Base):
    """One recommendation of a final decision. `in_time` is written with the day it was complied with: late stays late.

    `told_body_on` is when the body heard of it; `notice_id` the letter that tells the person. `first_target_on` is the
    target that the body gave, where another was agreed with it since, `moved_late` that this was after one had passed.
    """

    __tablename__ = "recommendation"
    __table_args__ = (
        UniqueConstraint("referral_id", "number"),
        CheckConstraint("kind in ('apology', 'payment', 'action', 'policy', 'training', 'other')", name="kind"),
        CheckConstraint("(complied_on is null) = (in_time is null)", name="complied"),
        CheckConstraint("told_body_on is null or complied_on is not null", name="told"),
        CheckConstraint("lifted_on is null or complied_on is null", name="lifted"),
        CheckConstraint("first_target_on is not null or not moved_late", name="moved"),
        Index("ix_recommendation_target", "organisation_id", "target_on"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("referral_decision.id"))
    number: Mapped[int]
    kind: Mapped[CodeText]
    what: Mapped[str]
    target_on: Mapped[date]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    complied_on: Mapped[date | None]
    in_time: Mapped[bool | None]
    evidence: Mapped[str | None]
    complied_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    told_body_on: Mapped[date | None]
    told_how: Mapped[str | None]
    told_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("notice.id"))
    first_target_on: Mapped[date | None]
    moved_late: Mapped[bool] = mapped_column(default=False, server_default=false())
    lifted_on: Mapped[date | None]
    act_id: Mapped[UUID]


class RecommendationFile(Base):
    """A file of the case shows that a recommendation was complied with. Append-only."""

    __tablename__ = "recommendation_file"
    __table_args__ = (UniqueConstraint("recommendation_id", "file_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    recommendation_id: Mapped[UUID] = mapped_column(ForeignKey("recommendation.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
