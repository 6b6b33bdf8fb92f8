"""A complaint, or some issues of it, passed on to the body that it is for; and from where a complaint of ours came."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from api.schemas.base import EventDay, Name, Reason, Request, Wire
from api.schemas.bodies import BodyCode, BodyContactSaid
from db import joint_said, transfer_said
from db.models.joint import Contribution
from db.models.transfers import Transfer, TransferReceived


class TransferSaid(Request):
    """The complaint is another body's. Consent must cover that this body is told, before anything leaves."""

    code: BodyCode
    name: Name
    body_kind: joint_said.BodyKind
    way: joint_said.WaySaid = Field(description="How it is reached: as for a body that is named.")
    ground: transfer_said.Ground = Field(
        description="`misdirected`; or `commissioner_to_provider`, which the provider must have agreed to, too."
    )
    reason: Reason
    issue_ids: list[UUID] = Field(
        default_factory=list, max_length=100, description="The issues that are passed on; none for the whole complaint."
    )
    contacts: list[BodyContactSaid] = Field(default_factory=list, max_length=10)
    partner_id: UUID | None = None
    provider_agreed_on: EventDay | None = None
    provider_agreed_by: Name | None = None

    def said(self) -> transfer_said.Transfer:
        """Return what was said."""
        values = self.model_dump(exclude={"issue_ids", "contacts"})
        return transfer_said.Transfer(
            **values, issue_ids=tuple(self.issue_ids), contacts=tuple(each.said() for each in self.contacts)
        )


class TransferShown(Wire):
    """Something that was passed on, or is about to be. `bodyId` is its row among the bodies, with all that was said."""

    id: UUID
    body_id: UUID
    code: str
    name: str | None = None
    state: str = Field(description="offered, taken, or ended with a cause")
    cause: str | None = None
    ground: str
    whole: bool
    issue_ids: list[UUID]
    offered_on: date
    provider_agreed_on: date | None = None
    provider_agreed_by: str | None = None
    reason: str | None = None
    taken_on: date | None = None
    received_on: date | None = Field(default=None, description="From this day it counts as made to the other body.")
    their_reference: str | None = None

    @classmethod
    def of(cls, found: Transfer, row: Contribution, issue_ids: list[UUID], *, words: bool) -> TransferShown:
        """Return how it stands."""
        offered = row.released_on is None
        return cls(
            id=found.id,
            body_id=row.id,
            code=row.code,
            name=row.name if words else None,
            state="taken" if found.taken_on is not None else "offered" if offered else "ended",
            cause=None if offered or found.taken_on is not None else row.released_cause,
            ground=found.ground,
            whole=found.whole,
            issue_ids=issue_ids,
            offered_on=found.offered_on,
            provider_agreed_on=found.provider_agreed_on,
            provider_agreed_by=found.provider_agreed_by if words else None,
            reason=found.reason if words else None,
            taken_on=found.taken_on,
            received_on=found.received_on,
            their_reference=row.own_reference if words else None,
        )


class TransferReceivedShown(Wire):
    """From where the complaint came, where another body passed it on to us."""

    sender_code: str
    sender_name: str | None = None
    sender_reference: str | None = None
    ground: str
    first_received_on: date = Field(description="The day on which it was made to the sender.")
    sender_knows: bool = Field(description="The sender has it that we took it.")
    refusal: str | None = Field(default=None, description="Why the sender does not accept that we took it.")

    @classmethod
    def of(cls, row: TransferReceived, *, words: bool) -> TransferReceivedShown:
        """Return from where it came."""
        return cls(
            sender_code=row.sender_code,
            sender_name=row.sender_name if words else None,
            sender_reference=row.sender_reference if words else None,
            ground=row.ground,
            first_received_on=row.first_received_on,
            sender_knows=row.state == "brought",
            refusal=row.refusal,
        )


class Transfers(Wire):
    """What of a complaint was passed on, in order; and from where it came."""

    items: list[TransferShown]
    received: TransferReceivedShown | None = None
