"""The one thing that the workflow of a contribution asks: how it stands, and which rungs of its clocks lie ahead.

What is asked of a body is decided by the acts on the complaint, never here.
"""

from __future__ import annotations

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.involvements import MOST_CLOCKS, handed_over
from contracts import names
from contracts.code import Code
from contracts.failures import ErrorType
from contracts.joint import ContributionAct, ContributionLook, ContributionState
from db.engine import Database
from db.models.complaint import Complaint
from db.models.joint import Contribution
from db.queries import joint


class Contributions:
    """Look at contributions, under the organisation that coordinates."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name=names.CONTRIBUTION_LOOK)
    async def look(self, act: ContributionAct) -> ContributionLook:
        """Return how a contribution stands, and write down that its workflow has heard so much. Raises NOT_FOUND."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            row = await session.get(Contribution, act.contribution_id)
            # A contributing body may see the row (row-level security): the workflow is of the one that coordinates.
            if row is None or (row.complaint_id, row.organisation_id) != (act.complaint_id, act.organisation_id):
                raise ApplicationError("no such contribution", type=ErrorType.NOT_FOUND, non_retryable=True)
            complaint = await session.get_one(Complaint, row.complaint_id)
            clocks = await handed_over(session, await joint.running_clocks(session, row.id))
            await joint.heard(session, row.id, row.changes)
        state = ContributionState(row.state)
        return ContributionLook(
            state=state,
            changes=row.changes,
            stage=Code(complaint.stage),
            reference=Code(complaint.reference),
            body=Code(row.code),
            clocks=clocks[:MOST_CLOCKS],
            over=state is ContributionState.RELEASED and not clocks,
            more=len(clocks) > MOST_CLOCKS,
        )
