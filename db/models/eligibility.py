"""Tables of whether a complaint is handled: grounds against it, the time limit, who may speak, other routes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, Json, JsonList, OrganisationId


class Exclusion(Base):
    """The complaint is not handled: the ground, its words and basis as the procedure had them, and the reasons."""

    __tablename__ = "exclusion"
    __table_args__ = (UniqueConstraint("complaint_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"))
    ground: Mapped[CodeText]
    title: Mapped[str]
    legal_basis: Mapped[str]
    reasons: Mapped[str]
    decided_on: Mapped[date]
    act_id: Mapped[UUID]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[Instant]


class TimeLimit(Base):
    """How a complaint stood to the time limit, each time it was looked at. The highest number counts.

    `in_time` and `out_of_time` are arithmetic; `waived` and `not_waived` were decided by a person.
    """

    __tablename__ = "time_limit"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint("state in ('in_time', 'out_of_time', 'waived', 'not_waived')", name="state"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    state: Mapped[CodeText]
    happened_on: Mapped[date | None]
    noticed_on: Mapped[date | None]
    received_on: Mapped[date]
    limit_on: Mapped[date]
    findings: Mapped[JsonList]
    reasons: Mapped[str | None]
    proof: Mapped[Json]
    act_id: Mapped[UUID]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[Instant]


class Standing(Base):
    """Whether somebody may speak for another in a complaint. Of each party the highest number counts."""

    __tablename__ = "standing"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint("ground in ('asked', 'child', 'lacks_capacity', 'died')", name="ground"),
        CheckConstraint("capacity in ('has', 'lacks', 'not_known')", name="capacity"),
        CheckConstraint(
            "consent_basis in ('written', 'oral', 'statutory', 'implied_constituent', 'none')", name="consent_basis"
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    may_speak: Mapped[bool]
    ground: Mapped[CodeText]
    reasonable_grounds: Mapped[bool | None]
    best_interests: Mapped[bool | None]
    capacity: Mapped[CodeText]
    consent_basis: Mapped[CodeText | None]
    reasons: Mapped[str | None]
    act_id: Mapped[UUID]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[Instant]


class RouteScreening(Base):
    """Somebody looked for other routes. `nothing_left` says that no issue stays with the complaint."""

    __tablename__ = "route_screening"
    __table_args__ = (UniqueConstraint("complaint_id", "number"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    nothing_left: Mapped[bool]
    act_id: Mapped[UUID]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[Instant]


class RouteFound(Base):
    """Another route that a screening found. `covers` are ids of issues; `passed_on` says they are left to it."""

    __tablename__ = "route_found"
    __table_args__ = (
        CheckConstraint(
            "route in ('claim', 'inquest', 'regulator', 'police', 'safeguarding', 'discipline',"
            " 'freedom_of_information', 'other')",
            name="route",
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("route_screening.id"))
    route: Mapped[CodeText]
    advised_on: Mapped[date | None]
    covers: Mapped[JsonList]
    passed_on: Mapped[bool]
    words: Mapped[str | None]
