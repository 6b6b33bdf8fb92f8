"""Tables of early resolution and of a closer look: attempts, issues, plans, and who has a part in a case."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, JsonList, OrganisationId


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
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    act_id: Mapped[UUID]
    raised_at: Mapped[Instant]


class CaseRole(Base):
    """A person of the organisation has a part in one case, from a day to a day: investigator or decision-maker.

    `prior_involvement` and `conflict` are as declared; `grounds` are codes of all that has to be mitigated, what the
    record itself shows included, and `mitigation` says what makes it fair all the same. `from_body` names the other
    body from which somebody stands in.
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
    grounds: Mapped[JsonList] = mapped_column(default=list, server_default=text("'[]'"))
    from_body: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class IssueVersion(Base):
    """The words of an issue as they stood until an act changed them, and the day they were confirmed. Append-only."""

    __tablename__ = "issue_version"
    __table_args__ = (UniqueConstraint("issue_id", "version"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issue.id"))
    version: Mapped[int]
    summary: Mapped[str]
    effect: Mapped[str | None]
    outcome_sought: Mapped[str | None]
    confirmed_on: Mapped[date | None]
    replaced_by: Mapped[UUID]
    replaced_at: Mapped[Instant]


class ResolutionAttempt(Base):
    """An attempt to put things right early. It ends once; one that was never begun has no `begun_on`."""

    __tablename__ = "resolution_attempt"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint("result in ('satisfied', 'not_satisfied', 'moved_on')", name="result"),
        CheckConstraint("method in ('call', 'meeting', 'letter', 'email')", name="method"),
        CheckConstraint("(result is null) = (ended_on is null)", name="ended"),
        CheckConstraint("result is null or summary is not null", name="summed_up"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    begun_on: Mapped[date | None]
    begun_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    plan: Mapped[str | None]
    result: Mapped[CodeText | None]
    summary: Mapped[str | None]
    method: Mapped[CodeText | None]
    ended_on: Mapped[date | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class InvestigationPlan(Base):
    """The plan of an investigation, as it was shared. Append-only: the latest version counts.

    `no_staff`: nobody of the staff is complained about, so that there is nobody there to share it with.
    """

    __tablename__ = "investigation_plan"
    __table_args__ = (
        UniqueConstraint("complaint_id", "version"),
        CheckConstraint("delivery in ('letter', 'meeting', 'call')", name="delivery"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    version: Mapped[int]
    evidence: Mapped[JsonList]
    interviewees: Mapped[JsonList]
    decision_maker_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    delivery: Mapped[CodeText]
    shared_with_person_on: Mapped[date]
    shared_with_staff_on: Mapped[date | None]
    no_staff: Mapped[bool]
    words: Mapped[str | None]
    shared_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]
