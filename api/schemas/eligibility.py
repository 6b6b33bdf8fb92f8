"""Whether a complaint is handled, and who may speak in it: how it is said, and how it is shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.schemas.base import BirthDay, EventDay, Reason, Request, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from api.words import REQUIREMENTS, title
from db import eligibility_said
from db.eligibility_said import Capacity, ConsentBasis, Ground, Route
from db.models.eligibility import Exclusion, RouteFound, RouteScreening, Standing, TimeLimit
from db.queries.eligibility import Decisions

CodeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
# The matter itself may lie long before any procedure.
PastDay = BirthDay
Issues = Annotated[list[UUID], Field(max_length=200)]


class ExclusionSaid(Request):
    """The complaint is not handled. The person is told the reasons as they stand here, in a letter in your name."""

    code: CodeName = Field(description="A ground of the complaint's procedure.", examples=["investigated_before"])
    reasons: Reason
    decided_on: EventDay

    def said(self) -> eligibility_said.Exclude:
        """Return what was said."""
        return eligibility_said.Exclude(**self.model_dump())


class TimeLimitSaid(Request):
    """The complaint came after the time limit. Waived it needs every finding of its procedure; not waived, reasons."""

    waived: StrictBool
    findings: Annotated[list[CodeName], Field(max_length=20)] = Field(default=[], examples=[["good_reasons"]])
    reasons: Reason | None = Field(default=None, description="Not waived, the person is told them in a letter.")
    happened_on: PastDay | None = Field(default=None, description="Where it was not known yet, or not rightly.")
    noticed_on: PastDay | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.waived and self.reasons is None:
            raise ValueError("A complaint is declined with reasons.")
        refuse_backwards(self.happened_on, self.noticed_on)
        return self

    def said(self) -> eligibility_said.DecideTimeLimit:
        """Return what was said."""
        said = self.model_dump() | {"findings": tuple(self.findings)}
        return eligibility_said.DecideTimeLimit(**said)


def refuse_backwards(happened_on: date | None, noticed_on: date | None) -> None:
    """Raise ValueError where somebody would have noticed something before it happened."""
    if happened_on is not None and noticed_on is not None and noticed_on < happened_on:
        raise ValueError("Nobody notices something before it has happened.")


class StandingSaid(Request):
    """Whether somebody may speak for another. Who may not is told the reasons in a letter in your name."""

    party_id: UUID
    may_speak: StrictBool
    ground: Ground
    capacity: Capacity = Field(default="not_known", description="Of the person whom it is about.")
    reasonable_grounds: StrictBool | None = Field(
        default=None, description="For a representative instead of the child."
    )
    best_interests: StrictBool | None = Field(default=None, description="Of the child, or of who lacks capacity.")
    consent_basis: ConsentBasis | None = None
    reasons: Reason | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.may_speak and self.reasons is None:
            raise ValueError("A representative is turned away with reasons.")
        return self

    def said(self) -> eligibility_said.DecideStanding:
        """Return what was said."""
        return eligibility_said.DecideStanding(**self.model_dump())


class RouteSaid(Request):
    """Another route than the complaint."""

    route: Route
    advised_on: EventDay | None = Field(default=None, description="Left out: the person is still to be advised.")
    covers_issues: Issues = Field(default=[])
    passed_on: StrictBool = Field(default=False, description="The issues that it covers are left to it.")
    words: Words | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.passed_on and not self.covers_issues:
            raise ValueError("It must be said which issues are left to it.")
        return self

    def said(self) -> eligibility_said.RouteSaid:
        """Return what was said."""
        said = self.model_dump() | {"covers_issues": tuple(self.covers_issues)}
        return eligibility_said.RouteSaid(**said)


class RoutesSaid(Request):
    """Somebody looked for other routes, and found these or none."""

    found: Annotated[list[RouteSaid], Field(max_length=20)]
    taken_up: Issues = Field(default=[], description="Issues that come back to the complaint.")
    nothing_left: StrictBool = Field(default=False, description="No issue stays with the complaint: say so.")

    def said(self) -> eligibility_said.ScreenRoutes:
        """Return what was said."""
        return eligibility_said.ScreenRoutes(
            found=tuple(each.said() for each in self.found),
            taken_up=tuple(self.taken_up),
            nothing_left=self.nothing_left,
        )


class Decided(Wire):
    """Who decided something, and when; nobody where it is arithmetic."""

    id: UUID
    decided_by: PersonRef | None = None
    decided_at: UtcTime


class ExclusionShown(Decided):
    """Why the complaint is not handled."""

    code: str
    title: str
    legal_basis: str
    decided_on: date
    reasons: str | None = Field(default=None, description="Left out for those who may not see words.")


class FindingShown(Wire):
    """A finding on which the time limit was waived."""

    code: str
    title: str


class TimeLimitShown(Decided):
    """How the complaint stood to the time limit, with the proof."""

    state: str = Field(description="in_time, out_of_time, waived or not_waived")
    happened_on: date | None = None
    noticed_on: date | None = None
    received_on: date
    limit_on: date = Field(description="The last day that was in time.")
    findings: list[FindingShown]
    reasons: str | None = Field(default=None, description="Left out for those who may not see words.")
    proof: dict[str, Any] = Field(description="The rule and its basis, and each step of the reckoning.")


class StandingShown(Decided):
    """Whether somebody may speak for another."""

    party_id: UUID
    present: bool = Field(description="This is the latest decision about this person.")
    may_speak: bool
    ground: str
    capacity: str
    reasonable_grounds: bool | None = None
    best_interests: bool | None = None
    consent_basis: str | None = None
    reasons: str | None = Field(default=None, description="Left out for those who may not see words.")


class RouteShown(Wire):
    """Another route that was found."""

    route: str
    advised_on: date | None = None
    covers_issues: list[UUID]
    passed_on: bool
    words: str | None = Field(default=None, description="Left out for those who may not see words.")


class ScreeningShown(Decided):
    """Somebody looked for other routes."""

    nothing_left: bool
    found: list[RouteShown]


class EligibilityShown(Wire):
    """What was decided about whether the complaint is handled, the oldest first."""

    exclusion: ExclusionShown | None = None
    time_limit: list[TimeLimitShown]
    standing: list[StandingShown]
    routes: list[ScreeningShown]

    @classmethod
    def of(cls, found: Decisions, *, words: bool) -> EligibilityShown:
        """Return the decisions as they are shown, with their words or without."""
        latest = {row.party_id: row.id for row, _ in found.standing}
        return cls(
            exclusion=None if found.exclusion is None else _exclusion(*found.exclusion, words=words),
            time_limit=[_time_limit(row, name, words=words) for row, name in found.time_limit],
            standing=[
                _standing(row, name, words=words, present=latest[row.party_id] == row.id)
                for row, name in found.standing
            ],
            routes=[_screening(row, name, found.routes, words=words) for row, name in found.screenings],
        )


def _decided(row: Exclusion | TimeLimit | Standing | RouteScreening, name: str | None, words: bool) -> dict[str, Any]:
    by = PersonRef.of(row.decided_by, name if words else None)
    return {"id": row.id, "decided_by": by, "decided_at": row.decided_at}


def _exclusion(row: Exclusion, name: str | None, *, words: bool) -> ExclusionShown:
    return ExclusionShown(
        **_decided(row, name, words),
        code=row.ground,
        title=row.title,
        legal_basis=row.legal_basis,
        decided_on=row.decided_on,
        reasons=row.reasons if words else None,
    )


def _time_limit(row: TimeLimit, name: str | None, *, words: bool) -> TimeLimitShown:
    return TimeLimitShown(
        **_decided(row, name, words),
        state=row.state,
        happened_on=row.happened_on,
        noticed_on=row.noticed_on,
        received_on=row.received_on,
        limit_on=row.limit_on,
        findings=[FindingShown(code=code, title=title(REQUIREMENTS, code)) for code in row.findings],
        reasons=row.reasons if words else None,
        proof=row.proof,
    )


def _standing(row: Standing, name: str | None, *, words: bool, present: bool) -> StandingShown:
    return StandingShown(
        **_decided(row, name, words),
        party_id=row.party_id,
        present=present,
        may_speak=row.may_speak,
        ground=row.ground,
        capacity=row.capacity,
        reasonable_grounds=row.reasonable_grounds,
        best_interests=row.best_interests,
        consent_basis=row.consent_basis,
        reasons=row.reasons if words else None,
    )


def _screening(row: RouteScreening, name: str | None, routes: Any, *, words: bool) -> ScreeningShown:
    mine: list[RouteFound] = [each for each in routes if each.screening_id == row.id]
    return ScreeningShown(
        **_decided(row, name, words),
        nothing_left=row.nothing_left,
        found=[
            RouteShown(
                route=each.route,
                advised_on=each.advised_on,
                covers_issues=[UUID(issue) for issue in each.covers],
                passed_on=each.passed_on,
                words=each.words if words else None,
            )
            for each in mine
        ],
    )
