"""Who coordinates a complaint of several bodies, and by when: how it is said, and how it is shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictStr, model_validator

from api.schemas.base import AgreedDay, Name, Reason, Request, UtcTime, Wire
from api.schemas.complaints import PersonRef
from db import lead_said
from db.models.joint import Contribution
from db.models.leading import JointLead, JointLeadView, JointTimescale, JointTimescaleView

BodyCode = Annotated[
    StrictStr,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="The ODS or local code of a body, or our own."),
]


class LeadProposed(Request):
    """Who should lead. With nothing said, the rule proposes; another body is proposed with the reason."""

    lead: BodyCode | None = None
    reason: Reason | None = None
    person_prefers: BodyCode | None = Field(
        default=None, description="The body that the person would rather deal with."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.lead is not None and self.reason is None:
            raise ValueError("A body that the rule did not find is proposed with a reason.")
        return self

    def said(self) -> lead_said.ProposeLead:
        """Return what was said."""
        return lead_said.ProposeLead(**self.model_dump())


class DeciderSaid(Request):
    """Who of a body decided."""

    code: BodyCode
    name: Name


class LeadDecidedSaid(Request):
    """Who leads. Where that was disputed, with the name of who decided it on each side."""

    lead: BodyCode
    reason: Reason
    deciders: Annotated[list[DeciderSaid], Field(default_factory=list, max_length=50)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len({each.code for each in self.deciders}) < len(self.deciders):
            raise ValueError("One person decides for each body.")
        return self

    def said(self) -> lead_said.DecideLead:
        """Return what was said."""
        deciders = tuple(lead_said.LeadDecider(code=each.code, name=each.name) for each in self.deciders)
        return lead_said.DecideLead(lead=self.lead, reason=self.reason, deciders=deciders)


class TimescaleSaid(Request):
    """By when contributions come, and by when the person has the response. A change has a reason."""

    contribute_by: AgreedDay
    respond_by: AgreedDay
    reason: Reason | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.contribute_by >= self.respond_by:
            raise ValueError("Contributions come before the response.")
        return self

    def said(self) -> lead_said.SetJointTimescale:
        """Return what was said."""
        return lead_said.SetJointTimescale(**self.model_dump())


class CriterionShown(Wire):
    """What one criterion of the rule came to, and which bodies it left."""

    criterion: str
    result: str = Field(description="decides, narrows, ties, unknown, or not_reached")
    left: list[str]


class LeadDeciderShown(Wire):
    """Who of a body decided. The name is left out for those who may not see words."""

    code: str
    name: str | None = None


class LeadViewShown(Wire):
    """What a body said of who leads."""

    contribution_id: UUID
    body: str
    agrees: bool
    proposes: str | None = None
    reason: str | None = None
    senior: str | None = Field(default=None, description="Who of the body stands for that.")
    said_at: UtcTime

    @classmethod
    def of(cls, row: JointLeadView, bodies: Mapping[UUID, Contribution], *, words: bool) -> LeadViewShown:
        """Return a view as it is shown."""
        return cls(
            contribution_id=row.contribution_id,
            body=bodies[row.contribution_id].code,
            agrees=row.agrees,
            proposes=row.proposes,
            reason=row.reason if words else None,
            senior=row.senior if words else None,
            said_at=row.said_at,
        )


class LeadShown(Wire):
    """One step of who leads, with what the bodies said of it."""

    id: UUID
    state: str = Field(description="proposed, agreed, disputed, decided, or moved")
    lead: str
    ours: bool = Field(description="It is this organisation.")
    rule: str = Field(description="The criterion that decided, holds_the_complaint, chosen, or decided by people.")
    rules_version: int | None = None
    person_prefers: str | None = None
    outcomes: list[CriterionShown]
    deciders: list[LeadDeciderShown]
    reason: str | None = None
    said_by: PersonRef | None = None
    said_at: UtcTime
    views: list[LeadViewShown]

    @classmethod
    def of(cls, row: JointLead, views: Collection[LeadViewShown], *, words: bool) -> LeadShown:
        """Return a step as it is shown."""
        return cls(
            id=row.id,
            state=row.state,
            lead=row.lead_code,
            ours=row.ours,
            rule=row.rule,
            rules_version=row.rules_version,
            person_prefers=row.person_prefers,
            outcomes=[CriterionShown(**each) for each in row.outcomes],
            deciders=[
                LeadDeciderShown(code=code, name=name if words else None) for code, name in sorted(row.deciders.items())
            ],
            reason=row.reason if words else None,
            said_by=PersonRef.of(row.said_by),
            said_at=row.said_at,
            views=list(views),
        )


class TimescaleViewShown(Wire):
    """What a body said of the timescale."""

    contribution_id: UUID
    body: str
    agrees: bool
    contribute_by: date | None = None
    reason: str | None = None
    said_at: UtcTime

    @classmethod
    def of(cls, row: JointTimescaleView, bodies: Mapping[UUID, Contribution], *, words: bool) -> TimescaleViewShown:
        """Return a view as it is shown."""
        return cls(
            contribution_id=row.contribution_id,
            body=bodies[row.contribution_id].code,
            agrees=row.agrees,
            contribute_by=row.contribute_by,
            reason=row.reason if words else None,
            said_at=row.said_at,
        )


class TimescaleShown(Wire):
    """One version of the timescale, with what the bodies said of it."""

    id: UUID
    number: int
    contribute_by: date
    respond_by: date
    agreed_on: date | None = Field(default=None, description="When the last of the bodies agreed.")
    reason: str | None = None
    said_by: PersonRef | None = None
    said_at: UtcTime
    views: list[TimescaleViewShown]

    @classmethod
    def of(cls, row: JointTimescale, views: Collection[TimescaleViewShown], *, words: bool) -> TimescaleShown:
        """Return a version as it is shown."""
        return cls(
            id=row.id,
            number=row.number,
            contribute_by=row.contribute_by,
            respond_by=row.respond_by,
            agreed_on=row.agreed_on,
            reason=row.reason if words else None,
            said_by=PersonRef.of(row.said_by),
            said_at=row.said_at,
            views=list(views),
        )
