"""Sees to the schedules of series, and tells the workflows of occurrences: by wire name, however often asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.common import WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from contracts import names
from contracts.governance import GovernanceStart, OccurrenceState, SeriesPlan, TurnStart

_RPC_TIMEOUT: Final = timedelta(seconds=5)
# A turn that was missed comes within a year: whatever it finds due it begins, and says that it is late.
_CATCH_UP: Final = timedelta(days=365)
_YEAR: Final = 12
_SHORTEST_MONTH: Final = 28
_LONGEST_MONTH: Final = 31


class Scheduling:
    """Make schedules of series, and tell workflows of occurrences. Whatever the engine raises is raised."""

    client: Client

    async def tell_governance(self, start: GovernanceStart) -> None:
        """Start the workflow of an occurrence, or tell the one that runs to look.

        One that has ended begins anew, and ends again at once where nothing is awaited any more.
        """
        await self.client.start_workflow(
            names.GOVERNANCE,
            start,
            id=names.governance_workflow_id(start.occurrence_id),
            task_queue=names.BULK,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=names.GOVERNANCE_CHANGED,
            result_type=OccurrenceState,
            static_summary="What leaders do regularly: one occurrence",
        )

    async def schedule_series(self, plan: SeriesPlan) -> None:
        """Create the schedule of a series, or bring it up to date. What is due in one that goes on begins at once."""
        schedule_id = names.governance_schedule_id(plan.series_id)
        handle = self.client.get_schedule_handle(schedule_id)
        schedule = schedule_of(plan)

        def renew(found: ScheduleUpdateInput) -> ScheduleUpdate:
            return ScheduleUpdate(schedule=schedule)

        try:
            # What has fallen due already begins with the schedule.
            await self.client.create_schedule(
                schedule_id, schedule, trigger_immediately=not plan.paused, rpc_timeout=_RPC_TIMEOUT
            )
        except ScheduleAlreadyRunningError:
            await handle.update(renew, rpc_timeout=_RPC_TIMEOUT)
            if not plan.paused:
                await handle.trigger(overlap=ScheduleOverlapPolicy.BUFFER_ONE, rpc_timeout=_RPC_TIMEOUT)

    async def scheduled_series(self) -> frozenset[str]:
        """Return the ids of all schedules there are, those of series among them. The list lags behind."""
        return frozenset([found.id async for found in await self.client.list_schedules()])

    async def unschedule_series(self, plan: SeriesPlan) -> None:
        """Take away the schedule of a series that has ended, or is begun by hand; there may be none."""
        handle = self.client.get_schedule_handle(names.governance_schedule_id(plan.series_id))
        try:
            await handle.delete(rpc_timeout=_RPC_TIMEOUT)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


def schedule_of(plan: SeriesPlan) -> Schedule:
    """Return the schedule of a series: at its hour in London, on its days. What is due the turn itself works out."""
    return Schedule(
        action=ScheduleActionStartWorkflow(
            names.GOVERNANCE_TURN,
            TurnStart(organisation_id=plan.organisation_id, series_id=plan.series_id),
            id=names.governance_schedule_id(plan.series_id),
            task_queue=names.BULK,
            static_summary="Begin what has fallen due in a series",
        ),
        spec=ScheduleSpec(calendars=_calendars(plan), time_zone_name="Europe/London"),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ONE, catchup_window=_CATCH_UP),
        state=ScheduleState(paused=plan.paused),
    )


def _calendars(plan: SeriesPlan) -> list[ScheduleCalendarSpec]:
    """Return when a turn comes. A day that some month lacks is each of its last days: too often does no harm."""
    hour = [ScheduleRange(plan.hour)]
    if plan.rhythm.value == "weekly":
        return [ScheduleCalendarSpec(hour=hour, day_of_week=[ScheduleRange(plan.weekday)])]
    days = [ScheduleRange(plan.day)]
    if plan.day > _SHORTEST_MONTH:
        days = [ScheduleRange(_SHORTEST_MONTH, _LONGEST_MONTH)]
    step = {"monthly": 1, "quarterly": 3, "yearly": _YEAR}[plan.rhythm.value]
    months = sorted({(plan.month - 1 + place) % _YEAR + 1 for place in range(0, _YEAR, step)})
    return [ScheduleCalendarSpec(hour=hour, day_of_month=days, month=[ScheduleRange(month) for month in months])]
