"""What a deliverer holds of a submission that is not yet applied or refused."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from contracts.commands import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One undelivered submission. `delivery` counts an operator's requests to deliver it again."""

    organisation_id: UUID
    complaint_id: UUID
    seq: int
    delivery: int
    command: Command
