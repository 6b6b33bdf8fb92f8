"""Tables of partners: other bodies that we speak with, whom to reach there, and the credentials of contributions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, OrganisationId, RecordedAt


class Partner(Base):
    """Another body, as this organisation knows it.

    `door_url` is the door of its system, where it coordinates and we contribute; `hook_url` is where it receives our
    webhooks, where we coordinate. The shared secret is sealed; the one before holds beside it until `previous_until`.
    """

    __tablename__ = "partner"
    __table_args__ = (
        CheckConstraint(
            "body_kind in ('nhs', 'local_authority', 'independent_provider', 'department', 'other')", name="body_kind"
        ),
        CheckConstraint("bound in ('regulation_9', 'voluntary')", name="bound"),
        CheckConstraint("way in ('here', 'system', 'page', 'none')", name="way"),
        CheckConstraint("secret is null or way = 'system'", name="secret"),
        Index("uq_partner_code", "organisation_id", "code", unique=True, postgresql_where=text("ended_at is null")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    code: Mapped[CodeText]
    name: Mapped[str]
    body_kind: Mapped[CodeText]
    bound: Mapped[CodeText]
    way: Mapped[CodeText]
    door_url: Mapped[str | None]
    hook_url: Mapped[str | None]
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    secret_number: Mapped[int] = mapped_column(default=0)
    previous_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class PartnerContact(Base):
    """Somebody of another body, by what they are there."""

    __tablename__ = "partner_contact"
    __table_args__ = (
        CheckConstraint(
            "role in ('contact', 'deputy', 'senior_lead', 'complaints_manager', 'responsible_person')", name="role"
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partner.id"), index=True)
    role: Mapped[CodeText]
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    said_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class JointCredential(Base):
    """Which number the credential of one contribution has. Where there is none, it is the first.

    `contribution_id` is that of the body that coordinates: ours, or the partner's.
    """

    __tablename__ = "joint_credential"
    __table_args__ = (
        UniqueConstraint("partner_id", "contribution_id"),
        CheckConstraint("number > 0", name="number"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partner.id"))
    contribution_id: Mapped[UUID]
    number: Mapped[int]
    changed_at: Mapped[Instant]
