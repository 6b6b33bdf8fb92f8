"""The part of the sweep that sees to the schedules of series, and tells workflows of occurrences what they missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from contracts import names
from contracts.governance import GovernanceStart, SeriesPlan
from db.engine import Database, SweeperDatabase
from db.queries import governance_series
from gateways.running import Runs


class Scheduler(Protocol):
    """See to schedules of series, and tell workflows of occurrences."""

    async def tell_governance(self, start: GovernanceStart) -> None:
        """Start the workflow of an occurrence, or tell the one that runs to look."""
        ...

    async def schedule_series(self, plan: SeriesPlan) -> None:
        """Create the schedule of a series, or bring it up to date."""
        ...

    async def unschedule_series(self, plan: SeriesPlan) -> None:
        """Take away the schedule of a series."""
        ...


async def see_to_series(
    database: Database, sweeper: SweeperDatabase, engine: Scheduler, *, now: datetime, before: datetime, limit: int
) -> int:
    """Bring the schedules up to date that do not show what was changed by an instant; return how many."""
    async with sweeper.session() as session:
        found = await governance_series.unscheduled(session, before=before, limit=limit)
    for each in found:
        await _schedule(engine, each)
        async with database.tenant(each.organisation_id, now) as session:
            await governance_series.scheduled(session, each.series_id, each.changes)
    return len(found)


async def tell_occurrences(
    sweeper: SweeperDatabase, runs: Runs, engine: Scheduler, *, before: datetime, limit: int, budget: timedelta
) -> int:
    """Tell the workflows of occurrences what happened by an instant, and start those that should run and do not.

    So many at most; return how many. Raises EngineAway.
    """
    async with sweeper.session() as session:
        found = await governance_series.unheard(session, before=before, limit=limit)
        live = await governance_series.live(session, before=before)
    running = await runs.running(names.GOVERNANCE, budget) if live else frozenset[str]()
    idle = [each for each in live if names.governance_workflow_id(each.occurrence_id) not in running]
    asked = {each.occurrence_id: each for each in (*found, *idle[:limit])}
    for each in asked.values():
        await engine.tell_governance(
            GovernanceStart(organisation_id=each.organisation_id, occurrence_id=each.occurrence_id)
        )
    return len(asked)


async def make_missing(sweeper: SweeperDatabase, engine: Scheduler, there: frozenset[str]) -> int:
    """Make the schedules that every series should have and the engine does not know; return how many."""
    async with sweeper.session() as session:
        found = await governance_series.repeated(session)
    missing = [each for each in found if names.governance_schedule_id(each.series_id) not in there]
    for each in missing:
        await _schedule(engine, each)
    return len(missing)


async def _schedule(engine: Scheduler, each: Any) -> None:
    plan = governance_series.plan_of(each.series_id, each)
    if governance_series.is_repeated(each):
        await engine.schedule_series(plan)
    else:
        await engine.unschedule_series(plan)
