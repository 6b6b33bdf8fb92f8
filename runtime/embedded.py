"""The parts of the embedded stack: how each is started, and how the others learn where it is."""

import asyncio
import importlib.util
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from temporalio.client import Client
from temporalio.service import RPCError

from runtime import ports
from runtime.children import Child, Service, answers
from runtime.database_roles import DATABASE, ensure_database
from runtime.places import checkout, make_private, secrets_key_in, write_atomically
from runtime.pollers import unattended
from runtime.postgres import PostgresAddress, PostgresServer
from runtime.processes import Process
from runtime.settings import Settings
from runtime.stack_file import Stack
from runtime.temporal import TemporalServer

_READY_SECONDS = 90.0


class EmbeddedStack:
    """PostgreSQL, Temporal, the API and the worker, with the settings that connect them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings.model_copy(update={"environment": "development", "webhooks_allow_private": True})
        self.demo: dict[str, str] = {}
        self._database_address: PostgresAddress | None = None
        self._spawned = datetime.now(UTC)
        state, logs = settings.state_dir, settings.logs_dir
        self._postgres = PostgresServer(state, settings.postgres_binaries)
        self._temporal = TemporalServer(state)
        self._api = Child("API", [sys.executable, "-m", "runtime.serve"], logs / "api.log")
        self._worker = Child("worker", [sys.executable, "worker.py"], logs / "worker.log")
        # In the order of starting; stopped in the reverse order.
        self.services: dict[str, Service] = {
            "postgres": self._postgres,
            "temporal": self._temporal,
            "api": self._api,
            "worker": self._worker,
        }

    def start_postgres(self) -> str:
        """Start PostgreSQL, see to the database and its roles; return what is worth saying."""
        state = self.settings.state_dir
        for private in (self.settings.logs_dir, self.settings.mailbox_dir, state / "temporal"):
            make_private(private)
        address = self._postgres.start()
        dsns = ensure_database(address, state)
        self._keep_secrets(state)
        self._set(
            database_dsn_app=dsns.app,
            database_dsn_migrator=dsns.migrator,
            database_dsn_sweeper=dsns.sweeper,
        )
        self._database_address = address
        return self._postgres.note

    def start_temporal(self) -> str:
        """Start Temporal; return what is worth saying."""
        address = self._temporal.start()
        self._set(
            temporal_address=address.target,
            temporal_namespace=address.namespace,
            temporal_ui_url=address.ui_url,
        )
        return ", ".join(self._temporal.notes)

    def migrate(self) -> str:
        """Bring the database to the newest revision."""
        # Heavy to import, and needed only here.
        from runtime.migrating import upgrade

        upgrade(self.settings.need("database_dsn_migrator"))
        return ""

    def start_processes(self) -> str:
        """Start the API and the worker, waiting for neither; return what is worth saying."""
        note = self._choose_api_port()
        self._spawned = datetime.now(UTC)
        for child in (self._api, self._worker):
            child.environment = self._child_environment()
            child.start()
        return note

    def wait_for_processes(self, stopping: Callable[[], bool]) -> None:
        """Wait until the API answers and every task queue is polled, or until told to stop."""
        host, port, since = self.settings.api_host, self.settings.api_port, self._spawned
        self._api.wait_until(lambda: stopping() or answers(host, port, "/health/live"), _READY_SECONDS)
        self._worker.wait_until(lambda: stopping() or self._attended(since), _READY_SECONDS)

    def demonstrate(self) -> str:
        """Let the demonstration make its organisations and its complaint, where they are missing."""
        if importlib.util.find_spec("runtime.demo") is not None:
            from runtime.demo import ensure_demo

            self.demo = dict(ensure_demo(self.settings) or {})
        return ""

    def revive(self, name: str) -> None:
        """Start a service that died; when it had to move, let the others start anew as well."""
        before = self.settings
        if name == "postgres":
            self.start_postgres()
        elif name == "temporal":
            self.start_temporal()
        else:
            self.services[name].start()
        if before != self.settings:
            for child in (self._worker, self._api):
                child.stop()
                child.environment = self._child_environment()

    def describe(self, state: str) -> Stack:
        """Return what stands in stack.json."""
        settings, database = self.settings, self._database_address
        assert database is not None, "described before PostgreSQL was started"
        living = {name: service.process for name, service in self.services.items()}
        living["supervisor"] = Process.of(os.getpid())
        return Stack(
            state="ready" if state == "ready" else "starting",
            api={"url": settings.api_url, "docs_url": f"{settings.api_url}/docs"},
            temporal={
                "address": settings.temporal_address,
                "namespace": settings.temporal_namespace,
                "ui_url": settings.temporal_ui_url or "",
            },
            database={"host": database.host, "port": database.port, "name": DATABASE},
            paths={
                "checkout": str(checkout()),
                "state_dir": str(settings.state_dir),
                "logs_dir": str(settings.logs_dir),
                "mailbox_dir": str(settings.mailbox_dir),
            },
            processes={name: process for name, process in living.items() if process},
            demo=self.demo,
        )

    def _keep_secrets(self, state: Path) -> None:
        """Let secrets be sealed by the key that is given, else by one that is kept beside the data."""
        if self.settings.secrets_key is None:
            self.settings = self.settings.model_copy(update={"secrets_key": SecretStr(secrets_key_in(state))})

    def _set(self, **values: str | int) -> None:
        self.settings = self.settings.model_copy(update=values)

    def _child_environment(self) -> dict[str, str]:
        return os.environ | self.settings.as_environment() | {"PYTHONUNBUFFERED": "1"}

    def _choose_api_port(self) -> str:
        record = self.settings.state_dir / "api.port"
        # A port that somebody asked for comes before the one of the last run.
        asked = "api_port" in self.settings.model_fields_set
        recorded = int(record.read_text()) if record.exists() and not asked else None
        choice = ports.choose_port(self.settings.api_port, recorded=recorded)
        write_atomically(record, str(choice.port))
        self._set(api_host=ports.LOOPBACK, api_port=choice.port)
        return choice.note

    def _attended(self, since: datetime) -> bool:
        async def ask() -> bool:
            client = await Client.connect(self.settings.temporal_address, namespace=self.settings.temporal_namespace)
            return not await unattended(client, since=since)

        try:
            return asyncio.run(ask())
        except (RPCError, RuntimeError):
            return False
