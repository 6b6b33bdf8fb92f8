"""Tables of an organisation, its people, their dated appointments, and days on which nobody works."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, Json, OrganisationId, RecordedAt


class Organisation(Base):
    """A tenant: an NHS body or a department."""

    __tablename__ = "organisation"

    id: Mapped[Id]
    code: Mapped[CodeText] = mapped_column(unique=True)
    name: Mapped[str]
    regime: Mapped[CodeText]
    nation: Mapped[CodeText]
    reference_prefix: Mapped[CodeText]
    sender_email: Mapped[str | None]
    recorded_at: Mapped[RecordedAt]


class Person(Base):
    """Somebody who works on complaints. `subject` is the `sub` of their token."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("organisation_id", "subject"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    subject: Mapped[str]
    name: Mapped[str]
    email: Mapped[str | None]
    team: Mapped[CodeText | None]
    active: Mapped[bool] = mapped_column(default=True)
    recorded_at: Mapped[RecordedAt]


class Appointment(Base):
    """A person holds a role from a day to a day, both included; no end means until further notice.

    `unit_id` is the division or team for a role in one: its lead, or a member of it.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_role", "organisation_id", "role", "starts_on"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    role: Mapped[CodeText]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    recorded_at: Mapped[RecordedAt]


class Adoption(Base):
    """The procedure that an organisation follows from a day on, with its own figures. Append-only.

    Without a version it is whichever is in force. `small_body`: one person may hold several roles, with mitigation.
    """

    __tablename__ = "adoption"
    __table_args__ = (UniqueConstraint("organisation_id", "procedure", "adopted_from"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    procedure: Mapped[CodeText]
    procedure_version: Mapped[int | None]
    figures: Mapped[Json]
    small_body: Mapped[bool]
    adopted_from: Mapped[date]
    reason: Mapped[str]
    adopted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    adopted_at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]


class ClosedDay(Base):
    """A correction of a nation's legal calendar, or a closure of one organisation. Append-only.

    `opens` takes a day back. The highest `revision` a calendar can see is that calendar's revision.
    """

    __tablename__ = "closed_day"
    __table_args__ = (
        CheckConstraint("(nation is null) <> (organisation_id is null)", name="one_scope"),
        CheckConstraint(
            "nation is null or (source is not null and approved_by is not null)",
            name="nation_needs_source_and_approver",
        ),
        Index("ix_closed_day_nation_day", "nation", "day"),
    )

    revision: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    nation: Mapped[CodeText | None]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    day: Mapped[date]
    name: Mapped[str]
    opens: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None]
    approved_by: Mapped[UUID | None]
    change_set_id: Mapped[UUID | None] = mapped_column(unique=True)
    recorded_at: Mapped[RecordedAt]
