"""The table of what runs beside a complaint and may outlive it: escalations, candour, referrals, actions."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId, RecordedAt


class Proceeding(Base):
    """What runs beside a complaint, with clocks and a workflow of its own; what it is in full is in tables of its kind.

    `state` is of `contracts.proceedings`, `about` what it is about, as a code. `number` is within its complaint and
    kind. `changes` counts what happened to it, `heard` what its workflow has looked at.
    """

    __tablename__ = "proceeding"
    __table_args__ = (
        UniqueConstraint("complaint_id", "kind", "number"),
        CheckConstraint("kind in ('escalation', 'candour', 'referral', 'action')", name="kind"),
        Index("ix_proceeding_unheard", "organisation_id", "changed_at", postgresql_where=text("heard < changes")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    kind: Mapped[CodeText]
    number: Mapped[int]
    state: Mapped[CodeText]
    about: Mapped[CodeText]
    opened_on: Mapped[date]
    opened_at: Mapped[Instant]
    ended_on: Mapped[date | None]
    ended_cause: Mapped[CodeText | None]
    changes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    heard: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    changed_at: Mapped[Instant]
    act_id: Mapped[UUID]
    recorded_at: Mapped[RecordedAt]
