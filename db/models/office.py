"""Tables of whose a case is: divisions and teams, absences, leavers, and the ledger of what changed there."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, Json, OrganisationId, PersonId, RecordedAt


class Unit(Base):
    """A division or a team. A team may belong to a division."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("kind in ('division', 'team')", name="kind"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    kind: Mapped[CodeText]
    code: Mapped[CodeText]
    name: Mapped[str]
    division_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    active: Mapped[bool] = mapped_column(default=True)
    recorded_at: Mapped[RecordedAt]


class Absence(Base):
    """A person is away from a day to a day, both included; `cover_id` stands in. An earlier `ends_on` ends it early."""

    __tablename__ = "absence"
    __table_args__ = (
        Index("ix_absence_person", "organisation_id", "person_id", "starts_on"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("cover_id is null or cover_id <> person_id", name="cover_is_another"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    person_id: Mapped[PersonId]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    cover_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    cancelled: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[RecordedAt]


class Leaver(Base):
    """A person's last day is known. `state` is announced, ended or cancelled; one at a time is announced."""

    __tablename__ = "leaver"
    __table_args__ = (
        Index("uq_leaver_announced", "person_id", unique=True, postgresql_where=text("state = 'announced'")),
        CheckConstraint("successor_id is null or successor_id <> person_id", name="successor_is_another"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    person_id: Mapped[PersonId]
    last_day: Mapped[date]
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[CodeText]
    announced_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class OfficeEvent(Base):
    """One change of people, appointments, absences or teams: who did it, when, under which key. Append-only.

    The same key of the same caller on the same route is the same act: `subject_id` is what it made or changed.
    """

    __tablename__ = "office_event"
    __table_args__ = (
        UniqueConstraint("organisation_id", "caller", "route", "idempotency_key"),
        Index("ix_office_event_at", "organisation_id", "at", "id"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    kind: Mapped[CodeText]
    subject_id: Mapped[UUID]
    at: Mapped[Instant]
    actor_id: Mapped[UUID | None]
    role: Mapped[CodeText]
    data: Mapped[Json]
    caller: Mapped[str]
    route: Mapped[str]
    idempotency_key: Mapped[str | None]
    body_hash: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[RecordedAt]


class OfficeAnswer(Base):
    """What was answered to a change that was said under a key, so that the same is answered again."""

    __tablename__ = "office_answer"
    __table_args__ = (UniqueConstraint("event_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    event_id: Mapped[UUID] = mapped_column(ForeignKey("office_event.id"))
    answer: Mapped[Json]
    recorded_at: Mapped[RecordedAt]
