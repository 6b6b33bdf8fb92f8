"""Tables of what leaders do regularly: series and their people, occurrences and their steps, and who was reminded."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, Id, Instant, JsonList, OrganisationId, PersonId, RecordedAt


class GovernanceSeries(Base):
    """How often something of a kind is done. `base` numbers were given before `anchor_on`.

    `changes` counts what was changed of it, `scheduled` how much of that its schedule shows.
    """

    __tablename__ = "governance_series"
    __table_args__ = (
        CheckConstraint("rhythm in ('weekly', 'monthly', 'quarterly', 'yearly', 'on_request')", name="rhythm"),
        CheckConstraint("hour between 0 and 23", name="hour"),
        CheckConstraint("state in ('active', 'paused', 'ended')", name="state"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    kind: Mapped[CodeText]
    report: Mapped[CodeText | None]
    rhythm: Mapped[CodeText]
    anchor_on: Mapped[date]
    hour: Mapped[int]
    base: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    state: Mapped[CodeText]
    changes: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    scheduled: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    changed_at: Mapped[Instant]
    set_up_by: Mapped[PersonId]
    recorded_at: Mapped[RecordedAt]


class GovernanceMember(Base):
    """Somebody has a part in a series: a person of the organisation, or a name from outside it."""

    __tablename__ = "governance_member"
    __table_args__ = (
        Index("ix_governance_member_series_id", "series_id"),
        CheckConstraint(
            "part in ('chair', 'approver', 'commenter', 'member', 'non_executive', 'distribution')", name="part"
        ),
        CheckConstraint("num_nonnulls(person_id, name) <= 1", name="one"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    series_id: Mapped[UUID] = mapped_column(ForeignKey("governance_series.id"))
    part: Mapped[CodeText]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str | None]
    since: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class Governance(Base):
    """One occurrence: what it is about, and how it stands. `broken` counts the equalities of a return that do not hold.

    `changes` counts what happened to it, `heard` what its workflow has looked at. From `begun_known_us` and
    `ended_known_us` on reports know that it began, and ended; they write these themselves.
    """

    __tablename__ = "governance"
    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        CheckConstraint("state in ('open', 'done', 'abandoned')", name="state"),
        CheckConstraint("(state = 'open') = (ended_at is null)", name="ended"),
        Index("ix_governance_begun", "organisation_id", "begun_at", "id"),
        Index("ix_governance_unheard", "organisation_id", "changed_at", postgresql_where=text("heard < changes")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    series_id: Mapped[UUID] = mapped_column(ForeignKey("governance_series.id"))
    kind: Mapped[CodeText]
    rules: Mapped[int]
    number: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    nominal_on: Mapped[date]
    begun_on: Mapped[date]
    begun_at: Mapped[Instant]
    begun_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    late: Mapped[bool]
    state: Mapped[CodeText]
    report_id: Mapped[UUID | None]
    broken: Mapped[int | None]
    held_on: Mapped[date | None]
    minutes: Mapped[str | None]
    heard_words: Mapped[str | None]
    receipt: Mapped[str | None]
    abandoned_reason: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    changes: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    heard: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    changed_at: Mapped[Instant]
    begun_known_us: Mapped[int | None] = mapped_column(BigInteger)
    ended_known_us: Mapped[int | None] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]


class GovernanceStep(Base):
    """One step of an occurrence, in one round of it: what is sent back begins again as another round.

    `held_on`, `minutes` and `heard_words` are of a meeting that was sent back, as they were on record then. `hindered`
    says what keeps the machine from a step of its own, `tries` how often it has failed at it, the last at `tried_at`.
    """

    __tablename__ = "governance_step"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "code", "round"),
        CheckConstraint("state in ('waiting', 'open', 'done', 'sent_back')", name="state"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("governance.id"))
    code: Mapped[CodeText]
    position: Mapped[int]
    round: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    state: Mapped[CodeText]
    due_on: Mapped[date]
    opened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str | None]
    held_on: Mapped[date | None]
    minutes: Mapped[str | None]
    heard_words: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    tried_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    hindered: Mapped[CodeText | None]
    recorded_at: Mapped[RecordedAt]


class GovernanceReminder(Base):
    """Somebody was told that a step is theirs, is due, or is overdue: whom, and to how many an e-mail said so.

    `turn` counts how often that was told: whoever has a step from somebody else is told anew.
    """

    __tablename__ = "governance_reminder"
    __table_args__ = (
        UniqueConstraint("step_id", "rung", "turn"),
        CheckConstraint("rung in ('opened', 'reminder', 'overdue', 'escalation', 'hindered', 'informed')", name="rung"),
        Index("ix_governance_reminder_occurrence_id", "occurrence_id"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("governance.id"))
    step_id: Mapped[UUID] = mapped_column(ForeignKey("governance_step.id"))
    rung: Mapped[CodeText]
    turn: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    people: Mapped[JsonList]
    at: Mapped[Instant]
    mailed: Mapped[int | None]
    recorded_at: Mapped[RecordedAt]
