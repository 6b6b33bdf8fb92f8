"""Examines this installation and what runs beside it; every failure comes with what to do about it."""

import asyncio
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
from temporalio.client import Client

from runtime import ports
from runtime.leftovers import running_supervisor
from runtime.pollers import unattended
from runtime.postgres_binaries import find_binaries
from runtime.promote import RECENT
from runtime.settings import Settings
from runtime.temporal import find_temporal
from runtime.temporal_namespace import missing_search_attributes, retention

_DISK_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    found: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything in turn; a check that cannot be made is a failure, not an exception."""
    held = running_supervisor() is not None
    checks: list[tuple[str, Callable[[], Finding], str]] = [
        ("Python", _python, "install Python 3.11 or later"),
        ("disk", lambda: _disk(settings), "name an existing directory in REDRESS_STATE_DIR"),
    ]
    if settings.in_development or not settings.database_dsn_app:
        checks += [
            ("PostgreSQL binaries", lambda: _postgres_binaries(settings), "run 'make run' once"),
            ("Temporal binary", _temporal_binary, "run 'make run' once"),
            ("ports", lambda: _ports(held), ""),
        ]
    start = "start the stack: 'redress up'"
    if not settings.database_dsn_app:
        yield from (_try(*check) for check in checks)
        yield Finding(what="stack", ok=False, found="nothing runs here", remedy=start)
        return
    for role in ("app", "migrator", "sweeper"):
        checks.append((f"database as {role}", lambda role=role: _database(settings, role), start))  # type: ignore[misc]
    checks += [
        ("migrations", lambda: _migrations(settings), "run 'redress migrate'"),
        ("Temporal namespace", lambda: asyncio.run(_namespace(settings)), start),
        ("workers", lambda: asyncio.run(_workers(settings)), "start a worker: 'python worker.py'"),
    ]
    yield from (_try(*check) for check in checks)


def _try(what: str, check: Callable[[], Finding], remedy: str) -> Finding:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - a check that fails is a finding
        return Finding(what=what, ok=False, found=str(error) or type(error).__name__, remedy=remedy)


def _python() -> Finding:
    return Finding(
        what="Python",
        ok=sys.version_info >= (3, 11),
        found=sys.version.split()[0],
        remedy="install Python 3.11 or later",
    )


def _disk(settings: Settings) -> Finding:
    place = settings.state_dir
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    return Finding(
        what="disk",
        ok=free > _DISK_BYTES,
        found=f"{free / 1e9:.1f} GB free for {settings.state_dir}",
        remedy="free a gigabyte, or name another place in REDRESS_STATE_DIR",
    )


def _postgres_binaries(settings: Settings) -> Finding:
    binaries = find_binaries(settings.postgres_binaries)
    return Finding(
        what="PostgreSQL binaries",
        ok=binaries.major >= 15,
        found=f"{binaries.version} in {binaries.directory}",
        remedy="install PostgreSQL 15 or later",
    )


def _temporal_binary() -> Finding:
    return Finding(what="Temporal binary", ok=True, found=str(find_temporal()))


def _ports(held: bool) -> Finding:
    taken = [str(port) for port in (ports.API, ports.TEMPORAL, ports.TEMPORAL_UI) if not ports.is_free(port)]
    found = "in use by the running stack or others" if held else "taken, others will be used"
    # Never a failure: a taken port is avoided.
    return Finding(what="ports", ok=True, found=f"{', '.join(taken)}: {found}" if taken else "free")


def _database(settings: Settings, role: str) -> Finding:
    dsn = settings.need(f"database_dsn_{role}").replace("+psycopg", "")
    with psycopg.connect(dsn, connect_timeout=5) as connection:
        version = connection.info.parameter_status("server_version")
        host, port = connection.info.host, connection.info.port
    return Finding(what=f"database as {role}", ok=True, found=f"PostgreSQL {version} at {host}:{port}")


def _migrations(settings: Settings) -> Finding:
    from runtime.migrating import pending

    missing = pending(settings.need("database_dsn_migrator"))
    return Finding(
        what="migrations",
        ok=not missing,
        found=f"missing {', '.join(missing)}" if missing else "at the newest revision",
        remedy="run 'redress migrate'",
    )


async def _namespace(settings: Settings) -> Finding:
    client = await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)
    missing = await missing_search_attributes(client)
    kept = await retention(client)
    names = ", ".join(name for name, _ in missing)
    return Finding(
        what="Temporal namespace",
        ok=not missing,
        found=f"search attributes missing: {names}" if missing else f"closed cases kept {kept.days} days",
        remedy="add them: 'temporal operator search-attribute create', see docs/operations.md",
    )


async def _workers(settings: Settings) -> Finding:
    client = await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)
    missing = await unattended(client, since=datetime.now(UTC) - RECENT, build_id=settings.worker_build_id)
    return Finding(
        what="workers",
        ok=not missing,
        found=f"nobody polls {', '.join(missing)}" if missing else "every task queue is polled",
        remedy="start a worker: 'python worker.py'",
    )
