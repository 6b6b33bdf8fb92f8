"""Real servers for every test that needs one: PostgreSQL once migrated, Temporal with skipped time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from temporalio.client import Client

from db.engine import Database, SweeperDatabase
from gateways.engine import connect
from runtime.database_roles import DatabaseDsns, ensure_database
from runtime.loaded import never_walk_again
from runtime.migrating import upgrade as migrate
from runtime.postgres import PostgresAddress, temporary_postgres
from tests.apart import Apart, a_database_apart
from tests.bodies import Body, make_body, plain
from tests.side_by_side import (  # noqa: F401  pytest finds its hooks here
    pytest_collection_modifyitems,
    pytest_make_parametrize_id,
    pytest_xdist_make_scheduler,
)
from tests.temporal_server import a_temporal_server


def pytest_collection_finish() -> None:
    """Walk ten thousand collected tests in no garbage collection: it would count as some workflow's own work."""
    never_walk_again()


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
    with a_temporal_server() as target:
        yield target


@pytest.fixture(scope="session")
async def temporal(temporal_target: str) -> Client:
    """A client of that server, with production's converter."""
    return await connect(temporal_target, "default", lazy=False)


@pytest.fixture(scope="module")
def own_server() -> Iterator[str]:
    """The address of a Temporal server of a module's own, for what sees everything that runs there."""
    with a_temporal_server() as target:
        yield target


@pytest.fixture(scope="module")
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    """A database of a module's own, for what looks across all organisations."""
    async with a_database_apart(postgres, dsns) as opened:
        yield opened
