"""Tables of the involvement of the staff complained about: how it stands, who it is, which issues, what was done."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId, RecordedAt


class Involvement(Base):
    """One member of staff's part in a complaint. `person_id` only where they have an account here.

    `changes` counts what happened to it, `heard` what its workflow has looked at. `number` is within its complaint.
    """

    __tablename__ = "involvement"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint(
            "kind in ('employed', 'agency', 'locum', 'trainee', 'volunteer', 'former', 'unidentified')", name="kind"
        ),
        CheckConstraint("state in ('named', 'deferred', 'told', 'outcome_told', 'ended')", name="state"),
        CheckConstraint(
            "supporter_is in ('line_manager', 'named_supporter', 'educational_supervisor', 'agency', 'other')",
            name="supporter_is",
        ),
        Index("ix_involvement_person_id", "person_id", postgresql_where=text("person_id is not null")),
        Index("ix_involvement_unheard", "organisation_id", "changed_at", postgresql_where=text("heard < changes")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[CodeText]
    state: Mapped[CodeText]
    supporter_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    supporter_is: Mapped[CodeText | None]
    update_every_days: Mapped[int] = mapped_column(default=14, server_default=text("14"))
    named_on: Mapped[date]
    told_on: Mapped[date | None]
    outcome_told_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_cause: Mapped[CodeText | None]
    changes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    heard: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    changed_at: Mapped[Instant]
    act_id: Mapped[UUID]
    recorded_at: Mapped[RecordedAt]


class InvolvementWords(Base):
    """Who it is, as far as is known, and how to reach them where they have no account."""

    __tablename__ = "involvement_words"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    involvement_id: Mapped[UUID] = mapped_column(ForeignKey("involvement.id"), unique=True)
    name: Mapped[str | None]
    described_as: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    address: Mapped[str | None]


class InvolvementIssue(Base):
    """An issue that is about a member of staff: they see it, and no other."""

    __tablename__ = "involvement_issue"
    __table_args__ = (UniqueConstraint("involvement_id", "issue_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    involvement_id: Mapped[UUID] = mapped_column(ForeignKey("involvement.id"))
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issue.id"))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class InvolvementStep(Base):
    """Something that was done for a member of staff. Never altered.

    `about` is what they were informed of, `how` the way they were told, `until` a review date or the last day to
    comment, `by_id` who did or approved it.
    """

    __tablename__ = "involvement_step"
    __table_args__ = (
        UniqueConstraint("involvement_id", "number"),
        CheckConstraint("kind in ('deferral', 'telling', 'support', 'invitation', 'information', 'end')", name="kind"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    involvement_id: Mapped[UUID] = mapped_column(ForeignKey("involvement.id"))
    number: Mapped[int]
    kind: Mapped[CodeText]
    about: Mapped[CodeText | None]
    how: Mapped[CodeText | None]
    happened_on: Mapped[date]
    until: Mapped[date | None]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str | None]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]


class SupportDetail(Base):
    """Where staff find support, inside the organisation or outside it. Put in another's place, never rewritten."""

    __tablename__ = "support_detail"
    __table_args__ = (CheckConstraint("kind in ('inside', 'outside')", name="kind"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    kind: Mapped[CodeText]
    position: Mapped[int]
    title: Mapped[str]
    reached_by: Mapped[str]
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
