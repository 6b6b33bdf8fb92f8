"""How warnings, contact plans and the safety of staff are shown: their words only to those who may see words."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from api.schemas.base import UtcTime, Wire
from api.schemas.complaints import PersonRef
from db.models.contact_plan import ConductWarning, ContactPlan, ContactPlanAppeal, ContactPlanReview, StaffSafety
from db.queries.contact_plans import Behaviour


class WarningShown(Wire):
    """A warning; it counts once its letter was sent."""

    id: UUID
    party_id: UUID
    happened_on: date
    words: str | None = None
    notice_id: UUID
    sent: bool
    said_by: PersonRef | None = None
    said_at: UtcTime


class ReviewShown(Wire):
    """A plan was looked at again."""

    id: UUID
    outcome: str
    reasons: str | None = None
    review_on: date | None = None
    measures: dict[str, Any] = Field(description="What it left of the plan.")
    decided_by: PersonRef | None = None
    decided_on: date


class AppealShown(Wire):
    """An appeal against a plan, and what came of it."""

    id: UUID
    appealed_on: date
    words: str | None = None
    state: str = Field(description="open, upheld, dismissed, or overtaken where the plan ended first")
    reasons: str | None = None
    decided_by: PersonRef | None = None
    decided_on: date | None = None


class PlanShown(Wire):
    """A contact plan as it stands, with each look at it since."""

    id: UUID
    number: int
    party_id: UUID
    state: str = Field(description="in_force or ended")
    single_contact: PersonRef | None = None
    channels: list[str] | None = None
    every_days: int | None = None
    accompanied: bool
    reasons: str | None = None
    adjustments_considered: str | None = None
    no_warning: str | None = None
    no_warning_because: str | None = None
    review_on: date
    ended_on: date | None = None
    ended_cause: str | None = None
    decided_by: PersonRef | None = None
    decided_on: date
    reviews: list[ReviewShown]
    appeals: list[AppealShown]


class SafetyShown(Wire):
    """The flag for the safety of staff was set, said anew or lifted."""

    flagged: bool
    words: str | None = None
    review_on: date | None = None
    said_by: PersonRef | None = None
    said_at: UtcTime


class BehaviourShown(Wire):
    """All that stands on a complaint about behaviour that is hard to manage, oldest first."""

    staff_safety: bool = Field(description="Whether staff have to take care.")
    warnings: list[WarningShown]
    plans: list[PlanShown]
    safety: list[SafetyShown]

    @classmethod
    def of(cls, found: Behaviour, *, flagged: bool, words: bool) -> BehaviourShown:
        """Return it as it is shown. Names and words are left out for those who may not see them."""
        names = found.names if words else {}
        return cls(
            staff_safety=flagged,
            warnings=[_warning(row, sent, names, words=words) for row, sent in found.warnings],
            plans=[_plan(plan, found, names, words=words) for plan in found.plans],
            safety=[_safety(row, names, words=words) for row in found.safety],
        )


def _warning(row: ConductWarning, sent: bool, names: dict[UUID, str], *, words: bool) -> WarningShown:
    return WarningShown(
        id=row.id,
        party_id=row.party_id,
        happened_on=row.happened_on,
        words=row.words if words else None,
        notice_id=row.notice_id,
        sent=sent,
        said_by=_ref(row.said_by, names),
        said_at=row.said_at,
    )


def _plan(row: ContactPlan, found: Behaviour, names: dict[UUID, str], *, words: bool) -> PlanShown:
    return PlanShown(
        id=row.id,
        number=row.number,
        party_id=row.party_id,
        state=row.state,
        single_contact=_ref(row.single_contact_id, names),
        channels=row.channels,
        every_days=row.every_days,
        accompanied=row.accompanied,
        reasons=row.reasons if words else None,
        adjustments_considered=row.adjustments if words else None,
        no_warning=row.no_warning,
        no_warning_because=row.no_warning_because if words else None,
        review_on=row.review_on,
        ended_on=row.ended_on,
        ended_cause=row.ended_cause,
        decided_by=_ref(row.decided_by, names),
        decided_on=row.decided_on,
        reviews=[_review(each, names, words=words) for each in found.reviews if each.plan_id == row.id],
        appeals=[_appeal(each, names, words=words) for each in found.appeals if each.plan_id == row.id],
    )


def _review(row: ContactPlanReview, names: dict[UUID, str], *, words: bool) -> ReviewShown:
    return ReviewShown(
        id=row.id,
        outcome=row.outcome,
        reasons=row.reasons if words else None,
        review_on=row.review_on,
        measures=row.measures,
        decided_by=_ref(row.decided_by, names),
        decided_on=row.decided_on,
    )


def _appeal(row: ContactPlanAppeal, names: dict[UUID, str], *, words: bool) -> AppealShown:
    return AppealShown(
        id=row.id,
        appealed_on=row.appealed_on,
        words=row.words if words else None,
        state=row.state,
        reasons=row.reasons if words else None,
        decided_by=_ref(row.decided_by, names),
        decided_on=row.decided_on,
    )


def _safety(row: StaffSafety, names: dict[UUID, str], *, words: bool) -> SafetyShown:
    return SafetyShown(
        flagged=row.flagged,
        words=row.words if words else None,
        review_on=row.review_on,
        said_by=_ref(row.said_by, names),
        said_at=row.said_at,
    )


def _ref(person_id: UUID | None, names: dict[UUID, str]) -> PersonRef | None:
    return PersonRef.of(person_id, names.get(person_id) if person_id is not None else None)
