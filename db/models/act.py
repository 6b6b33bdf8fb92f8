"""Tables of what was said and what was decided: submissions, verdicts, and the chain of case events."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, Json, OrganisationId, RecordedAt


class Submission(Base):
    """What somebody said, durable from the moment it is committed.

    `state` is pending, applied, refused or parked. `delivery` grows when an operator asks for
    another delivery, because the engine answers a repeated update id with its first answer.
    """

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("organisation_id", "complaint_id", "seq"),
        UniqueConstraint("organisation_id", "caller", "route", "idempotency_key"),
        Index(
            "ix_submission_reference",
            "reference",
            unique=True,
            postgresql_where=text("reference is not null"),
        ),
        Index(
            "ix_submission_pending",
            "received_at",
            "id",
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID]  # no foreign key: what logs a complaint is there before the complaint
    seq: Mapped[int]
    kind: Mapped[CodeText]
    body: Mapped[Json]
    caller: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[CodeText]
    route: Mapped[str]
    idempotency_key: Mapped[str | None]
    body_hash: Mapped[str] = mapped_column(String(64))
    reference: Mapped[CodeText | None]
    if_version: Mapped[int | None]
    received_at: Mapped[Instant]
    state: Mapped[CodeText] = mapped_column(default="pending")
    refusal: Mapped[CodeText | None]
    missing: Mapped[list[Any] | None] = mapped_column(JSONB)
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(default=0)
    last_failure: Mapped[CodeText | None]
    delivery: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class VerdictRow(Base):
    """The stored verdict on one act: the only guard against repeats."""

    __tablename__ = "verdict"

    act_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[UUID] = mapped_column(index=True)
    verdict: Mapped[dict[str, Any]] = mapped_column(JSONB)
    applied_at: Mapped[Instant]


class CaseEvent(Base):
    """One link of a complaint's evidence chain: ids, codes and dates, never erasable words.

    `at_us` is microseconds since 1970 UTC. `data` is the canonical JSON text that was hashed.
    """

    __tablename__ = "case_event"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[OrganisationId]
    kind: Mapped[CodeText]
    at_us: Mapped[int] = mapped_column(BigInteger)
    act_id: Mapped[UUID]
    actor_id: Mapped[UUID | None]
    role: Mapped[CodeText]
    data: Mapped[str]
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[RecordedAt]
