"""Finds what leaders do regularly and nobody keeps: an occurrence without its workflow, one that has not heard what
happened, or whose step the machine cannot do; a series without its schedule, or of which nothing begins.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from contracts import names
from db.engine import SweeperDatabase
from db.queries import governance_series
from db.queries.governance_series import Kept
from gateways.running import Runs
from policies.governing_rhythm import Turns, due, nominal_at

# What happened less long ago is still being told.
PATIENCE: Final = timedelta(minutes=2)
BUDGET: Final = timedelta(seconds=20)
# A turn that comes late because workers were away has begun by then what fell due.
TO_BEGIN: Final = timedelta(hours=1)
_MOST: Final = 500
_MOMENT: Final = 1.0

Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unkept:
    """A series or an occurrence of an organisation, and since when it is not as it should be."""

    organisation_id: UUID
    since: datetime | None
    id: str


async def late(sweeper: SweeperDatabase, now: datetime) -> tuple[list[Unkept], list[Unkept]]:
    """Return the occurrences that have not heard what happened, and the series whose schedule does not show it."""
    before = now - PATIENCE
    async with sweeper.session() as session:
        unheard = await governance_series.unheard(session, before=before, limit=_MOST)
        unscheduled = await governance_series.unscheduled(session, before=before, limit=_MOST)
    return (
        [_occurrence(each) for each in unheard],
        [_series(each.organisation_id, each.series_id, each.changed_at) for each in unscheduled],
    )


async def hindered(sweeper: SweeperDatabase) -> list[Unkept]:
    """Return the occurrences whose step the machine cannot do, each with what hinders it."""
    async with sweeper.session() as session:
        found = await governance_series.hindered(session, limit=_MOST)
    return [
        Unkept(
            organisation_id=each.organisation_id,
            since=each.since,
            id=f"{names.governance_workflow_id(each.occurrence_id)} {each.hindered}",
        )
        for each in found
    ]


async def not_begun(sweeper: SweeperDatabase, now: datetime) -> list[Unkept]:
    """Return the series that go on and of which something fell due, and has not begun: its schedule may be paused."""
    async with sweeper.session() as session:
        found = await governance_series.active(session, before=now - TO_BEGIN)
    missed = []
    for each in found:
        turns = Turns(rhythm=each.rhythm, anchor_on=each.anchor_on, hour=each.hour, base=each.base)
        if waiting := due(turns, each.last_number, now - TO_BEGIN):
            since = nominal_at(turns, waiting[0].number)
            missed.append(_series(each.organisation_id, each.series_id, since))
    return missed


async def without_workflow(sweeper: SweeperDatabase, runs: Runs, now: datetime, pause: Pause) -> list[Unkept]:
    """Return the open occurrences that no workflow runs for, and still none a moment later. Raises EngineAway."""
    missing = await _idle(sweeper, runs, now)
    if not missing:
        return []
    await pause(_MOMENT)
    still = {each.occurrence_id for each in await _idle(sweeper, runs, now)}
    return [
        _occurrence(each)
        for each in missing
        if each.occurrence_id in still
        and not await runs.is_running(names.governance_workflow_id(each.occurrence_id), BUDGET)
    ]


async def without_schedule(sweeper: SweeperDatabase, runs: Runs, now: datetime, pause: Pause) -> list[Unkept]:
    """Return the series that the engine has no schedule for, and still none a moment later. Raises EngineAway."""
    missing = await _unknown(sweeper, runs, now)
    if not missing:
        return []
    await pause(_MOMENT)
    still = {each.id for each in await _unknown(sweeper, runs, now)}
    return [each for each in missing if each.id in still]


async def _idle(sweeper: SweeperDatabase, runs: Runs, now: datetime) -> list[Kept]:
    async with sweeper.session() as session:
        live = await governance_series.live(session, before=now - PATIENCE)
    running = await runs.running(names.GOVERNANCE, BUDGET) if live else frozenset[str]()
    return [each for each in live if names.governance_workflow_id(each.occurrence_id) not in running]


async def _unknown(sweeper: SweeperDatabase, runs: Runs, now: datetime) -> list[Unkept]:
    async with sweeper.session() as session:
        found = [each for each in await governance_series.repeated(session) if each.changed_at <= now - PATIENCE]
    there = await runs.schedules(BUDGET) if found else frozenset[str]()
    missing = [each for each in found if names.governance_schedule_id(each.series_id) not in there]
    return [_series(each.organisation_id, each.series_id, each.changed_at) for each in missing]


def _occurrence(each: Kept) -> Unkept:
    workflow = names.governance_workflow_id(each.occurrence_id)
    return Unkept(organisation_id=each.organisation_id, since=each.changed_at, id=workflow)


def _series(organisation_id: UUID, series_id: UUID, since: datetime | None) -> Unkept:
    return Unkept(organisation_id=organisation_id, since=since, id=names.governance_schedule_id(series_id))
