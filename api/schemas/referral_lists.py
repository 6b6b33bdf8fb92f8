"""All referrals of a complaint with what went before them, and the figures of an organisation: how they are shown."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from api.schemas.base import UtcTime, Wire
from api.schemas.referral_reads import ReferralShown
from db.models.tiers import TierStep
from db.models.work import Notice
from db.queries.referral_reads import Tally


class Signpost(Wire):
    """A letter that told somebody outside who looks at it next, as it was sent."""

    notice_id: UUID
    template: str
    party_id: UUID | None = None
    channel: str
    state: str
    released_at: UtcTime | None = None
    settled_at: UtcTime | None = None

    @classmethod
    def of(cls, row: Notice) -> Signpost:
        """Return a letter as a signpost."""
        return cls(
            notice_id=row.id,
            template=row.template,
            party_id=row.party_id,
            channel=row.channel,
            state=row.state,
            released_at=row.released_at,
            settled_at=row.settled_at,
        )


class TierAsked(Wire):
    """The person told us that they asked for a tier outside."""

    id: UUID
    tier: str
    channel: str
    asked_on: date
    outside_window: bool

    @classmethod
    def of(cls, row: TierStep) -> TierAsked:
        """Return a step to a tier."""
        return cls(
            id=row.id,
            tier=row.tier,
            channel=row.channel,
            asked_on=row.asked_on,
            outside_window=row.outside_window,
        )


class Referrals(Wire):
    """The referrals of a complaint, and before them: when the person was signposted, and asked for a tier."""

    items: list[ReferralShown]
    signposted: list[Signpost]
    asked: list[TierAsked]


class ReferralFigures(Wire):
    """Referrals of a stretch of time: received, decided by outcome, and recommendations by their target date."""

    first: date = Field(alias="from")
    until: date
    received: dict[str, int] = Field(description="By kind.")
    decided: dict[str, int] = Field(description="By outcome of the final decision, and not_investigated.")
    recommendations: int
    in_time: int = Field(description="Complied with by the target date.")
    late: int = Field(description="Complied with after it.")
    let_go: int = Field(description="Lifted by whoever made it, or not complied with when it was withdrawn.")
    overdue: int = Field(description="Not complied with, and the target date is past.")
    open: int = Field(description="Not complied with, and the target date is not past.")

    @classmethod
    def of(cls, first: date, until: date, found: Tally) -> ReferralFigures:
        """Return what was counted from one day to another."""
        made = found.recommendations
        return cls(
            first=first,
            until=until,
            received=found.received,
            decided=found.decided,
            recommendations=sum(made.values()),
            **{name: made.get(name, 0) for name in ("in_time", "late", "let_go", "overdue", "open")},
        )
