"""Remedies: how they are proposed and decided, and how they are shown beside comparable ones.

Sums are text, pounds and pence: no number of a JSON document is exact.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictInt, model_validator

from api.comparing import Comparison
from api.schemas.base import EventDay, Reason, Request, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from db import finding_said
from db.models.remedies import Remedy, RemedyStep

Pounds = Annotated[
    str,
    Field(
        pattern=r"^(0\.(0[1-9]|[1-9][0-9])|[1-9][0-9]{0,6}\.[0-9]{2})$",
        description="Pounds and pence.",
        examples=["250.00"],
    ),
]
Level = Annotated[StrictInt, Field(ge=1, le=6, description="Of the severity of injustice.")]


class _Sums(Request):
    """Loss and injustice, never in one sum."""

    financial_loss: Pounds | None = Field(default=None, description="What it cost the person: never by the scale.")
    severity_level: Level | None = None
    injustice_amount: Pounds | None = Field(default=None, description="For injustice that is no loss, by the scale.")

    def sums(self) -> dict[str, Decimal | None]:
        """Return the sums as they are stored."""
        sums = {"financial_loss": self.financial_loss, "injustice_amount": self.injustice_amount}
        return {name: None if sum_ is None else Decimal(sum_) for name, sum_ in sums.items()}


class RemedySaid(_Sums):
    """Something is proposed to put things right."""

    kind: finding_said.RemedyKind
    issue_id: UUID | None = None
    words: Words = Field(description="What is to be done or said.")
    basis: Words = Field(description="The guidance that it rests on, and why it is in proportion.")
    reason: Reason | None = Field(default=None, description="Needed for a sum outside the band of its level.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.severity_level is None) != (self.injustice_amount is None):
            raise ValueError("A sum for injustice has a level of severity, and a level has a sum.")
        money = self.financial_loss is not None or self.injustice_amount is not None
        if money != (self.kind == "money"):
            raise ValueError("Money has a sum for loss, a sum for injustice, or both; nothing else has one.")
        return self

    def said(self) -> finding_said.ProposeRemedy:
        """Return what was said."""
        return finding_said.ProposeRemedy(**(self.model_dump() | self.sums()))


class RemedyDecisionSaid(_Sums):
    """A remedy is approved, amended or rejected; or it was offered, accepted, declined or paid."""

    decision: finding_said.RemedyDecision
    on: EventDay = Field(description="The day of the decision, or of what happened.")
    reason: Reason | None = Field(default=None, description="Needed to amend and to reject.")
    words: Words | None = Field(default=None, description="For `amended`: what is left out stays.")
    mitigation: Reason | None = Field(
        default=None, description="In a small body: what makes it fair that one person proposes and decides."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        changes = (self.words, self.financial_loss, self.severity_level, self.injustice_amount)
        if self.decision == "amended" and not any(changes):
            raise ValueError("What is amended is said.")
        if self.decision != "amended" and any(changes):
            raise ValueError("Only `amended` changes words or sums.")
        if self.decision in ("amended", "rejected") and self.reason is None:
            raise ValueError("This has a reason.")
        return self

    def said(self, remedy_id: UUID) -> finding_said.DecideRemedy:
        """Return what was said."""
        return finding_said.DecideRemedy(remedy_id=remedy_id, **(self.model_dump() | self.sums()))


class StepShown(Wire):
    """One step of a remedy, with its words and sums as they were after it."""

    step: str
    happened_on: date
    words: str | None = None
    financial_loss: Pounds | None = None
    severity_level: int | None = None
    injustice_amount: Pounds | None = None
    reason: str | None = None
    mitigation: str | None = None
    by: PersonRef | None = None
    said_at: UtcTime

    @classmethod
    def of(cls, row: RemedyStep, name: str | None, *, words: bool) -> StepShown:
        """Return a step as it is shown."""
        return cls(
            step=row.step,
            happened_on=row.happened_on,
            words=row.words if words else None,
            financial_loss=_pounds(row.financial_loss),
            severity_level=row.severity_level,
            injustice_amount=_pounds(row.injustice_amount),
            reason=row.reason if words else None,
            mitigation=row.mitigation if words else None,
            by=PersonRef.of(row.said_by, name if words else None),
            said_at=row.said_at,
        )


class ComparisonShown(Wire):
    """Comparable sums for injustice of the same organisation, without a word on whose they are."""

    like: str = Field(description="severity_level, or common_cause for complaints that were grouped")
    count: int
    enough: bool = Field(description="With fewer than five, nothing is called out of line.")
    median: Pounds | None = None
    low: Pounds | None = None
    high: Pounds | None = None
    outlier: bool | None = Field(default=None, description="Out of line with them by `rule`; null: too few to say.")

    @classmethod
    def of(cls, like: str, found: Comparison) -> ComparisonShown:
        """Return a comparison as it is shown."""
        return cls(
            like=like,
            count=found.count,
            enough=found.outlier is not None,
            median=_pounds(found.median),
            low=_pounds(found.low),
            high=_pounds(found.high),
            outlier=found.outlier,
        )


class RemedyShown(Wire):
    """A remedy as it stands, with every step to there."""

    id: UUID
    kind: str
    state: str = Field(description="proposed, approved, rejected, offered, accepted, declined or paid")
    issue_id: UUID | None = None
    words: str | None = None
    basis: str | None = None
    financial_loss: Pounds | None = None
    severity_level: int | None = None
    injustice_amount: Pounds | None = None
    scale: str | None = Field(default=None, description="The version of the scale of its level.")
    outlier: bool | None = Field(default=None, description="Out of line with any of `comparisons`.")
    comparisons: list[ComparisonShown]
    steps: list[StepShown]

    @classmethod
    def of(cls, row: Remedy, steps: list[StepShown], compared: list[ComparisonShown], *, words: bool) -> RemedyShown:
        """Return a remedy as it is shown."""
        said_of_it = [each.outlier for each in compared if each.outlier is not None]
        return cls(
            id=row.id,
            kind=row.kind,
            state=row.state,
            issue_id=row.issue_id,
            words=row.words if words else None,
            basis=row.basis if words else None,
            financial_loss=_pounds(row.financial_loss),
            severity_level=row.severity_level,
            injustice_amount=_pounds(row.injustice_amount),
            scale=row.scale,
            outlier=any(said_of_it) if said_of_it else None,
            comparisons=compared,
            steps=steps,
        )


class LevelShown(Wire):
    """A level of severity and the band of its payments."""

    level: int
    title: str
    least: Pounds | None = None
    most: Pounds | None = None


class ScaleShown(Wire):
    """The scale of severity, and how certain its sums are."""

    code: str
    title: str
    legal_basis: str
    certainty: str
    levels: list[LevelShown]


class LimitShown(Wire):
    """How much the holder of an office may decide on one complaint; null: any sum."""

    role: str
    most: Pounds | None = None


class AuthorityShown(Wire):
    """Who may decide which payment, and how certain that is."""

    title: str
    legal_basis: str
    certainty: str
    limits: list[LimitShown]


class RulesShown(Wire):
    """What remedies are weighed by."""

    version: int
    scale: ScaleShown
    authority: AuthorityShown
    rule: str = Field(description="When a sum is called out of line.")


class Remedies(Wire):
    """The remedies of a complaint in the order in which they were proposed, and what they are weighed by."""

    items: list[RemedyShown]
    rules: RulesShown


def _pounds(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
