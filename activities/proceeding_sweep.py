"""The part of the sweep that tells the workflows of proceedings what they have not heard of, and starts lost ones."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from contracts import names
from contracts.acts import Act
from contracts.proceedings import ProceedingKind, ProceedingStart
from db.engine import SweeperDatabase
from db.queries import attention_proceedings
from db.queries.attention_proceedings import Beside
from gateways.running import Runs

_log = logging.getLogger(__name__)


class Teller(Protocol):
    """Tell the workflow of a proceeding that something happened."""

    async def tell_proceeding(self, start: ProceedingStart) -> None:
        """Start the workflow, or tell the one that runs to look."""
        ...


async def tell_proceedings(
    sweeper: SweeperDatabase, runs: Runs, engine: Teller, *, before: datetime, limit: int, budget: timedelta
) -> int:
    """Tell those to which something happened by an instant, and start those that do not run though they should.

    So many at most; return how many. One that runs, and is not in the engine's list yet, merely looks once more.
    Raises EngineAway.
    """
    async with sweeper.session() as session:
        found = await attention_proceedings.unheard(session, before=before, limit=limit)
        live = await attention_proceedings.live(session, before=before)
    running: set[str] = set()
    for kind in sorted({each.kind for each in live}):
        running |= await runs.running(kind, budget)
    idle = [each for each in live if names.proceeding_workflow_id(each.kind, each.proceeding_id) not in running]
    asked = list({each.proceeding_id: each for each in (*found, *idle[:limit])}.values())
    for each in asked:
        await engine.tell_proceeding(_start(each))
    return len(asked)


async def tell_beside(engine: Teller, act: Act, unheard: Sequence[tuple[UUID, str]]) -> None:
    """Tell those to which an act did something, after its commit; else the sweep tells them."""
    for proceeding_id, kind in unheard:
        start = ProceedingStart(
            organisation_id=act.organisation_id,
            complaint_id=act.complaint_id,
            proceeding_id=proceeding_id,
            kind=ProceedingKind(kind),
        )
        try:
            await engine.tell_proceeding(start)
        except Exception as failure:  # noqa: BLE001  the verdict is given: nothing may take it back
            _log.warning("%s %s is left to the sweep: %s", kind, proceeding_id, type(failure).__name__)


def _start(each: Beside) -> ProceedingStart:
    return ProceedingStart(
        organisation_id=each.organisation_id,
        complaint_id=each.complaint_id,
        proceeding_id=each.proceeding_id,
        kind=ProceedingKind(each.kind),
    )
