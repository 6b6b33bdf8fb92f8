"""Runs a PostgreSQL server of our own on the loopback address, for newcomers and for tests.

Data is kept between runs. A server whose parent was killed is found and used again. Never use this
in production: there the database is given by its address, with TLS.
"""

import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import psycopg

from runtime import ports
from runtime.account import Account
from runtime.postgres_binaries import Binaries, find_binaries, within_reach
from runtime.postgres_data import (
    SUPERUSER,
    DataDirectory,
    PostgresError,
    clean_environment,
)
from runtime.processes import Process

_START_SECONDS = 60.0
_ATTEMPTS = 8
# A port taken in the meantime, or the last processes of a server that was killed.
_WORTH_ANOTHER = re.compile(r"could not bind|shared memory block|lock file")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresAddress:
    """Where the server listens and who may do everything there."""

    host: str
    port: int
    superuser: str
    password: str = field(repr=False)

    def dsn(self, database: str = "postgres", user: str | None = None, password: str | None = None) -> str:
        """Compose an SQLAlchemy URL, of the superuser unless another user is named."""
        name, secret = (user, password or "") if user else (self.superuser, self.password)
        return (
            f"postgresql+psycopg://{quote(name, safe='')}:{quote(secret, safe='')}"
            f"@{self.host}:{self.port}/{quote(database, safe='')}"
        )

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[Any, ...]]":
        """Open a superuser's connection in autocommit mode."""
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=self.superuser,
            password=self.password,
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )


class PostgresServer:
    """One PostgreSQL cluster in a directory; start and stop it as often as you like."""

    def __init__(self, state_dir: Path, binaries: Path | None = None, fsync: bool = True, port: int = 5432) -> None:
        self._data = DataDirectory(state_dir, fsync=fsync)
        self._log = self._data.log
        self._configured = binaries
        self._fsync = fsync
        self._customary_port = port
        self._process: Process | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self.note = ""

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

    def start(self) -> PostgresAddress:
        """Start the server, or adopt the one that already serves this data; wait until it answers."""
        binaries = find_binaries(self._configured)
        account = self._data.prepare(binaries)
        binaries = within_reach(binaries, account)
        if not self._data.path.exists():
            self._data.initialise(binaries, account)
        orphan = self._data.orphan()
        if orphan is not None:
            process, port = orphan
            self._process = process
            return self._wait_until_answering(port)
        return self._launch(binaries, account)

    def stop(self, patience: float = 20.0) -> None:
        """Stop the server: sessions are ended, committed data is on disk."""
        if self._process is not None:
            self._process.end(signal.SIGINT, patience)
            self._process = None
        if self._child is not None:
            self._child.wait()
            self._child = None

    def __enter__(self) -> PostgresAddress:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _launch(self, binaries: Binaries, account: Account) -> PostgresAddress:
        """Start a new server; a taken port or a dying predecessor is worth another attempt."""
        refused: frozenset[int] = frozenset()
        for attempt in range(_ATTEMPTS):
            choice = ports.choose_port(self._customary_port, recorded=self._data.port, avoid=refused)
            self.note = choice.note
            offset = self._log.stat().st_size if self._log.exists() else 0
            self._spawn(binaries, account, choice.port)
            try:
                address = self._wait_until_answering(choice.port)
            except PostgresError as error:
                alive = self.alive
                self.stop()
                said = self._log.read_bytes()[offset:].decode(errors="replace")
                if alive or not _WORTH_ANOTHER.search(said):
                    raise PostgresError(f"{error}\n{said[-2000:]}") from error
                if "could not bind" in said:
                    refused |= {choice.port}
                time.sleep(0.2 * (attempt + 1))
                continue
            self._data.record_port(choice.port)
            return address
        raise PostgresError(f"PostgreSQL did not start in {_ATTEMPTS} attempts: see {self._log}")

    def _spawn(self, binaries: Binaries, account: Account, port: int) -> None:
        settings = {
            "listen_addresses": ports.LOOPBACK,
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # People's words stand in statements and in the details of errors: not in a log.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "fsync": "on" if self._fsync else "off",
            "synchronous_commit": "on" if self._fsync else "off",
            "full_page_writes": "on" if self._fsync else "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        if self._child is not None:
            self._child.wait()
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                [
                    binaries.program("postgres"),
                    "-D",
                    str(self._data.path),
                    "-p",
                    str(port),
                    *options,
                ],
                cwd="/",
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **account.popen,
            )
        self._process = Process.of(self._child.pid)

    def _wait_until_answering(self, port: int) -> PostgresAddress:
        """Wait for a connection with our password to our data; crash recovery may take a while."""
        address = PostgresAddress(
            host=ports.LOOPBACK,
            port=port,
            superuser=SUPERUSER,
            password=self._data.password,
        )
        deadline = time.monotonic() + _START_SECONDS
        while self.alive and time.monotonic() < deadline:
            try:
                with address.connect() as connection:
                    row = connection.execute("show data_directory").fetchone()
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise PostgresError(
                        f"PostgreSQL on port {port} does not accept the password kept beside its data"
                    ) from error
                time.sleep(0.05)
                continue
            if row is not None and Path(str(row[0])) == self._data.path:
                return address
            raise PostgresError(f"port {port} is served by another PostgreSQL")
        raise PostgresError(f"PostgreSQL did not answer on port {port}: see {self._log}")


@contextmanager
def temporary_postgres(binaries: Path | None = None) -> Iterator[PostgresAddress]:
    """Run a fast, throw-away server for a test session; also as root, where it needs an open path."""
    directory = Path(tempfile.mkdtemp(prefix="redress-postgres-"))
    try:
        with PostgresServer(directory, binaries, fsync=False, port=ports.any_free()) as address:
            yield address
    finally:
        shutil.rmtree(directory, ignore_errors=True)
