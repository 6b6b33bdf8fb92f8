"""Tiers: what is said when a person asks for the next one, and what is shown of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import EventDay, Request, UtcTime, Wire, Words
from db import tier_said
from db.models.tiers import TierStep

TierCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["stage_2"])]


class EscalationSaid(Request):
    """The person asks for the next tier. It is their right, and needs no reason."""

    tier: TierCode
    asked_on: EventDay
    method: Literal["call", "meeting", "letter", "email", "form"]
    words: Words | None = None
    late_reason: Words | None = Field(
        default=None, description="Why an internal tier is open to them although its window is over."
    )

    def said(self) -> tier_said.Escalate:
        """Return what was said."""
        return tier_said.Escalate(**self.model_dump())


class TierShown(Wire):
    """A tier that the person asked for."""

    id: UUID
    tier: str
    kind: str
    channel: str
    asked_on: date
    method: str
    window_until: date | None = None
    outside_window: bool
    said_at: UtcTime
    words: str | None = Field(default=None, description="Left out for those who may not see words.")

    @classmethod
    def of(cls, step: TierStep, *, words: bool) -> TierShown:
        """Return a step as it is shown."""
        return cls(
            id=step.id,
            tier=step.tier,
            kind=step.kind,
            channel=step.channel,
            asked_on=step.asked_on,
            method=step.method,
            window_until=step.window_until,
            outside_window=step.outside_window,
            said_at=step.said_at,
            words=step.words if words else None,
        )


class Tiers(Wire):
    """The tiers that were asked for, in their order."""

    items: list[TierShown]
