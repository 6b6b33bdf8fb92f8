"""Requests to colleagues: how they are said, and how they are shown, with how long each took."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.schemas.base import AgreedDay, EventDay, Reason, Request, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from db import request_said
from db.models.requests import RequestAnswer, RequestRow
from db.queries.requests import Line
from db.request_said import Profession, RequestKind

Ids = Annotated[list[UUID], Field(max_length=50)]


class RequestAsked(Request):
    """Something is asked of a colleague, or of a division or team. With both, the unit is whose colleague it is."""

    kind: RequestKind
    what: Words
    to_person_id: UUID | None = None
    to_unit_id: UUID | None = Field(default=None, description="A division or team: whoever leads it is asked.")
    profession: Profession | None = Field(
        default=None, description="Of clinical advice: whose director is asked in the end. Left out: medical."
    )
    issue_ids: Ids = Field(default=[], description="The issues it is about.")
    due_on: AgreedDay | None = Field(default=None, description="Left out: worked back from the date of the response.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.to_person_id is None and self.to_unit_id is None:
            raise ValueError("A request goes to a person, or to a division or team.")
        if self.profession is not None and self.kind != "clinical_advice":
            raise ValueError("Only clinical advice has a profession.")
        return self

    def said(self) -> request_said.RaiseRequest:
        """Return what was said."""
        return request_said.RaiseRequest(**(self.model_dump() | {"issue_ids": tuple(self.issue_ids)}))


class AnswerSaid(Request):
    """What was asked for was given: words, files that are on the complaint already, or both."""

    given_on: EventDay
    words: Words | None = None
    file_ids: Ids = Field(default=[])

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.words is None and not self.file_ids:
            raise ValueError("An answer has words or files.")
        return self

    def said(self, request_id: UUID) -> request_said.AnswerRequest:
        """Return what was said."""
        values = self.model_dump() | {"file_ids": tuple(self.file_ids)}
        return request_said.AnswerRequest(request_id=request_id, **values)


class ReviewSaid(Request):
    """An answer was looked at. One that is sent back has a reason, and perhaps a date of its own."""

    accepted: StrictBool
    reason: Reason | None = None
    due_on: AgreedDay | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.accepted and self.reason is None:
            raise ValueError("What is sent back has a reason.")
        if self.accepted and self.due_on is not None:
            raise ValueError("What is accepted has no date any more.")
        return self

    def said(self, request_id: UUID) -> request_said.ReviewRequest:
        """Return what was said."""
        return request_said.ReviewRequest(request_id=request_id, **self.model_dump())


class CancellationSaid(Request):
    """What was asked for is not needed any more."""

    reason: Reason

    def said(self, request_id: UUID) -> request_said.CancelRequest:
        """Return what was said."""
        return request_said.CancelRequest(request_id=request_id, reason=self.reason)


class AnswerShown(Wire):
    """One answer, and what came of it. Its words are left out for those who may not see them."""

    id: UUID
    round: int
    asked_on: date
    due_on: date
    given_on: date
    working_days: int = Field(description="Of the organisation, from the day it was asked for.")
    in_time: bool
    words: str | None = None
    file_ids: list[UUID]
    recorded_by: PersonRef | None = None
    recorded_at: UtcTime
    accepted: bool | None = Field(default=None, description="Left out until somebody has looked at it.")
    reason: str | None = None
    reviewed_by: PersonRef | None = None
    reviewed_at: UtcTime | None = None

    @classmethod
    def of(
        cls, row: RequestAnswer, names: tuple[str | None, str | None], file_ids: Collection[UUID], *, words: bool
    ) -> AnswerShown:
        """Return an answer as it is shown; `names` are of who recorded and who reviewed it."""
        recorder, reviewer = names if words else (None, None)
        return cls(
            id=row.id,
            round=row.round,
            asked_on=row.asked_on,
            due_on=row.due_on,
            given_on=row.given_on,
            working_days=row.working_days,
            in_time=row.in_time,
            words=row.words if words else None,
            file_ids=sorted(file_ids),
            recorded_by=PersonRef.of(row.recorded_by, recorder),
            recorded_at=row.recorded_at,
            accepted=row.accepted,
            reason=row.reason if words else None,
            reviewed_by=PersonRef.of(row.reviewed_by, reviewer),
            reviewed_at=row.reviewed_at,
        )


class RequestLine(Wire):
    """A request in a list of them. What is asked is left out for those who may not see words."""

    id: UUID
    reference: str
    kind: str
    profession: str | None = None
    state: str = Field(description="open, under_review, done, cancelled, or ended with the complaint")
    to_person: PersonRef | None = None
    to_unit_id: UUID | None = None
    to_unit: str | None = None
    what: str | None = None
    asked_on: date
    due_on: date
    overdue: bool
    raised_at: UtcTime

    @classmethod
    def of(cls, line: Line, today: date, *, words: bool) -> RequestLine:
        """Return a request as a list shows it."""
        return cls(**_line(line, today, words=words))


class RequestShown(RequestLine):
    """A request of a complaint with every answer to it."""

    steps: list[str] = Field(description="How the date was worked back from that of the response.")
    issue_ids: list[UUID]
    respond_by: date | None = Field(
        default=None, description="By when the person is to have the response, as it is now."
    )
    slack_days: int | None = Field(default=None, description="Calendar days from this date to that of the response.")
    reason: str | None = Field(default=None, description="Why it was called off.")
    settled_at: UtcTime | None = None
    sent_back: int = Field(description="How often an answer was sent back.")
    answers: list[AnswerShown]

    @classmethod
    def whole(
        cls,
        line: Line,
        today: date,
        respond_by: date | None,
        issue_ids: Collection[UUID],
        answers: Sequence[AnswerShown],
        *,
        words: bool,
    ) -> RequestShown:
        """Return a request with all that belongs to it."""
        row = line.request
        return cls(
            **_line(line, today, words=words),
            steps=row.steps,
            issue_ids=sorted(issue_ids),
            respond_by=respond_by,
            slack_days=None if respond_by is None else (respond_by - row.due_on).days,
            reason=row.reason if words else None,
            settled_at=row.settled_at,
            sent_back=sum(each.accepted is False for each in answers),
            answers=list(answers),
        )


class RequestFigures(Wire):
    """How it goes with the requests of a complaint: the main cause of lateness."""

    asked: int
    unsettled: int
    late: int = Field(description="Answers that came after their day, and open requests whose day has passed.")
    sent_back: int
    longest_working_days: int | None = None


class Requests(Wire):
    """The requests of a complaint, oldest first."""

    items: list[RequestShown]
    figures: RequestFigures

    @classmethod
    def of(cls, items: list[RequestShown]) -> Requests:
        """Return the requests with their figures."""
        answers = [answer for item in items for answer in item.answers]
        return cls(
            items=items,
            figures=RequestFigures(
                asked=len(items),
                unsettled=sum(item.state in ("open", "under_review") for item in items),
                late=sum(not answer.in_time for answer in answers) + sum(item.overdue for item in items),
                sent_back=sum(item.sent_back for item in items),
                longest_working_days=max((answer.working_days for answer in answers), default=None),
            ),
        )


class RequestLines(Wire):
    """Requests over complaints; `next` is the cursor of the page after, if there is one."""

    items: list[RequestLine]
    next: str | None = None


def _line(line: Line, today: date, *, words: bool) -> dict[str, object]:
    row: RequestRow = line.request
    return {
        "id": row.id,
        "reference": line.reference,
        "kind": row.kind,
        "profession": row.profession,
        "state": row.state,
        "to_person": PersonRef.of(row.person_id, line.person if words else None),
        "to_unit_id": row.unit_id,
        "to_unit": line.unit,
        "what": row.what if words else None,
        "asked_on": row.asked_on,
        "due_on": row.due_on,
        "overdue": row.state == "open" and row.due_on < today,
        "raised_at": row.raised_at,
    }
