"""Tables of a closer look: the issues of a complaint, and the people of the organisation who have a part in it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId


class Issue(Base):
    """One thing complained about: what, what it did to the person, what they seek. Numbered from one."""

    __tablename__ = "issue"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint("state in ('open', 'on_hold', 'passed_on', 'taken_back')", name="state"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    summary: Mapped[str]
    effect: Mapped[str | None]
    outcome_sought: Mapped[str | None]
    state: Mapped[CodeText]
    subject: Mapped[CodeText | None]
    confirmed_on: Mapped[date | None]
    act_id: Mapped[UUID]
    raised_at: Mapped[Instant]


class CaseRole(Base):
    """A person of the organisation has a part in one case, from a day to a day: investigator or decision-maker.

    `prior_involvement` and `conflict` are as declared; with either, `mitigation` says what makes it fair all the same.
    """

    __tablename__ = "case_role"
    __table_args__ = (
        CheckConstraint("role in ('investigator', 'decision_maker')", name="role"),
        Index("uq_case_role_present", "complaint_id", "role", unique=True, postgresql_where=text("ends_on is null")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    role: Mapped[CodeText]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    tier: Mapped[CodeText | None]
    trained_on: Mapped[date | None]
    training: Mapped[str | None]
    prior_involvement: Mapped[bool]
    conflict: Mapped[bool]
    mitigation: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]
