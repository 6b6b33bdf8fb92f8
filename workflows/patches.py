"""Every patch id that `workflow.patched` is asked for: since when, why, and when it may go.

There is none yet: every history so far was written by the code as it stands. The first change of a
workflow that alters its commands adds a line here; docs/changing-a-workflow.md says how.
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


PATCHES: Final[tuple[Patch, ...]] = ()
