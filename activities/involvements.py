"""The one thing that the workflow of an involvement asks: how it stands, and which rungs of its clocks lie ahead.

What it is owed is decided by the acts on its complaint, never here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.acts.ledger import armed
from contracts import names
from contracts.clocks import ArmedClock
from contracts.code import Code
from contracts.failures import ErrorType
from contracts.involvements import InvolvementAct, InvolvementLook, InvolvementState
from db.engine import Database
from db.models.clock import ClockRow
from db.models.complaint import Complaint
from db.models.involvement import Involvement
from db.queries import involvements

# So many clocks are handed over at most, those whose next rung comes first, and so many rungs of each: a payload stays
# small, and what is not handed over now is at the next look. Never only the next rung: should it fail, others fire.
MOST_CLOCKS: Final = 6
RUNGS: Final = 2


class Involvements:
    """Look at involvements, under their organisation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name=names.INVOLVEMENT_LOOK)
    async def look(self, act: InvolvementAct) -> InvolvementLook:
        """Return how an involvement stands, and write down that its workflow has heard so much. Raises NOT_FOUND."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            row = await session.get(Involvement, act.involvement_id)
            if row is None or row.complaint_id != act.complaint_id:
                raise ApplicationError("no such involvement", type=ErrorType.NOT_FOUND, non_retryable=True)
            complaint = await session.get_one(Complaint, row.complaint_id)
            clocks = await handed_over(session, await involvements.running_clocks(session, row.id))
            await involvements.heard(session, row.id, row.changes)
        state = InvolvementState(row.state)
        return InvolvementLook(
            state=state,
            changes=row.changes,
            stage=Code(complaint.stage),
            reference=Code(complaint.reference),
            clocks=clocks[:MOST_CLOCKS],
            over=state is InvolvementState.ENDED and not clocks,
            more=len(clocks) > MOST_CLOCKS,
        )


async def handed_over(session: AsyncSession, rows: Sequence[ClockRow]) -> tuple[ArmedClock, ...]:
    """Return running clocks with the rungs that have not fired, those that come first before the others."""
    fired = await involvements.fired(session, [row.id for row in rows])
    found = []
    for row in rows:
        ahead = [rung for rung in row.rungs if (row.id, row.generation, rung["rung"]) not in fired]
        found.append(armed(row, ahead[:RUNGS]))
    found.sort(key=_first)
    return tuple(found)


def _first(clock: ArmedClock) -> tuple[bool, datetime, int]:
    first = clock.rungs[0].at if clock.rungs else clock.due_at
    return not clock.rungs, first, clock.clock_id.int
