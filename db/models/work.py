"""Tables of work for people: tasks and notices."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, JsonList, OrganisationId, RecordedAt


class Task(Base):
    """Something a person has to do. `kind` is a code; what it means in words stands in the API.

    `subject_id` is what it is about where that is no clock and no notice: a contact, a correction, a leaver.
    A task of the office (a leaver's cases, say) is about no one complaint.
    """

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_open", "organisation_id", "state", "assignee_id", "due_on"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    kind: Mapped[CodeText]
    role: Mapped[CodeText]
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]
    clock_id: Mapped[UUID | None]
    notice_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    act_id: Mapped[UUID]
    state: Mapped[CodeText]
    raised_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[UUID | None]


class Notice(Base):
    """A message to somebody: the rendered text of a versioned template, and where it is.

    `journalled` says that its hand-over stands in the chain of evidence. `carrier` carries it where it is not the mail
    gateway; `formats` are the forms in which the person needs it; `met_clock_id` is the clock that its release met;
    `involvement_id` is of the member of staff complained about whom it is for; `contribution_id` and `body_contact_id`
    say whom of another body.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint(
            *("act_id", "template", "audience", "party_id", "person_id", "involvement_id", "body_contact_id"),
            name="uq_notice_one_to_each",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_notice_state", "organisation_id", "state"),
        Index("ix_notice_body_contact_id", "body_contact_id", postgresql_where=text("body_contact_id is not null")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    template: Mapped[CodeText]
    template_version: Mapped[int]
    audience: Mapped[CodeText]
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    involvement_id: Mapped[UUID | None]
    contribution_id: Mapped[UUID | None]
    body_contact_id: Mapped[UUID | None]
    channel: Mapped[CodeText]
    legal_ground: Mapped[str]
    state: Mapped[CodeText]
    subject: Mapped[str]
    body: Mapped[str]
    act_id: Mapped[UUID]
    drafted_at: Mapped[Instant]
    released_by: Mapped[UUID | None]
    released_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failure: Mapped[CodeText | None]
    journalled: Mapped[bool] = mapped_column(default=False)
    carrier: Mapped[CodeText | None]
    statutory: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    formats: Mapped[JsonList] = mapped_column(default=list, server_default=text("'[]'"))
    language: Mapped[CodeText] = mapped_column(default="en", server_default="en")
    met_clock_id: Mapped[UUID | None]
    recorded_at: Mapped[RecordedAt]
