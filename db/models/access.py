"""Tables of the page of a body without a system: its links, codes and sessions, what is typed so far, and knocks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, Json, OrganisationId


class BodyAccess(Base):
    """Somebody of a contributing body who has a link to its page. The link itself is stored nowhere.

    `revoked_cause`: somebody said so, another took its place, or the contribution was released.
    """

    __tablename__ = "body_access"
    __table_args__ = (
        UniqueConstraint("contribution_id", "number"),
        CheckConstraint("revoked_cause in ('said', 'replaced', 'released')", name="revoked_cause"),
        CheckConstraint("(revoked_at is null) = (revoked_cause is null)", name="revoked"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    number: Mapped[int]
    name: Mapped[str]
    email: Mapped[str]
    issued_at: Mapped[Instant]
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    revoked_cause: Mapped[CodeText | None]
    revoked_reason: Mapped[str | None]
    act_id: Mapped[UUID]


class BodyCode(Base):
    """A one-time code. `mark` tells it without holding it; it is `sealed` only until it was sent."""

    __tablename__ = "body_code"
    __table_args__ = (Index("ix_body_code_access_id_asked_at", "access_id", "asked_at"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    access_id: Mapped[UUID] = mapped_column(ForeignKey("body_access.id"))
    mark: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    asked_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class BodySession(Base):
    """Somebody who gave the code. What their browser holds is stored as its hash alone."""

    __tablename__ = "body_session"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    access_id: Mapped[UUID] = mapped_column(ForeignKey("body_access.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class BodyWorkingDraft(Base):
    """What a body has typed into one form of its page, and has not sent. Words; empty once they were sent."""

    __tablename__ = "body_working_draft"
    __table_args__ = (UniqueConstraint("contribution_id", "place"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    place: Mapped[str] = mapped_column(String(128))
    words: Mapped[Json]
    saved_by: Mapped[UUID] = mapped_column(ForeignKey("body_access.id"))
    saved_at: Mapped[Instant]


class JointKnock(Base):
    """Somebody was turned away from the page, and why, as a code. Append-only."""

    __tablename__ = "joint_knock"
    __table_args__ = (
        Index("ix_joint_knock_organisation_id_at", "organisation_id", "at"),
        Index("ix_joint_knock_contribution_id", "contribution_id", "at",
              postgresql_where=text("contribution_id is not null")),
    )  # fmt: skip

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    contribution_id: Mapped[UUID | None] = mapped_column(ForeignKey("contribution.id"))
    why: Mapped[CodeText]
    at: Mapped[Instant]
