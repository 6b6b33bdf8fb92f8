"""What is said of early resolution, issues, the plan, and who has a part in a case: the bodies of requests."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StrictBool, StrictStr, model_validator

from api.schemas.base import BirthDay, EventDay, Line, Name, Reason, Request, Summary, Words
from db import casework_said as said
from db.casework_said import Method, Part

Subject = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="A code of the lists in force.")]
Item = Annotated[Line, Field(min_length=1, max_length=300)]


class AttemptSaid(Request):
    """An attempt at early resolution is begun."""

    plan: Words | None = None

    def said(self) -> said.BeginResolution:
        """Return what was said."""
        return said.BeginResolution(plan=self.plan)


class ResolutionSaid(Request):
    """What came of trying to put things right. The summary is shared with the person."""

    satisfied: StrictBool = Field(description="Whether the person is. If not, it goes on; no clock starts anew.")
    summary: Words
    method: Method = Field(description="How the person said so.")
    resolved_on: EventDay

    def said(self) -> said.Resolve:
        """Return what was said."""
        return said.Resolve(**self.model_dump())


class MovingOnSaid(Request):
    """The next stage of the procedure is taken up."""

    reason: Reason

    def said(self) -> said.MoveOn:
        """Return what was said."""
        return said.MoveOn(reason=self.reason)


class IssueSaid(Request):
    """One thing complained about. With an id it changes that issue, which then has to be confirmed again."""

    issue_id: UUID | None = None
    summary: Summary
    effect: Reason = Field(description="What it did to the person.")
    outcome_sought: Reason
    subject: Subject | None = None


class IssuesSaid(Request):
    """Issues are added, changed and taken back."""

    issues: list[IssueSaid] = Field(default_factory=list, max_length=40)
    taken_back: list[UUID] = Field(
        default_factory=list, max_length=40, description="Ids of issues that the person drops."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.issues and not self.taken_back:
            raise ValueError("There is nothing to add, change or take back.")
        return self

    def said(self) -> said.SetIssues:
        """Return what was said."""
        issues = tuple(said.IssueSaid(**issue.model_dump()) for issue in self.issues)
        return said.SetIssues(issues=issues, taken_back=tuple(self.taken_back))


class ConfirmationSaid(Request):
    """The person confirmed the issues as they stand."""

    confirmed_on: EventDay
    method: Method
    words: Words | None = None

    def said(self) -> said.ConfirmIssues:
        """Return what was said."""
        return said.ConfirmIssues(**self.model_dump())


class PartSaid(Request):
    """A person of the organisation gets a part in the case. What they declare is on record, and so is mitigation."""

    role: Part
    person_id: UUID
    prior_involvement: StrictBool = Field(
        description="Whether they had anything to do with it before, as they declare."
    )
    conflict: StrictBool = Field(description="Whether they have a conflict of interest, as they declare.")
    training: Name | None = Field(default=None, description="What they were trained in, together with `trainedOn`.")
    trained_on: BirthDay | None = None
    mitigation: Reason | None = Field(default=None, description="What makes it fair all the same.")
    from_body: Name | None = Field(default=None, description="The other body from which they stand in.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.training is None) != (self.trained_on is None):
            raise ValueError("Training has a name and a day.")
        return self

    def said(self) -> said.AppointToCase:
        """Return what was said."""
        return said.AppointToCase(**self.model_dump())


class PlanSaid(Request):
    """The plan of the investigation, as it was shared."""

    evidence: Annotated[list[Item], Field(min_length=1, max_length=40)]
    interviewees: list[Item] = Field(default_factory=list, max_length=40)
    decision_maker_id: UUID | None = None
    delivery: Literal["letter", "meeting", "call"] = Field(description="How the person will have the outcome.")
    shared_with_person_on: EventDay
    shared_with_staff_on: EventDay | None = None
    no_staff: StrictBool = Field(default=False, description="Nobody of the staff is complained about.")
    words: Words | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.no_staff and self.shared_with_staff_on is not None:
            raise ValueError("With no staff complained about there is nobody of them to share it with.")
        return self

    def said(self) -> said.SharePlan:
        """Return what was said."""
        values = self.model_dump() | {"evidence": tuple(self.evidence), "interviewees": tuple(self.interviewees)}
        return said.SharePlan(**values)
