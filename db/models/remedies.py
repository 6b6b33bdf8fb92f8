"""Tables of what is offered to put things right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId

Pounds = Annotated[Decimal, mapped_column(Numeric(9, 2))]


class Remedy(Base):
    """A remedy as it stands. Loss is what it cost the person; injustice is by the scale of severity: never one sum.

    `scale` is the version of the scale that its level is one of.
    """

    __tablename__ = "remedy"
    __table_args__ = (
        CheckConstraint("kind in ('apology', 'explanation', 'action', 'money')", name="kind"),
        CheckConstraint(
            "state in ('proposed', 'approved', 'rejected', 'offered', 'accepted', 'declined', 'paid')", name="state"
        ),
        CheckConstraint("financial_loss > 0 and injustice_amount > 0", name="sums"),
        CheckConstraint(
            "kind = 'money' or (financial_loss is null and injustice_amount is null and severity_level is null)",
            name="sums_are_money",
        ),
        CheckConstraint("severity_level between 1 and 6", name="level"),
        CheckConstraint("(injustice_amount is null) = (severity_level is null)", name="level_with_sum"),
        Index(
            "ix_remedy_level",
            "organisation_id",
            "severity_level",
            postgresql_where=text("injustice_amount is not null"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    issue_id: Mapped[UUID | None] = mapped_column(ForeignKey("issue.id"))
    kind: Mapped[CodeText]
    state: Mapped[CodeText]
    words: Mapped[str]
    basis: Mapped[str]
    financial_loss: Mapped[Pounds | None]
    severity_level: Mapped[int | None]
    injustice_amount: Mapped[Pounds | None]
    scale: Mapped[CodeText | None]
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    proposed_at: Mapped[Instant]


class RemedyStep(Base):
    """One step of a remedy, its proposal the first, with its words and sums as they were after it. Append-only."""

    __tablename__ = "remedy_step"
    __table_args__ = (
        UniqueConstraint("remedy_id", "number"),
        CheckConstraint(
            "step in ('proposed', 'approved', 'amended', 'rejected', 'offered', 'accepted', 'declined', 'paid')",
            name="step",
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    remedy_id: Mapped[UUID] = mapped_column(ForeignKey("remedy.id"))
    number: Mapped[int]
    step: Mapped[CodeText]
    words: Mapped[str]
    financial_loss: Mapped[Pounds | None]
    severity_level: Mapped[int | None]
    injustice_amount: Mapped[Pounds | None]
    reason: Mapped[str | None]
    mitigation: Mapped[str | None]
    happened_on: Mapped[date]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]
