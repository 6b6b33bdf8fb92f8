"""Tables of the one draft of several bodies: with whom it was shared, what they said of it, and what came of that."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId


class JointDraft(Base):
    """One sharing of a version of the response: with the bodies, or with the person who complained.

    `after_version` is the version that was issued last before it. `skipped`: a senior left it out, `note` says why.
    `released_on` is the day on which the letter to the person left, `comment_by` the last day to comment.
    """

    __tablename__ = "joint_draft"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint("audience in ('bodies', 'person', 'supplement')", name="audience"),
        CheckConstraint("not skipped or note is not null", name="skipped_with_reason"),
        CheckConstraint("not skipped or draft_id is null", name="of_a_draft"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    audience: Mapped[CodeText]
    skipped: Mapped[bool]
    draft_id: Mapped[UUID | None] = mapped_column(ForeignKey("response_draft.id"))
    after_version: Mapped[int]
    sha256: Mapped[str | None] = mapped_column(String(64))
    sources_sha256: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str | None]
    shared_on: Mapped[date]
    comment_by: Mapped[date | None]
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("notice.id"))
    released_on: Mapped[date | None]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class JointDraftReader(Base):
    """A body with which a draft was shared. Without a message nothing was told: consent did not cover it. Append-only.

    Its id is the subject of the clock on the body's comment.
    """

    __tablename__ = "joint_draft_reader"
    __table_args__ = (UniqueConstraint("joint_draft_id", "contribution_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    joint_draft_id: Mapped[UUID] = mapped_column(ForeignKey("joint_draft.id"))
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("joint_message.id"))


class JointComment(Base):
    """What a body, or a person, said of a draft. That it `agrees` without a word is said, too, and asks for nothing.

    `used` is empty until somebody has weighed it.
    """

    __tablename__ = "joint_comment"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint("num_nonnulls(contribution_id, party_id) <= 1", name="whose"),
        CheckConstraint("used in ('used', 'partly', 'not_used')", name="used"),
        CheckConstraint("(used is null) = (used_on is null) and (used is null) = (reason is null)", name="weighed"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    joint_draft_id: Mapped[UUID] = mapped_column(ForeignKey("joint_draft.id"))
    number: Mapped[int]
    contribution_id: Mapped[UUID | None] = mapped_column(ForeignKey("contribution.id"))
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    agrees: Mapped[bool]
    words: Mapped[str | None]
    received_on: Mapped[date]
    late: Mapped[bool]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    used: Mapped[CodeText | None]
    reason: Mapped[str | None]
    used_on: Mapped[date | None]
    used_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]
