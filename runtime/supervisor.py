"""Starts the embedded stack in order, keeps it alive, and stops every process that it started."""

import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType

from runtime.embedded import EmbeddedStack
from runtime.leftovers import end_leftovers
from runtime.progress import Progress
from runtime.settings import Settings
from runtime.stack_file import remove_stack

_WATCH_SECONDS = 0.5
_LONGEST_BACKOFF = 30.0
_HEALTHY_AFTER = 60.0
_LONGEST_REPORT = 14  # lines


class _StoppedError(Exception):
    """We were told to stop while starting."""


@dataclass(slots=True)
class _Watch:
    """How often a service has died lately, and when it may be started again."""

    deaths: int = 0
    revived: float = 0.0
    not_before: float = 0.0


class Supervisor:
    """One run of the stack, from start to stop."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self._stack = EmbeddedStack(settings)
        self._progress = progress
        self._watches = {name: _Watch() for name in self._stack.services}
        self._stopping = threading.Event()
        self._interruptible = False
        self._stop_with = "Ctrl-C"

    def run(self, *, stop_with: str) -> int:
        """Start everything, watch over it until told to stop, stop everything; return an exit code."""
        self._stop_with = stop_with
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._told_to_stop)
        try:
            self._start()
            self._watch()
        except (_StoppedError, KeyboardInterrupt):
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, the other processes must be looked after
            self._report(error)
            return 1
        finally:
            self._stop()
        return 0

    def _start(self) -> None:
        stack = self._stack
        end_leftovers()
        self._step("PostgreSQL", stack.start_postgres)
        self._step("Temporal", stack.start_temporal)
        self._step("Migrations", stack.migrate, interruptible=True)
        self._step("API and worker", self._start_processes)
        try:
            self._step("Demonstration", stack.demonstrate, interruptible=True)
        except (_StoppedError, KeyboardInterrupt):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the other processes must be looked after
            # The stack is of use without it.
            self._report(error)
        self._progress.summary(stack.describe("ready"), stop_with=self._stop_with)
        stack.describe("ready").write()

    def _start_processes(self) -> str:
        note = self._stack.start_processes()
        # Written before the wait: should we be killed in it, the next run must find these processes.
        self._stack.describe("starting").write()
        self._stack.wait_for_processes(self._stopping.is_set)
        return note

    def _step(self, title: str, action: Callable[[], str], *, interruptible: bool = False) -> None:
        """Do one step. One that starts no process may be interrupted in the middle."""
        if self._stopping.is_set():
            raise _StoppedError
        with self._progress.step(title):
            self._interruptible = interruptible
            try:
                note = action()
            finally:
                self._interruptible = False
        if note:
            self._progress.note(f"{title}: {note}")
        if self._stopping.is_set():
            raise _StoppedError

    def _told_to_stop(self, number: int, frame: FrameType | None) -> None:
        first = not self._stopping.is_set()
        self._stopping.set()
        if first and self._interruptible:
            raise KeyboardInterrupt

    def _watch(self) -> None:
        """Start again whatever dies, until told to stop."""
        while not self._stopping.wait(_WATCH_SECONDS):
            for name, service in self._stack.services.items():
                watch, now = self._watches[name], time.monotonic()
                if service.alive:
                    if now - watch.revived > _HEALTHY_AFTER:
                        watch.deaths = 0
                elif now >= watch.not_before:
                    self._revive(name, watch)

    def _revive(self, name: str, watch: _Watch) -> None:
        """Start a dead service; each further death within a minute doubles the wait before the next."""
        self._progress.note(f"{datetime.now(UTC):%H:%M:%S} {name} ended unexpectedly: starting it again")
        watch.deaths += 1
        try:
            self._stack.revive(name)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other processes must be looked after
            self._report(error)
        watch.revived = time.monotonic()
        watch.not_before = watch.revived + min(2.0 ** (watch.deaths - 1), _LONGEST_BACKOFF)
        self._stack.describe("ready").write()

    def _stop(self) -> None:
        """Stop in the reverse order: nothing loses what it stands on before it has ended."""
        self._stopping.set()
        for name, service in reversed(self._stack.services.items()):
            if service.process is not None:
                with self._progress.step(f"Stopping {name}"):
                    service.stop()
        remove_stack()

    def _report(self, error: Exception) -> None:
        """Tell the person in one line, and keep the whole story in a file."""
        log = self._stack.settings.logs_dir / "supervisor-errors.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC).isoformat()}\n")
            traceback.print_exception(error, file=file)
        self._progress.failed(f"{_in_brief(error)} (details: {log})")


def _in_brief(error: Exception) -> str:
    """Return the beginning and the end of what an error says: some quote whole statements or logs in between."""
    lines = str(error).splitlines() or [type(error).__name__]
    if len(lines) > _LONGEST_REPORT:
        lines = [*lines[:2], "…", *lines[3 - _LONGEST_REPORT :]]
    return "\n".join(lines)
