"""Tables of what is said and done in an occurrence: comments, attendance, cases told, actions, distribution."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, JsonList, OrganisationId, PersonId, RecordedAt


class GovernanceComment(Base):
    """What a named senior said of a report that was circulated, perhaps that there is nothing to say. Append-only."""

    __tablename__ = "governance_comment"
    __table_args__ = (Index("ix_governance_comment_occurrence_id", "occurrence_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("governance.id"))
    step_id: Mapped[UUID] = mapped_column(ForeignKey("governance_step.id"))
    person_id: Mapped[PersonId]
    words: Mapped[str]
    at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]


class GovernanceAttendee(Base):
    """Who came to a meeting, as its minutes say in one round: a person of the organisation, or a name from outside it.
    Append-only.
    """

    __tablename__ = "governance_attendee"
    __table_args__ = (
        Index("ix_governance_attendee_occurrence_id", "occurrence_id"),
        CheckConstraint("num_nonnulls(person_id, name) <= 1", name="one"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("governance.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str | None]
    round: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    recorded_at: Mapped[RecordedAt]


class PanelCase(Base):
    """A case of interest of a panel: why it was proposed, and the story, if it is told.

    It is told with the consent of a party, or with nothing left in it by which anybody could be known: another person
    than whoever chose it approves that.
    """

    __tablename__ = "panel_case"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "complaint_id"),
        CheckConstraint("why in ('serious', 'recurrence', 'ombudsman', 'action_counted', 'chosen')", name="why"),
        CheckConstraint("state in ('proposed', 'chosen', 'approved', 'declined', 'withdrawn', 'left')", name="state"),
        CheckConstraint("how in ('with_consent', 'anonymised')", name="how"),
        CheckConstraint("approved_by is null or approved_by <> chosen_by", name="two_people"),
        CheckConstraint(
            "state in ('proposed', 'left', 'withdrawn') or (how is not null and story is not null)", name="story"
        ),
        CheckConstraint(
            "how is distinct from 'with_consent'"
            " or (party_id is not null and consented_on is not null and evidence is not null)",
            name="consent",
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("governance.id"))
    why: Mapped[CodeText]
    state: Mapped[CodeText]
    how: Mapped[CodeText | None]
    story: Mapped[str | None]
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    consented_on: Mapped[date | None]
    evidence: Mapped[str | None]
    proposed_at: Mapped[Instant]
    chosen_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    chosen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_words: Mapped[str | None]
    recorded_at: Mapped[RecordedAt]


class GovernanceAction(Base):
    """What a meeting resolved to do. It stands on the agenda of each meeting of the series until it is settled."""

    __tablename__ = "governance_action"
    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        CheckConstraint("state in ('open', 'done', 'dropped')", name="state"),
        Index("ix_governance_action_occurrence_id", "occurrence_id"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    series_id: Mapped[UUID] = mapped_column(ForeignKey("governance_series.id"))
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("governance.id"))
    number: Mapped[int]
    what: Mapped[str]
    owner_id: Mapped[PersonId]
    due_on: Mapped[date]
    moved: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    state: Mapped[CodeText]
    ended_on: Mapped[date | None]
    words: Mapped[str | None]
    made_by: Mapped[PersonId]
    made_at: Mapped[Instant]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class GovernanceActionReminder(Base):
    """Somebody was told that an action of a meeting is theirs, is due, or is overdue: whom, and to how many an e-mail
    said so. `turn` grows with each change of the action: whoever has it now, or by another day, is told anew.
    """

    __tablename__ = "governance_action_reminder"
    __table_args__ = (
        UniqueConstraint("action_id", "rung", "turn"),
        CheckConstraint("rung in ('opened', 'reminder', 'overdue', 'escalation')", name="rung"),
        Index("ix_governance_action_reminder_occurrence_id", "occurrence_id"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("governance.id"))
    action_id: Mapped[UUID] = mapped_column(ForeignKey("governance_action.id"))
    rung: Mapped[CodeText]
    turn: Mapped[int]
    people: Mapped[JsonList]
    at: Mapped[Instant]
    mailed: Mapped[int | None]
    recorded_at: Mapped[RecordedAt]


class GovernanceActionChange(Base):
    """That an action of a meeting was moved or given to somebody else, and why. Append-only."""

    __tablename__ = "governance_action_change"
    __table_args__ = (Index("ix_governance_action_change_action_id", "action_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    action_id: Mapped[UUID] = mapped_column(ForeignKey("governance_action.id"))
    old_owner_id: Mapped[PersonId]
    owner_id: Mapped[PersonId]
    old_due_on: Mapped[date]
    due_on: Mapped[date]
    reason: Mapped[str]
    said_by: Mapped[PersonId]
    said_at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]


class GovernanceDistribution(Base):
    """To whom an occurrence's report went, how and when. Append-only."""

    __tablename__ = "governance_distribution"
    __table_args__ = (Index("ix_governance_distribution_occurrence_id", "occurrence_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("governance.id"))
    audience: Mapped[CodeText]
    whom: Mapped[str]
    how: Mapped[CodeText]
    on_day: Mapped[date]
    said_by: Mapped[PersonId]
    said_at: Mapped[Instant]
    recorded_at: Mapped[RecordedAt]
