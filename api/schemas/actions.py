"""Actions that follow from complaints: how they are said."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt, model_validator

from api.schemas.base import AgreedDay, EventDay, Reason, Request, Words
from api.schemas.learning import Place, Theme
from db import learning_said as said_of
from db.learning_said import CheckResult


class ActionPlanned(Request):
    """What is to be done, by whom, by when, and what will show it. At most one id says from what it follows."""

    what: Words
    owner_id: UUID
    due_on: AgreedDay
    evidence_wanted: Words
    learning_id: UUID | None = None
    remedy_id: UUID | None = Field(default=None, description="A remedy of the kind `action` that was decided.")
    recommendation_id: UUID | None = None
    theme: Theme | None = Field(default=None, description="Left out: that of the learning.")
    place: Place | None = Field(default=None, description="Left out: that of the learning.")
    tell_person: StrictBool = True
    tell_staff: StrictBool = Field(default=True, description="The staff complained about who know the outcome.")
    tell_every_days: Annotated[StrictInt, Field(ge=1, le=366)] | None = None
    check_months: Annotated[StrictInt, Field(ge=1, le=60)] = 6

    @model_validator(mode="after")
    def _check(self) -> Self:
        if sum(each is not None for each in (self.learning_id, self.remedy_id, self.recommendation_id)) > 1:
            raise ValueError("An action follows from one thing.")
        return self

    def said(self) -> said_of.PlanAction:
        """Return what was said."""
        return said_of.PlanAction(**self.model_dump())


class ActionChanged(Request):
    """Another owner, another date, or both, with the reason."""

    owner_id: UUID | None = None
    due_on: AgreedDay | None = None
    reason: Reason

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.owner_id is None and self.due_on is None:
            raise ValueError("Say another owner, or another date.")
        return self

    def said(self, action_id: UUID) -> said_of.ChangeAction:
        """Return what was said."""
        return said_of.ChangeAction(action_id=action_id, **self.model_dump())


class ActionProgressed(Request):
    """What was done so far. The letters that tell it are drafted."""

    happened_on: EventDay
    words: Words

    def said(self, action_id: UUID) -> said_of.RecordActionProgress:
        """Return what was said."""
        return said_of.RecordActionProgress(action_id=action_id, **self.model_dump())


class ActionCompleted(Request):
    """It is done: words, files of the case, or both show it."""

    done_on: EventDay
    evidence: Words | None = None
    file_ids: list[UUID] = Field(default_factory=list, max_length=50)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.evidence is None and not self.file_ids:
            raise ValueError("Words or files show that it is done.")
        return self

    def said(self, action_id: UUID) -> said_of.CompleteAction:
        """Return what was said."""
        return said_of.CompleteAction(
            action_id=action_id, done_on=self.done_on, evidence=self.evidence, file_ids=tuple(self.file_ids)
        )


class ActionChecked(Request):
    """Whether it held. What is counted is said by the system; `reason` why the result is otherwise than that."""

    result: CheckResult
    words: Words | None = None
    reason: Reason | None = None
    due_on: AgreedDay | None = Field(default=None, description="Of what recurred: by when it is to be done again.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.result == "recurred") != (self.due_on is not None):
            raise ValueError("What recurred has a new date, and what held has none.")
        return self

    def said(self, action_id: UUID) -> said_of.CheckAction:
        """Return what was said."""
        return said_of.CheckAction(action_id=action_id, **self.model_dump())


class ActionDropped(Request):
    """It is let go of, with the reason."""

    reason: Reason

    def said(self, action_id: UUID) -> said_of.DropAction:
        """Return what was said."""
        return said_of.DropAction(action_id=action_id, reason=self.reason)
