"""Early resolution, issues, plans, people of a case and what gates lack, as they are shown."""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from api.parts import Gate
from api.problems import Lacking
from api.said_at import SAID_AT
from api.schemas.base import UtcTime, Wire
from api.schemas.complaints import PersonRef
from api.words import CLEARERS, CONFLICTS, PARTS, REQUIREMENTS, title
from db.models.casework import CaseRole, InvestigationPlan, Issue, IssueVersion, ResolutionAttempt


class AttemptShown(Wire):
    """An attempt at resolving a complaint early. Words are left out for those who may not see them."""

    id: UUID
    number: int
    begun_on: date | None = Field(default=None, description="Left out where it was resolved without having been begun.")
    plan: str | None = None
    result: str | None = Field(default=None, description="satisfied, not_satisfied or moved_on; none while it is on.")
    method: str | None = None
    summary: str | None = None
    ended_on: date | None = None

    @classmethod
    def of(cls, row: ResolutionAttempt, *, words: bool) -> AttemptShown:
        """Return an attempt as it is shown."""
        return cls(
            id=row.id,
            number=row.number,
            begun_on=row.begun_on,
            plan=row.plan if words else None,
            result=row.result,
            method=row.method,
            summary=row.summary if words else None,
            ended_on=row.ended_on,
        )


class Resolution(Wire):
    """Whether a complaint is resolved to the person's satisfaction, and every attempt at it, oldest first."""

    resolved_on: date | None = None
    items: list[AttemptShown]

    @classmethod
    def of(cls, rows: list[ResolutionAttempt], *, words: bool) -> Self:
        """Return what came of all attempts."""
        days = [row.ended_on for row in rows if row.result == "satisfied" and row.ended_on is not None]
        return cls(
            resolved_on=max(days, default=None),
            items=[AttemptShown.of(row, words=words) for row in rows],
        )


class IssueWords(Wire):
    """An issue as it stood until it was changed."""

    version: int
    summary: str | None = None
    effect: str | None = None
    outcome_sought: str | None = None
    confirmed_on: date | None = None
    replaced_at: UtcTime


class IssueShown(Wire):
    """One thing complained about. Words are left out for those who may not see them."""

    id: UUID
    number: int
    state: str = Field(description="open, on_hold, passed_on or taken_back")
    version: int
    subject: str | None = None
    confirmed_on: date | None = Field(default=None, description="The day on which the person confirmed these words.")
    summary: str | None = None
    effect: str | None = None
    outcome_sought: str | None = None
    before: list[IssueWords] = Field(description="What it said before, oldest first.")

    @classmethod
    def of(cls, row: Issue, before: list[IssueVersion], *, words: bool) -> IssueShown:
        """Return an issue as it is shown, with what it said before."""
        return cls(
            id=row.id,
            number=row.number,
            state=row.state,
            version=row.version,
            subject=row.subject,
            confirmed_on=row.confirmed_on,
            before=[
                IssueWords(
                    version=each.version,
                    confirmed_on=each.confirmed_on,
                    replaced_at=each.replaced_at,
                    **_words(each, words),
                )
                for each in before
            ],
            **_words(row, words),
        )


def _words(row: Issue | IssueVersion, words: bool) -> dict[str, Any]:
    return {name: getattr(row, name) if words else None for name in ("summary", "effect", "outcome_sought")}


class Issues(Wire):
    """The issues of a complaint, in the order of their numbers."""

    confirmed: bool = Field(description="There is an issue, and the person confirmed every open one.")
    items: list[IssueShown]

    @classmethod
    def of(cls, rows: list[Issue], before: list[IssueVersion], *, words: bool) -> Self:
        """Return the issues with what each said before."""
        live = [row for row in rows if row.state in ("open", "on_hold")]
        done = any(row.confirmed_on for row in live) and all(row.confirmed_on for row in live if row.state == "open")
        return cls(
            confirmed=done,
            items=[
                IssueShown.of(row, [each for each in before if each.issue_id == row.id], words=words) for row in rows
            ],
        )


class PlanShown(Wire):
    """A version of the plan of an investigation. Words are left out for those who may not see them."""

    id: UUID
    version: int
    evidence: list[str] | None = None
    interviewees: list[str] | None = None
    decision_maker: PersonRef | None = None
    delivery: str
    shared_with_person_on: date
    shared_with_staff_on: date | None = None
    no_staff: bool
    words: str | None = None
    shared_by: PersonRef | None = None
    said_at: UtcTime

    @classmethod
    def of(cls, row: InvestigationPlan, decides: str | None, shared: str | None, *, words: bool) -> PlanShown:
        """Return a version of the plan as it is shown."""
        return cls(
            id=row.id,
            version=row.version,
            evidence=row.evidence if words else None,
            interviewees=row.interviewees if words else None,
            decision_maker=PersonRef.of(row.decision_maker_id, decides if words else None),
            delivery=row.delivery,
            shared_with_person_on=row.shared_with_person_on,
            shared_with_staff_on=row.shared_with_staff_on,
            no_staff=row.no_staff,
            words=row.words if words else None,
            shared_by=PersonRef.of(row.shared_by, shared if words else None),
            said_at=row.said_at,
        )


class Plans(Wire):
    """The plan of an investigation: the version that counts comes first."""

    items: list[PlanShown]


class Ground(Wire):
    """Something about an appointment that had to be mitigated."""

    code: str
    title: str


class PartShown(Wire):
    """Somebody who has, or had, a part in a case. Words are left out for those who may not see them."""

    id: UUID
    role: str
    title: str
    person: PersonRef | None
    tier: str | None = None
    present: bool
    starts_on: date
    ends_on: date | None = None
    trained_on: date | None = None
    training: str | None = None
    prior_involvement: bool
    conflict: bool
    grounds: list[Ground] = Field(description="All that had to be mitigated: declared, or shown by the record.")
    mitigated: bool
    mitigation: str | None = None
    from_body: str | None = None

    @classmethod
    def of(cls, row: CaseRole, name: str | None, *, words: bool) -> PartShown:
        """Return a part in a case as it is shown."""
        return cls(
            id=row.id,
            role=row.role,
            title=title(PARTS, row.role),
            person=PersonRef.of(row.person_id, name if words else None),
            tier=row.tier,
            present=row.ends_on is None,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            trained_on=row.trained_on,
            training=row.training if words else None,
            prior_involvement=row.prior_involvement,
            conflict=row.conflict,
            grounds=[Ground(code=code, title=title(CONFLICTS, code)) for code in row.grounds],
            mitigated=row.mitigation is not None,
            mitigation=row.mitigation if words else None,
            from_body=row.from_body if words else None,
        )


class PeopleOfCase(Wire):
    """Who has, and had, a part in a case, oldest first."""

    small_body: bool = Field(description="One person may hold several roles here, with mitigation on record.")
    items: list[PartShown]


class GateShown(Wire):
    """A command that may be said now, and what has to be on record first."""

    command: str
    at: str | None = Field(default=None, description="Where it is said, by the last part of the path.")
    when: str | None = Field(default=None, description="Of a command with several ends, the one that needs this.")
    open: bool
    requires: list[Lacking]
    missing: list[Lacking]
    legal_basis: str
    to_clear: list[Lacking] = Field(description="Who has still to clear the response of a serious complaint, in turn.")

    @classmethod
    def of(cls, gate: Gate) -> GateShown:
        """Return a gate as it is shown."""
        return cls(
            command=gate.command.value,
            at=SAID_AT.get(gate.command),
            when=gate.when,
            open=not gate.missing,
            requires=[_requirement(code) for code in gate.requires],
            missing=[_requirement(code) for code in gate.missing],
            legal_basis=gate.legal_basis,
            to_clear=[Lacking(code=code, title=title(CLEARERS, code)) for code in gate.to_clear],
        )


def _requirement(code: str) -> Lacking:
    return Lacking(code=code, title=title(REQUIREMENTS, code))


class Requirements(Wire):
    """The gates of the stage in which a complaint stands; none before it is opened and after its end."""

    stage: str
    items: list[GateShown]
