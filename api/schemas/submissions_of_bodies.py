"""What other bodies submitted: how it is sent back, approved, or named as missing, and how every round is shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt, model_validator

from api.schemas.base import AgreedDay, Reason, Request, UtcTime, Wire
from api.schemas.complaints import PersonRef
from db import joint_said, submission_said
from db.models.submissions import BodyAction, BodyAnswer, BodyGap, BodyReview, BodySubmission

Round = StrictInt


class RevisionSaid(Request):
    """What a body submitted goes back to it, with the reason and a date for the next round."""

    reason: Reason
    due_on: AgreedDay
    round: Round | None = Field(
        default=None, ge=1, le=10_000, description="The round that was read: refused if there is a later one by now."
    )

    def said(self, contribution_id: UUID) -> submission_said.RequestRevision:
        """Return what was said."""
        return submission_said.RequestRevision(contribution_id=contribution_id, **self.model_dump())


class ApprovalSaid(Request):
    """What a body submitted goes into the response as it stands. Nothing in it can be changed here."""

    round: Round | None = Field(
        default=None, ge=1, le=10_000, description="The round that was read: refused if there is a later one by now."
    )

    def said(self, contribution_id: UUID) -> submission_said.ApproveContribution:
        """Return what was said."""
        return submission_said.ApproveContribution(contribution_id=contribution_id, round=self.round)


class GapSaid(Request):
    """The response goes without the part of a body that is late, has declined, or may not be told."""

    reason: Reason

    def said(self, contribution_id: UUID) -> submission_said.NameGap:
        """Return what was said."""
        return submission_said.NameGap(contribution_id=contribution_id, reason=self.reason)


class ReleaseSaid(Request):
    """Nothing is asked of a body any more."""

    reason: Reason

    def said(self, contribution_id: UUID) -> joint_said.ReleaseContribution:
        """Return what was said."""
        return joint_said.ReleaseContribution(contribution_id=contribution_id, reason=self.reason)


class ActionSettledSaid(Request):
    """An action of a body was looked at: it is done, or it is not, with the reason and perhaps another date."""

    done: StrictBool
    reason: Reason | None = None
    due_on: AgreedDay | None = Field(default=None, description="By when it is owed now. Left out: as promised.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.done and self.reason is None:
            raise ValueError("What is not done has a reason.")
        if self.done and self.due_on is not None:
            raise ValueError("What is done is not owed any more.")
        return self

    def said(self, contribution_id: UUID, action_id: UUID) -> submission_said.SettleBodyAction:
        """Return what was said."""
        return submission_said.SettleBodyAction(
            contribution_id=contribution_id, action_id=action_id, **self.model_dump()
        )


class AnswerOfBody(Wire):
    """What a body found on one of its issues, in its own words; they are left out for those who may not see them."""

    issue_id: UUID
    number: int
    conclusion: str
    did: str | None = None
    found: str | None = None
    remedy: str | None = None

    @classmethod
    def of(cls, row: BodyAnswer, *, words: bool) -> AnswerOfBody:
        """Return an answer as it is shown."""
        return cls(
            issue_id=row.issue_id,
            number=row.number,
            conclusion=row.conclusion,
            did=row.did if words else None,
            found=row.found if words else None,
            remedy=row.remedy if words else None,
        )


class ReviewOfBody(Wire):
    """What became of a round: approved, sent_back, or replaced by the body before it was looked at."""

    result: str
    reason: str | None = None
    due_on: date | None = None
    decided_by: PersonRef | None = None
    decided_at: UtcTime

    @classmethod
    def of(cls, row: BodyReview, name: str | None, *, words: bool) -> ReviewOfBody:
        """Return what became of a round, as it is shown."""
        return cls(
            result=row.result,
            reason=row.reason if words else None,
            due_on=row.due_on,
            decided_by=PersonRef.of(row.decided_by, name if words else None),
            decided_at=row.decided_at,
        )


class RoundOfBody(Wire):
    """One round of a body's part."""

    id: UUID
    round: int
    submitted_on: date
    late: bool = Field(description="The response had been signed without it.")
    signed_by: str | None = None
    signed_role: str | None = None
    answers: list[AnswerOfBody]
    file_ids: list[UUID]
    review: ReviewOfBody | None = Field(default=None, description="Left out until somebody has looked at it.")

    @classmethod
    def of(
        cls,
        row: BodySubmission,
        answers: Sequence[BodyAnswer],
        file_ids: Collection[UUID],
        review: tuple[BodyReview, str | None] | None,
        *,
        words: bool,
    ) -> RoundOfBody:
        """Return a round as it is shown, with what became of it."""
        return cls(
            id=row.id,
            round=row.round,
            submitted_on=row.submitted_on,
            late=row.late,
            signed_by=row.signed_by if words else None,
            signed_role=row.signed_role if words else None,
            answers=[AnswerOfBody.of(each, words=words) for each in answers],
            file_ids=sorted(file_ids),
            review=ReviewOfBody.of(*review, words=words) if review is not None else None,
        )


class ActionOfBody(Wire):
    """What a body promised to do, and how far that is."""

    id: UUID
    own_id: UUID = Field(description="The body's own id for it, the same in every round.")
    state: str = Field(
        description="promised, done (as the body says), settled (as seen here), superseded by a later round, or ended"
    )
    due_on: date
    overdue: bool
    what: str | None = None
    done_on: date | None = None
    evidence: str | None = None
    settled_on: date | None = None
    reason: str | None = None
    file_ids: list[UUID]

    @classmethod
    def of(cls, row: BodyAction, file_ids: Collection[UUID], today: date, *, words: bool) -> ActionOfBody:
        """Return an action as it is shown."""
        return cls(
            id=row.id,
            own_id=row.action_id,
            state=row.state,
            due_on=row.due_on,
            overdue=row.state == "promised" and row.due_on < today,
            what=row.what if words else None,
            done_on=row.done_on,
            evidence=row.evidence if words else None,
            settled_on=row.settled_on,
            reason=row.reason if words else None,
            file_ids=sorted(file_ids),
        )


class GapOfBody(Wire):
    """That the response goes without a body's part, and why."""

    ground: str = Field(description="late, declined, consent, or partial: some issues are not answered")
    reason: str | None = None
    named_on: date
    named_by: PersonRef | None = None
    closed_on: date | None = None
    closed_cause: str | None = Field(default=None, description="approved, supplement, released, or taken_up")

    @classmethod
    def of(cls, row: BodyGap, name: str | None, *, words: bool) -> GapOfBody:
        """Return a gap as it is shown."""
        return cls(
            ground=row.ground,
            reason=row.reason if words else None,
            named_on=row.named_on,
            named_by=PersonRef.of(row.named_by, name if words else None),
            closed_on=row.closed_on,
            closed_cause=row.closed_cause,
        )


class SubmissionsOfBody(Wire):
    """Every round of a body's part, the actions that it promised, and the gaps that were named."""

    contribution_id: UUID
    state: str
    missing: list[int] = Field(description="The numbers of its issues that the latest round does not answer.")
    rounds: list[RoundOfBody]
    actions: list[ActionOfBody]
    gaps: list[GapOfBody]
