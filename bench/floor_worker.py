"""The floor's own worker process: its own task queue, and one activity that inserts one row."""

from __future__ import annotations

import asyncio
import signal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from bench.floor_workflows import INSERT, QUEUE, BareRungWorkflow, BareTimerWorkflow, BareWorkflow, Row
from db.engine import make_engine
from gateways.engine import connect
from runtime.settings import load_settings
from runtime.workers import runner

TABLE = "create table bench_row (id uuid primary key); grant insert on bench_row to redress_app"
_INSERT = text("insert into bench_row (id) values (:id)")


class Inserts:
    """One effect: a row."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @activity.defn(name=INSERT)
    async def insert(self, row: Row) -> None:
        """Insert one row in one transaction."""
        async with self._engine.begin() as connection:
            await connection.execute(_INSERT, {"id": row.id})


def worker_of(client: Client, engine: AsyncEngine) -> Worker:
    """Return the floor's worker, with the sandbox and every default of production's."""
    return Worker(
        client,
        task_queue=QUEUE,
        workflows=[BareWorkflow, BareTimerWorkflow, BareRungWorkflow],
        activities=[Inserts(engine).insert],
        workflow_runner=runner(),
    )


async def serve() -> None:
    """Run until told to stop."""
    settings = load_settings()
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    engine = make_engine(settings.need("database_dsn_app"))
    client = await connect(settings.temporal_address, settings.temporal_namespace, lazy=False)
    try:
        async with worker_of(client, engine):
            await stop.wait()
    finally:
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(serve())
