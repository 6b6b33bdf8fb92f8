"""Tables of promises to people: what was promised, each time it was kept, and which dates people were given."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId


class Promise(Base):
    """What somebody was told would happen, by a day or every so many days; to nobody by name where neither is set.

    `due_on` is of the present round. `clocked` says that a clock judges it: what is open when its complaint ends, or
    is promised afterwards, has none.
    """

    __tablename__ = "promise"
    __table_args__ = (
        CheckConstraint("kind in ('call', 'letter', 'update', 'copy', 'meeting', 'action', 'other')", name="kind"),
        CheckConstraint("every_days between 1 and 366", name="every_days"),
        CheckConstraint("source in ('contact', 'said')", name="source"),
        CheckConstraint("state in ('open', 'kept', 'released')", name="state"),
        CheckConstraint("released_because in ('not_wanted', 'overtaken')", name="released_because"),
        CheckConstraint("num_nonnulls(party_id, involvement_id) <= 1", name="to_one"),
        Index("ix_promise_unclocked", "organisation_id", "due_on", postgresql_where=text("not clocked")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    involvement_id: Mapped[UUID | None] = mapped_column(ForeignKey("involvement.id"))
    kind: Mapped[CodeText]
    what: Mapped[str]
    due_on: Mapped[date]
    every_days: Mapped[int | None]
    made_on: Mapped[date]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    source: Mapped[CodeText]
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    state: Mapped[CodeText]
    clocked: Mapped[bool]
    settled_on: Mapped[date | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    released_because: Mapped[CodeText | None]
    release_words: Mapped[str | None]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class PromiseKept(Base):
    """One time a promise was kept: the day it was due, the day it was done, and how. Never altered."""

    __tablename__ = "promise_kept"
    __table_args__ = (UniqueConstraint("promise_id", "number"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    promise_id: Mapped[UUID] = mapped_column(ForeignKey("promise.id"))
    number: Mapped[int]
    due_on: Mapped[date]
    kept_on: Mapped[date]
    in_time: Mapped[bool]
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    words: Mapped[str | None]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]
    act_id: Mapped[UUID]


class ToldDate(Base):
    """Somebody was given a date of a clock, by a notice or in a contact. Never altered."""

    __tablename__ = "told_date"
    __table_args__ = (
        CheckConstraint("num_nonnulls(party_id, involvement_id) <= 1", name="to_one"),
        UniqueConstraint(
            *("clock_id", "generation", "party_id", "involvement_id", "notice_id"),
            name="uq_told_date_once",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    clock_id: Mapped[UUID] = mapped_column(ForeignKey("clock.id"))
    generation: Mapped[int]
    due_on: Mapped[date]
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    involvement_id: Mapped[UUID | None] = mapped_column(ForeignKey("involvement.id"))
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("notice.id"))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    told_on: Mapped[date]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]
