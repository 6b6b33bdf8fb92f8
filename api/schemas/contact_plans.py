"""Behaviour that is hard to manage, as it is said: warnings, contact plans, reviews, appeals, the safety of staff."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt, model_validator

from api.schemas.base import AgreedDay, EventDay, Reason, Request
from db import contact_plan_said
from db.contact_plan_said import NoWarning, PlanChannel, ReviewOutcome

Channels = Annotated[list[PlanChannel], Field(min_length=1, max_length=5)]
Days = Annotated[StrictInt, Field(ge=1, le=90)]


class MeasuresSaid(Request):
    """How somebody may reach us. What is left out stays open."""

    single_contact_id: UUID | None = Field(default=None, description="The one person of ours whom they speak with.")
    channels: Channels | None = None
    every_days: Days | None = Field(default=None, description="Once in so many days at most.")
    accompanied: StrictBool = Field(default=False, description="Two members of staff are at every meeting.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.single_contact_id is None and not (self.channels or self.every_days or self.accompanied):
            raise ValueError("Nothing is asked of the person.")
        return self

    def said(self) -> contact_plan_said.Measures:
        """Return what was said."""
        channels = None if self.channels is None else tuple(self.channels)
        return contact_plan_said.Measures(**(self.model_dump() | {"channels": channels}))


class WarningSaid(Request):
    """What somebody did that cannot go on. A letter that tells them is drafted with these words."""

    party_id: UUID
    happened_on: EventDay
    words: Reason

    def said(self) -> contact_plan_said.WarnAboutConduct:
        """Return what was said."""
        return contact_plan_said.WarnAboutConduct(**self.model_dump())


class PlanDecided(Request):
    """A senior who does not handle the case narrows how somebody reaches us, for six months at most.

    Without a warning that was sent it needs a ground for that, and why.
    """

    party_id: UUID
    measures: MeasuresSaid
    reasons: Reason = Field(description="The person is told them as they stand here.")
    adjustments_considered: Reason = Field(description="What was thought of so that it is fair. The person is told it.")
    review_on: AgreedDay
    no_warning: NoWarning | None = None
    no_warning_because: Reason | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.no_warning is None) != (self.no_warning_because is None):
            raise ValueError("Why there was no warning is said by a ground and in words.")
        return self

    def said(self) -> contact_plan_said.DecideContactPlan:
        """Return what was said."""
        return contact_plan_said.DecideContactPlan(**(self.model_dump() | {"measures": self.measures.said()}))


class PlanReviewed(Request):
    """A plan was looked at again. Eased, it says all that is left; unless it ends it has another day of review."""

    plan_id: UUID
    outcome: ReviewOutcome
    reasons: Reason
    review_on: AgreedDay | None = None
    measures: MeasuresSaid | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.outcome == "ended") != (self.review_on is None):
            raise ValueError("What goes on is looked at again by a day; what ended is not.")
        if (self.outcome == "eased") != (self.measures is not None):
            raise ValueError("What is left of a plan is said where it is eased.")
        return self

    def said(self) -> contact_plan_said.ReviewContactPlan:
        """Return what was said."""
        measures = None if self.measures is None else self.measures.said()
        return contact_plan_said.ReviewContactPlan(**(self.model_dump() | {"measures": measures}))


class AppealSaid(Request):
    """The person asks that somebody else looks at a plan."""

    plan_id: UUID
    appealed_on: EventDay
    words: Reason

    def said(self) -> contact_plan_said.AppealContactPlan:
        """Return what was said."""
        return contact_plan_said.AppealContactPlan(**self.model_dump())


class AppealDecided(Request):
    """Somebody who did not decide a plan decided on the appeal against it. Upheld, the plan ends."""

    plan_id: UUID
    upheld: StrictBool
    reasons: Reason = Field(description="The person is told them as they stand here.")

    def said(self) -> contact_plan_said.DecideAppeal:
        """Return what was said."""
        return contact_plan_said.DecideAppeal(**self.model_dump())


class SafetySaid(Request):
    """Staff have to take care when they meet somebody of this complaint; or need not any more."""

    flagged: StrictBool
    words: Reason
    review_on: AgreedDay | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.flagged and self.review_on is not None:
            raise ValueError("What is lifted is not looked at again.")
        return self

    def said(self) -> contact_plan_said.FlagStaffSafety:
        """Return what was said."""
        return contact_plan_said.FlagStaffSafety(**self.model_dump())
