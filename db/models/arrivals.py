"""Tables of how notices leave and whether they arrive: carriers, quiet hours, and the way of each notice."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId, RecordedAt


class CarrierSetting(Base):
    """What a carrier other than the mail gateway carries for an organisation.

    `key_sealed` is the carrier's key, `token_sealed` what its callbacks show; both are sealed and are never shown.
    """

    __tablename__ = "carrier_setting"
    __table_args__ = (
        UniqueConstraint("organisation_id", "carrier"),
        CheckConstraint("carrier in ('notify', 'out_tray')", name="carrier"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    carrier: Mapped[CodeText]
    emails: Mapped[bool]
    texts: Mapped[bool]
    letters: Mapped[bool]
    email_template: Mapped[UUID | None]
    text_template: Mapped[UUID | None]
    reply_to: Mapped[UUID | None]
    key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]


class QuietHours(Base):
    """When what the law does not ask for may not leave: local times, from after until being over midnight."""

    __tablename__ = "quiet_hours"
    __table_args__ = (
        CheckConstraint("(quiet_from is null) = (quiet_until is null)", name="whole"),
        CheckConstraint("quiet_from <> quiet_until", name="some"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), unique=True)
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    working_days_only: Mapped[bool]
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]


class Carriage(Base):
    """A notice in the hands of its carrier, written before it is handed over.

    `carrier_id` is what the carrier calls it, `status` what it last said of it, as a code. `laid_out_at` and
    `taken_out_at` are of the out-tray.
    """

    __tablename__ = "carriage"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"), unique=True)
    carrier: Mapped[CodeText]
    begun_at: Mapped[Instant]
    carrier_id: Mapped[UUID | None]
    status: Mapped[CodeText | None]
    looked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    laid_out_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    taken_out_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Arrival(Base):
    """What a person saw become of a notice. Append-only."""

    __tablename__ = "arrival"
    __table_args__ = (
        CheckConstraint(
            "what in ('delivered', 'returned', 'bounced', 'wrong_address', 'supplied_in_format', 'read_out')",
            name="what",
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"), index=True)
    what: Mapped[CodeText]
    happened_on: Mapped[date]
    words: Mapped[str | None]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]
