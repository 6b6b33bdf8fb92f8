"""Intake over HTTP, opening and commands, each beside the bare update at the same concurrency.

The floor is measured half before and half after, so that a machine that grows busier weighs on both alike.
Beside the times, which other work on the machine lengthens, stands the processor time, which it hardly does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.load import Load, Operation, drive
from bench.measures import Measure, Scale
from bench.stand import Stand, Visit
from bench.standing import let_stand

_OPENING = "POST /v1/complaints; floor: update-with-start, one activity, one insert"
_UPDATE = "POST …/notes; floor: update, one activity, one insert"
_OPENING_SECONDS = 30.0
_CPU_AT = 8  # at once
_SERVICES = {"api": "API", "worker": "worker", "temporal": "Temporal server", "postgres": "PostgreSQL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A load, and the processor seconds that each service took for it."""

    load: Load
    cpu: Mapping[str, float]

    def __add__(self, other: Taken) -> Taken:
        cpu = {name: seconds + other.cpu[name] for name, seconds in self.cpu.items()}
        return Taken(load=self.load + other.load, cpu=cpu)

    def each(self, service: str) -> float:
        """Return the processor milliseconds of a service by operation."""
        return 1000 * self.cpu[service] / len(self.load.latencies)


def intake(stand: Stand, scale: Scale) -> list[Measure]:
    """Measure how fast complaints are logged and opened."""
    return asyncio.run(_intake(stand, scale))


def commands(stand: Stand, scale: Scale) -> list[Measure]:
    """Measure how fast a note gets its verdict."""
    return asyncio.run(_commands(stand, scale))


async def _intake(stand: Stand, scale: Scale) -> list[Measure]:
    found: list[Measure] = []
    async with stand.visit() as visit:

        async def log(_: int) -> None:
            await visit.callers.log()

        async def log_until_opened(_: int) -> None:
            await visit.callers.log_until_opened()

        async def begin(_: int) -> None:
            await visit.floor.begin()

        await _warm(visit, begin, log_until_opened)
        for at_once, count in scale.requests.items():
            half = max(at_once, scale.opened[at_once] // 2)
            floor = await _take(stand, visit, half, at_once, begin)
            logged = await _take(stand, visit, count, at_once, log)
            opened = await _take(stand, visit, scale.opened[at_once], at_once, log_until_opened)
            floor += await _take(stand, visit, half, at_once, begin)
            found += _times(f"logged, {at_once} at once", logged, floor, "intake", _OPENING)
            found += _times(f"opened, {at_once} at once", opened, floor, "intake", "")
            if at_once == _CPU_AT:
                spent = list(_cpu("opening", opened, floor, "intake"))
    return found + spent


async def _commands(stand: Stand, scale: Scale) -> list[Measure]:
    found: list[Measure] = []
    async with stand.visit() as visit:
        most = max(scale.commands)
        if len(stand.standing) < most:
            await let_stand(stand, visit, most, _OPENING_SECONDS)
        bare = [await visit.floor.begin() for _ in range(most)]

        async def note(caller: int) -> None:
            await visit.callers.note(stand.standing[caller % len(stand.standing)])

        async def say(caller: int) -> None:
            await visit.floor.say(bare[caller])

        await _warm(visit, say, note)
        for at_once, count in scale.commands.items():
            half = max(at_once, count // 2)
            floor = await _take(stand, visit, half, at_once, say)
            waiting = visit.callers.answered_202
            ours = await _take(stand, visit, count, at_once, note)
            waiting = visit.callers.answered_202 - waiting
            floor += await _take(stand, visit, half, at_once, say)
            words = f"{_UPDATE} · {waiting} answered 202" if waiting else _UPDATE
            found += _times(f"note, {at_once} at once", ours, floor, "command", words)
            if at_once == _CPU_AT:
                spent = list(_cpu("a note", ours, floor, "command"))
    return found + spent


async def _take(stand: Stand, visit: Visit, count: int, at_once: int, operation: Operation) -> Taken:
    """Drive an operation, wait until all that follows from it is done, and count what it took."""
    before = stand.spent()
    load = await drive(count, at_once, operation)
    await visit.callers.all_done()
    after = stand.spent()
    return Taken(load=load, cpu={name: after[name] - seconds for name, seconds in before.items()})


async def _warm(visit: Visit, *operations: Operation) -> None:
    """Let every process load what it loads only once, before anything is measured."""
    for operation in operations:
        await drive(8, 4, operation)
    await visit.callers.all_done()


def _times(what: str, ours: Taken, floor: Taken, section: str, note: str) -> Iterator[Measure]:
    rate, bare = ours.load.rate, floor.load.rate
    yield Measure(section=section, what=what, unit="a second", redress=rate, floor=bare, note=note)
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        late, bare = ours.load.late(share), floor.load.late(share)
        yield Measure(section=section, what=f"{what}, {name}", unit="ms", redress=late, floor=bare)


def _cpu(what: str, ours: Taken, floor: Taken, section: str) -> Iterator[Measure]:
    """Compare what one operation takes of each processor; the API has no part in the floor."""
    if not ours.cpu:
        return
    for service, title in _SERVICES.items():
        bare = None if service == "api" else floor.each("floor" if service == "worker" else service)
        yield Measure(section=section, what=f"{what}: {title}", unit="CPU ms", redress=ours.each(service), floor=bare)
