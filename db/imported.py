"""The shape of a complaint that comes from another system: what is known of it, with its true dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from db.party_said import PartySaid

ImportedStage = Literal["received", "acknowledged", "closer_look", "responded", "closed", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCase:
    """A complaint from another system, as it stood there. Dates are local days; `stage` is where it stood.

    `acknowledged_on` meets the acknowledgement; `period_set_on`, `respond_by` and `update_every_days` stand for
    the response period; `relevant_until` is the end of the six months where a longer one was agreed in time.
    """

    import_id: UUID
    row: int
    source_reference: str
    stage: ImportedStage
    channel: Literal["oral", "written", "electronic", "assisted"]
    received_on: date
    summary: str
    narrative: str
    parties: tuple[PartySaid, ...]
    desired_outcome: str | None = None
    owner_id: UUID | None = None
    team_id: UUID | None = None
    acknowledged_on: date | None = None
    discussion: Literal["accepted", "declined", "no_reply"] | None = None
    basis: Literal["agreed", "determined"] | None = None
    period_set_on: date | None = None
    respond_by: date | None = None
    agreed_with: str | None = None
    relevant_until: date | None = None
    relevant_agreed_on: date | None = None
    update_every_days: int | None = None
    last_update_on: date | None = None
    responded_on: date | None = None
    outcome: Literal["upheld", "partially_upheld", "not_upheld"] | None = None
    ended_on: date | None = None
