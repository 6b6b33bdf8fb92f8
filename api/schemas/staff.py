"""The staff complained about: how what is done for them is said, and how they and their support are shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.base import Address, AgreedDay, Email, EventDay, Name, Phone, Reason, Request, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from api.words import CLOCKS, title
from db import involvement_said
from db.involvement_said import DeferralReason, EndCause, StaffKind, SupporterIs, SupportHow, TellingHow
from db.models.clock import ClockRow
from db.models.involvement import InvolvementStep, SupportDetail
from db.queries.involvements import Line

Ids = Annotated[list[UUID], Field(max_length=50)]
Rhythm = Annotated[int, Field(ge=1, le=90, strict=True, description="Days between updates, as agreed with them.")]
_UNIDENTIFIED = "unidentified"


class _Known(Request):
    """What is known of a member of staff."""

    person_id: UUID | None = Field(default=None, description="Where they have an account here.")
    name: Name | None = None
    described_as: Reason | None = Field(default=None, description="Of somebody who is not identified yet.")
    email: Email | None = None
    phone: Phone | None = None
    address: Address | None = None
    supporter_id: UUID | None = Field(default=None, description="Who tells and supports them. Left out: the manager.")
    supporter_is: SupporterIs | None = None


class StaffNamed(_Known):
    """A member of staff is complained about."""

    kind: StaffKind
    issue_ids: Ids = Field(default=[], description="The issues that are about them: they see no others.")
    update_every_days: Rhythm = 14

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.kind == _UNIDENTIFIED and (self.person_id or self.name or self.described_as is None):
            raise ValueError("Somebody who is not identified has a description, and no name.")
        if self.kind != _UNIDENTIFIED and self.person_id is None and self.name is None:
            raise ValueError("A member of staff has an account or a name.")
        return self

    def said(self) -> involvement_said.NameStaff:
        """Return what was said."""
        return involvement_said.NameStaff(**(self.model_dump() | {"issue_ids": tuple(self.issue_ids)}))


class StaffChanged(_Known):
    """Something is known better, or agreed otherwise. What is left out stays as it is."""

    kind: StaffKind | None = None
    issue_ids: Ids | None = Field(default=None, description="All issues that are about them from now on.")
    update_every_days: Rhythm | None = None

    def said(self, involvement_id: UUID) -> involvement_said.ChangeStaff:
        """Return what was said."""
        issues = None if self.issue_ids is None else tuple(self.issue_ids)
        values = self.model_dump() | {"issue_ids": issues}
        return involvement_said.ChangeStaff(involvement_id=involvement_id, **values)


class DeferralSaid(Request):
    """They are not told for now. Said again, it is the review."""

    reason: DeferralReason
    words: Reason
    approver_id: UUID = Field(description="The complaints manager, the responsible person, a delegate or a senior.")
    review_on: AgreedDay = Field(description="At most 90 days on.")

    def said(self, involvement_id: UUID) -> involvement_said.DeferStaff:
        """Return what was said."""
        return involvement_said.DeferStaff(involvement_id=involvement_id, **self.model_dump())


class TellingSaid(Request):
    """They were told. Anything but in person has a reason."""

    told_on: EventDay
    how: TellingHow
    by_id: UUID | None = Field(default=None, description="Who told them. Left out: their supporter.")
    words: Words | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.how != "in_person" and self.words is None:
            raise ValueError("Why they were not told in person is said in words.")
        return self

    def said(self, involvement_id: UUID) -> involvement_said.TellStaff:
        """Return what was said."""
        return involvement_said.TellStaff(involvement_id=involvement_id, **self.model_dump())


class SupportSaid(Request):
    """Their supporter, or somebody else, spoke with them."""

    spoke_on: EventDay
    how: SupportHow
    by_id: UUID | None = Field(default=None, description="Who spoke with them. Left out: their supporter.")
    words: Words | None = None

    def said(self, involvement_id: UUID) -> involvement_said.SupportStaff:
        """Return what was said."""
        return involvement_said.SupportStaff(involvement_id=involvement_id, **self.model_dump())


class StaffEndSaid(Request):
    """Nothing more is owed to them."""

    cause: EndCause
    words: Reason

    def said(self, involvement_id: UUID) -> involvement_said.EndStaff:
        """Return what was said."""
        return involvement_said.EndStaff(involvement_id=involvement_id, **self.model_dump())


class StaffStep(Wire):
    """Something that was done for a member of staff. Words are left out for those who may not see them."""

    id: UUID
    number: int
    kind: str = Field(description="deferral, telling, support, invitation, information or end")
    about: str | None = None
    how: str | None = None
    happened_on: date
    until: date | None = Field(default=None, description="A review date, or the last day to comment.")
    by: PersonRef | None = Field(default=None, description="Who did it, or approved it.")
    words: str | None = None
    said_at: UtcTime

    @classmethod
    def of(cls, row: InvolvementStep, by: str | None, *, words: bool) -> StaffStep:
        """Return a step as it is shown."""
        return cls(
            id=row.id,
            number=row.number,
            kind=row.kind,
            about=row.about,
            how=row.how,
            happened_on=row.happened_on,
            until=row.until,
            by=PersonRef.of(row.by_id, by if words else None),
            words=row.words if words else None,
            said_at=row.said_at,
        )


class StaffClock(Wire):
    """Something that is, or was, owed to a member of staff by a day."""

    id: UUID
    kind: str
    title: str
    state: str
    started_on: date
    due_on: date
    overdue: bool
    met_on: date | None = None
    in_time: bool | None = None
    breached_at: UtcTime | None = None

    @classmethod
    def of(cls, row: ClockRow, *, overdue: bool) -> StaffClock:
        """Return a clock as it is shown."""
        return cls(
            id=row.id,
            kind=row.kind,
            title=row.proof.get("title") or title(CLOCKS, row.kind),
            state=row.state,
            started_on=row.started_on,
            due_on=row.due_on,
            overdue=overdue,
            met_on=row.met_on,
            in_time=row.in_time,
            breached_at=row.breached_at,
        )


class StaffShown(Wire):
    """A member of staff complained about. Names and words are left out for those who may not see them."""

    id: UUID
    number: int
    kind: str
    state: str = Field(description="named, deferred, told, outcome_told or ended")
    person: PersonRef | None = None
    name: str | None = None
    described_as: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    supporter: PersonRef | None = None
    supporter_is: str | None = None
    issue_ids: list[UUID]
    update_every_days: int
    named_on: date
    told_on: date | None = None
    outcome_told_on: date | None = None
    ended_on: date | None = None
    ended_cause: str | None = None
    clocks: list[StaffClock]
    steps: list[StaffStep]

    @classmethod
    def of(
        cls, line: Line, issue_ids: list[UUID], clocks: list[StaffClock], steps: list[StaffStep], *, words: bool
    ) -> StaffShown:
        """Return a member of staff with all that is owed to them and was done for them."""
        row, known = line.row, line.words
        reached = ("name", "described_as", "email", "phone", "address")
        return cls(
            **{each: getattr(row, each) for each in _SAME},
            **{each: getattr(known, each) if words else None for each in reached},
            person=PersonRef.of(row.person_id, line.person) if words else None,
            supporter=PersonRef.of(row.supporter_id, line.supporter if words else None),
            issue_ids=issue_ids,
            clocks=clocks,
            steps=steps,
        )


_SAME = (
    *("id", "number", "kind", "state", "supporter_is", "update_every_days"),
    *("named_on", "told_on", "outcome_told_on", "ended_on", "ended_cause"),
)


class Staff(Wire):
    """The staff complained about, in the order in which they were named."""

    items: list[StaffShown]


class SupportDetailSaid(Request):
    """Where staff find support, and how it is reached."""

    kind: Literal["inside", "outside"]
    title: Name
    reached_by: Reason


class SupportDetailsSaid(Request):
    """All details of support that staff are given from now on."""

    items: Annotated[list[SupportDetailSaid], Field(max_length=30)]


class SupportDetailShown(Wire):
    """Where staff find support, and how it is reached."""

    kind: str
    title: str
    reached_by: str


class SupportDetails(Wire):
    """The details of support that staff are given, inside before outside."""

    items: list[SupportDetailShown]

    @classmethod
    def of(cls, rows: list[SupportDetail]) -> SupportDetails:
        """Return the details as they are shown."""
        shown = [SupportDetailShown(kind=row.kind, title=row.title, reached_by=row.reached_by) for row in rows]
        return cls(items=shown)
