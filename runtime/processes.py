"""Naming a process so that its pid cannot be mistaken for another's, watching it and ending it."""

import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from os import kill
from pathlib import Path

_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Process:
    """A pid together with the moment it started: a pid alone may be given to someone else."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> "Process | None":
        """Return the live process with this pid; a zombie counts as dead."""
        started = _started(pid)
        return cls(pid, started) if started else None

    @property
    def alive(self) -> bool:
        return _started(self.pid) == self.started

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless the process has gone."""
        if self.alive:
            with suppress(ProcessLookupError):
                kill(self.pid, number)

    def wait(self, seconds: float) -> bool:
        """Wait until the process has gone; return whether it has."""
        deadline = time.monotonic() + seconds
        while self.alive:
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def end(self, number: signal.Signals = signal.SIGTERM, patience: float = 15.0) -> bool:
        """Ask the process to stop, kill it when it does not; return whether asking was enough."""
        self.send(number)
        if self.wait(patience):
            return True
        self.send(signal.SIGKILL)
        self.wait(5.0)
        return False


def command_line(pid: int) -> str:
    """Return the arguments a process was started with, or nothing when it has gone."""
    if sys.platform == "linux":
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return ""
        return raw.replace(b"\0", b" ").decode(errors="replace").strip()
    return _ps(pid, "command=")


def _started(pid: int) -> str:
    if sys.platform == "linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return ""
        # The command name may hold spaces and brackets: the fields begin behind the last one.
        fields = stat.rpartition(")")[2].split()
        if fields[0] in "ZX" and not _has_threads_left(pid):
            return ""
        return f"{fields[19]}@{_boot()}"
    state, _, started = _ps(pid, "stat=,lstart=").partition(" ")
    return "" if state.startswith("Z") else started.strip()


def _has_threads_left(pid: int) -> bool:
    """Tell whether a process whose first thread has ended still holds its ports and files."""
    try:
        return len(list(Path(f"/proc/{pid}/task").iterdir())) > 1
    except OSError:
        return False


def _boot() -> str:
    """Name this boot of the machine: start times are counted from it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _ps(pid: int, columns: str) -> str:
    listed = subprocess.run(["ps", "-o", columns, "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip()
