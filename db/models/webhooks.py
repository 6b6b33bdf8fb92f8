"""Tables of webhooks: who subscribes to events, what is sent to each receiver, and every attempt to send it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, Json, JsonList, OrganisationId, RecordedAt


class WebhookSubscription(Base):
    """Where a system of an organisation receives events. No `types`: all of them.

    With `partner_id` it is another body's, which hears of its own contributions alone, whatever its `types`.
    Secrets are sealed; the one before signs beside the present one until `previous_until`. `caller` is the subject of
    the token that subscribed.
    """

    __tablename__ = "webhook_subscription"
    __table_args__ = (
        Index("ix_webhook_subscription_open", "organisation_id", postgresql_where=text("state <> 'ended'")),
        Index("ix_webhook_subscription_listed", "organisation_id", "created_at", "id"),
        CheckConstraint("state in ('active', 'paused', 'ended')", name="state"),
        CheckConstraint("paused_because in ('asked', 'gone')", name="paused_because"),
        Index(
            "uq_webhook_subscription_partner",
            "partner_id",
            unique=True,
            postgresql_where=text("partner_id is not null and state <> 'ended'"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    url: Mapped[str]
    description: Mapped[str]
    types: Mapped[JsonList]
    state: Mapped[CodeText]
    paused_because: Mapped[CodeText | None]
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    secret_number: Mapped[int] = mapped_column(default=1)
    previous_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    caller: Mapped[str]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[Instant]
    resumed_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner.id"))
    recorded_at: Mapped[RecordedAt]


class WebhookDelivery(Base):
    """One event on its way to one receiver, in the order of `n`: ids, codes and dates, as they stood after the act."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint(
            "subscription_id",
            "event_id",
            "replay_id",
            name="uq_webhook_delivery_event",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_webhook_delivery_queued", "subscription_id", "n", postgresql_where=text("state = 'queued'")),
        Index("ix_webhook_delivery_listed", "subscription_id", "n"),
        Index("ix_webhook_delivery_occurred", "subscription_id", "occurred_at"),
        Index(
            "ix_webhook_delivery_settled",
            "organisation_id",
            "settled_at",
            postgresql_where=text("settled_at is not null"),
        ),
        CheckConstraint("state in ('queued', 'delivered', 'dead')", name="state"),
    )

    id: Mapped[Id]
    n: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    organisation_id: Mapped[OrganisationId]
    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_subscription.id"))
    event_id: Mapped[UUID]
    complaint_id: Mapped[UUID | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    type: Mapped[CodeText]
    occurred_at: Mapped[Instant]
    stage: Mapped[CodeText | None]
    version: Mapped[int | None]
    about: Mapped[Json]
    replay_id: Mapped[UUID | None]
    state: Mapped[CodeText]
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[Instant]
    next_at: Mapped[Instant]
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failure: Mapped[CodeText | None]


class WebhookAttempt(Base):
    """One attempt to send, and what the receiver said to it, as a code. Never changed; forgotten with its delivery."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (UniqueConstraint("delivery_id", "number"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_delivery.id"))
    number: Mapped[int]
    at: Mapped[Instant]
    outcome: Mapped[CodeText]
    status: Mapped[int | None]
    milliseconds: Mapped[int]
