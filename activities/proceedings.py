"""The one thing that the workflow of a proceeding asks: how it stands, and which rungs of its clocks lie ahead.

What is done about it is decided by the acts on the complaint, never here.
"""

from __future__ import annotations

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.involvements import MOST_CLOCKS, handed_over
from contracts import names
from contracts.code import Code
from contracts.failures import ErrorType
from contracts.proceedings import ProceedingAct, ProceedingLook
from db.engine import Database
from db.models.complaint import Complaint
from db.models.proceeding import Proceeding
from db.queries import proceedings


class Proceedings:
    """Look at escalations, candour and referrals, under their organisation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name=names.PROCEEDING_LOOK)
    async def look(self, act: ProceedingAct) -> ProceedingLook:
        """Return how a proceeding stands, and write down that its workflow has heard so much. Raises NOT_FOUND."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            row = await session.get(Proceeding, act.proceeding_id)
            if row is None or row.complaint_id != act.complaint_id:
                raise ApplicationError("no such proceeding", type=ErrorType.NOT_FOUND, non_retryable=True)
            complaint = await session.get_one(Complaint, row.complaint_id)
            clocks = await handed_over(session, await proceedings.running_clocks(session, row.id))
            await proceedings.heard(session, row.id, row.changes)
        return ProceedingLook(
            state=Code(row.state),
            about=Code(row.about),
            changes=row.changes,
            stage=Code(complaint.stage),
            reference=Code(complaint.reference),
            clocks=clocks[:MOST_CLOCKS],
            over=row.ended_on is not None and not clocks,
            more=len(clocks) > MOST_CLOCKS,
        )
