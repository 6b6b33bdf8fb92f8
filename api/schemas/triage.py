"""How serious a complaint is, as it is said and shown: facts, verdicts of the policy, and what people set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.schemas.base import Reason, Request, UtcTime, Wire
from api.schemas.complaints import PersonRef
from contracts.severities import Severity
from db import triage_said
from db.models.triage import SeveritySetting, TriageVerdict
from db.queries.triage import Judged
from db.triage_said import Harm

# What people call a reason of a version of the policy.
ReasonTitle = Callable[[int, str], str]


class FactsSaid(Request):
    """Facts that may make a complaint serious. What is left out says nothing; `false` takes back what was said."""

    harm: Harm | None = Field(default=None, description="What care is said to have led to.")
    psychological: StrictBool | None = Field(default=None, description="Prolonged psychological harm.")
    immediate_risk: StrictBool | None = Field(default=None, description="Somebody may be at risk now.")
    safeguarding: StrictBool | None = None
    vulnerable: StrictBool | None = None
    media: StrictBool | None = None
    regulator: StrictBool | None = None
    police: StrictBool | None = None
    remark: Reason | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if all(value is None for value in self.model_dump().values()):
            raise ValueError("Nothing is said.")
        return self

    def said(self) -> triage_said.Triage:
        """Return what was said."""
        return triage_said.Triage(**self.model_dump())


class SeveritySet(Request):
    """How serious a complaint is, by somebody who says why.

    Lowering it where a death or safeguarding was ever among the reasons counts once a second person has agreed.
    """

    severity: Severity
    reason: Reason

    def said(self) -> triage_said.SetSeverity:
        """Return what was said."""
        return triage_said.SetSeverity(**self.model_dump())


class SeverityDecided(Request):
    """A second person agrees that a complaint is less serious than it was, or says why not."""

    approve: StrictBool
    reason: Reason | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.approve and self.reason is None:
            raise ValueError("A refusal needs its reason.")
        return self

    def said(self) -> triage_said.DecideSeverity:
        """Return what was said."""
        return triage_said.DecideSeverity(**self.model_dump())


class ReasonShown(Wire):
    """A rule of the policy that spoke, and how serious it alone makes a complaint."""

    code: str
    title: str
    severity: str


class VerdictShown(Wire):
    """One verdict of the policy: what led to it, the facts it had, and every reason."""

    number: int
    cause: str = Field(description="`opened`, `asked`, or the command that changed a fact.")
    policy_version: int
    severity: str
    reasons: list[ReasonShown]
    facts: dict[str, Any] = Field(description="Codes, numbers and truth values; what says nothing is left out.")
    asserted: dict[str, Any] = Field(description="Those of them that people asserted.")
    remark: str | None = None
    said_by: PersonRef | None = None
    said_at: UtcTime


class SettingShown(Wire):
    """A severity that a person set, or asked for."""

    id: UUID
    number: int
    before: str | None = None
    severity: str
    direction: str = Field(description="raise or lower")
    state: str = Field(description="in_force, pending, rejected or superseded")
    reason: str | None = None
    asked_by: PersonRef | None = None
    asked_at: UtcTime
    decided_by: PersonRef | None = None
    decided_on: date | None = None
    decision_reason: str | None = None


class SeverityShown(Wire):
    """How serious a complaint is: what is in force, and how it came to be so, oldest first."""

    severity: str | None = Field(default=None, description="Left out for a complaint that was never triaged.")
    pending: SettingShown | None = Field(default=None, description="A lowering that awaits a second person.")
    verdicts: list[VerdictShown]
    settings: list[SettingShown]

    @classmethod
    def of(cls, severity: str | None, found: Judged, titled: ReasonTitle, *, words: bool) -> SeverityShown:
        """Return how serious a complaint is, as it is shown."""
        settings = [_setting(each, found.names, words=words) for each in found.settings]
        return cls(
            severity=severity,
            pending=next((each for each in settings if each.state == "pending"), None),
            verdicts=[_verdict(each, found.names, titled, words=words) for each in found.verdicts],
            settings=settings,
        )


def _verdict(row: TriageVerdict, names: dict[UUID, str], titled: ReasonTitle, *, words: bool) -> VerdictShown:
    return VerdictShown(
        number=row.number,
        cause=row.cause,
        policy_version=row.policy_version,
        severity=row.severity,
        reasons=[
            ReasonShown(code=each["code"], title=titled(row.policy_version, each["code"]), severity=each["severity"])
            for each in row.reasons
        ],
        facts=row.facts,
        asserted=row.asserted,
        remark=row.remark if words else None,
        said_by=_ref(row.said_by, names, words=words),
        said_at=row.said_at,
    )


def _setting(row: SeveritySetting, names: dict[UUID, str], *, words: bool) -> SettingShown:
    return SettingShown(
        id=row.id,
        number=row.number,
        before=row.before,
        severity=row.severity,
        direction=row.direction,
        state=row.state,
        reason=row.reason if words else None,
        asked_by=_ref(row.asked_by, names, words=words),
        asked_at=row.asked_at,
        decided_by=_ref(row.decided_by, names, words=words),
        decided_on=row.decided_on,
        decision_reason=row.decision_reason if words else None,
    )


def _ref(person_id: UUID | None, names: dict[UUID, str], *, words: bool) -> PersonRef | None:
    return PersonRef.of(person_id, names.get(person_id) if person_id is not None and words else None)
