"""Tables of what goes to seniors besides an escalation: the digest of single breaches, and what was found to recur."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, Json, JsonList


class SeniorDigest(Base):
    """What one week brought, for the seniors of an organisation: numbers by code. `week_on` is its Monday.

    `late` says that it was compiled after its time. `told` is to how many people an e-mail said that it is there.
    """

    __tablename__ = "senior_digest"
    __table_args__ = (UniqueConstraint("organisation_id", "week_on"),)

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    week_on: Mapped[date]
    compiled_at: Mapped[Instant]
    late: Mapped[bool]
    figures: Mapped[Json]
    told: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class DigestItem(Base):
    """A single breach on its way into a digest, and then in it. `unit_id` is the division whose it was."""

    __tablename__ = "digest_item"
    __table_args__ = (
        UniqueConstraint("clock_id", "generation"),
        Index("ix_digest_item_digest_id", "digest_id", "due_on", "id"),
        Index("ix_digest_item_waiting", "organisation_id", "breached_at", postgresql_where=text("digest_id is null")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), index=True)
    clock_id: Mapped[UUID] = mapped_column(ForeignKey("clock.id"))
    generation: Mapped[int]
    clock: Mapped[CodeText]
    due_on: Mapped[date]
    breached_at: Mapped[Instant]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    digest_id: Mapped[UUID | None] = mapped_column(ForeignKey("senior_digest.id"))


class Recurrence(Base):
    """The same theme, or the same place, in several complaints within a window: found once. Append-only.

    `complaint_id` is the complaint that tipped it, `cases` are all that were counted. `number` is of those found for
    the same codes, counted from 1.
    """

    __tablename__ = "recurrence"
    __table_args__ = (
        UniqueConstraint(*("organisation_id", "kind", "theme", "place", "number"), postgresql_nulls_not_distinct=True),
        CheckConstraint("kind in ('theme', 'place', 'both')", name="kind"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), index=True)
    kind: Mapped[CodeText]
    theme: Mapped[str | None] = mapped_column(String(140))
    place: Mapped[str | None] = mapped_column(String(140))
    number: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    count: Mapped[int]
    cases: Mapped[JsonList]
    proceeding_id: Mapped[UUID | None] = mapped_column(ForeignKey("proceeding.id"))
    found_on: Mapped[date]
    act_id: Mapped[UUID]
