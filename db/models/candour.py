"""Tables of the duty of candour: an incident, how it was assessed, what the person was told, and what was tried."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, OrganisationId

_HARM = "harm in ('none', 'low', 'moderate', 'severe', 'death', 'prolonged_psychological')"


class Incident(Base):
    """What may be a notifiable safety incident. Its id is that of its proceeding, which says how it stands.

    It is pinned to the rule set by which it was flagged. `about_party_id` was harmed, `relevant_party_id` is told;
    `notifiable`, `harm` and `threshold` are as assessed last. `declined_on` is when the person declined altogether.
    """

    __tablename__ = "incident"
    __table_args__ = (CheckConstraint(_HARM, name="harm"),)

    id: Mapped[UUID] = mapped_column(ForeignKey("proceeding.id"), primary_key=True)
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    rules: Mapped[CodeText]
    rules_version: Mapped[int]
    words: Mapped[str]
    became_known_on: Mapped[date]
    happened_on: Mapped[date | None]
    about_party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    relevant_party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    flagged_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    flagged_on: Mapped[date]
    notifiable: Mapped[bool | None]
    harm: Mapped[CodeText | None]
    threshold: Mapped[CodeText | None]
    written_on: Mapped[date | None]
    declined_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    act_id: Mapped[UUID]


class IncidentAssessment(Base):
    """One assessment of an incident, by a named person. Append-only; the last one counts."""

    __tablename__ = "incident_assessment"
    __table_args__ = (UniqueConstraint("incident_id", "number"), CheckConstraint(_HARM, name="harm"))

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"))
    number: Mapped[int]
    notifiable: Mapped[bool]
    harm: Mapped[CodeText]
    threshold: Mapped[CodeText | None]
    reasons: Mapped[str | None]
    assessed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    assessed_on: Mapped[date]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class CandourNotice(Base):
    """What the person was told in person, or a letter to them; `given_on` of a letter is the day of its release."""

    __tablename__ = "candour_notice"
    __table_args__ = (
        CheckConstraint("kind in ('in_person', 'written', 'results')", name="kind"),
        CheckConstraint("(kind = 'in_person') = (notice_id is null)", name="letter"),
        CheckConstraint("how in ('in_person', 'video', 'call', 'letter')", name="how"),
        Index("uq_candour_notice_notice_id", "notice_id", unique=True, postgresql_where=text("notice_id is not null")),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"))
    kind: Mapped[CodeText]
    how: Mapped[CodeText]
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("notice.id"))
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    given_on: Mapped[date | None]
    record: Mapped[str | None]
    late_reason: Mapped[str | None]
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class CandourElement(Base):
    """One element of a notice, in the words in which the person was told it. Append-only."""

    __tablename__ = "candour_element"
    __table_args__ = (UniqueConstraint("candour_notice_id", "code"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    candour_notice_id: Mapped[UUID] = mapped_column(ForeignKey("candour_notice.id"))
    position: Mapped[int]
    code: Mapped[CodeText]
    words: Mapped[str]


class CandourEnquiry(Base):
    """A further enquiry that a letter announces, and the letter that tells what it found. Both count when released."""

    __tablename__ = "candour_enquiry"
    __table_args__ = (UniqueConstraint("announced_in", "number"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"))
    announced_in: Mapped[UUID] = mapped_column(ForeignKey("candour_notice.id"))
    number: Mapped[int]
    what: Mapped[str]
    due_on: Mapped[date]
    announced_on: Mapped[date | None]
    told_in: Mapped[UUID | None] = mapped_column(ForeignKey("candour_notice.id"))
    told_on: Mapped[date | None]


class CandourAttempt(Base):
    """An attempt to reach the person, or that they declined (reg 20(5)). Append-only."""

    __tablename__ = "candour_attempt"
    __table_args__ = (
        CheckConstraint("outcome in ('no_answer', 'declined', 'left_message', 'returned')", name="outcome"),
        CheckConstraint("not altogether or outcome = 'declined'", name="altogether"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"))
    tried_on: Mapped[date]
    how: Mapped[CodeText]
    outcome: Mapped[CodeText]
    closed: Mapped[bool]
    altogether: Mapped[bool]
    words: Mapped[str | None]
    late_reason: Mapped[str | None]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class CandourSupport(Base):
    """Support that was offered to the person. Append-only: what came of it is said with the next."""

    __tablename__ = "candour_support"

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"))
    what: Mapped[str]
    offered_on: Mapped[date]
    taken: Mapped[bool | None]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]
