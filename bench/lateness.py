"""How late rungs fire that fall due within one minute, beside bare timers due in the same way.

Every complaint was logged today, so its next rung (the first reminder of the acknowledgement) is due on a
later morning. The clock of each workflow is moved once, by the engine, to the distance at which its rung falls
due at an instant of ours: spread evenly, 1,000 to the minute. Redress knows nothing of it, and bare timers are
moved likewise. The distance between a workflow's clock and ours does not enter into any figure.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.testing import TimeSkipper

from bench.floor import tomorrow
from bench.load import drive
from bench.measures import Measure, Scale, percentile
from bench.stand import Stand, Visit
from bench.standing import let_stand, let_timers_stand
from contracts import names

_A_MINUTE = 1000  # rungs
_AT_ONCE = 16
_PROBES = 16
_NEXT = "select reference, id, next_event_at from complaint where reference = any(%s)"
_FIRED = (
    "select c.reference, f.fired_at - f.due_at, e.recorded_at from fired_rung f"
    " join complaint c on c.id = f.complaint_id"
    " join case_event e on e.act_id = f.act_id and e.kind = 'rung.fired'"
    " where c.reference = any(%s)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A workflow and the instant, by its own clock, for which it waits."""

    name: str
    handle: WorkflowHandle[Any, Any]
    due: datetime


class BusyMachine(RuntimeError):
    """The clocks could not be moved before the first instant."""


def lateness(stand: Stand, scale: Scale) -> list[Measure]:
    """Measure how late rungs and bare timers are."""
    return asyncio.run(_lateness(stand, scale))


async def _lateness(stand: Stand, scale: Scale) -> list[Measure]:
    async with stand.visit() as visit:
        if not stand.standing:
            await let_stand(stand, visit, scale.standing, scale.opening_seconds)
        await let_timers_stand(stand, visit, len(stand.standing))
        each = await _seconds_to_move(visit)
        timers = [
            Waiting(name=name, handle=visit.client.get_workflow_handle(name, result_type=float), due=due)
            for name, due in stand.parked
        ]
        bare = await _timers(visit, timers, each, scale)
        references, stand.standing, stand.parked = stand.standing, [], []
        rungs = [
            Waiting(
                name=reference,
                handle=visit.client.get_workflow_handle(names.complaint_workflow_id(complaint)),
                due=due,
            )
            for reference, complaint, due in await visit.callers.fetch(_NEXT, references)
        ]
        resumed, filed = await _rungs(visit, rungs, each, scale)
    note = (
        f"{len(resumed)} of {len(rungs)} rungs due within {_window(len(rungs)):.0f} s;"
        f" floor: code after {len(bare)} of {len(timers)} bare timers"
    )
    return [*_compare("rung begun", resumed, bare, note), *_compare("rung on file", filed, bare, "")]


async def _timers(visit: Visit, timers: list[Waiting], each: float, scale: Scale) -> list[float]:
    """Return by how many seconds the code of bare timers was late."""
    await _move(visit, timers, each)
    late: list[float] = []
    deadline = time.monotonic() + scale.firing_seconds

    left = iter(timers)

    async def one(_: int) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.1, deadline - time.monotonic())):
                late.append(await next(left).handle.result())

    await drive(len(timers), _AT_ONCE, one)
    return late


async def _rungs(
    visit: Visit, rungs: list[Waiting], each: float, scale: Scale
) -> tuple[Sequence[float], Sequence[float]]:
    """Return by how many seconds the code was late, and the transaction that put the rung on file."""
    instants = await _move(visit, rungs, each)
    references = list(instants)
    deadline = time.monotonic() + scale.firing_seconds
    fired: list[Any] = []
    while len(fired) < len(references) and time.monotonic() < deadline:
        await asyncio.sleep(0.5)
        fired = await visit.callers.fetch(_FIRED, references)
    resumed = [late.total_seconds() for _, late, _ in fired]
    return resumed, [(recorded - instants[name]).total_seconds() for name, _, recorded in fired]


async def _seconds_to_move(visit: Visit) -> float:
    """Return how long it takes to move one clock, when several are moved at once."""
    skipper = TimeSkipper(visit.client)
    probes = [await visit.floor.park(tomorrow()) for _ in range(_PROBES)]

    async def move(_: int) -> None:
        await skipper.fast_forward(probes.pop(), timedelta(hours=1))

    return (await drive(_PROBES, _AT_ONCE, move)).seconds / _PROBES


async def _move(visit: Visit, waiting: list[Waiting], each: float) -> dict[str, datetime]:
    """Move every clock, return when the window has passed: the instant, by our clock, at which each fell due."""
    skipper = TimeSkipper(visit.client)
    window = _window(len(waiting))
    begin = datetime.now(UTC) + timedelta(seconds=1.5 + 1.5 * each * len(waiting))
    step = timedelta(seconds=window / len(waiting))
    instants = {one.name: begin + number * step for number, one in enumerate(waiting)}
    left = iter(waiting)

    async def move(_: int) -> None:
        one = next(left)
        await skipper.fast_forward(one.handle, one.due - instants[one.name])

    await drive(len(waiting), _AT_ONCE, move)
    if (early := begin - datetime.now(UTC)) < timedelta():
        raise BusyMachine(f"moving {len(waiting)} clocks took {-early.total_seconds():.1f} s too long: try again")
    await asyncio.sleep(early.total_seconds() + window)
    return instants


def _window(count: int) -> float:
    return 60 * count / _A_MINUTE


def _compare(what: str, late: Sequence[float], bare: Sequence[float], note: str) -> list[Measure]:
    return [
        Measure(
            section="lateness",
            what=f"{what}, {name}",
            unit="s late",
            redress=percentile(late, share),
            floor=percentile(bare, share),
            note=note if name == "p50" else "",
        )
        for name, share in (("p50", 0.5), ("p95", 0.95), ("max", 1.0))
    ]
