"""Investigations beside a complaint, and holds on its issues: how they are said, and how they are shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.schemas.base import AgreedDay, EventDay, Name, Reason, Request, Summary, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from db import request_said
from db.models.parallel import HoldReview, IssueHold, ParallelInvestigation, ParallelUpdate
from db.request_said import ParallelKind, ParallelStatus

Ids = Annotated[list[UUID], Field(max_length=50)]


class ParallelSaid(Request):
    """Somebody else investigates, or has to be told. A safeguarding concern is passed on the day it becomes known."""

    kind: ParallelKind
    body_name: Name
    contact: Reason = Field(description="Whom to ask there, and how.")
    external_reference: Summary | None = None
    known_on: EventDay
    status: ParallelStatus = "open"
    referred_on: EventDay | None = Field(default=None, description="Given where it was passed on already.")
    issue_ids: Ids = Field(default=[])

    def said(self) -> request_said.OpenParallel:
        """Return what was said."""
        return request_said.OpenParallel(**(self.model_dump() | {"issue_ids": tuple(self.issue_ids)}))


class ParallelUpdateSaid(Request):
    """What became known; `referredOn` is the day it was passed on."""

    status: ParallelStatus
    words: Words
    referred_on: EventDay | None = None

    def said(self, parallel_id: UUID) -> request_said.UpdateParallel:
        """Return what was said."""
        return request_said.UpdateParallel(parallel_id=parallel_id, **self.model_dump())


class HoldSaid(Request):
    """A senior puts issues on hold, in their own name, until a day on which it is looked at again."""

    issue_ids: Annotated[list[UUID], Field(min_length=1, max_length=50)]
    parallel_id: UUID = Field(description="The investigation for which they wait.")
    reason: Reason
    review_on: AgreedDay
    decided_by: UUID

    def said(self) -> request_said.HoldIssues:
        """Return what was said."""
        return request_said.HoldIssues(**(self.model_dump() | {"issue_ids": tuple(self.issue_ids)}))


class HoldReviewSaid(Request):
    """A senior looked at a hold again: lifted, or to go on until another day."""

    lifted: StrictBool
    reason: Reason
    review_on: AgreedDay | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.lifted != (self.review_on is None):
            raise ValueError("A hold that goes on, and no other, has a day on which it is looked at again.")
        return self

    def said(self, hold_id: UUID) -> request_said.ReviewHold:
        """Return what was said."""
        return request_said.ReviewHold(hold_id=hold_id, **self.model_dump())


class ParallelUpdateShown(Wire):
    """What became known. Words are left out for those who may not see them."""

    status: str
    words: str | None = None
    referred_on: date | None = None
    author: PersonRef | None = None
    said_at: UtcTime

    @classmethod
    def of(cls, row: ParallelUpdate, author: str | None, *, words: bool) -> ParallelUpdateShown:
        """Return an update as it is shown."""
        return cls(
            status=row.status,
            words=row.words if words else None,
            referred_on=row.referred_on,
            author=PersonRef.of(row.author_id, author if words else None),
            said_at=row.said_at,
        )


class ParallelShown(Wire):
    """An investigation beside the complaint. Names and words are left out for those who may not see them."""

    id: UUID
    kind: str
    body_name: str | None = None
    contact: str | None = None
    external_reference: str | None = None
    known_on: date
    status: str
    referred_on: date | None = None
    opened_by: PersonRef | None = None
    opened_at: UtcTime
    issue_ids: list[UUID]
    updates: list[ParallelUpdateShown]

    @classmethod
    def of(
        cls,
        row: ParallelInvestigation,
        opener: str | None,
        issue_ids: Collection[UUID],
        updates: Sequence[ParallelUpdateShown],
        *,
        words: bool,
    ) -> ParallelShown:
        """Return an investigation as it is shown."""
        return cls(
            id=row.id,
            kind=row.kind,
            body_name=row.body_name if words else None,
            contact=row.contact if words else None,
            external_reference=row.external_reference if words else None,
            known_on=row.known_on,
            status=row.status,
            referred_on=row.referred_on,
            opened_by=PersonRef.of(row.opened_by, opener if words else None),
            opened_at=row.opened_at,
            issue_ids=sorted(issue_ids),
            updates=list(updates),
        )


class Parallels(Wire):
    """The investigations beside a complaint, oldest first."""

    items: list[ParallelShown]


class HoldReviewShown(Wire):
    """What a review of a hold decided."""

    lifted: bool
    reason: str | None = None
    review_on: date | None = None
    decided_by: PersonRef | None = None
    decided_on: date

    @classmethod
    def of(cls, row: HoldReview, decider: str | None, *, words: bool) -> HoldReviewShown:
        """Return a review as it is shown."""
        return cls(
            lifted=row.lifted,
            reason=row.reason if words else None,
            review_on=row.review_on,
            decided_by=PersonRef.of(row.decided_by, decider if words else None),
            decided_on=row.decided_on,
        )


class HoldShown(Wire):
    """A hold on some issues. No clock stops for it."""

    id: UUID
    parallel_id: UUID
    issue_ids: list[UUID]
    reason: str | None = None
    state: str = Field(description="in_force, lifted, or ended with the complaint")
    review_on: date
    decided_by: PersonRef | None = None
    decided_on: date
    ended_at: UtcTime | None = None
    reviews: list[HoldReviewShown]

    @classmethod
    def of(
        cls,
        row: IssueHold,
        decider: str | None,
        issue_ids: Collection[UUID],
        reviews: Sequence[HoldReviewShown],
        *,
        words: bool,
    ) -> HoldShown:
        """Return a hold as it is shown."""
        return cls(
            id=row.id,
            parallel_id=row.investigation_id,
            issue_ids=sorted(issue_ids),
            reason=row.reason if words else None,
            state=row.state,
            review_on=row.review_on,
            decided_by=PersonRef.of(row.decided_by, decider if words else None),
            decided_on=row.decided_on,
            ended_at=row.ended_at,
            reviews=list(reviews),
        )


class Holds(Wire):
    """The holds on a complaint's issues, oldest first."""

    items: list[HoldShown]
