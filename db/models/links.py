"""The table of complaints that belong together."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId


class ComplaintLink(Base):
    """Two complaints belong together. One that does not hold stays, as removed.

    `group_code` names the common cause that a group of complaints has; a duplicate was given up for the other.
    """

    __tablename__ = "complaint_link"
    __table_args__ = (
        CheckConstraint(
            "kind in ('related', 'same_person', 'same_event', 'repeat_complainant', 'common_cause', 'duplicate')",
            name="kind",
        ),
        CheckConstraint("complaint_id <> other_id", name="two_complaints"),
        CheckConstraint("(kind = 'common_cause') = (group_code is not null)", name="group"),
        Index(
            "ix_complaint_link_group_code", "organisation_id", "group_code", postgresql_where=text("removed_at is null")
        ),
        Index(
            "uq_complaint_link_present",
            func.least(text("complaint_id"), text("other_id")),
            func.greatest(text("complaint_id"), text("other_id")),
            "kind",
            func.coalesce(text("group_code"), text("''")),
            unique=True,
            postgresql_where=text("removed_at is null"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    other_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), index=True)
    kind: Mapped[CodeText]
    group_code: Mapped[CodeText | None]
    words: Mapped[str | None]
    linked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    linked_at: Mapped[Instant]
    removed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    removal_reason: Mapped[str | None]
