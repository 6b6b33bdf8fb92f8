"""The shape of what is said when a complaint, or some issues of it, is passed on to the body that it is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind
from db.joint_said import BodyKind, ContactSaid, WaySaid

Ground = Literal["misdirected", "commissioner_to_provider"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """The complaint is another body's: all of it, or, where any are named, these issues.

    Whoever commissions passes on to the provider only what the provider agreed to take: on which day, and who agreed.
    """

    code: str
    name: str
    body_kind: BodyKind
    way: WaySaid
    ground: Ground
    reason: str
    issue_ids: tuple[UUID, ...] = ()
    contacts: tuple[ContactSaid, ...] = ()
    body_organisation_id: UUID | None = None
    partner_id: UUID | None = None
    provider_agreed_on: date | None = None
    provider_agreed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferTakenIn:
    """Whose complaint it was that was passed on to us. Exactly one of the two ids says where that body is.

    `contribution_id` is the sender's, `seq` its number of the message; `first_received_on` the day it was made there.
    """

    contribution_id: UUID
    seq: int
    sender_code: str
    sender_name: str
    sender_reference: str
    ground: Ground
    first_received_on: date
    sender_organisation_id: UUID | None = None
    partner_id: UUID | None = None


TRANSFER_SHAPES: Final[dict[CommandKind, type[Transfer]]] = {CommandKind.TRANSFER: Transfer}
