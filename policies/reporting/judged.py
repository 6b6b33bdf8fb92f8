"""Folds the clocks of one complaint into those that were judged: met, missed, or both.

A generation is an obligation of its own: what was missed before it was extended stays missed. Where a date was only
counted anew (a corrected day of receipt, another calendar, another version of the procedure) the obligation is the
same: the new generation takes the place of the old one, and what was marked as missed stays marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from policies.reporting.told import Change, Facts, Row, Told

_COUNTED_ANEW: Final = frozenset({"corrected", "calendar_changed", "procedure_moved"})
Clocks = dict[str, Row]


def judge(clocks: Clocks, told: Told) -> Iterator[Change]:
    """Take up one event about a clock; return the rows that it changes."""
    step = HEARD[told.kind]
    yield from step(clocks, told.data)


def _armed(clocks: Clocks, data: Row) -> Iterator[Change]:
    clock_id = str(data["clock_id"])
    before = clocks.get(clock_id)
    clocks[clock_id] = now = {
        "kind": data["clock"],
        "effect": data.get("effect"),
        "generation": data["generation"],
        "started_on": data["started_on"],
        "due_on": data["due_on"],
        "judged": None,
    }
    if before is None or data.get("cause") not in _COUNTED_ANEW:
        return
    was = before["judged"]
    if was is not None and was["met_on"] is None and was["breached"]:
        yield _gone(clock_id, before)
        now["judged"] = was
        yield _row(clock_id, now)


def _breached(clocks: Clocks, data: Row) -> Iterator[Change]:
    clock_id, clock = _find(clocks, data)
    if clock is None:
        return
    was = clock["judged"] or {"met_on": None, "in_time": False}
    clock["judged"] = {**was, "breached": True}
    yield _row(clock_id, clock)


def _met(clocks: Clocks, data: Row) -> Iterator[Change]:
    clock_id, clock = _find(clocks, data)
    if clock is None:
        return
    breached = clock["judged"] is not None and clock["judged"]["breached"]
    clock["judged"] = {"met_on": data["met_on"], "in_time": bool(data["in_time"]), "breached": breached}
    yield _row(clock_id, clock)


def _judged_again(clocks: Clocks, data: Row) -> Iterator[Change]:
    """A clock that had ended has another due date: the same act is judged by that."""
    clock_id = str(data["clock_id"])
    clock = clocks.get(clock_id)
    if clock is None:
        return
    was = clock["judged"]
    if was is not None:
        yield _gone(clock_id, clock)
    clock.update(generation=data["generation"], started_on=data["started_on"], due_on=data["due_on"], judged=None)
    breached = was is not None and was["breached"]
    if data.get("met_on") is None and not breached:
        return  # it was stopped before anything was missed
    in_time = bool(data.get("in_time")) or bool(data.get("would_have_been_in_time"))
    clock["judged"] = {"met_on": data.get("met_on"), "in_time": in_time, "breached": breached}
    yield _row(clock_id, clock)


def _find(clocks: Clocks, data: Row) -> tuple[str, Row | None]:
    """Return the clock of an event, if the event is about its present generation."""
    clock_id = str(data["clock_id"])
    clock = clocks.get(clock_id)
    return clock_id, clock if clock is not None and clock["generation"] == data["generation"] else None


def _row(clock_id: str, clock: Row) -> Change:
    row: dict[str, Any] = {
        "clock_id": clock_id,
        "generation": clock["generation"],
        "kind": clock["kind"],
        "effect": clock["effect"],
        "started_on": clock["started_on"],
        "due_on": clock["due_on"],
        **clock["judged"],
    }
    return Change(Facts.CLOCK, (clock_id, clock["generation"]), row)


def _gone(clock_id: str, clock: Row) -> Change:
    return Change(Facts.CLOCK, (clock_id, clock["generation"]), None)


HEARD: Final[Mapping[str, Callable[[Clocks, Row], Iterator[Change]]]] = {
    "clock.armed": _armed,
    "clock.breached": _breached,
    "clock.met": _met,
    "clock.judged_again": _judged_again,
}
