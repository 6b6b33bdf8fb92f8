"""A real database, two organisations with their people, an engine that does as it is told, and a client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from api.app import create_app
from db.engine import Database
from runtime.database_roles import DatabaseDsns
from runtime.settings import Settings
from tests.apart import DirectEngine
from tests.api.boards import Board
from tests.api.fakes import FakeEngine, FixedClock, Inspection
from tests.api.office_rows import Rows
from tests.api.people import ACORN, BIRCH, Tokens
from tests.bodies import plain
from tests.governing import Machine


@pytest.fixture(scope="session")
def api_dsns(dsns: DatabaseDsns) -> DatabaseDsns:
    """The database, with the two organisations of these tests in it."""
    with psycopg.connect(plain(dsns.migrator)) as connection:
        for organisation in (ACORN, BIRCH):
            organisation.insert(connection)
    return dsns


@pytest.fixture
def settings(api_dsns: DatabaseDsns, tmp_path: Path) -> Settings:
    return Settings(
        environment="development",
        state_dir=tmp_path,
        database_dsn_app=api_dsns.app,
        database_dsn_migrator=api_dsns.migrator,
        database_dsn_sweeper=api_dsns.sweeper,
        verdict_timeout_seconds=20,  # no engine of these tests keeps anybody waiting; a busy machine may
    )


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 18, 10, 30, tzinfo=UTC))


@pytest.fixture
def engine(request: pytest.FixtureRequest, api_dsns: DatabaseDsns, clock: FixedClock) -> Any:
    """An engine that does as it is told; in modules marked `at_once`, one that applies at once what it is given."""
    if request.node.get_closest_marker("at_once") is None:
        return FakeEngine(plain(api_dsns.migrator))
    return DirectEngine(database=request.getfixturevalue("database"), now=clock.instant)


@pytest.fixture
def inspection() -> Inspection:
    return Inspection()


@pytest.fixture
def app(settings: Settings, engine: Any, clock: FixedClock, inspection: Inspection) -> FastAPI:
    return create_app(settings, engine=engine, clock=clock, inspect=inspection)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(app) as open_client:
        yield open_client


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://redress.test") as open_client,
    ):
        yield open_client


@pytest.fixture
def tokens(settings: Settings, clock: FixedClock) -> Tokens:
    return Tokens(settings, clock)


@pytest.fixture
def board(
    client: httpx2.AsyncClient, tokens: Tokens, api_dsns: DatabaseDsns, database: Database, clock: FixedClock
) -> Iterator[Board]:
    """An organisation of its own whose leaders speak; its machine does its steps when a test says so."""
    with psycopg.connect(plain(api_dsns.migrator), autocommit=True) as connection:
        yield Board(client, tokens, Rows(connection), Machine(database), clock)
