"""Tables of what the staff complained about said, how that was used, and how it all was for whoever was asked."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, Json, OrganisationId


class StaffComment(Base):
    """A comment of a member of staff. `late`: after the day by which they were invited to comment.

    `through_id` wrote it down for them; it is empty where they did so themselves (`themselves`), or a machine did.
    `effect` is empty until somebody has weighed it.
    """

    __tablename__ = "staff_comment"
    __table_args__ = (
        UniqueConstraint("involvement_id", "number"),
        CheckConstraint("about in ('allegation', 'initial_views', 'plan', 'other')", name="about"),
        CheckConstraint("effect in ('accepted', 'partly', 'not_accepted')", name="effect"),
        CheckConstraint("(effect is null) = (used_on is null)", name="used"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    involvement_id: Mapped[UUID] = mapped_column(ForeignKey("involvement.id"))
    number: Mapped[int]
    about: Mapped[CodeText]
    words: Mapped[str]
    received_on: Mapped[date]
    late: Mapped[bool]
    themselves: Mapped[bool]
    through_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    effect: Mapped[CodeText | None]
    effect_words: Mapped[str | None]
    used_on: Mapped[date | None]
    used_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class Experience(Base):
    """How it was for a party outside or for a member of staff: asked for, then answered or declined on `answered_on`.

    `scores` are how far they agree with each statement of the `instrument`, 1 to 5, by its code: nobody who handles the
    case reads them, or the words. `held_back` says why they were left in peace when a feedback round came by, and
    `held_until` until when; `link_hash` is of what opens the page, until `expires_at`.
    """

    __tablename__ = "experience"
    __table_args__ = (
        CheckConstraint("num_nonnulls(party_id, involvement_id) <= 1", name="one"),
        CheckConstraint("asked_how in ('in_person', 'call', 'video', 'letter', 'survey')", name="asked_how"),
        CheckConstraint("answered_through in ('page', 'call', 'interview', 'paper')", name="answered_through"),
        CheckConstraint("num_nonnulls(held_back, held_on, held_until) in (0, 3)", name="held"),
        CheckConstraint("(link_hash is null) = (expires_at is null)", name="link"),
        Index("ix_experience_answered", "organisation_id", "answered_on", postgresql_where=text("words is not null")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"), unique=True)
    involvement_id: Mapped[UUID | None] = mapped_column(ForeignKey("involvement.id"), unique=True)
    asked_on: Mapped[date | None]
    asked_how: Mapped[CodeText | None]
    answered_on: Mapped[date | None]
    declined: Mapped[bool]
    scores: Mapped[Json]
    words: Mapped[str | None]
    instrument: Mapped[CodeText | None]
    round_id: Mapped[UUID | None]
    channel: Mapped[CodeText | None]
    held_back: Mapped[CodeText | None]
    held_on: Mapped[date | None]
    held_until: Mapped[date | None]
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_through: Mapped[CodeText | None]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]
