"""The shapes of what is said about behaviour that is hard to manage: warnings, contact plans, the safety of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

PlanChannel = Literal["call", "meeting", "letter", "email", "text"]
NoWarning = Literal["violence", "threats", "abuse_of_staff"]
ReviewOutcome = Literal["continued", "eased", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """How somebody may reach us: whom they speak with, by which channels, how often, and whether meetings have two."""

    single_contact_id: UUID | None = None
    channels: tuple[PlanChannel, ...] | None = None
    every_days: int | None = None
    accompanied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnAboutConduct:
    """Somebody behaved in a way that cannot go on, and is to be told so in a letter."""

    party_id: UUID
    happened_on: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideContactPlan:
    """A senior narrows how somebody reaches us, until a day on which that is reviewed."""

    party_id: UUID
    measures: Measures
    reasons: str
    adjustments_considered: str
    review_on: date
    no_warning: NoWarning | None = None
    no_warning_because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewContactPlan:
    """A plan was looked at again: it goes on, is eased, or ends. What goes on has another day of review."""

    plan_id: UUID
    outcome: ReviewOutcome
    reasons: str
    review_on: date | None = None
    measures: Measures | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealContactPlan:
    """The person asks that somebody else looks at a plan."""

    plan_id: UUID
    appealed_on: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAppeal:
    """Somebody who did not decide a plan decided on the appeal against it. Upheld, the plan ends."""

    plan_id: UUID
    upheld: bool
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagStaffSafety:
    """Staff have to take care when they meet somebody; or need not any more."""

    flagged: bool
    words: str
    review_on: date | None = None


ContactPlanSaid = (
    WarnAboutConduct | DecideContactPlan | ReviewContactPlan | AppealContactPlan | DecideAppeal | FlagStaffSafety
)
CONTACT_PLAN_SHAPES: Final[dict[CommandKind, type[ContactPlanSaid]]] = {
    CommandKind.WARN_ABOUT_CONDUCT: WarnAboutConduct,
    CommandKind.DECIDE_CONTACT_PLAN: DecideContactPlan,
    CommandKind.REVIEW_CONTACT_PLAN: ReviewContactPlan,
    CommandKind.APPEAL_CONTACT_PLAN: AppealContactPlan,
    CommandKind.DECIDE_APPEAL: DecideAppeal,
    CommandKind.FLAG_STAFF_SAFETY: FlagStaffSafety,
}
