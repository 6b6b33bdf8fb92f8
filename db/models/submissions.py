"""Tables of what other bodies submitted, what became of it, what they promised to do, and the gaps that were named."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId


class BodySubmission(Base):
    """One round of a body's part, signed off by a named person of theirs. Append-only.

    `late`: the response had been signed without it.
    """

    __tablename__ = "body_submission"
    __table_args__ = (UniqueConstraint("contribution_id", "round"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    round: Mapped[int]
    signed_by: Mapped[str]
    signed_role: Mapped[str]
    submitted_on: Mapped[date]
    late: Mapped[bool]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class BodyAnswer(Base):
    """What a body found on one of its own issues, in its own words: nobody here changes them. Append-only."""

    __tablename__ = "body_answer"
    __table_args__ = (
        UniqueConstraint("submission_id", "issue_id"),
        CheckConstraint("conclusion in ('upheld', 'partly_upheld', 'not_upheld', 'resolved')", name="conclusion"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("body_submission.id"))
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issue.id"))
    number: Mapped[int]
    did: Mapped[str]
    found: Mapped[str]
    conclusion: Mapped[CodeText]
    remedy: Mapped[str | None]


class BodyReview(Base):
    """What became of a round: approved as it stands, sent back, or replaced before it was looked at. Append-only."""

    __tablename__ = "body_review"
    __table_args__ = (
        UniqueConstraint("submission_id"),
        CheckConstraint("result in ('approved', 'sent_back', 'replaced')", name="result"),
        CheckConstraint("result <> 'sent_back' or (reason is not null and due_on is not null)", name="sent_back"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("body_submission.id"))
    result: Mapped[CodeText]
    reason: Mapped[str | None]
    due_on: Mapped[date | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[Instant]
    act_id: Mapped[UUID]


class BodyAction(Base):
    """What a body promised to do, as its last round that names it says.

    `action_id` is the body's own, the same in every round. `superseded`: a later round leaves it out; `ended`: the
    contribution was released first. `reason` is ours, when we looked at what was done.
    """

    __tablename__ = "body_action"
    __table_args__ = (
        UniqueConstraint("contribution_id", "action_id"),
        CheckConstraint("state in ('promised', 'done', 'settled', 'superseded', 'ended')", name="state"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("body_submission.id"))
    action_id: Mapped[UUID]
    what: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[CodeText]
    done_on: Mapped[date | None]
    evidence: Mapped[str | None]
    settled_on: Mapped[date | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class BodyFile(Base):
    """A file of the complaint that a body named: with a round of its part, or for an action that it promised there.

    Append-only.
    """

    __tablename__ = "body_file"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("body_submission.id"))
    body_action_id: Mapped[UUID | None] = mapped_column(ForeignKey("body_action.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    act_id: Mapped[UUID]


class BodyGap(Base):
    """The response goes without a body's part, and says so. `reason` is the manager's; the letter has its own words."""

    __tablename__ = "body_gap"
    __table_args__ = (
        CheckConstraint("ground in ('late', 'declined', 'consent', 'partial')", name="ground"),
        CheckConstraint("closed_cause in ('approved', 'supplement', 'released', 'taken_up')", name="closed_cause"),
        CheckConstraint("(closed_on is null) = (closed_cause is null)", name="closed_with_cause"),
        Index("uq_body_gap_open", "contribution_id", unique=True, postgresql_where=text("closed_on is null")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    ground: Mapped[CodeText]
    reason: Mapped[str]
    named_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    named_on: Mapped[date]
    closed_on: Mapped[date | None]
    closed_cause: Mapped[CodeText | None]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]
