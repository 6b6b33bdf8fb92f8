"""The part of the sweep that tells the workflows of involvements what they have not heard of."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from contracts.involvements import InvolvementStart
from db.engine import SweeperDatabase
from db.queries import attention_staff


class Teller(Protocol):
    """Tell the workflow of an involvement that something happened."""

    async def tell_involvement(self, start: InvolvementStart) -> None:
        """Start the workflow, or tell the one that runs to look."""
        ...


async def tell_involvements(sweeper: SweeperDatabase, engine: Teller, *, before: datetime, limit: int) -> int:
    """Tell those to which something happened by an instant, so many at most; return how many."""
    async with sweeper.session() as session:
        found = await attention_staff.unheard(session, before=before, limit=limit)
    for each in found:
        await engine.tell_involvement(
            InvolvementStart(
                organisation_id=each.organisation_id,
                complaint_id=each.complaint_id,
                involvement_id=each.involvement_id,
            )
        )
    return len(found)
