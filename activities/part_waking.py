"""Wakes the workflows of our parts in what other bodies coordinate: after we said something, and from the sweep."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import names
from contracts.acts import Act
from contracts.commands import CommandKind
from contracts.joint import JointPartStart
from db.engine import SweeperDatabase
from db.queries import part_waking, parts
from gateways.running import Runs

_log = logging.getLogger(__name__)


class Waker(Protocol):
    """Start the workflows of parts."""

    async def tell_joint_part(self, start: JointPartStart) -> None:
        """Start the workflow of a part, or tell the one that runs to look."""
        ...


async def to_wake(session: AsyncSession, act: Act) -> JointPartStart | None:
    """Return whose workflow has something to carry because of an act: what we said to the lead."""
    if act.command is None or act.command.kind is not CommandKind.TELL_LEAD:
        return None
    part = await parts.part_of(session, act.complaint_id)
    if part is None:
        return None
    return JointPartStart(
        organisation_id=part.organisation_id,
        contribution_id=part.contribution_id,
        lead_organisation_id=part.lead_organisation_id,
        partner_id=part.partner_id,
    )


async def wake_part(engine: Waker, start: JointPartStart | None) -> None:
    """Have a part's workflow carry what was said. What waits stays so whatever comes of this: the sweep looks."""
    if start is None:
        return
    try:
        await engine.tell_joint_part(start)
    except Exception as failure:  # noqa: BLE001  the verdict is given: nothing may take it back
        _log.warning("part of %s is left to the sweep: %s", start.contribution_id, type(failure).__name__)


async def wake_parts(
    sweeper: SweeperDatabase, runs: Runs, engine: Waker, *, before: datetime, limit: int, budget: timedelta
) -> int:
    """Start the workflows of parts that should run and do not; return how many.

    Such are those with something to bring, and those that last in what another installation coordinates: it may have
    told us in vain. One that runs tries again by itself. Raises EngineAway.
    """
    async with sweeper.session() as session:
        found = await part_waking.to_carry(session, before=before)
    if not found:
        return 0
    running = await runs.running(names.JOINT_PART, budget)
    idle = [
        each
        for each in found
        if names.joint_part_workflow_id(each.organisation_id, each.contribution_id) not in running
    ]
    for start in idle[:limit]:
        await engine.tell_joint_part(start)
    return len(idle[:limit])
