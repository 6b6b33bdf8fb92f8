"""Table of what is counted beside complaints: incidents, claims, compliments, feedback and what staff said in a survey.

By theme, place and month, and about nobody. Append-only: of one source, theme, place and month the row that was known
last counts, and the one before it stays known as it was until then.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Big, CodeText, Id, Instant, OrganisationId, PersonId, RecordedAt

SOURCES = ("incident", "claim", "compliment", "staff_survey", "feedback", "other")
SCORED = "staff_survey"


class Insight(Base):
    """One number of one month. `subject` is the theme under which it is seen beside complaints."""

    __tablename__ = "insight"
    __table_args__ = (
        CheckConstraint(
            "source in ('incident', 'claim', 'compliment', 'staff_survey', 'feedback', 'other')", name="source"
        ),
        CheckConstraint("extract(day from month) = 1", name="month"),
        CheckConstraint("unit in ('count', 'score')", name="unit"),
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint("(unit = 'score') = (source = 'staff_survey')", name="score"),
        Index("ix_insight_month", "organisation_id", "month", "id"),
        Index(
            "uq_insight_known",
            *("organisation_id", "source", "theme", "month", "place", "known_us"),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    batch_id: Mapped[UUID] = mapped_column(index=True)
    source: Mapped[CodeText]
    theme: Mapped[str] = mapped_column(String(140))
    subject: Mapped[str] = mapped_column(String(140))
    place: Mapped[str | None] = mapped_column(String(140))
    month: Mapped[date]
    unit: Mapped[CodeText]
    number: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    known_us: Mapped[Big]
    said_by: Mapped[PersonId]
    said_at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]


# The key of a row: what is sent again replaces what was known under it.
KEY = (Insight.source, Insight.theme, Insight.month, Insight.place)
