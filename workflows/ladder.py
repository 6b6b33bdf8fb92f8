"""The ladders of running clocks: which rung fires next. Pure arithmetic over carried state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from contracts.clocks import ArmedClock, RungRef


def next_rung(clocks: tuple[ArmedClock, ...]) -> RungRef | None:
    """Return the earliest rung not yet fired; of several at one instant, always the same one."""
    firsts = [
        RungRef(
            clock_id=clock.clock_id,
            kind=clock.kind,
            generation=clock.generation,
            rung=clock.rungs[0].rung,
            at=clock.rungs[0].at,
        )
        for clock in clocks
        if clock.rungs
    ]
    return min(firsts, key=lambda ref: (ref.at, ref.kind, ref.clock_id.int), default=None)


def next_untried(clocks: tuple[ArmedClock, ...], later: Mapping[RungRef, datetime]) -> RungRef | None:
    """Return the rung to try first: the earliest, where one that was tried before counts from when it may again."""
    return min(refs(clocks), key=lambda ref: (later.get(ref, ref.at), ref.at, ref.kind, ref.clock_id.int), default=None)


def refs(clocks: tuple[ArmedClock, ...]) -> list[RungRef]:
    """Return every rung of some clocks that has not fired."""
    return [
        RungRef(clock_id=clock.clock_id, kind=clock.kind, generation=clock.generation, rung=rung.rung, at=rung.at)
        for clock in clocks
        for rung in clock.rungs
    ]


def rearmed(
    clocks: tuple[ArmedClock, ...],
    armed: tuple[ArmedClock, ...],
    stopped: tuple[UUID, ...],
) -> tuple[ArmedClock, ...]:
    """Return the running clocks after a verdict: a new generation takes its clock's place."""
    gone = {*stopped, *(clock.clock_id for clock in armed)}
    return tuple(clock for clock in clocks if clock.clock_id not in gone) + armed


def climbed(clocks: tuple[ArmedClock, ...], fired: RungRef) -> tuple[ArmedClock, ...]:
    """Return the running clocks without the rung that fired."""
    return tuple(
        replace(clock, rungs=clock.rungs[1:])
        if clock.clock_id == fired.clock_id
        and clock.generation == fired.generation
        and clock.rungs
        and clock.rungs[0].rung == fired.rung
        else clock
        for clock in clocks
    )


def act_id_of(complaint_id: UUID, ref: RungRef) -> UUID:
    """Return the act id of a rung: the same for every attempt, another for every generation."""
    return uuid5(complaint_id, f"{ref.clock_id}/{ref.generation}/{ref.rung}")
