"""Tells the workflows of contributions that something happened: after an act, else from the sweep."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from contracts import names
from contracts.acts import Act
from contracts.joint import ContributionStart, JointPartStart
from db.engine import SweeperDatabase
from db.queries import attention_joint
from db.queries.attention_joint import Contributing
from gateways.running import Runs

_log = logging.getLogger(__name__)


class Teller(Protocol):
    """Tell the workflows of a contribution, at either side of an installation, that something happened."""

    async def tell_contribution(self, start: ContributionStart) -> None:
        """Start the workflow at the body that coordinates, or tell the one that runs to look."""
        ...

    async def tell_joint_part(self, start: JointPartStart) -> None:
        """Start the workflow at the body that contributes, or tell the one that runs to look."""
        ...


async def tell_contributions(
    sweeper: SweeperDatabase, runs: Runs, engine: Teller, *, before: datetime, limit: int, budget: timedelta
) -> int:
    """Tell those to which something happened by an instant, and start those that do not run though they should.

    So many at most; return how many. One that runs, and is not in the engine's list yet, merely looks once more.
    A body of the same installation is told with them: what happened may have been said to it. Raises EngineAway.
    """
    async with sweeper.session() as session:
        found = await attention_joint.unheard(session, before=before, limit=limit)
        live = await attention_joint.live(session, before=before)
    running = await runs.running(names.CONTRIBUTION, budget) if live else frozenset[str]()
    idle = [each for each in live if names.contribution_workflow_id(each.contribution_id) not in running]
    asked = list({each.contribution_id: each for each in (*found, *idle[:limit])}.values())
    for each in asked:
        await _tell(engine, _start(each), each.body_organisation_id)
    return len(asked)


async def tell_of_act(
    engine: Teller, act: Act, unheard: Sequence[tuple[UUID, UUID | None]], spoken_to: Sequence[tuple[UUID, UUID]]
) -> list[UUID]:
    """Tell those to which an act did something, after its commit; else the sweep tells them.

    To some, something was said though their workflows have nothing to look for: then only the body is told. Return
    those of them that could not be: for the sweep they are to be marked.
    """
    missed = []
    for contribution_id, body_organisation_id in spoken_to:
        if contribution_id not in {each for each, _ in unheard}:
            try:
                await _tell_body(engine, act.organisation_id, contribution_id, body_organisation_id)
            except Exception:  # noqa: BLE001  the verdict is given: nothing may take it back
                missed.append(contribution_id)
    for contribution_id, body in unheard:
        start = ContributionStart(
            organisation_id=act.organisation_id, complaint_id=act.complaint_id, contribution_id=contribution_id
        )
        try:
            await _tell(engine, start, body)
        except Exception as failure:  # noqa: BLE001  the verdict is given: nothing may take it back
            _log.warning("contribution %s is left to the sweep: %s", contribution_id, type(failure).__name__)
    return missed


async def _tell(engine: Teller, start: ContributionStart, body_organisation_id: UUID | None) -> None:
    """Tell both sides. Ours comes last: once it has looked, the sweep has no reason to tell the other."""
    if body_organisation_id is not None:
        await _tell_body(engine, start.organisation_id, start.contribution_id, body_organisation_id)
    await engine.tell_contribution(start)


async def _tell_body(engine: Teller, lead_id: UUID, contribution_id: UUID, body_id: UUID) -> None:
    await engine.tell_joint_part(
        JointPartStart(organisation_id=body_id, contribution_id=contribution_id, lead_organisation_id=lead_id)
    )


def _start(each: Contributing) -> ContributionStart:
    return ContributionStart(
        organisation_id=each.organisation_id, complaint_id=each.complaint_id, contribution_id=each.contribution_id
    )
