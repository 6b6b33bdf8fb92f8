"""What people say: the body of each request that logs or changes a complaint.

Each turns itself into the shape that is stored as a submission; the limits stand here and nowhere else.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt

from api.schemas.base import (
    AgreedDay,
    EventDay,
    Line,
    Name,
    Narrative,
    Reason,
    Request,
    Words,
)
from db import desk_said, office_said, said
from db.people_said import Statement
from db.said import Method

UpdateEvery = Annotated[StrictInt, Field(ge=1, le=90)]


class AcknowledgementSaid(Request):
    """The complaint was acknowledged to the person, by a call, a meeting, a letter or an e-mail."""

    method: Method
    made_on: EventDay
    discussion_offered: StrictBool
    words: Words | None = None
    statements: Annotated[list[Statement], Field(max_length=2)] = Field(
        default=[], description="What the person was told with it: of advocacy, and that nobody is treated worse."
    )

    def said(self) -> said.Acknowledge:
        """Return what was said."""
        return said.Acknowledge(**self.model_dump() | {"statements": tuple(dict.fromkeys(self.statements))})


class DiscussionSaid(Request):
    """What became of the offer to discuss how the complaint is handled."""

    result: Literal["accepted", "declined", "no_reply"]
    recorded_on: EventDay
    words: Words | None = None

    def said(self) -> said.RecordDiscussion:
        """Return what was said."""
        return said.RecordDiscussion(**self.model_dump())


class ResponsePeriodSaid(Request):
    """The response period was agreed with the person, or determined."""

    basis: Literal["agreed", "determined"]
    respond_by: AgreedDay
    update_every_days: UpdateEvery
    agreed_with: Name | None = None
    agreed_on: EventDay | None = None

    def said(self) -> said.SetResponsePeriod:
        """Return what was said."""
        return said.SetResponsePeriod(**self.model_dump())


class ExtensionSaid(Request):
    """A period is extended."""

    clock: Literal["response_period", "relevant_period"]
    respond_by: AgreedDay
    reason: Reason
    agreed_with: Name | None = None
    agreed_on: EventDay | None = None

    def said(self) -> said.Extend:
        """Return what was said."""
        return said.Extend(**self.model_dump())


class UpdateSaid(Request):
    """The person was told how things stand."""

    method: Method
    given_on: EventDay
    words: Words

    def said(self) -> said.RecordUpdate:
        """Return what was said."""
        return said.RecordUpdate(**self.model_dump())


class UpdateLetterSaid(Request):
    """An update in writing, as the person will read it."""

    subject: Annotated[Line, Field(min_length=1, max_length=300)]
    body: Narrative

    def said(self) -> office_said.SendUpdate:
        """Return what was said."""
        return office_said.SendUpdate(**self.model_dump())


class ResponseSaid(Request):
    """The response, signed. `signedBy` is a person of the organisation, who may sign it."""

    letter: Narrative | None = Field(
        default=None,
        description="The letter as the person will read it. Left out where the procedure prescribes elements: then it"
        " is the draft that was cleared.",
    )
    signed_by: UUID
    outcome: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["upheld"])] | None = Field(
        default=None, description="A code of the procedure. Left out where there are findings: then it follows of them."
    )

    def said(self) -> said.Respond:
        """Return what was said."""
        return said.Respond(**self.model_dump())


class ClosureSaid(Request):
    """The complaint is closed."""

    words: Words | None = None

    def said(self) -> said.Close:
        """Return what was said."""
        return said.Close(**self.model_dump())


class WithdrawalSaid(Request):
    """The person withdrew the complaint."""

    method: Method
    withdrawn_on: EventDay
    words: Words | None = None

    def said(self) -> said.Withdraw:
        """Return what was said."""
        return said.Withdraw(**self.model_dump())


class AssignSaid(Request):
    """The complaint has a new owner; with `ownerId` null it goes to the unassigned queue."""

    owner_id: UUID | None
    team_id: UUID | None = Field(default=None, description="Left out: as it was.")
    division_id: UUID | None = Field(default=None, description="Left out: as it was.")
    handover: Words | None = None

    def said(self) -> desk_said.Assign:
        """Return what was said."""
        return desk_said.Assign(**self.model_dump())


class NoteSaid(Request):
    """A note for the file."""

    words: Words

    def said(self) -> desk_said.AddNote:
        """Return what was said."""
        return desk_said.AddNote(**self.model_dump())


class ContactRulesSaid(Request):
    """Whether anything may be sent to the people outside. Honoured at the moment of sending."""

    stop_contact: StrictBool
    hold: StrictBool
    reason: Reason

    def said(self) -> desk_said.SetContactRules:
        """Return what was said."""
        return desk_said.SetContactRules(**self.model_dump())


class ReleaseSaid(Request):
    """A named person releases a draft, with its words changed where they are given."""

    subject: Annotated[Line, Field(min_length=1, max_length=300)] | None = None
    body: Narrative | None = None

    def said(self, notice_id: UUID) -> desk_said.ReleaseNotice:
        """Return what was said."""
        return desk_said.ReleaseNotice(notice_id=notice_id, **self.model_dump())


class DiscardSaid(Request):
    """A named person discards a draft."""

    reason: Reason

    def said(self, notice_id: UUID) -> desk_said.DiscardNotice:
        """Return what was said."""
        return desk_said.DiscardNotice(notice_id=notice_id, **self.model_dump())


class CompletionSaid(Request):
    """A person did a task. Of what came after the end it is said what came of it."""

    words: Words | None = None
    outcome: Literal["filed", "answered", "reopened"] | None = Field(
        default=None, description="Needed for a task `late_item`."
    )

    def said(self, task_id: UUID) -> desk_said.CompleteTask:
        """Return what was said."""
        return desk_said.CompleteTask(task_id=task_id, **self.model_dump())
