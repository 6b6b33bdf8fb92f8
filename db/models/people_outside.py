"""Tables of what people outside need so that something reaches them, and of what they were told at the beginning."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, JsonList, OrganisationId


class ContactNeeds(Base):
    """One version of what a party needs: the channel, language and forms, and what is not safe. Append-only.

    The version with the highest number counts. `copies`: letters to the person who complained go to this party, too.
    """

    __tablename__ = "contact_needs"
    __table_args__ = (
        UniqueConstraint("party_id", "number"),
        CheckConstraint("preferred_channel in ('email', 'letter', 'text', 'call')", name="preferred_channel"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    number: Mapped[int]
    preferred_channel: Mapped[CodeText | None]
    language: Mapped[CodeText]
    formats: Mapped[JsonList]
    adjustments: Mapped[str | None]
    unsafe: Mapped[JsonList]
    unsafe_words: Mapped[str | None]
    copies: Mapped[bool]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class StatementGiven(Base):
    """Somebody was told of advocacy, or that nobody is treated worse for complaining; and what shows it. Append-only.

    `how` is the notice that carried the statements, a contact on record, or the way in which somebody says they did it.
    """

    __tablename__ = "statement_given"
    __table_args__ = (
        UniqueConstraint("notice_id"),
        CheckConstraint("how in ('call', 'meeting', 'letter', 'email', 'notice', 'contact')", name="how"),
        CheckConstraint(
            "(how = 'notice') = (notice_id is not null) and (how = 'contact') = (contact_id is not null)",
            name="evidence",
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    statements: Mapped[JsonList]
    how: Mapped[CodeText]
    given_on: Mapped[date]
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("notice.id"))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class StatementWords(Base):
    """An organisation's own words for the statements, in versions. What is null is said in the words that we ship."""

    __tablename__ = "statement_words"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    number: Mapped[int]
    advocacy: Mapped[str | None]
    non_detriment: Mapped[str | None]
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[Instant]
