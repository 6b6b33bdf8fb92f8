"""Tables of escalations to senior leaders: whom it was asked of, who has it in hand, what was decided; and the rota."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, JsonList, OrganisationId, PersonId, RecordedAt

_LEVELS = "level in ('elevated', 'serious', 'immediate')"
_DECISIONS = "decision in ('oversee', 'take_over', 'independent_investigator', 'panel', 'no_further_action')"


class Escalation(Base):
    """Somebody senior is asked to put a hand on a complaint. It has the id of its proceeding, which holds its state.

    `subject_id` is what it is about beside the complaint: a body, a promise, a clock. `decision` is the last one.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        CheckConstraint(_LEVELS, name="level"),
        CheckConstraint(_DECISIONS, name="decision"),
        CheckConstraint(
            "(acknowledged_at is null) = (acknowledged_by is null)"
            " and (acknowledged_at is null) = (minutes_to_acknowledge is null)",
            name="acknowledged_whole",
        ),
        CheckConstraint("decided_at is null or acknowledged_at is not null", name="decided_after"),
        Index("ix_escalation_raised", "organisation_id", "raised_at"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    cause: Mapped[CodeText]
    level: Mapped[CodeText]
    subject_id: Mapped[UUID | None]
    raised_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    raised_at: Mapped[Instant]
    words: Mapped[str | None]
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    minutes_to_acknowledge: Mapped[int | None]
    decision: Mapped[CodeText | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    act_id: Mapped[UUID]


class EscalationCall(Base):
    """One asking of one senior, or that nobody was found at a step. Only its outcome is ever written anew.

    `asked_as` says why it was this person, as a code of `policies.senior_turn`.
    """

    __tablename__ = "escalation_call"
    __table_args__ = (
        UniqueConstraint("escalation_id", "number"),
        CheckConstraint("step in ('first', 'again', 'second', 'next', 'responsible', 'chase', 'passed')", name="step"),
        CheckConstraint("outcome in ('called', 'nobody_found', 'passed', 'acknowledged')", name="outcome"),
        CheckConstraint("outcome <> 'nobody_found' or person_id is null", name="somebody"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalation.id"))
    number: Mapped[int]
    step: Mapped[CodeText]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_as: Mapped[CodeText | None]
    channels: Mapped[JsonList]
    called_at: Mapped[Instant]
    outcome: Mapped[CodeText]
    reason: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    act_id: Mapped[UUID]


class EscalationAgain(Base):
    """There is more, while an escalation of the same cause is open. Append-only."""

    __tablename__ = "escalation_again"
    __table_args__ = (UniqueConstraint("escalation_id", "number"), CheckConstraint(_LEVELS, name="level"))

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalation.id"))
    number: Mapped[int]
    level: Mapped[CodeText]
    words: Mapped[str | None]
    heard_at: Mapped[Instant]
    act_id: Mapped[UUID]


class EscalationDecision(Base):
    """What a senior decided is done. The highest number counts; `done_on` and `outcome` are what came of it."""

    __tablename__ = "escalation_decision"
    __table_args__ = (
        UniqueConstraint("escalation_id", "number"),
        CheckConstraint(_DECISIONS, name="decision"),
        CheckConstraint(
            "due_on is null or decision in ('independent_investigator', 'panel')",
            name="dated",
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalation.id"))
    number: Mapped[int]
    decision: Mapped[CodeText]
    reason: Mapped[str]
    due_on: Mapped[date | None]
    decided_by: Mapped[PersonId]
    decided_at: Mapped[Instant]
    done_on: Mapped[date | None]
    outcome: Mapped[str | None]
    act_id: Mapped[UUID]


class EscalationLook(Base):
    """How it stands, each time that a senior looked while they oversee it. Append-only."""

    __tablename__ = "escalation_look"
    __table_args__ = (UniqueConstraint("escalation_id", "number"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalation.id"))
    number: Mapped[int]
    words: Mapped[str]
    looked_on: Mapped[date]
    said_by: Mapped[PersonId]
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]


class Rota(Base):
    """A senior is asked from a day to a day, both included, in their place, in some hours. Ended, never rewritten."""

    __tablename__ = "rota"
    __table_args__ = (
        CheckConstraint("place between 1 and 3", name="place"),
        CheckConstraint("hours in ('office', 'out', 'both')", name="hours"),
        CheckConstraint("last_on is null or last_on >= first_on", name="ends_after_start"),
        Index("ix_rota_days", "organisation_id", "first_on"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    person_id: Mapped[PersonId]
    place: Mapped[int]
    hours: Mapped[CodeText]
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    mobile: Mapped[str | None]
    recorded_at: Mapped[RecordedAt]
