"""What stands open: complaints and bare timers that wait, the memory they take, and the sweep over them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from statistics import median

from bench.floor import tomorrow
from bench.load import drive
from bench.measures import Measure, Scale
from bench.stand import Stand, Visit
from bench.usage import MEASURABLE
from contracts import names
from gateways.engine import Engine
from runtime.attention import attention_report

_AT_ONCE = 16
_MEGABYTE = 1_000_000
_SETTLE_SECONDS = 1.0
_LISTED = f"WorkflowType = '{names.COMPLAINT}' AND ExecutionStatus = 'Running'"


def memory(stand: Stand, scale: Scale) -> list[Measure]:
    """Measure the resident memory of worker and server by open complaint, beside parked bare workflows."""
    if not MEASURABLE:
        return []
    return asyncio.run(_memory(stand, scale))


def attention(stand: Stand, scale: Scale) -> list[Measure]:
    """Measure the search for cases needing attention, beside one list of the same workflows."""
    return asyncio.run(_attention(stand, scale))


async def let_stand(stand: Stand, visit: Visit, count: int, seconds: float) -> None:
    """Open complaints until so many stand open, or the time for it is over.

    They come without an e-mail address: a receipt on its way is not what stands open.
    """

    async def one_more(_: int) -> None:
        stand.standing.append(await visit.callers.log_until_opened(email=False))

    await drive(count - len(stand.standing), _AT_ONCE, one_more, seconds=seconds)
    if (open_now := len(stand.standing)) < count:
        stand.cut_short.append(f"{open_now} complaints instead of {count}: no more were opened in {seconds:.0f} s")


async def let_timers_stand(stand: Stand, visit: Visit, count: int) -> None:
    """Park bare timers until there are as many as `count`."""

    async def one_more(_: int) -> None:
        due = tomorrow()
        stand.parked.append(((await visit.floor.park(due)).id, due))

    await drive(count - len(stand.parked), _AT_ONCE, one_more)


async def _memory(stand: Stand, scale: Scale) -> list[Measure]:
    async with stand.visit() as visit:

        async def both(_: int) -> None:
            await visit.floor.park(tomorrow())
            await visit.callers.log_until_opened()

        await drive(scale.warm, 4, both)  # what is loaded only once is not counted
        await visit.callers.all_done()
        empty = await _resident(stand)
        await let_stand(stand, visit, scale.standing, scale.opening_seconds)
        ours, count = await _resident(stand), len(stand.standing)
        await let_timers_stand(stand, visit, count)
        bare = await _resident(stand)
    per = 1000 / count / _MEGABYTE
    return [
        Measure(
            section="memory",
            what=f"{title}, {count} open",
            unit="MB per 1,000",
            redress=(ours[name] - empty[name]) * per,
            floor=(bare[beside] - ours[beside]) * per,
            note="resident; floor: parked bare timers",
        )
        for title, name, beside in (("worker", "worker", "floor"), ("Temporal server", "temporal", "temporal"))
    ]


async def _resident(stand: Stand) -> dict[str, int]:
    await asyncio.sleep(_SETTLE_SECONDS)
    return {name: stand.resident(name) for name in ("worker", "floor", "temporal")}


async def _attention(stand: Stand, scale: Scale) -> list[Measure]:
    async with stand.visit() as visit:
        if not stand.standing:
            await let_stand(stand, visit, scale.standing, scale.opening_seconds)
        engine = Engine(visit.client)
        report = await attention_report(visit.sweeper, engine, datetime.now(UTC))

        async def search() -> None:
            await attention_report(visit.sweeper, engine, datetime.now(UTC))

        async def listed() -> None:
            async for _ in visit.client.list_workflows(_LISTED, page_size=1000):
                pass

        floor = await _median(listed, scale.repeats)
        ours = await _median(search, scale.repeats)
    return [
        Measure(
            section="attention",
            what=f"search, {report.open_complaints} open",
            unit="ms, median",
            redress=ours,
            floor=floor,
            note=f"floor: one list of these workflows · {len(report.exceptions)} exceptions found",
        )
    ]


async def _median(action: Callable[[], Awaitable[None]], repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        began = time.monotonic()
        await action()
        taken.append(1000 * (time.monotonic() - began))
    return median(taken)
