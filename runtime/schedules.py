"""Sees to the schedules of sweeps and digest: made when they are missing, brought up to date when they are not."""

import asyncio
import logging
from datetime import timedelta
from typing import Final

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError

from contracts import names
from contracts.digests import DigestStart
from contracts.sweeps import AnchorStart, SweepStart

SWEEP_EVERY: Final = timedelta(seconds=20)
# A night's anchor that fell due while the engine was away is still written within a day; sweeps are not caught up.
_CATCH_UP_SWEEP: Final = timedelta(seconds=20)
_CATCH_UP_ANCHOR: Final = timedelta(hours=20)
# A digest that was missed on Monday is compiled until the next one is due, and says that it is late.
_CATCH_UP_DIGEST: Final = timedelta(days=7)
_RPC_TIMEOUT: Final = timedelta(seconds=5)
_ATTEMPTS: Final = 30
_PAUSE_SECONDS: Final = 2.0

_log = logging.getLogger(__name__)


def schedules() -> dict[str, Schedule]:
    """Return every schedule by its id."""
    return {
        names.DELIVERY_SCHEDULE: Schedule(
            action=ScheduleActionStartWorkflow(
                names.DELIVERY_SWEEP,
                SweepStart(),
                id=names.DELIVERY_SCHEDULE,
                task_queue=names.DELIVERY,
                static_summary="Deliver what was left lying",
            ),
            spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=SWEEP_EVERY)]),
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_CATCH_UP_SWEEP),
        ),
        names.ANCHOR_SCHEDULE: Schedule(
            action=ScheduleActionStartWorkflow(
                names.ANCHOR,
                AnchorStart(),
                id=names.ANCHOR_SCHEDULE,
                task_queue=names.BULK,
                static_summary="Put the heads of all evidence outside the database",
            ),
            spec=ScheduleSpec(
                calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(2)], minute=[ScheduleRange(30)])],
                time_zone_name="Europe/London",
            ),
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_CATCH_UP_ANCHOR),
        ),
        names.DIGEST_SCHEDULE: Schedule(
            action=ScheduleActionStartWorkflow(
                names.SENIOR_DIGEST,
                DigestStart(),
                id=names.DIGEST_SCHEDULE,
                task_queue=names.BULK,
                static_summary="Compile what went to no senior by itself, and tell them it is there",
            ),
            spec=ScheduleSpec(
                calendars=[
                    ScheduleCalendarSpec(
                        day_of_week=[ScheduleRange(1)], hour=[ScheduleRange(7)], minute=[ScheduleRange(30)]
                    )
                ],
                time_zone_name="Europe/London",
            ),
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_CATCH_UP_DIGEST),
        ),
    }


async def ensure_schedules(client: Client, *, attempts: int = _ATTEMPTS, pause: float = _PAUSE_SECONDS) -> bool:
    """Create or update every schedule. Say whether that was done.

    Waits about a minute for an engine that is away, then leaves it to the next start of a worker.
    """
    for attempt in range(attempts):
        try:
            for schedule_id, schedule in schedules().items():
                await _ensure(client, schedule_id, schedule)
            return True
        except (RPCError, RuntimeError) as error:
            _log.warning("the schedules could not be seen to (%s), attempt %d", type(error).__name__, attempt + 1)
            await asyncio.sleep(pause)
    _log.error("the schedules are not as they should be: start a worker again once the engine answers")
    return False


async def _ensure(client: Client, schedule_id: str, schedule: Schedule) -> None:
    """Create a schedule, or bring the one that another worker made up to date; a pause by an operator stays."""

    def renew(found: ScheduleUpdateInput) -> ScheduleUpdate:
        schedule.state = found.description.schedule.state
        return ScheduleUpdate(schedule=schedule)

    try:
        await client.create_schedule(schedule_id, schedule, rpc_timeout=_RPC_TIMEOUT)
    except ScheduleAlreadyRunningError:
        handle = client.get_schedule_handle(schedule_id)
        await handle.update(renew, rpc_timeout=_RPC_TIMEOUT)
