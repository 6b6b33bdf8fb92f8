"""Table of consents: who agreed that somebody else is told something about them, on what evidence, until when."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId


class Consent(Base):
    """One consent. A newer one of the same scope and recipient takes its place (`superseded_by`).

    `recipient_id` is a party, `body` the code of a body that is none. `giver_ground` says why somebody else than the
    person concerned gave it; `after_death` that it was given for the time after the giver's death, too.
    """

    __tablename__ = "consent"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        CheckConstraint(
            "scope in ('represent', 'disclose_response', 'disclose_records', 'correspond', 'share_with_body')",
            name="scope",
        ),
        CheckConstraint("giver_ground in ('parent', 'attorney', 'personal_representative')", name="giver_ground"),
        CheckConstraint("basis in ('statutory', 'written', 'oral')", name="basis"),
        CheckConstraint(
            "withdrawn_how in ('call', 'meeting', 'letter', 'email', 'text', 'online_form')", name="withdrawn_how"
        ),
        CheckConstraint("num_nonnulls(recipient_id, body) <= 1", name="recipient"),
        CheckConstraint("basis = 'statutory' or num_nonnulls(file_id, contact_id) >= 1", name="evidence"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    scope: Mapped[CodeText]
    recipient_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    body: Mapped[CodeText | None]
    giver_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    giver_ground: Mapped[CodeText | None]
    basis: Mapped[CodeText]
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_file.id"))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    given_on: Mapped[date]
    expires_on: Mapped[date | None]
    after_death: Mapped[bool]
    superseded_by: Mapped[UUID | None] = mapped_column(ForeignKey("consent.id"))
    withdrawn_on: Mapped[date | None]
    withdrawn_how: Mapped[CodeText | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    withdrawn_words: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]
