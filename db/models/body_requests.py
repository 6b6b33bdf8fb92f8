"""Tables of what is asked of contributing bodies, and of meetings with them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId


class BodyRequest(Base):
    """Something is reasonably asked of a body (SI 2009/309 reg 9(3)(b)).

    `asked_on` and `due_on` are of the present round; the answers keep those of the rounds before.
    """

    __tablename__ = "body_request"
    __table_args__ = (CheckConstraint("state in ('open', 'under_review', 'done', 'not_needed')", name="state"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    what: Mapped[str]
    state: Mapped[CodeText]
    asked_on: Mapped[date]
    due_on: Mapped[date]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[Instant]
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None]
    act_id: Mapped[UUID]


class BodyRequestAnswer(Base):
    """One answer of a body, and what came of it. `accepted` is unknown until somebody has looked."""

    __tablename__ = "body_request_answer"
    __table_args__ = (UniqueConstraint("request_id", "round"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("body_request.id"))
    round: Mapped[int]
    asked_on: Mapped[date]
    due_on: Mapped[date]
    given_on: Mapped[date]
    in_time: Mapped[bool]
    words: Mapped[str]
    accepted: Mapped[bool | None]
    reason: Mapped[str | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]


class BodyRequestFile(Base):
    """A file of the case is part of a body's answer."""

    __tablename__ = "body_request_file"
    __table_args__ = (UniqueConstraint("answer_id", "file_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("body_request_answer.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))


class JointMeeting(Base):
    """A meeting with other bodies (reg 9(3)(c)). One that was recorded without having been called has no `called_at`.

    `at` is a local time of day, HH:MM. `words` are of what was said there, or of why it was cancelled.
    """

    __tablename__ = "joint_meeting"
    __table_args__ = (
        CheckConstraint("state in ('called', 'held', 'cancelled')", name="state"),
        CheckConstraint("how in ('in_person', 'call', 'video')", name="how"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    state: Mapped[CodeText]
    on: Mapped[date]
    at: Mapped[CodeText]
    how: Mapped[CodeText]
    purpose: Mapped[str]
    place: Mapped[str | None]
    words: Mapped[str | None]
    called_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    called_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    act_id: Mapped[UUID]


class JointMeetingBody(Base):
    """A body was called to a meeting, or was there.

    `attends` and `expected` are what it said beforehand, `attended` and `who` what came of it.
    """

    __tablename__ = "joint_meeting_body"
    __table_args__ = (UniqueConstraint("meeting_id", "contribution_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("joint_meeting.id"))
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    called: Mapped[bool]
    attends: Mapped[bool | None]
    expected: Mapped[str | None]
    reason: Mapped[str | None]
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    attended: Mapped[bool | None]
    who: Mapped[str | None]
