"""`python -m bench [names…] [--quick]`: measures, prints a table of ratios, writes .redress/bench.json.

It never fails for a number: times belong to the machine, and only the ratios mean anything elsewhere.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Final

from bench.history import history
from bench.intake import commands, intake
from bench.lateness import BusyMachine, lateness
from bench.measures import FULL, QUICK, Measure, Scale
from bench.report import cores, show, write
from bench.reports import national
from bench.stand import Stand, a_stand
from bench.standing import attention, memory
from bench.worklist import over_a_million
from runtime.progress import Progress

Section = Callable[[Stand, Scale], list[Measure]]
# In this order: memory wants fresh processes; attention, command and lateness use what it left open.
SECTIONS: Final[dict[str, Section]] = {
    "memory": memory,
    "attention": attention,
    "command": commands,
    "intake": intake,
    "history": history,
    "lateness": lateness,
    "worklist": over_a_million,
    "reports": national,
}

# These have databases of their own, and no time to be left out for.
_APART: Final = frozenset({"worklist", "reports"})


def main(arguments: list[str] | None = None) -> int:
    """Measure what was asked for, in order."""
    asked = _parse(arguments)
    scale = QUICK if asked.quick else FULL
    chosen = [name for name in SECTIONS if not asked.names or name in asked.names]
    progress = Progress()
    began, taken = time.monotonic(), datetime.now(UTC).isoformat(timespec="seconds")
    measures: list[Measure] = []
    left_out: list[str] = []
    with ExitStack() as opened:
        with progress.step("Start of the stand"):
            stand = opened.enter_context(a_stand())
        for name in chosen:
            if name not in _APART and time.monotonic() - began > scale.limit_seconds:
                left_out.append(name)
                continue
            with progress.step(name.capitalize()):
                found = _measured(name, stand, scale, progress)
            measures += found
            left_out += [] if found else [name]
    show(progress.console, measures, scale)
    for line in _scaled(stand, scale, left_out):
        progress.note(line)
    seconds = time.monotonic() - began
    path = write(measures, scale, taken=taken, seconds=seconds, left_out=left_out, cut_short=stand.cut_short)
    progress.say(f"{seconds:.0f} s on {cores()} cores; all of it: {path}")
    return 0


def _scaled(stand: Stand, scale: Scale, left_out: list[str]) -> list[str]:
    """Say what was measured smaller than it is meant to be, or not at all."""
    standing = f"{scale.standing} complaints instead of {FULL.standing}"
    quick = [f"scaled down: {standing}, fewer requests, at most {max(scale.requests)} at once"]
    return [*(quick if scale is QUICK else []), *stand.cut_short, *(f"left out: {name}" for name in left_out)]


def _measured(name: str, stand: Stand, scale: Scale, progress: Progress) -> list[Measure]:
    try:
        return SECTIONS[name](stand, scale)
    except BusyMachine as busy:
        progress.note(str(busy))
        return []


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"what to measure: {', '.join(SECTIONS)}")
    parser.add_argument("--quick", action="store_true", help="a tenth of it, to see that it works")
    parsed = parser.parse_args(arguments)
    if unknown := [name for name in parsed.names if name not in SECTIONS]:
        parser.error(f"not known: {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    return parsed


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
