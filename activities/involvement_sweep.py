"""The part of the sweep that tells the workflows of involvements what they have not heard of, and starts lost ones."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from contracts import names
from contracts.acts import Act
from contracts.involvements import InvolvementStart
from db.engine import SweeperDatabase
from db.queries import attention_staff
from gateways.running import Runs

_log = logging.getLogger(__name__)


class Teller(Protocol):
    """Tell the workflow of an involvement that something happened."""

    async def tell_involvement(self, start: InvolvementStart) -> None:
        """Start the workflow, or tell the one that runs to look."""
        ...


async def tell_involvements(
    sweeper: SweeperDatabase, runs: Runs, engine: Teller, *, before: datetime, limit: int, budget: timedelta
) -> int:
    """Tell those to which something happened by an instant, and start those that do not run though they should.

    So many at most; return how many. One that runs, and is not in the engine's list yet, merely looks once more.
    Raises EngineAway.
    """
    async with sweeper.session() as session:
        found = await attention_staff.unheard(session, before=before, limit=limit)
        live = await attention_staff.live(session, before=before)
    running = await runs.running(names.INVOLVEMENT, budget) if live else frozenset[str]()
    idle = [each for each in live if names.involvement_workflow_id(each.involvement_id) not in running]
    asked = list({each.involvement_id: each for each in (*found, *idle[:limit])}.values())
    for each in asked:
        await engine.tell_involvement(
            InvolvementStart(
                organisation_id=each.organisation_id,
                complaint_id=each.complaint_id,
                involvement_id=each.involvement_id,
            )
        )
    return len(asked)


async def tell_involved(engine: Teller, act: Act, unheard: Sequence[UUID]) -> None:
    """Tell those to which an act did something, after its commit; else the sweep tells them."""
    for involvement_id in unheard:
        start = InvolvementStart(
            organisation_id=act.organisation_id, complaint_id=act.complaint_id, involvement_id=involvement_id
        )
        try:
            await engine.tell_involvement(start)
        except Exception as failure:  # noqa: BLE001  the verdict is given: nothing may take it back
            _log.warning("involvement %s is left to the sweep: %s", involvement_id, type(failure).__name__)
