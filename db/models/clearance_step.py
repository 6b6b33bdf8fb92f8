"""The table of who cleared a draft of the response, and for which office of its chain."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId, PersonId


class ClearanceStep(Base):
    """Somebody cleared a draft for an office, by a version of the chains. Append-only.

    Where one clearing is enough it is a step, too: a complaint may become serious after it. `mitigation` says what
    makes it fair where one person of a small body does what several should.
    """

    __tablename__ = "clearance_step"
    __table_args__ = (UniqueConstraint("draft_id", "number"), UniqueConstraint("draft_id", "office"))

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("response_draft.id"))
    number: Mapped[int]
    office: Mapped[CodeText]
    person_id: Mapped[PersonId]
    cleared_on: Mapped[date]
    rules_version: Mapped[int]
    mitigation: Mapped[str | None]
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]
