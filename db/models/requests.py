"""Tables of what is asked of colleagues about a complaint: the request, the issues it is about, and each answer."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, JsonList, OrganisationId


class RequestRow(Base):
    """Something is asked of a colleague, or of a division or team.

    `steps` say how the date was worked back, from the end of the complaint's `response_clock`.

    `asked_on` and `due_on` are of the present round: a request that was sent back has new ones, and the answers keep
    those of the rounds before.
    """

    __tablename__ = "request"
    __table_args__ = (
        Index("ix_request_due", "organisation_id", "state", "due_on", "id"),
        CheckConstraint("kind in ('statement', 'records', 'interview', 'clinical_advice', 'other')", name="kind"),
        CheckConstraint("profession in ('medical', 'nursing', 'other')", name="profession"),
        CheckConstraint("state in ('open', 'under_review', 'done', 'cancelled', 'ended')", name="state"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    kind: Mapped[CodeText]
    profession: Mapped[CodeText | None]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    what: Mapped[str]
    state: Mapped[CodeText]
    asked_on: Mapped[date]
    due_on: Mapped[date]
    steps: Mapped[JsonList]
    response_clock: Mapped[CodeText | None]
    raised_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    raised_at: Mapped[Instant]
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None]
    act_id: Mapped[UUID]


class RequestIssue(Base):
    """A request is about this issue."""

    __tablename__ = "request_issue"
    __table_args__ = (UniqueConstraint("request_id", "issue_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("request.id"))
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issue.id"))


class RequestAnswer(Base):
    """One answer to a request, and what came of it. `working_days` is how long it took from the day it was asked for.

    `accepted` is unknown until somebody has looked; an answer that was sent back has the reason.
    """

    __tablename__ = "request_answer"
    __table_args__ = (UniqueConstraint("request_id", "round"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("request.id"))
    round: Mapped[int]
    asked_on: Mapped[date]
    due_on: Mapped[date]
    given_on: Mapped[date]
    working_days: Mapped[int]
    in_time: Mapped[bool]
    words: Mapped[str | None]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[Instant]
    accepted: Mapped[bool | None]
    reason: Mapped[str | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    act_id: Mapped[UUID]


class RequestFile(Base):
    """A file of the case is part of an answer."""

    __tablename__ = "request_file"
    __table_args__ = (UniqueConstraint("answer_id", "file_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("request_answer.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
