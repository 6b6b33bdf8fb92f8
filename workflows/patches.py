"""Every patch id that `workflow.patched` is asked for: since when, why, and when it may go.

A change of a workflow that alters its commands adds a line here; docs/changing-a-workflow.md says how.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One patch id of a workflow."""

    id: str
    workflow: str
    since: date
    why: str
    may_go_when: str


PATCHES: Final[tuple[Patch, ...]] = (
    Patch(
        id="version-ahead",
        workflow="complaint",
        since=date(2026, 11, 23),
        why="Rungs of staff's clocks count as acts, and fire beside the complaint's workflow: a version newer than the"
        " one it knows was refused as stale for good. The case file decides, under its lock.",
        may_go_when="no open complaint began before this day",
    ),
)
