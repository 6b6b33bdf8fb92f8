"""One event of a chain as the fold hears it, and one change of what is known that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# A row as JSON has it: ids, codes and dates as text.
Row = dict[str, Any]


class Facts(StrEnum):
    """The tables of the reports' own view."""

    CASE = "report_case"
    CLOCK = "report_clock"
    ITEM = "report_item"


@dataclass(frozen=True, slots=True)
class Told:
    """One event: what kind, on which local day (as text, for a chain has many), its place, and what it holds."""

    kind: str
    on: str
    seq: int
    data: Row


@dataclass(frozen=True, slots=True)
class Change:
    """What is known of one thing from this event on; no row where it does not count by itself any more."""

    table: Facts
    key: tuple[str | int | None, ...]
    row: Row | None
