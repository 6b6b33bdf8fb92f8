"""The shape of what a person says became of a notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from contracts.commands import CommandKind

Arrived = Literal["delivered", "returned", "bounced", "wrong_address", "supplied_in_format", "read_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelivery:
    """Somebody saw that a notice arrived, or came back, or gave the person what it says in another form."""

    notice_id: UUID
    what: Arrived
    on: date
    words: str | None = None


DeliverySaid = RecordDelivery

DELIVERY_SHAPES: Final[dict[CommandKind, type[DeliverySaid]]] = {CommandKind.RECORD_DELIVERY: RecordDelivery}
