"""What contributing bodies are asked for, and meetings with them: how it is said, and how it is shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool, StrictStr, model_validator

from api.schemas.base import AgreedDay, EventDay, Name, Reason, Request, Summary, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from api.schemas.leading import LeadShown, TimescaleShown
from db import body_request_said, meeting_said
from db.body_request_said import AnswerResult
from db.meeting_said import How
from db.models.body_requests import BodyRequest, BodyRequestAnswer, JointMeeting, JointMeetingBody
from db.models.joint import Contribution

TimeOfDay = Annotated[StrictStr, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Local time, HH:MM.")]


class BodyAsked(Request):
    """A body is asked for information that is reasonably needed (SI 2009/309 reg 9(3)(b))."""

    what: Words
    due_on: AgreedDay

    def said(self, contribution_id: UUID) -> body_request_said.AskBody:
        """Return what was said."""
        return body_request_said.AskBody(contribution_id=contribution_id, what=self.what, due_on=self.due_on)


class BodyAnswerReviewed(Request):
    """What a body gave is enough, goes back with the reason and a new date, or nothing is needed any more."""

    result: AnswerResult
    reason: Reason | None = None
    due_on: AgreedDay | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.result == "sent_back" and (self.reason is None or self.due_on is None):
            raise ValueError("What is sent back has a reason and a date.")
        if self.result != "sent_back" and self.due_on is not None:
            raise ValueError("Only what is sent back has a date.")
        return self

    def said(self, contribution_id: UUID, request_id: UUID) -> body_request_said.ReviewBodyAnswer:
        """Return what was said."""
        return body_request_said.ReviewBodyAnswer(
            contribution_id=contribution_id, request_id=request_id, **self.model_dump()
        )


class MeetingCalledSaid(Request):
    """Bodies are to attend, or be represented at, a meeting (SI 2009/309 reg 9(3)(c))."""

    contribution_ids: Annotated[list[UUID], Field(min_length=1, max_length=50)]
    on: AgreedDay
    at: TimeOfDay
    how: How
    purpose: Reason
    where: Summary | None = None

    def said(self) -> meeting_said.CallMeeting:
        """Return what was said."""
        values = self.model_dump() | {"contribution_ids": tuple(self.contribution_ids)}
        return meeting_said.CallMeeting(**values)


class AttendanceSaid(Request):
    """Whether a body was there, and who for it."""

    contribution_id: UUID
    attended: StrictBool
    who: Name | None = None


class MeetingHeldSaid(Request):
    """A meeting was held, with who was there for each body that was called; or it was cancelled."""

    held: StrictBool
    held_on: EventDay | None = Field(
        default=None, description="Where it was another day than the one it was called for."
    )
    attendance: Annotated[list[AttendanceSaid], Field(default_factory=list, max_length=50)]
    words: Words | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.held and not self.attendance:
            raise ValueError("Of a meeting that was held, say who was there.")
        if not self.held and (self.attendance or self.held_on is not None):
            raise ValueError("Nobody was at a meeting that was cancelled.")
        return self

    def said(self, meeting_id: UUID) -> meeting_said.RecordMeeting:
        """Return what was said."""
        return meeting_said.RecordMeeting(
            held=self.held,
            meeting_id=meeting_id,
            held_on=self.held_on,
            attendance=_attended(self.attendance),
            words=self.words,
        )


class UncalledMeetingSaid(Request):
    """A meeting was held that nobody had called beforehand."""

    on: EventDay
    at: TimeOfDay
    how: How
    purpose: Reason
    where: Summary | None = None
    attendance: Annotated[list[AttendanceSaid], Field(min_length=1, max_length=50)]
    words: Words | None = None

    def said(self) -> meeting_said.RecordMeeting:
        """Return what was said."""
        uncalled = meeting_said.MeetingSaid(
            on=self.on, at=self.at, how=self.how, purpose=self.purpose, where=self.where
        )
        return meeting_said.RecordMeeting(
            held=True, uncalled=uncalled, attendance=_attended(self.attendance), words=self.words
        )


class BodyAnswerShown(Wire):
    """One answer of a body, and what came of it. Words are left out for those who may not see them."""

    id: UUID
    round: int
    asked_on: date
    due_on: date
    given_on: date
    in_time: bool
    words: str | None = None
    file_ids: list[UUID]
    accepted: bool | None = Field(default=None, description="Left out until somebody has looked at it.")
    reason: str | None = None
    reviewed_by: PersonRef | None = None
    reviewed_at: UtcTime | None = None

    @classmethod
    def of(cls, row: BodyRequestAnswer, file_ids: Collection[UUID], *, words: bool) -> BodyAnswerShown:
        """Return an answer as it is shown."""
        return cls(
            id=row.id,
            round=row.round,
            asked_on=row.asked_on,
            due_on=row.due_on,
            given_on=row.given_on,
            in_time=row.in_time,
            words=row.words if words else None,
            file_ids=sorted(file_ids),
            accepted=row.accepted,
            reason=row.reason if words else None,
            reviewed_by=PersonRef.of(row.reviewed_by),
            reviewed_at=row.reviewed_at,
        )


class BodyRequestShown(Wire):
    """What a body was asked for, with every answer."""

    id: UUID
    contribution_id: UUID
    body: str
    state: str = Field(description="open, under_review, done, not_needed, or released with the body")
    what: str | None = None
    asked_on: date
    due_on: date
    overdue: bool
    reason: str | None = None
    asked_by: PersonRef | None = None
    settled_at: UtcTime | None = None
    answers: list[BodyAnswerShown]

    @classmethod
    def of(
        cls, row: BodyRequest, body: Contribution, answers: Collection[BodyAnswerShown], today: date, *, words: bool
    ) -> BodyRequestShown:
        """Return a request as it is shown."""
        waits = row.state in ("open", "under_review")
        state = "released" if waits and body.state == "released" else row.state
        return cls(
            id=row.id,
            contribution_id=row.contribution_id,
            body=body.code,
            state=state,
            what=row.what if words else None,
            asked_on=row.asked_on,
            due_on=row.due_on,
            overdue=state == "open" and row.due_on < today,
            reason=row.reason if words else None,
            asked_by=PersonRef.of(row.asked_by),
            settled_at=row.settled_at,
            answers=list(answers),
        )


class MeetingBodyShown(Wire):
    """A body and a meeting: what it said beforehand, and who was there for it."""

    contribution_id: UUID
    body: str
    called: bool
    attends: bool | None = Field(default=None, description="What it said beforehand.")
    expected: str | None = None
    reason: str | None = None
    attended: bool | None = None
    who: str | None = None

    @classmethod
    def of(cls, row: JointMeetingBody, bodies: Mapping[UUID, Contribution], *, words: bool) -> MeetingBodyShown:
        """Return a body at a meeting as it is shown."""
        return cls(
            contribution_id=row.contribution_id,
            body=bodies[row.contribution_id].code,
            called=row.called,
            attends=row.attends,
            expected=row.expected if words else None,
            reason=row.reason if words else None,
            attended=row.attended,
            who=row.who if words else None,
        )


class MeetingShown(Wire):
    """A meeting with other bodies."""

    id: UUID
    state: str = Field(description="called, held, or cancelled")
    on: date
    at: str
    how: str
    purpose: str | None = None
    where: str | None = None
    words: str | None = None
    called_at: UtcTime | None = Field(default=None, description="Left out of one that nobody had called beforehand.")
    called_by: PersonRef | None = None
    recorded_by: PersonRef | None = None
    bodies: list[MeetingBodyShown]

    @classmethod
    def of(cls, row: JointMeeting, bodies: Collection[MeetingBodyShown], *, words: bool) -> MeetingShown:
        """Return a meeting as it is shown."""
        return cls(
            id=row.id,
            state=row.state,
            on=row.on,
            at=row.at,
            how=row.how,
            purpose=row.purpose if words else None,
            where=row.place if words else None,
            words=row.words if words else None,
            called_at=row.called_at,
            called_by=PersonRef.of(row.called_by),
            recorded_by=PersonRef.of(row.recorded_by),
            bodies=list(bodies),
        )


class JointWorking(Wire):
    """How several bodies work on one complaint: who leads, by when, what they were asked, where they met."""

    lead: LeadShown | None = Field(default=None, description="How it stands; left out where nothing was proposed.")
    lead_history: list[LeadShown]
    timescale: TimescaleShown | None = None
    timescale_history: list[TimescaleShown]
    requests: list[BodyRequestShown]
    meetings: list[MeetingShown]


def _attended(several: Collection[AttendanceSaid]) -> tuple[meeting_said.AttendedSaid, ...]:
    return tuple(meeting_said.AttendedSaid(**each.model_dump()) for each in several)
