"""What processes take of the machine, read from /proc; nothing is known where there is no /proc."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
# Fields behind the command name: parent; user, system time, the same of children that ended.
_PARENT, _TIMES = 1, slice(11, 15)

MEASURABLE: Final = (_PROC / "self" / "stat").exists()


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process."""
    pages = int((_PROC / str(pid) / "statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process and its children have taken since they began."""
    everything = {int(entry.name): _stat(entry) for entry in _PROC.iterdir() if entry.name.isdigit()}
    family = [fields for one, fields in everything.items() if fields and (one == pid or int(fields[_PARENT]) == pid)]
    ticks = sum(int(field) for fields in family for field in fields[_TIMES])
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(entry: Path) -> list[str]:
    try:
        return (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:  # it has ended
        return []
