"""Tables of what was learned from complaints, in versions, and of the themes an organisation has of its own."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, JsonList, OrganisationId

# A subject with its sub-subject; a site with its ward or service.
TwoCodes = Annotated[str, mapped_column(String(140))]


class OrganisationTheme(Base):
    """A theme of the organisation's own. Its title may change, its code never; one that is no more is not active."""

    __tablename__ = "organisation_theme"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    code: Mapped[CodeText]
    title: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True, server_default=true())


class Learning(Base):
    """What was learned from one complaint. `version` is the number of the version that stands."""

    __tablename__ = "learning"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        Index("ix_learning_said_at", "organisation_id", "said_at", "id"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    number: Mapped[int]
    version: Mapped[int]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class LearningVersion(Base):
    """One version of it. Append-only. `public_words` name nobody: one person wrote them, another approved them."""

    __tablename__ = "learning_version"
    __table_args__ = (
        UniqueConstraint("learning_id", "number"),
        CheckConstraint("outcome in ('learned', 'nothing_to_learn')", name="outcome"),
        CheckConstraint("outcome = 'learned' or will_change is null", name="change"),
        CheckConstraint(
            "public_approved_by is null or (public_words is not null and public_approved_by <> public_by)",
            name="approved",
        ),
        Index("ix_learning_version_theme", "organisation_id", "theme", "place"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    learning_id: Mapped[UUID] = mapped_column(ForeignKey("learning.id"))
    number: Mapped[int]
    theme: Mapped[TwoCodes]
    place: Mapped[TwoCodes | None]
    factors: Mapped[JsonList]
    factors_version: Mapped[int]
    outcome: Mapped[CodeText]
    went_wrong: Mapped[bool]
    found: Mapped[str]
    will_change: Mapped[str | None]
    public_words: Mapped[str | None]
    public_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    public_approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]
