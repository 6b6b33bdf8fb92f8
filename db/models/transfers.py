"""Tables of complaints passed on to another body, and of those that another body passed on to us."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId

_GROUNDS = "ground in ('misdirected', 'commissioner_to_provider')"


class Transfer(Base):
    """What is passed on by a contribution of the kind `transfer`: all of it (`whole`), or that contribution's issues.

    `received_on` is the day from which it counts as made to the other body.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        UniqueConstraint("contribution_id"),
        CheckConstraint(_GROUNDS, name="ground"),
        CheckConstraint(
            "ground <> 'commissioner_to_provider' or"
            " (provider_agreed_on is not null and provider_agreed_by is not null)",
            name="both_agreed",
        ),
        CheckConstraint("(taken_on is null) = (received_on is null)", name="taken"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    ground: Mapped[CodeText]
    whole: Mapped[bool]
    reason: Mapped[str]
    provider_agreed_on: Mapped[date | None]
    provider_agreed_by: Mapped[str | None]
    offered_on: Mapped[date]
    taken_on: Mapped[date | None]
    received_on: Mapped[date | None]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]


class TransferReceived(Base):
    """A complaint that another body passed on to us. `contribution_id` is the sender's.

    `heard` is the last of its messages that we took in. Our answer, that we have it, is the message `message_id`: it
    waits (`queued`) until the sender has it or refused it.
    """

    __tablename__ = "transfer_received"
    __table_args__ = (
        UniqueConstraint("organisation_id", "contribution_id"),
        UniqueConstraint("complaint_id"),
        CheckConstraint(_GROUNDS, name="ground"),
        CheckConstraint("state in ('queued', 'brought', 'refused')", name="state"),
        CheckConstraint("sender_organisation_id is null or partner_id is null", name="sender"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"))
    contribution_id: Mapped[UUID]
    sender_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner.id"))
    sender_code: Mapped[CodeText]
    sender_name: Mapped[str]
    sender_reference: Mapped[str]
    ground: Mapped[CodeText]
    first_received_on: Mapped[date]
    message_id: Mapped[UUID]
    heard: Mapped[int]
    state: Mapped[CodeText]
    refusal: Mapped[CodeText | None]
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    act_id: Mapped[UUID]
    opened_at: Mapped[Instant]
