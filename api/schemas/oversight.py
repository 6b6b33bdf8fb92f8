"""A parent department and the bodies that agreed that it sees their aggregates, as it is said and shown."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from api.schemas.base import AgreedDay, Reason, Request, UtcTime, Wire
from api.schemas.partners import BodyCode
from db.models.oversight import OversightDelivery, OversightLink


class OversightAgreed(Request):
    """That a parent department sees our aggregates about days from one on."""

    parent: BodyCode = Field(description="Its code: an organisation of this installation.")
    from_on: AgreedDay = Field(description="The first day about which an aggregate may be for it to be seen.")


class OversightEnded(Request):
    """Why it ends. Both sides read it."""

    reason: Reason


class OversightLinkShown(Wire):
    """What a body agreed to, and who ended it."""

    id: UUID
    body: str = Field(description="The code of the body whose aggregates are seen.")
    body_name: str
    parent: str
    from_on: date
    agreed_at: UtcTime
    ended_at: UtcTime | None = None
    ended_by: str | None = Field(default=None, description="`body` or `parent`.")
    ended_reason: str | None = None

    @classmethod
    def of(cls, row: OversightLink) -> OversightLinkShown:
        """Return it as it is shown to either side."""
        return cls(
            id=row.id,
            body=row.body_code,
            body_name=row.body_name,
            parent=row.parent_code,
            from_on=row.from_on,
            agreed_at=row.agreed_at,
            ended_at=row.ended_at,
            ended_by=row.ended_side,
            ended_reason=row.ended_reason,
        )


class OversightLinks(Wire):
    """What was agreed, on either side, the newest first."""

    items: list[OversightLinkShown]


class DeliveredShown(Wire):
    """What a body delivered: about which days, by what was known when, and the hash of its JSON."""

    from_: date = Field(alias="from")
    until: date
    known_until: UtcTime
    delivered_at: UtcTime
    sha256: str

    @classmethod
    def of(cls, row: OversightDelivery | None) -> DeliveredShown | None:
        """Return it as it is shown; None where nothing was delivered."""
        if row is None:
            return None
        return cls(
            from_=row.first_on,
            until=row.last_on,
            known_until=row.known_until,
            delivered_at=row.delivered_at,
            sha256=row.sha256,
        )


class OverseenBody(Wire):
    """A body, the last that it delivered, and what it delivered about the days that were asked for."""

    code: str
    name: str
    from_on: date
    last: DeliveredShown | None = None
    delivered: DeliveredShown | None = Field(default=None, description="About exactly the days that were asked for.")


class OverseenBodies(Wire):
    """The bodies that agreed, and which of them have not delivered about the days that were asked for."""

    items: list[OverseenBody]
    missing: list[str] | None = Field(
        default=None, description="By their codes. Left out where no days were asked for."
    )
