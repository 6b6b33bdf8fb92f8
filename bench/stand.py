"""The stand: the real stack of `make run` in a folder that is thrown away, with the floor's worker beside it.

PostgreSQL syncs, Temporal keeps its file, API and worker are processes of their own. One flag is added to
Temporal: workflows may be asked to skip time. Nothing here may touch a stack that runs in this checkout.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import httpx2
import psycopg
from temporalio.client import Client

from api.dev_issuer import mint
from bench.callers import Callers
from bench.floor import Floor
from bench.floor_worker import TABLE
from bench.usage import MEASURABLE, cpu_seconds, resident_bytes
from db.engine import SweeperDatabase
from gateways.engine import connect
from runtime.children import Child
from runtime.database_roles import DatabaseDsns, ensure_database
from runtime.embedded import EmbeddedStack
from runtime.postgres import PostgresAddress, PostgresServer
from runtime.settings import PREFIX, Settings
from runtime.temporal import TemporalServer
from tests.bodies import Body, make_body, plain

# Beside the customary ports, which a stack of somebody's own may want.
_API, _POSTGRES, _TEMPORAL, _TEMPORAL_UI = 18000, 15432, 17233, 18233
_TOKEN_LIFETIME = timedelta(hours=1)


class _Temporal(TemporalServer):
    """The embedded server as it is, with the flag that lets a workflow be asked to skip time."""

    def _command(self, port: int, ui_port: int) -> list[str]:
        flag = "frontend.WorkflowTimeSkippingEnabled=true"
        return [*super()._command(port, ui_port), "--dynamic-config-value", flag]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What one section speaks to the stand with, for as long as its event loop lasts."""

    client: Client
    callers: Callers
    floor: Floor
    sweeper: SweeperDatabase


class Stand(EmbeddedStack):
    """The embedded stack, the floor's worker, and one organisation to log complaints for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Settings(environment="development", state_dir=folder, api_port=_API, log_level="WARNING"))
        self._postgres = PostgresServer(folder, self.settings.postgres_binaries, port=_POSTGRES)
        self._temporal = _Temporal(folder, port=_TEMPORAL, ui_port=_TEMPORAL_UI)
        logs = self.settings.logs_dir
        self._floor = Child("floor", [sys.executable, "-m", "bench.floor_worker"], logs / "floor.log")
        self.services |= {"postgres": self._postgres, "temporal": self._temporal, "floor": self._floor}
        self.body: Body
        # What is open and left alone: references of complaints, ids and instants of bare timers.
        self.standing: list[str] = []
        self.parked: list[tuple[str, datetime]] = []
        self.cut_short: list[str] = []

    def start(self) -> None:
        """Start every process and wait until each of them does its work."""
        self.start_postgres()
        self.start_temporal()
        self.migrate()
        with self._migrator() as connection:
            connection.execute(TABLE)
        self.body = make_body(self.settings.need("database_dsn_migrator"))
        self.start_processes()
        self._floor.environment = self._child_environment()
        self._floor.start()
        self.wait_for_processes(lambda: False)

    def stop(self) -> None:
        """Stop what was started, in the reverse order."""
        for name in ("floor", "worker", "api", "temporal", "postgres"):
            self.services[name].stop()

    def other_database(self, name: str) -> DatabaseDsns:
        """Make another database on the same server."""
        address = self._database_address
        assert isinstance(address, PostgresAddress)
        return ensure_database(address, self.settings.state_dir, name)

    def superuser(self, name: str) -> psycopg.Connection[tuple[Any, ...]]:
        """Open a superuser's connection to a database of the server."""
        address = self._database_address
        assert isinstance(address, PostgresAddress)
        return address.connect(name)

    def resident(self, name: str) -> int:
        """Return the resident memory of a process in bytes."""
        return resident_bytes(self._pid(name))

    def spent(self) -> dict[str, float]:
        """Return the processor time that each service has taken so far, in seconds."""
        return {name: cpu_seconds(self._pid(name)) for name in self.services} if MEASURABLE else {}

    @asynccontextmanager
    async def visit(self) -> AsyncIterator[Visit]:
        """Open what a section speaks to the stand with."""
        settings = self.settings
        token = mint(settings, self.body.id, "handler", ["handler"], _TOKEN_LIFETIME)
        headers = {"Authorization": f"Bearer {token}"}
        client = await connect(settings.temporal_address, settings.temporal_namespace, lazy=False)
        sweeper = SweeperDatabase(settings.need("database_dsn_sweeper"))
        dsn = plain(settings.need("database_dsn_migrator"))
        limits = httpx2.Limits(max_connections=64, max_keepalive_connections=64)
        try:
            async with (
                await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection,
                httpx2.AsyncClient(base_url=settings.api_url, headers=headers, timeout=60, limits=limits) as http,
                Callers(http, connection) as callers,
            ):
                yield Visit(client=client, callers=callers, floor=Floor(client), sweeper=sweeper)
        finally:
            await sweeper.close()

    def _pid(self, name: str) -> int:
        process = self.services[name].process
        assert process is not None, f"{name} does not run"
        return process.pid

    def _migrator(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(plain(self.settings.need("database_dsn_migrator")), autocommit=True)


@contextmanager
def a_stand() -> Iterator[Stand]:
    """Run a stand, and leave neither a process nor a file behind, also when told to stop."""
    for name in [name for name in os.environ if name.startswith(PREFIX) and name != f"{PREFIX}POSTGRES_BINARIES"]:
        del os.environ[name]  # settings of another stack: nothing may be sent or written there
    signal.signal(signal.SIGTERM, _told_to_stop)
    folder = Path(tempfile.mkdtemp(prefix="redress-bench-"))
    stand = Stand(folder)
    try:
        stand.start()
        yield stand
    finally:
        stand.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _told_to_stop(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
