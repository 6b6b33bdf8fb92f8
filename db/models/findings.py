"""Tables of what an investigation came to: findings on issues, and initial views with the comments on them.

Every row is append-only: a later version of a finding replaces an earlier one and never erases it.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CodeText, ComplaintId, Id, Instant, JsonList, OrganisationId


class Finding(Base):
    """What was found on one issue: the highest version counts. `comment_id` is the comment that led to it."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("issue_id", "version"),)

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issue.id"))
    version: Mapped[int]
    happened: Mapped[str]
    should_have: Mapped[str]
    standard: Mapped[str]
    evidence: Mapped[str]
    outcome: Mapped[CodeText]
    reason: Mapped[str]
    comment_id: Mapped[UUID | None] = mapped_column(ForeignKey("views_comment.id"))
    found_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class InitialViews(Base):
    """One round of initial views, shared or skipped; `words` are the views, or why there are none.

    `findings` are the ids of the findings that stood then: others now, and the views are out of date. The time to
    comment runs from `started_on` to the end of `comment_until`. `notice_id` is the letter to the complainant.
    """

    __tablename__ = "initial_views"
    __table_args__ = (
        UniqueConstraint("complaint_id", "round"),
        CheckConstraint("kind in ('shared', 'skipped')", name="kind"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    round: Mapped[int]
    kind: Mapped[CodeText]
    words: Mapped[str]
    findings: Mapped[JsonList]
    started_on: Mapped[date]
    comment_until: Mapped[date | None]
    notice_id: Mapped[UUID | None]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]


class ViewsRecipient(Base):
    """Somebody with whom a round was shared: a party outside, or a person of the organisation."""

    __tablename__ = "views_recipient"
    __table_args__ = (
        UniqueConstraint("views_id", "party_id"),
        UniqueConstraint("views_id", "person_id"),
        CheckConstraint("method in ('writing', 'call', 'meeting')", name="method"),
        CheckConstraint("num_nonnulls(party_id, person_id) <= 1", name="one"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    views_id: Mapped[UUID] = mapped_column(ForeignKey("initial_views.id"))
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    method: Mapped[CodeText]
    shared_on: Mapped[date]


class ViewsComment(Base):
    """A comment on initial views, and its effect: what was changed because of it, or not, and why.

    It came from a party, from a person of the organisation, or from somebody else, named in `whom`.
    """

    __tablename__ = "views_comment"
    __table_args__ = (
        CheckConstraint("effect in ('accepted', 'partly', 'not_accepted')", name="effect"),
        CheckConstraint("num_nonnulls(party_id, person_id, whom) <= 1", name="one"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[OrganisationId]
    complaint_id: Mapped[ComplaintId]
    views_id: Mapped[UUID] = mapped_column(ForeignKey("initial_views.id"))
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    whom: Mapped[str | None]
    words: Mapped[str]
    received_on: Mapped[date]
    late: Mapped[bool]
    effect: Mapped[CodeText]
    effect_words: Mapped[str]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    act_id: Mapped[UUID]
    said_at: Mapped[Instant]
