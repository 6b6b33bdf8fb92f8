"""The shapes of what is said about whether a complaint is handled, who may speak in it, and how it is coded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from contracts.commands import CommandKind

Ground = Literal["asked", "child", "lacks_capacity", "died"]
Capacity = Literal["has", "lacks", "not_known"]
ConsentBasis = Literal["written", "oral", "statutory", "implied_constituent", "none"]
Route = Literal[
    "claim", "inquest", "regulator", "police", "safeguarding", "discipline", "freedom_of_information", "other"
]
CodeField = Literal["age_band", "complainant_status", "site", "ward", "service_area", "profession"]
DayField = Literal["happened_on", "noticed_on"]
EqualityField = Literal["ethnicity", "religion", "disability", "sex", "gender_identity", "sexual_orientation"]
Clearable = CodeField | DayField | EqualityField


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclude:
    """The complaint is not handled, on a ground of its procedure, with reasons that the person is told."""

    code: str
    reasons: str
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideTimeLimit:
    """The complaint came too late: the limit is waived on findings, or it is not, with reasons.

    The days of the matter may be said with it, where they were not known.
    """

    waived: bool
    findings: tuple[str, ...] = ()
    reasons: str | None = None
    happened_on: date | None = None
    noticed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideStanding:
    """Somebody may speak for another, or may not. `capacity` is of the person they would speak for."""

    party_id: UUID
    may_speak: bool
    ground: Ground
    capacity: Capacity = "not_known"
    reasonable_grounds: bool | None = None
    best_interests: bool | None = None
    consent_basis: ConsentBasis | None = None
    reasons: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSaid:
    """Another route, when the person was advised of it, which issues it covers, and whether these are left to it."""

    route: Route
    advised_on: date | None = None
    covers_issues: tuple[UUID, ...] = ()
    passed_on: bool = False
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenRoutes:
    """Somebody looked for other routes. `taken_up` are issues that come back from one; `nothing_left`: none stays."""

    found: tuple[RouteSaid, ...] = ()
    taken_up: tuple[UUID, ...] = ()
    nothing_left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectSaid:
    """What an issue is about, or with none named the complaint as a whole; `profession` is whom it is about."""

    subject: str
    issue_id: UUID | None = None
    sub_subject: str | None = None
    profession: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualitySaid:
    """What a person chose to say of themselves."""

    ethnicity: str | None = None
    religion: str | None = None
    disability: str | None = None
    sex: str | None = None
    gender_identity: str | None = None
    sexual_orientation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCoding:
    """Codes for the returns. What is left out stays, `cleared` is taken away; subjects are said as a whole.

    `ask_now`: whatever is missing then is asked for at once.
    """

    age_band: str | None = None
    complainant_status: str | None = None
    site: str | None = None
    ward: str | None = None
    service_area: str | None = None
    profession: str | None = None
    subjects: tuple[SubjectSaid, ...] | None = None
    happened_on: date | None = None
    noticed_on: date | None = None
    equality: EqualitySaid | None = None
    cleared: tuple[Clearable, ...] = ()
    ask_now: bool = False


EligibilitySaid = Exclude | DecideTimeLimit | DecideStanding | ScreenRoutes | SetCoding
ELIGIBILITY_SHAPES: dict[CommandKind, type[EligibilitySaid]] = {
    CommandKind.EXCLUDE: Exclude,
    CommandKind.DECIDE_TIME_LIMIT: DecideTimeLimit,
    CommandKind.DECIDE_STANDING: DecideStanding,
    CommandKind.SCREEN_ROUTES: ScreenRoutes,
    CommandKind.SET_CODING: SetCoding,
}
