"""A Python process of ours (the API, the worker) as something that can be started, watched and stopped."""

import http.client
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from runtime.places import checkout
from runtime.processes import Process

_KEEP_BYTES = 20_000_000


class ChildError(RuntimeError):
    """A child process ended, or did not become ready, while it was being started."""


class Service(Protocol):
    """Whatever the supervisor watches."""

    @property
    def process(self) -> Process | None: ...

    @property
    def alive(self) -> bool: ...

    def start(self) -> object: ...

    def stop(self) -> None: ...


class Child:
    """One child process with its log."""

    def __init__(self, name: str, command: list[str], log: Path) -> None:
        self.name = name
        self.environment: Mapping[str, str] = {}
        self._command = command
        self._log = log
        self._child: subprocess.Popen[bytes] | None = None
        self._process: Process | None = None

    @property
    def process(self) -> Process | None:
        return self._process

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        """Start the process in a session of its own: Ctrl-C reaches the supervisor, not the child."""
        if self._child is not None:
            self._child.wait()
        rotate(self._log)
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                self._command,
                cwd=checkout(),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._process = Process.of(self._child.pid)

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until the process is ready; say what its log says when it is not."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.alive:
                raise ChildError(f"the {self.name} process ended while starting:\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise ChildError(f"the {self.name} process is not ready after {seconds:.0f} s:\n{self.last_words()}")
            time.sleep(0.1)

    def last_words(self) -> str:
        """Return the end of the log, and where it is."""
        said = self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
        return f"{said}\n(all of it: {self._log})"

    def stop(self) -> None:
        """Ask the process to finish what it does, kill it when it takes too long."""
        if self._child is None:
            return
        if self._process is not None:
            self._process.end(signal.SIGTERM, patience=15.0)
        self._child.wait()
        self._child = self._process = None


def answers(host: str, port: int, path: str) -> bool:
    """Tell whether an HTTP server answers there without an error of its own."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def rotate(log: Path) -> None:
    """Set a log aside when it has grown large; one older one is kept."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _KEEP_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))
