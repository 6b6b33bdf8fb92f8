"""A stack of its own for tests that kill: real PostgreSQL, Temporal, API and worker, each started again at will.

Kills go to processes that were started here, by their own pid. Ports are chosen once, high, and away from the
customary ones, so that nobody takes one while its server is dead.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import signal
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from os import environ
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg.rows import dict_row
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.service import RPCError

from contracts import names
from db.engine import Database, SweeperDatabase
from gateways.anchors import FolderAnchors
from gateways.engine import Engine, connect
from gateways.sealing import new_key
from runtime import ports
from runtime.attention import AttentionReport, attention_report
from runtime.children import Child, Service, answers
from runtime.database_roles import ensure_database
from runtime.migrating import upgrade as migrate
from runtime.pollers import unattended
from runtime.postgres import PostgresServer
from runtime.processes import Process
from runtime.settings import Settings
from runtime.temporal import TemporalServer
from runtime.verifying import VerifyReport, verify
from tests.bodies import Body, make_body, plain
from tests.faults.postbox import Postbox
from tests.faults.waiting import until
from tests.gateways.notify_stub import NotifyStub, notify_stub, switch_on_notify

PROCESSES = ("worker", "api", "temporal", "postgres")
Row = dict[str, object]


class Stack:
    """Every process of one stack, with its mail, its settings and a look behind it."""

    def __init__(self) -> None:
        self.state_dir = Path(tempfile.mkdtemp(prefix="redress-faults-"))
        postgres, temporal, ui, api, smtp = _free_ports(5)
        self.postbox = Postbox(smtp)
        # With fsync: without it PostgreSQL answers a commit before it is out of the process that is killed.
        self._postgres = PostgresServer(self.state_dir, fsync=True, port=postgres)
        self._temporal = TemporalServer(self.state_dir, port=temporal, ui_port=ui, time_skipping=True)
        logs = self.state_dir / "logs"
        self._api = Child("API", [sys.executable, "-m", "runtime.serve"], logs / "api.log")
        self._worker = Child("worker", [sys.executable, "worker.py"], logs / "worker.log")
        self.settings = Settings(
            environment="development",
            state_dir=self.state_dir,
            api_port=api,
            verdict_timeout_seconds=2,
            temporal_address=f"{ports.LOOPBACK}:{temporal}",
            smtp_host=ports.LOOPBACK,
            smtp_port=smtp,
            smtp_starttls=False,
            secrets_key=SecretStr(new_key()),
            webhooks_allow_private=True,
        )
        self.notify = NotifyStub()
        self._carriers = ExitStack()
        self._since = datetime.now(UTC)
        self._services: dict[str, Service] = {
            "postgres": self._postgres,
            "temporal": self._temporal,
            "api": self._api,
            "worker": self._worker,
        }

    def __enter__(self) -> Stack:
        with ExitStack() as undo:
            undo.callback(self._end)
            self.postbox.open()
            self.notify = self._carriers.enter_context(notify_stub())
            dsns = ensure_database(self._postgres.start(), self.state_dir)
            migrate(dsns.migrator)
            self.settings = self.settings.model_copy(
                update={
                    "notify_url": self.notify.url,
                    "database_dsn_app": dsns.app,
                    "database_dsn_migrator": dsns.migrator,
                    "database_dsn_sweeper": dsns.sweeper,
                }
            )
            self._temporal.start()
            self._api.environment = self._worker.environment = self.environment
            self._api.start()
            self._worker.start()
            undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        for service in reversed(self._services.values()):
            service.stop()
        self.postbox.close()
        self._carriers.close()
        shutil.rmtree(self.state_dir, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that give a process of ours this very stack."""
        return environ | self.settings.as_environment() | {"PYTHONUNBUFFERED": "1"}

    def child(self, name: str, *arguments: str) -> Child:
        """Return a further Python process of this stack, not yet started. Whoever asks stops it."""
        child = Child(name, [sys.executable, *arguments], self.state_dir / "logs" / f"{name}.log")
        child.environment = self.environment
        return child

    def body(self) -> Body:
        """Make an organisation with its people."""
        return make_body(self.settings.need("database_dsn_migrator"))

    def use_notify(self, body: Body) -> None:
        """Have an organisation's e-mails to people outside go by Notify."""
        key = self.settings.secrets_key
        assert key is not None
        switch_on_notify(self.settings.need("database_dsn_migrator"), body, key.get_secret_value())

    # Death and resurrection.

    async def kill(self, name: str) -> None:
        """End a process with SIGKILL, and wait until it has gone."""
        process = self._process(name)
        process.send(signal.SIGKILL)
        await until(lambda: not process.alive, f"{name} to die", 15)

    async def start(self, name: str) -> None:
        """Start a process that was killed, at its old address."""
        if name == "worker":
            self._since = datetime.now(UTC)
        await asyncio.to_thread(self._services[name].start)
        self._at_old_address(name)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process of this stack."""
        self._process(name).send(number)

    def _process(self, name: str) -> Process:
        process = self._services[name].process
        assert process is not None, f"{name} was never started"
        return process

    def _at_old_address(self, name: str) -> None:
        notes = (self._postgres.note, *self._temporal.notes)
        assert not any(notes), f"{name} moved to another port, where the others do not look: {notes}"

    async def repair(self) -> None:
        """Start whatever is dead, and wait until all of it works together."""
        for name, service in self._services.items():
            if not service.alive:
                await self.start(name)
        if not self.postbox.is_open:
            self.postbox.open()
        await self.whole()

    # Looking behind.

    async def whole(self) -> None:
        """Wait until the API answers and the worker that lives polls every task queue."""
        host, port = self.settings.api_host, self.settings.api_port
        await until(lambda: asyncio.to_thread(answers, host, port, "/health/live"), "the API to answer", 60)
        await until(lambda: self._attended(), "the worker to poll every queue", 90)

    async def _attended(self) -> bool:
        assert self._worker.alive, self._worker.last_words()
        try:
            return not await unattended(await self.client(), since=self._since)
        except (RPCError, RuntimeError):
            return False

    async def client(self) -> Client:
        """Return a client of the engine."""
        return await connect(self.settings.temporal_address, self.settings.temporal_namespace, lazy=False)

    async def sweep(self) -> None:
        """Have the delivery sweep run now, unless it runs or the engine is not back yet."""
        try:
            handle = (await self.client()).get_schedule_handle(names.DELIVERY_SCHEDULE)
            await handle.trigger()
        except (RPCError, RuntimeError):
            return

    async def rows(self, sql: str, *values: object) -> list[Row]:
        """Read rows as somebody who sees them all."""
        dsn = plain(self.settings.need("database_dsn_migrator"))
        async with await psycopg.AsyncConnection.connect(dsn, row_factory=dict_row) as connection:
            return await (await connection.execute(sql, values)).fetchall()

    async def value(self, sql: str, *values: object) -> object:
        """Read one value."""
        (row,) = await self.rows(sql, *values)
        (found,) = row.values()
        return found

    async def attention(self) -> AttentionReport:
        """Return what needs attention."""
        sweeper = SweeperDatabase(self.settings.need("database_dsn_sweeper"))
        try:
            return await attention_report(sweeper, Engine(await self.client()), datetime.now(UTC))
        finally:
            await sweeper.close()

    async def verified(self) -> VerifyReport:
        """Verify all evidence."""
        database = Database(self.settings.need("database_dsn_app"))
        sweeper = SweeperDatabase(self.settings.need("database_dsn_sweeper"))
        try:
            return await verify(database, sweeper, FolderAnchors(self.settings.anchors), datetime.now(UTC))
        finally:
            await database.close()
            await sweeper.close()


def _free_ports(count: int) -> list[int]:
    """Choose free ports below those that the system hands out for outgoing connections."""
    candidates = random.sample(range(15_000, 30_000), 500)
    return [port for port in candidates if ports.is_free(port)][:count]
