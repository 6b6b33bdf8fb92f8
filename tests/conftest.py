"""Real servers for every test that needs one: PostgreSQL once migrated, Temporal with skipped time."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from temporalio.client import Client

from db.engine import Database, SweeperDatabase
from gateways.engine import connect
from runtime.database_roles import DatabaseDsns, ensure_database
from runtime.migrating import upgrade as migrate
from runtime.ports import any_free
from runtime.postgres import PostgresAddress, temporary_postgres
from runtime.temporal import TemporalServer
from tests.bodies import Body, make_body, plain


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresAddress]:
    """A PostgreSQL of this session."""
    with temporary_postgres() as address:
        yield address


@pytest.fixture(scope="session")
def dsns(postgres: PostgresAddress, tmp_path_factory: pytest.TempPathFactory) -> DatabaseDsns:
    """The three roles' ways into one migrated database. Tests keep apart by organisation."""
    found = ensure_database(postgres, tmp_path_factory.mktemp("passwords"))
    migrate(found.migrator)
    return found


@pytest.fixture(scope="session")
async def database(dsns: DatabaseDsns) -> AsyncIterator[Database]:
    """Sessions as the application."""
    opened = Database(dsns.app)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def sweeper(dsns: DatabaseDsns) -> AsyncIterator[SweeperDatabase]:
    """Sessions as the sweeper."""
    opened = SweeperDatabase(dsns.sweeper)
    yield opened
    await opened.close()


@pytest.fixture
def migrator(dsns: DatabaseDsns) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection that sees every row, to prepare and to look behind."""
    with psycopg.connect(plain(dsns.migrator), autocommit=True) as connection:
        yield connection


@pytest.fixture
def body(dsns: DatabaseDsns) -> Body:
    """An organisation of its own, with its people and their appointments."""
    return make_body(dsns.migrator)


@pytest.fixture
def standards(dsns: DatabaseDsns) -> Body:
    """An organisation that follows the present version of its procedure: the Regulations and the Standards."""
    return make_body(dsns.migrator, follows=None)


@pytest.fixture(scope="session")
def temporal_target() -> Iterator[str]:
    """The address of a real Temporal server that can skip time."""
    folder = Path(tempfile.mkdtemp(prefix="redress-temporal-"))
    server = TemporalServer(folder, time_skipping=True, port=any_free(), ui_port=any_free())
    try:
        yield server.start().target
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def temporal(temporal_target: str) -> Client:
    """A client of that server, with production's converter."""
    return await connect(temporal_target, "default", lazy=False)
