"""Tables of actions that follow from complaints: how each stands, its changes, progress, completions and checks."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, JsonList, OrganisationId
from db.models.learning import TwoCodes


class Action(Base):
    """An action as it stands; its state, and its end, are of its proceeding.

    `moved_late` says that its date was moved after it had passed. `in_time` is of the completion that stands.
    """

    __tablename__ = "action"
    __table_args__ = (
        CheckConstraint("follows in ('learning', 'remedy', 'other')", name="follows"),
        CheckConstraint("tell_every_days between 1 and 366", name="tell_every_days"),
        CheckConstraint("check_months between 1 and 60", name="check_months"),
        CheckConstraint("num_nonnulls(learning_id, remedy_id, recommendation_id) <= 1", name="from"),
        CheckConstraint("(done_on is null) = (in_time is null)", name="done"),
        Index("ix_action_due", "organisation_id", "due_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("proceeding.id"), primary_key=True)
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    follows: Mapped[CodeText]
    learning_id: Mapped[UUID | None] = mapped_column(ForeignKey("learning.id"))
    remedy_id: Mapped[UUID | None] = mapped_column(ForeignKey("remedy.id"))
    recommendation_id: Mapped[UUID | None] = mapped_column(ForeignKey("recommendation.id"))
    theme: Mapped[TwoCodes | None]
    place: Mapped[TwoCodes | None]
    what: Mapped[str]
    evidence_wanted: Mapped[str]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date]
    first_due_on: Mapped[date]
    moved_late: Mapped[bool] = mapped_column(default=False, server_default=false())
    tell_person: Mapped[bool]
    tell_staff: Mapped[bool]
    tell_every_days: Mapped[int | None]
    check_months: Mapped[int]
    done_on: Mapped[date | None]
    in_time: Mapped[bool | None]
    recurred: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    dropped_reason: Mapped[str | None]
    dropped_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]


class ActionChange(Base):
    """Another owner or another date, with the reason. Append-only. `late`: the date had passed by then."""

    __tablename__ = "action_change"
    __table_args__ = (UniqueConstraint("action_id", "number"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"))
    number: Mapped[int]
    old_owner_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    old_due_on: Mapped[date]
    due_on: Mapped[date]
    late: Mapped[bool]
    reason: Mapped[str]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]


class ActionProgress(Base):
    """What was done so far. Append-only."""

    __tablename__ = "action_progress"
    __table_args__ = (UniqueConstraint("action_id", "number"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"))
    number: Mapped[int]
    happened_on: Mapped[date]
    words: Mapped[str]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]


class ActionDone(Base):
    """One time that it was done, by its date then, and what shows it. Append-only: one that recurs is done again."""

    __tablename__ = "action_done"
    __table_args__ = (UniqueConstraint("action_id", "number"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"))
    number: Mapped[int]
    done_on: Mapped[date]
    due_on: Mapped[date]
    in_time: Mapped[bool]
    evidence: Mapped[str | None]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]


class ActionFile(Base):
    """A file of the case shows that an action was done. Append-only."""

    __tablename__ = "action_file"
    __table_args__ = (UniqueConstraint("done_id", "file_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    done_id: Mapped[UUID] = mapped_column(ForeignKey("action_done.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))


class ActionCheck(Base):
    """What was counted since it was done: by a person, with their result, or by time, for the panel. Append-only.

    `cases` are the complaints that were counted.
    """

    __tablename__ = "action_check"
    __table_args__ = (
        UniqueConstraint("action_id", "number"),
        CheckConstraint("kind in ('checked', 'counted')", name="kind"),
        CheckConstraint("result in ('held', 'recurred')", name="result"),
        CheckConstraint("kind = 'checked' or result is null", name="checked"),
        CheckConstraint("not judged_otherwise or reason is not null", name="otherwise"),
        Index("ix_action_check_said_at", "organisation_id", "said_at", "id"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"))
    number: Mapped[int]
    kind: Mapped[CodeText]
    result: Mapped[CodeText | None]
    theme: Mapped[TwoCodes | None]
    place: Mapped[TwoCodes | None]
    first_on: Mapped[date]
    last_on: Mapped[date]
    counted: Mapped[int]
    cases: Mapped[JsonList]
    judged_otherwise: Mapped[bool]
    words: Mapped[str | None]
    reason: Mapped[str | None]
    due_on: Mapped[date | None]
    act_id: Mapped[UUID]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[Instant]


class ActionLetter(Base):
    """A letter that tells of an action, to the person or to one member of staff. Append-only."""

    __tablename__ = "action_letter"
    __table_args__ = (
        CheckConstraint("kind in ('news', 'done', 'dropped')", name="kind"),
        CheckConstraint("num_nonnulls(party_id, involvement_id) <= 1", name="reader"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"), index=True)
    kind: Mapped[CodeText]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"), unique=True)
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    involvement_id: Mapped[UUID | None] = mapped_column(ForeignKey("involvement.id"))
    act_id: Mapped[UUID]
