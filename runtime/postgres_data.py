"""PostgreSQL's data directory: made once, never half-made, given to the account that serves it."""

import shutil
import subprocess
import sys
from os import environ
from pathlib import Path

from runtime.account import Account, UnreachableError
from runtime.places import secret_from, write_atomically
from runtime.postgres_binaries import Binaries
from runtime.processes import Process, command_line

SUPERUSER = "postgres"


class PostgresError(RuntimeError):
    """The embedded PostgreSQL could not be started."""


class WrongMajorError(PostgresError):
    """The data was made by another major version, which this one cannot read."""


class DataDirectory:
    """One cluster on disk, with its superuser's password and its last port beside it."""

    def __init__(self, state_dir: Path, *, fsync: bool) -> None:
        self._state_dir = state_dir.resolve()
        self._home = self._state_dir / "postgres"
        self._fsync = fsync
        self.path = self._home / "data"
        self.log = self._state_dir / "logs" / "postgres.log"

    @property
    def password(self) -> str:
        return secret_from(self._home / "superuser.password")

    @property
    def port(self) -> int | None:
        """The port that was used last."""
        try:
            return int((self._home / "port").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def record_port(self, port: int) -> None:
        write_atomically(self._home / "port", str(port))

    def prepare(self, binaries: Binaries) -> Account:
        """Make the directories, and refuse what cannot work before anything is touched."""
        account = Account.for_data(self.path)
        for directory in (self._state_dir, self._home, self.log.parent):
            directory.mkdir(parents=True, exist_ok=True)
        if account.uid is not None:
            self._home.chmod(0o711)
            self._state_dir.chmod(0o711)
        if not account.can_enter(self._home):
            raise UnreachableError(
                f"PostgreSQL runs as an unprivileged account, which cannot enter {self._home}:"
                " name another directory in REDRESS_STATE_DIR"
            )
        if self.path.exists():
            made_by = (self.path / "PG_VERSION").read_text(encoding="ascii").strip()
            if made_by != str(binaries.major):
                raise WrongMajorError(
                    f"{self.path} was made by PostgreSQL {made_by}, but {binaries.directory} is"
                    f" {binaries.version}: use the old version, or move the directory away"
                )
        return account

    def initialise(self, binaries: Binaries, account: Account) -> None:
        """Make the cluster under another name first, so that a killed initdb leaves nothing half."""
        unfinished = self._home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        account.give(unfinished)
        # initdb runs as the other account, which cannot read our 0600 file.
        readable = self._home / "initial-password"
        write_atomically(readable, self.password, mode=0o600)
        account.give(readable)
        try:
            made = subprocess.run(
                self._initdb(binaries, unfinished, readable),
                cwd="/",
                env=clean_environment(),
                capture_output=True,
                text=True,
                check=False,
                **account.popen,
            )
        finally:
            readable.unlink()
        if made.returncode != 0:
            raise PostgresError(f"initdb failed:\n{made.stdout}{made.stderr}")
        unfinished.rename(self.path)

    def _initdb(self, binaries: Binaries, directory: Path, password: Path) -> list[str]:
        # Sorting is PostgreSQL's own where it can be, so that it is the same on every machine.
        own = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return [
            *(binaries.program("initdb"), "-D", str(directory), "-U", SUPERUSER),
            *("--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8"),
            *("--data-checksums", "--no-instructions"),
            "--locale=C.UTF-8" if sys.platform == "linux" else "--locale=C",
            *(own if binaries.major >= 17 else []),
            *([] if self._fsync else ["--no-sync"]),
        ]

    def orphan(self) -> tuple[Process, int] | None:
        """Find a server that already serves this data; clear away the trace of one that died."""
        lock = self.path / "postmaster.pid"
        try:
            lines = lock.read_text(encoding="utf-8").splitlines()
            process, port = Process.of(int(lines[0])), int(lines[3])
        except (OSError, ValueError, IndexError):
            return None
        if process is not None and str(self.path) in command_line(process.pid):
            return process, port
        # The pid is free or belongs to a stranger: PostgreSQL would refuse to start for a stranger.
        lock.unlink(missing_ok=True)
        return None


def clean_environment() -> dict[str, str]:
    """Return our environment without PostgreSQL's own variables, which would redirect the server."""
    return {name: value for name, value in environ.items() if not name.startswith("PG")}
